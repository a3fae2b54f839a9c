-- What must be in the store of examples/adventureworks on the day `as_of`, from the published CSV files in `data` alone.
--
--   customer_relationship      policy   last delivery + 24 months, 14 days of grace; customers only
--   delivery_claims            claims   delivery + 3 years
--   bookkeeping                duty     31 December of the order's year + 7 years
--   card_payment               policy   (last) charge + 13 months, 14 days of grace
--   card_on_file               policy   the last day of the month on the card, 14 days of grace
--   employment_administration  policy   while the employee is current; employees only
--   assignment_history         policy   end of the assignment + 2 years, 14 days of grace
--   supplier_relationship      policy   while the vendor is active; contacts of an inactive one: undetermined; vendors' contacts only
--   discrimination_claims      claims   the day the application was last worked on + 2 years
--
-- Levels: 5 in force, 4 undetermined, 3 in its grace, 1 ended, 0 does not apply. At 1 the cells go; at 0 they wait for the ceiling.

CREATE VIEW day AS SELECT CAST(getvariable('as_of') AS DATE) AS today;
CREATE MACRO oltp(name) AS TABLE
SELECT * FROM read_csv(getvariable('data') || '/adventureworks_oltp/' || name || '.csv', header = true, all_varchar = true);
CREATE MACRO seed(name) AS TABLE
SELECT * FROM read_csv(getvariable('data') || '/adventureworks_dbt_seed/' || name || '.csv', header = true, all_varchar = true);
CREATE MACRO graced(ends, today) AS CASE WHEN ends >= today THEN 5 WHEN ends + INTERVAL 14 DAY >= today THEN 3 WHEN ends IS NOT NULL THEN 1 ELSE 0 END;
CREATE MACRO lasting(ends, today) AS CASE WHEN ends >= today THEN 5 WHEN ends IS NOT NULL THEN 1 ELSE 0 END;

CREATE TABLE sale AS
SELECT
    o.*, CAST(left(orderdate, 10) AS DATE) AS ordered, CAST(left(shipdate, 10) AS DATE) AS shipped,
    graced(shipped + INTERVAL 24 MONTH, today) AS relation,
    lasting(shipped + INTERVAL 3 YEAR, today) AS claims,
    lasting(make_date(year(ordered) + 7, 12, 31), today) AS voucher,
    graced(ordered + INTERVAL 13 MONTH, today) AS charge
FROM seed('salesorderheader') o, day WHERE ordered <= today;

CREATE TABLE buyer AS
SELECT c.*, COALESCE(s.relation, 0) AS relation, COALESCE(s.voucher, 0) AS voucher
FROM oltp('Sales.Customer') c
LEFT JOIN (SELECT customerid, max(relation) AS relation, max(voucher) AS voucher FROM sale GROUP BY customerid) s ON s.customerid = c.CustomerID;

CREATE TABLE supply AS
SELECT b.PersonID, max(CASE WHEN v.ActiveFlag = '1' THEN 5 ELSE 4 END) AS supply
FROM oltp('Person.BusinessEntityContact') b JOIN oltp('Purchasing.Vendor') v USING (BusinessEntityID) GROUP BY b.PersonID;

CREATE TABLE somebody AS
SELECT
    p.*,
    CASE WHEN persontype IN ('IN', 'SC', 'GC') THEN COALESCE(b.relation, 0) ELSE 0 END AS relation,
    COALESCE(b.voucher, 0) AS voucher,
    CASE WHEN persontype IN ('EM', 'SP') AND e.CurrentFlag = '1' THEN 5 WHEN persontype IN ('EM', 'SP') AND e.CurrentFlag IS NOT NULL THEN 4 ELSE 0 END
        AS employment,
    CASE WHEN persontype = 'VC' THEN COALESCE(s.supply, 0) ELSE 0 END AS supply,
    greatest(relation, employment, supply) AS business,
    greatest(business, voucher) AS best
FROM seed('person') p
LEFT JOIN (SELECT PersonID, max(relation) AS relation, max(voucher) AS voucher FROM buyer GROUP BY PersonID) b ON b.PersonID = p.businessentityid
LEFT JOIN oltp('HumanResources.Employee') e ON e.BusinessEntityID = p.businessentityid
LEFT JOIN supply s ON s.PersonID = p.businessentityid;

-- What belongs to a person lives as the person does; of somebody who is in no file nothing is known.
CREATE VIEW kept_email AS
SELECT e.*, COALESCE(p.business, 0) AS level FROM oltp('Person.EmailAddress') e
LEFT JOIN somebody p ON p.businessentityid = e.BusinessEntityID WHERE level <> 1;
CREATE VIEW kept_phone AS
SELECT e.*, COALESCE(p.business, 0) AS level FROM oltp('Person.PersonPhone') e
LEFT JOIN somebody p ON p.businessentityid = e.BusinessEntityID WHERE level <> 1;
CREATE VIEW kept_contact AS
SELECT b.*, greatest(COALESCE(p.relation, 0), COALESCE(p.supply, 0)) AS level FROM oltp('Person.BusinessEntityContact') b
LEFT JOIN somebody p ON p.businessentityid = b.PersonID WHERE level <> 1;

CREATE VIEW kept_person AS
SELECT *, middlename IS NULL AND title IS NULL AND suffix IS NULL AS no_details FROM somebody
WHERE best <> 1 OR (business = 0 AND NOT no_details);

CREATE VIEW person AS
SELECT
    CAST(businessentityid AS BIGINT) AS businessentityid, persontype,
    CASE WHEN best <> 1 THEN firstname END AS firstname,
    CASE WHEN best <> 1 THEN lastname END AS lastname,
    CASE WHEN business <> 1 THEN middlename END AS middlename,
    CASE WHEN business <> 1 THEN title END AS title,
    CASE WHEN business <> 1 THEN suffix END AS suffix
FROM kept_person;

CREATE VIEW email AS
SELECT CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID, CAST(EmailAddressID AS BIGINT) AS EmailAddressID, EmailAddress FROM kept_email;

CREATE VIEW phone AS
SELECT CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID, PhoneNumber, CAST(PhoneNumberTypeID AS BIGINT) AS PhoneNumberTypeID FROM kept_phone;

CREATE VIEW business_contact AS
SELECT CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID, CAST(PersonID AS BIGINT) AS PersonID, CAST(ContactTypeID AS BIGINT) AS ContactTypeID
FROM kept_contact;

CREATE VIEW employee AS
SELECT
    CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID, NationalIDNumber, LoginID, JobTitle, CAST(BirthDate AS DATE) AS BirthDate,
    CAST(HireDate AS DATE) AS HireDate, CAST(VacationHours AS BIGINT) AS VacationHours, CurrentFlag
FROM oltp('HumanResources.Employee');

CREATE VIEW kept_assignment AS
SELECT h.*, CASE WHEN EndDate IS NULL THEN 5 ELSE graced(CAST(EndDate AS DATE) + INTERVAL 2 YEAR, today) END AS level
FROM oltp('HumanResources.EmployeeDepartmentHistory') h, day WHERE level <> 1;
CREATE VIEW department_history AS
SELECT
    CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID, CAST(DepartmentID AS BIGINT) AS DepartmentID, CAST(ShiftID AS BIGINT) AS ShiftID,
    CAST(StartDate AS DATE) AS StartDate, CAST(EndDate AS DATE) AS EndDate
FROM kept_assignment;

CREATE VIEW pay_history AS
SELECT
    CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID, CAST(left(RateChangeDate, 10) AS DATE) AS RateChangeDate,
    CAST(Rate AS DECIMAL(18, 4)) AS Rate, CAST(PayFrequency AS BIGINT) AS PayFrequency
FROM oltp('HumanResources.EmployeePayHistory');

CREATE VIEW job_candidate AS
SELECT
    CAST(JobCandidateID AS BIGINT) AS JobCandidateID, CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID,
    regexp_replace(Resume, '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,}', '[e-mail]', 'g') AS Resume,
    timezone('UTC', timezone('Europe/Stockholm', CAST(ModifiedDate AS TIMESTAMP))) AS ModifiedDate
FROM oltp('HumanResources.JobCandidate'), day
WHERE CAST(left(ModifiedDate, 10) AS DATE) + INTERVAL 2 YEAR >= today;

CREATE VIEW kept_customer AS SELECT * FROM buyer WHERE greatest(relation, voucher) <> 1 OR (relation = 0 AND StoreID IS NOT NULL);
CREATE VIEW customer AS
SELECT
    CAST(CustomerID AS BIGINT) AS CustomerID, CAST(PersonID AS BIGINT) AS PersonID,
    CASE WHEN relation <> 1 THEN CAST(StoreID AS BIGINT) END AS StoreID, AccountNumber
FROM kept_customer;

CREATE VIEW kept_sale AS SELECT * FROM sale WHERE greatest(relation, claims, voucher, charge) > 1;
CREATE VIEW sales_order AS
SELECT
    CAST(salesorderid AS BIGINT) AS salesorderid, CAST(customerid AS BIGINT) AS customerid, ordered AS orderdate,
    CAST(totaldue AS DECIMAL(18, 4)) AS totaldue,
    CASE WHEN voucher > 1 THEN CAST(taxamt AS DECIMAL(18, 4)) END AS taxamt,
    CASE WHEN voucher > 1 THEN CAST(freight AS DECIMAL(18, 4)) END AS freight,
    shipped AS shipdate,  -- says that the delivery is over, to whoever asks: it stays with the row
    CASE WHEN relation > 1 THEN onlineorderflag END AS onlineorderflag,
    CASE WHEN relation > 1 THEN CAST(salespersonid AS BIGINT) END AS salespersonid,
    CASE WHEN charge > 1 THEN CAST(creditcardid AS BIGINT) END AS creditcardid,
    CASE WHEN charge > 1 THEN creditcardapprovalcode END AS creditcardapprovalcode
FROM kept_sale;

CREATE VIEW charged AS SELECT creditcardid, max(charge) AS charge FROM sale WHERE creditcardid IS NOT NULL GROUP BY creditcardid;
CREATE VIEW card AS
SELECT c.*, graced(last_day(make_date(CAST(ExpYear AS INT), CAST(ExpMonth AS INT), 1)), today) AS on_file, greatest(COALESCE(u.charge, 0), on_file) AS level
FROM oltp('Sales.CreditCard') c LEFT JOIN charged u ON u.creditcardid = c.CreditCardID, day;
CREATE VIEW kept_card AS SELECT * FROM card WHERE level <> 1;
CREATE VIEW kept_person_card AS
SELECT p.*, c.level FROM oltp('Sales.PersonCreditCard') p JOIN kept_card c ON c.CreditCardID = p.CreditCardID;
CREATE VIEW credit_card AS
SELECT CAST(CreditCardID AS BIGINT) AS CreditCardID, CardType, CardNumber, CAST(ExpMonth AS BIGINT) AS ExpMonth, CAST(ExpYear AS BIGINT) AS ExpYear
FROM kept_card;
CREATE VIEW person_card AS
SELECT CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID, CAST(CreditCardID AS BIGINT) AS CreditCardID FROM kept_person_card;

CREATE VIEW vendor AS
SELECT CAST(BusinessEntityID AS BIGINT) AS BusinessEntityID, AccountNumber, Name, CAST(CreditRating AS BIGINT) AS CreditRating, ActiveFlag
FROM oltp('Purchasing.Vendor');

CREATE VIEW states AS
WITH every AS (
    SELECT 'person' AS "table", 'bookkeeping+customer_relationship+employment_administration+supplier_relationship' AS cluster,
        best, business = 5 AS in_full, false AS empty FROM kept_person
    UNION ALL
    SELECT 'person', 'customer_relationship+employment_administration+supplier_relationship', business, business = 5, no_details FROM kept_person
    UNION ALL
    SELECT 'email', 'customer_relationship+employment_administration+supplier_relationship', level, level = 5, false FROM kept_email
    UNION ALL
    SELECT 'phone', 'customer_relationship+employment_administration+supplier_relationship', level, level = 5, false FROM kept_phone
    UNION ALL
    SELECT 'business_contact', 'customer_relationship+supplier_relationship', level, level = 5, false FROM kept_contact
    UNION ALL
    SELECT 'employee', 'employment_administration', 5, true, false FROM employee
    UNION ALL
    SELECT 'department_history', 'assignment_history', level, level = 5, false FROM kept_assignment
    UNION ALL
    SELECT 'pay_history', 'employment_administration', 5, true, false FROM pay_history
    UNION ALL
    SELECT 'job_candidate', 'discrimination_claims', 5, false, false FROM job_candidate
    UNION ALL
    SELECT 'customer', 'bookkeeping+customer_relationship', greatest(relation, voucher), relation = 5, false FROM kept_customer
    UNION ALL
    SELECT 'customer', 'customer_relationship', relation, relation = 5, StoreID IS NULL FROM kept_customer
    UNION ALL
    SELECT 'sales_order', 'bookkeeping+card_payment+customer_relationship+delivery_claims', greatest(relation, claims, voucher, charge),
        relation = 5 OR charge = 5, false FROM kept_sale
    UNION ALL
    SELECT 'sales_order', 'bookkeeping+customer_relationship+delivery_claims', greatest(relation, claims, voucher), relation = 5, false FROM kept_sale
    UNION ALL
    SELECT 'sales_order', 'bookkeeping', voucher, false, false FROM kept_sale
    UNION ALL
    SELECT 'sales_order', 'customer_relationship', relation, relation = 5, false FROM kept_sale
    UNION ALL
    SELECT 'sales_order', 'card_payment', charge, charge = 5, creditcardid IS NULL FROM kept_sale
    UNION ALL
    SELECT 'credit_card', 'card_on_file+card_payment', level, level = 5, false FROM kept_card
    UNION ALL
    SELECT 'person_card', 'card_on_file+card_payment', level, level = 5, false FROM kept_person_card
)
SELECT
    "table", cluster, CASE WHEN in_full THEN 'keep' WHEN best IN (0, 4) THEN 'undetermined' ELSE 'restrict' END AS state, count(*) AS rows
FROM every WHERE best <> 1 AND NOT (best = 0 AND empty)
GROUP BY ALL;
