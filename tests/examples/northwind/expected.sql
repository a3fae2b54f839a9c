-- What must be in the store of examples/northwind on the day `as_of`, from the published CSV files in `data` alone.
--
--   order_delivery         policy   until shipped, 14 days of grace
--   delivery_claims        claims   shipped + 2 years, a last day on a weekend or holiday moves to the next weekday
--   bookkeeping            duty     31 December of the order's year + 7 years; the buyer's name and address: of the last order's
--   customer_relationship  policy   last shipment + 12 months, 14 days of grace; in force while an order is not shipped
--   the registers (suppliers, employees)     as long as they are listed

CREATE VIEW day AS SELECT CAST(getvariable('as_of') AS DATE) AS today;

CREATE VIEW raw_orders AS SELECT * FROM read_csv(getvariable('data') || '/orders.csv', header = true, all_varchar = true);
CREATE VIEW raw_customers AS SELECT * FROM read_csv(getvariable('data') || '/customers.csv', header = true, all_varchar = true);

-- Days that are no weekdays (lag 1989:253; lag 1930:173 2 §), of the years into which two years' claims of 1996-98 fall.
CREATE TABLE holiday (day DATE);
INSERT INTO holiday VALUES
    ('1998-01-01'), ('1998-01-06'), ('1998-04-10'), ('1998-04-12'), ('1998-04-13'), ('1998-05-01'), ('1998-05-21'), ('1998-05-31'),
    ('1998-06-01'), ('1998-06-19'), ('1998-06-20'), ('1998-10-31'), ('1998-12-24'), ('1998-12-25'), ('1998-12-26'), ('1998-12-31'),
    ('1999-01-01'), ('1999-01-06'), ('1999-04-02'), ('1999-04-04'), ('1999-04-05'), ('1999-05-01'), ('1999-05-13'), ('1999-05-23'),
    ('1999-05-24'), ('1999-06-25'), ('1999-06-26'), ('1999-11-06'), ('1999-12-24'), ('1999-12-25'), ('1999-12-26'), ('1999-12-31'),
    ('2000-01-01'), ('2000-01-06'), ('2000-04-21'), ('2000-04-23'), ('2000-04-24'), ('2000-05-01'), ('2000-06-01'), ('2000-06-11'),
    ('2000-06-12'), ('2000-06-23'), ('2000-06-24'), ('2000-11-04'), ('2000-12-24'), ('2000-12-25'), ('2000-12-26'), ('2000-12-31');

CREATE VIEW weekday AS
SELECT day FROM (SELECT CAST(unnest(range(DATE '1998-01-01', DATE '2001-01-01', INTERVAL 1 DAY)) AS DATE) AS day)
WHERE isodow(day) < 6 AND day NOT IN (SELECT day FROM holiday);

-- Each order: which of its three purposes is in force, and which still has cells.
CREATE VIEW dated AS
SELECT
    *,
    CAST(order_date AS DATE) AS ordered,
    CAST(shipped_date AS DATE) AS shipped,
    (SELECT min(weekday.day) FROM weekday WHERE weekday.day >= CAST(CAST(shipped_date AS DATE) + INTERVAL 2 YEAR AS DATE)) AS claims_end
FROM raw_orders;

CREATE VIEW judged AS
SELECT
    *,
    shipped IS NULL OR shipped >= today AS delivery_in_force,
    shipped IS NULL OR shipped + 14 >= today AS delivery_lives,
    shipped IS NULL OR claims_end >= today AS claims_live,
    make_date(year(ordered) + 7, 12, 31) >= today AS voucher_lives
FROM dated, day;

CREATE VIEW kept_orders AS SELECT * FROM judged WHERE delivery_lives OR claims_live OR voucher_lives;

CREATE VIEW orders AS
SELECT
    CAST(order_id AS BIGINT) AS order_id,
    customer_id,
    ordered AS order_date,
    CASE WHEN delivery_lives OR voucher_lives THEN CAST(freight AS DECIMAL(38, 12)) END AS freight,
    shipped AS shipped_date,  -- says that the delivery is over, to whoever asks: it stays with the row
    CASE WHEN delivery_lives OR claims_live THEN CAST(ship_via AS BIGINT) END AS ship_via,
    CASE WHEN delivery_lives OR claims_live THEN ship_name END AS ship_name,
    CASE WHEN delivery_lives OR claims_live THEN ship_address END AS ship_address,
    CASE WHEN delivery_lives OR claims_live THEN ship_city END AS ship_city,
    CASE WHEN delivery_lives OR claims_live THEN ship_region END AS ship_region,
    CASE WHEN delivery_lives OR claims_live THEN ship_postal_code END AS ship_postal_code,
    CASE WHEN delivery_lives OR claims_live THEN ship_country END AS ship_country,
    CASE WHEN delivery_lives THEN CAST(required_date AS DATE) END AS required_date,
    CASE WHEN delivery_lives THEN CAST(employee_id AS BIGINT) END AS employee_id
FROM kept_orders;

-- Each customer, over all orders.
CREATE VIEW buyer AS
SELECT
    c.*,
    count(o.order_id) = 0 AS never_bought,
    COALESCE(bool_or(o.shipped IS NULL AND o.order_id IS NOT NULL) OR max(o.shipped) + INTERVAL 12 MONTH >= any_value(today), false) AS relation_in_force,
    COALESCE(
        bool_or(o.shipped IS NULL AND o.order_id IS NOT NULL) OR max(o.shipped) + INTERVAL 12 MONTH + INTERVAL 14 DAY >= any_value(today), false
    ) AS relation_lives,
    COALESCE(make_date(year(max(o.ordered)) + 7, 12, 31) >= any_value(today), false) AS voucher_lives
FROM raw_customers c CROSS JOIN day LEFT JOIN dated o USING (customer_id)
GROUP BY ALL;

-- Who never bought has no purpose, and waits, restricted, for the company's ceiling of twelve months from today.
CREATE VIEW kept_customers AS SELECT * FROM buyer WHERE never_bought OR relation_lives OR voucher_lives;

CREATE VIEW customers AS
SELECT
    customer_id, company_name, address, city, region, postal_code, country,
    CASE WHEN never_bought OR relation_lives THEN contact_name END AS contact_name,
    CASE WHEN never_bought OR relation_lives THEN contact_title END AS contact_title,
    CASE WHEN never_bought OR relation_lives THEN phone END AS phone,
    CASE WHEN never_bought OR relation_lives THEN fax END AS fax
FROM kept_customers;

CREATE VIEW employees AS
SELECT
    CAST(employee_id AS BIGINT) AS employee_id, last_name, first_name, title, title_of_courtesy, CAST(birth_date AS DATE) AS birth_date,
    CAST(hire_date AS DATE) AS hire_date, address, city, region, postal_code, country, home_phone, extension, notes,
    CAST(reports_to AS BIGINT) AS reports_to
FROM read_csv(getvariable('data') || '/employees.csv', header = true, all_varchar = true);

CREATE VIEW suppliers AS
SELECT CAST(supplier_id AS BIGINT) AS supplier_id, * EXCLUDE (supplier_id)
FROM read_csv(getvariable('data') || '/suppliers.csv', header = true, all_varchar = true);

CREATE VIEW shippers AS
SELECT CAST(shipper_id AS BIGINT) AS shipper_id, company_name, phone
FROM read_csv(getvariable('data') || '/shippers.csv', header = true, all_varchar = true);

-- How many records keep which cluster: in full, restricted (only a duty, a claim or a grace keeps it), or undetermined.
CREATE VIEW states AS
WITH said AS (
    SELECT 'orders' AS "table", 'bookkeeping+delivery_claims+order_delivery' AS cluster,
        CASE WHEN delivery_in_force THEN 'keep' ELSE 'restrict' END AS state FROM kept_orders
    UNION ALL
    SELECT 'orders', 'bookkeeping+order_delivery',
        CASE WHEN delivery_in_force THEN 'keep' ELSE 'restrict' END FROM kept_orders WHERE delivery_lives OR voucher_lives
    UNION ALL
    SELECT 'orders', 'delivery_claims+order_delivery',
        CASE WHEN delivery_in_force THEN 'keep' ELSE 'restrict' END FROM kept_orders WHERE delivery_lives OR claims_live
    UNION ALL
    SELECT 'orders', 'order_delivery',
        CASE WHEN delivery_in_force THEN 'keep' ELSE 'restrict' END FROM kept_orders WHERE delivery_lives
    UNION ALL
    SELECT 'customers', 'bookkeeping+customer_relationship',
        CASE WHEN never_bought THEN 'undetermined' WHEN relation_in_force THEN 'keep' ELSE 'restrict' END FROM kept_customers
    UNION ALL
    SELECT 'customers', 'customer_relationship',
        CASE WHEN never_bought THEN 'undetermined' WHEN relation_in_force THEN 'keep' ELSE 'restrict' END
    FROM kept_customers WHERE never_bought OR relation_lives
    UNION ALL
    SELECT 'employees', 'employment_administration', 'keep' FROM employees
    UNION ALL
    SELECT 'suppliers', 'supplier_relationship', 'keep' FROM suppliers
)
SELECT "table", cluster, state, count(*) AS rows FROM said GROUP BY ALL;
