-- What must be in the store of examples/chinook on the day `as_of`, from the published CSV files in `data` alone.
--
--   customer_account  policy   last purchase + 24 months, 14 days of grace
--   purchase_claims   claims   purchase + 3 years, a last day on a weekend or holiday moves to the next weekday; a customer: the last one's
--   bookkeeping       duty     31 December of the purchase's year + 7 years; a customer: the last one's
--   employees         as long as they are listed

CREATE VIEW day AS SELECT CAST(getvariable('as_of') AS DATE) AS today;

-- Swedish days that are no weekdays (lag 1989:253; lag 1930:173 2 §): fixed ones, and those that go with Easter or midsummer.
CREATE TABLE easter (day DATE);
INSERT INTO easter VALUES ('2024-03-31'), ('2025-04-20'), ('2026-04-05'), ('2027-03-28'), ('2028-04-16'), ('2029-04-01');
CREATE VIEW holiday AS
SELECT CAST(day + unnest([-2, 0, 1, 39, 49]) AS DATE) AS day FROM easter
UNION ALL
SELECT CAST(year(day) || '-' || unnest(['01-01', '01-06', '05-01', '06-06', '12-24', '12-25', '12-26', '12-31']) AS DATE) FROM easter
UNION ALL
SELECT midsummer FROM (
    SELECT CAST(unnest(range(make_date(year(day), 6, 19), make_date(year(day), 6, 26), INTERVAL 1 DAY)) AS DATE) AS midsummer FROM easter
) WHERE isodow(midsummer) = 5;
CREATE TABLE weekday AS
SELECT day FROM (SELECT CAST(unnest(range(DATE '2024-01-01', DATE '2030-01-01', INTERVAL 1 DAY)) AS DATE) AS day)
WHERE isodow(day) < 6 AND day NOT IN (SELECT day FROM holiday);

CREATE VIEW dated AS
SELECT *, CAST(left(InvoiceDate, 10) AS DATE) AS bought
FROM read_csv(getvariable('data') || '/Invoice.csv', header = true, all_varchar = true);

CREATE VIEW judged AS
SELECT
    *,
    (SELECT min(weekday.day) FROM weekday WHERE weekday.day >= CAST(bought + INTERVAL 3 YEAR AS DATE)) >= today AS claims_live,
    make_date(year(bought) + 7, 12, 31) >= today AS voucher_lives
FROM dated, day;

CREATE VIEW kept_invoice AS SELECT * FROM judged WHERE claims_live OR voucher_lives;

CREATE VIEW invoice AS
SELECT
    CAST(InvoiceId AS BIGINT) AS InvoiceId, CAST(CustomerId AS BIGINT) AS CustomerId, bought AS InvoiceDate,
    CAST(Total AS DECIMAL(18, 4)) AS Total,
    CASE WHEN voucher_lives THEN BillingAddress END AS BillingAddress,
    CASE WHEN voucher_lives THEN BillingCity END AS BillingCity,
    CASE WHEN voucher_lives THEN BillingState END AS BillingState,
    CASE WHEN voucher_lives THEN BillingCountry END AS BillingCountry,
    CASE WHEN voucher_lives THEN BillingPostalCode END AS BillingPostalCode
FROM kept_invoice;

CREATE VIEW buyer AS
SELECT
    c.*,
    o.last + INTERVAL 24 MONTH >= today AS account_in_force,
    o.last + INTERVAL 24 MONTH + INTERVAL 14 DAY >= today AS account_lives,
    o.claims_live,
    o.voucher_lives
FROM read_csv(getvariable('data') || '/Customer.csv', header = true, all_varchar = true) c
JOIN (
    SELECT CustomerId, max(bought) AS last, bool_or(claims_live) AS claims_live, bool_or(voucher_lives) AS voucher_lives
    FROM judged GROUP BY CustomerId
) o USING (CustomerId), day;

CREATE VIEW kept_customer AS SELECT * FROM buyer WHERE account_lives OR claims_live OR voucher_lives;

CREATE VIEW customer AS
SELECT
    CAST(CustomerId AS BIGINT) AS CustomerId, FirstName, LastName, Company,
    CASE WHEN account_lives OR claims_live THEN Email END AS Email,
    CASE WHEN account_lives THEN Address END AS Address,
    CASE WHEN account_lives THEN City END AS City,
    CASE WHEN account_lives THEN State END AS State,
    CASE WHEN account_lives THEN Country END AS Country,
    CASE WHEN account_lives THEN PostalCode END AS PostalCode,
    CASE WHEN account_lives THEN Phone END AS Phone,
    CASE WHEN account_lives THEN Fax END AS Fax,
    CASE WHEN account_lives THEN CAST(SupportRepId AS BIGINT) END AS SupportRepId
FROM kept_customer;

CREATE VIEW employee AS
SELECT
    CAST(EmployeeId AS BIGINT) AS EmployeeId, CAST(ReportsTo AS BIGINT) AS ReportsTo, CAST(left(BirthDate, 10) AS DATE) AS BirthDate,
    CAST(left(HireDate, 10) AS DATE) AS HireDate, * EXCLUDE (EmployeeId, ReportsTo, BirthDate, HireDate)
FROM read_csv(getvariable('data') || '/Employee.csv', header = true, all_varchar = true);

CREATE VIEW states AS
WITH said AS (
    SELECT 'invoice' AS "table", 'bookkeeping+purchase_claims' AS cluster, 'restrict' AS state FROM kept_invoice
    UNION ALL
    SELECT 'invoice', 'bookkeeping', 'restrict' FROM kept_invoice WHERE voucher_lives
    UNION ALL
    SELECT 'customer', 'bookkeeping+customer_account+purchase_claims', CASE WHEN account_in_force THEN 'keep' ELSE 'restrict' END
    FROM kept_customer
    UNION ALL
    SELECT 'customer', 'customer_account+purchase_claims', CASE WHEN account_in_force THEN 'keep' ELSE 'restrict' END
    FROM kept_customer WHERE account_lives OR claims_live
    UNION ALL
    SELECT 'customer', 'customer_account', CASE WHEN account_in_force THEN 'keep' ELSE 'restrict' END FROM kept_customer WHERE account_lives
    UNION ALL
    SELECT 'employee', 'employment_administration', 'keep' FROM employee
)
SELECT "table", cluster, state, count(*) AS rows FROM said GROUP BY ALL;
