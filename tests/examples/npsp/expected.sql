-- What must be in the store of examples/npsp on the day `as_of`, from the published CSV files in `data` alone.
--
--   donor_stewardship       policy   close date of the latest gift + 24 months, 14 days of grace; in force while a gift is only pledged
--                           also of a household, over its members; organisations are legal persons, and kept whole
--   campaign_participation  policy   end of the (latest) campaign + 12 months, 14 days of grace; over at once for who objected
--   affiliation             policy   end of the (latest) role, 14 days of grace; a former role without an end: undetermined
--   bookkeeping             duty     end of the fiscal year (30 June) of a posted gift, then of that calendar year, + 7 years
--
-- Levels: 5 in force, 4 undetermined, 3 in its grace, 1 ended, 0 does not apply. A set of fields is kept in full where a policy purpose of
-- theirs is in force; undetermined where nothing better keeps them or nothing applies; else restricted.

CREATE VIEW day AS SELECT CAST(getvariable('as_of') AS DATE) AS today;
CREATE MACRO csv(name) AS TABLE
SELECT * FROM read_csv(getvariable('data') || '/' || name || '.csv', header = true, all_varchar = true);
CREATE MACRO graced(ends, today) AS CASE WHEN ends >= today THEN 5 WHEN ends + INTERVAL 14 DAY >= today THEN 3 WHEN ends IS NOT NULL THEN 1 ELSE 0 END;
CREATE MACRO voucher_end(given) AS make_date(year(given) + CASE WHEN month(given) > 6 THEN 8 ELSE 7 END, 12, 31);

-- Each record of its own.
CREATE VIEW gift AS
SELECT
    o.*, CAST(CloseDate AS DATE) AS closed, StageName = 'Posted' AS posted,
    CASE WHEN posted THEN graced(closed + INTERVAL 24 MONTH, today) ELSE 5 END AS stewardship,
    CASE WHEN NOT posted THEN 0 WHEN voucher_end(closed) >= today THEN 5 ELSE 1 END AS bookkeeping
FROM csv('Opportunity') o, day;

CREATE VIEW paid AS
SELECT
    p.*, g.stewardship,
    CASE
        WHEN npe01__Paid__c <> 'true' THEN 0
        WHEN voucher_end(CAST(npe01__Payment_Date__c AS DATE)) >= today THEN 5 ELSE 1
    END AS bookkeeping
FROM csv('npe01__OppPayment__c') p JOIN gift g ON g.sf_id = p.npe01__opportunity__c, day;

CREATE VIEW role AS
SELECT
    a.*, CAST(npe5__EndDate__c AS DATE) AS ended,
    CASE WHEN npe5__Status__c = 'Current' THEN 5 WHEN npe5__EndDate__c IS NULL THEN 4 ELSE graced(CAST(npe5__EndDate__c AS DATE), today) END
        AS affiliation
FROM csv('npe5__Affiliation__c') a, day;

CREATE VIEW member AS
SELECT
    m.*, CAST(c.EndDate AS DATE) AS campaign_end,
    CASE
        WHEN p.npsp__Do_Not_Contact__c = 'true' OR p.HasOptedOutOfEmail = 'true' THEN 1
        ELSE graced(campaign_end + INTERVAL 12 MONTH, today)
    END AS participation
FROM csv('CampaignMember') m JOIN csv('Campaign') c ON c.sf_id = m.campaign_id LEFT JOIN csv('Contact') p ON p.sf_id = m.contact_id, day;

-- Each contact, over everything of theirs. The latest counts; something open counts more than any date.
CREATE VIEW person AS
SELECT
    c.*,
    COALESCE((SELECT max(stewardship) FROM gift WHERE npsp__primary_contact__c = c.sf_id), 0) AS stewardship,
    COALESCE((SELECT max(bookkeeping) FROM gift WHERE npsp__primary_contact__c = c.sf_id), 0) AS bookkeeping,
    COALESCE((SELECT max(affiliation) FROM role WHERE npe5__contact__c = c.sf_id), 0) AS affiliation,
    COALESCE((SELECT max(participation) FROM member WHERE contact_id = c.sf_id), 0) AS participation
FROM csv('Contact') c;

CREATE VIEW said AS
SELECT
    *,
    greatest(stewardship, bookkeeping, affiliation, participation) AS best,
    greatest(stewardship, participation) AS best_private,
    npe01__HomeEmail__c IS NULL AND MailingStreet IS NULL AND DoNotCall IS NULL AS no_private,
    giving_level__c IS NULL AND npo02__LastCloseDate__c IS NULL AS no_giving,
    npe01__WorkEmail__c IS NULL AND npe01__WorkPhone__c IS NULL AND npsp__primary_affiliation__c IS NULL AS no_work
FROM person;

-- 1 (ended) is the only level at which the cells go: where nothing applies (0) they wait, restricted, for the company's ceiling.
-- Such cells also keep their row, with its key and no name: the giving level of somebody whose campaigns are over and who never gave, for
-- example, or the work telephone of somebody who has no role.
CREATE VIEW kept_contact AS
SELECT * FROM said
WHERE best <> 1 OR (best_private = 0 AND NOT no_private) OR (stewardship = 0 AND NOT no_giving) OR (affiliation = 0 AND NOT no_work);

CREATE VIEW kept_account AS
SELECT a.*, COALESCE((SELECT max(stewardship) FROM person WHERE account_id = a.sf_id), 0) AS level
FROM csv('Account') a WHERE npe01__SYSTEMIsIndividual__c = 'false' OR level <> 1;
CREATE VIEW account AS
SELECT
    sf_id, npe01__SYSTEMIsIndividual__c, Name, npo02__Formal_Greeting__c, BillingStreet, BillingCity, BillingState, BillingPostalCode
FROM kept_account;

CREATE VIEW kept_relationship AS
SELECT r.*, p.stewardship AS level FROM csv('npe4__Relationship__c') r JOIN person p ON p.sf_id = r.npe4__contact__c
WHERE level <> 1 AND npe4__related_contact__c IN (SELECT sf_id FROM kept_contact);
CREATE VIEW relationship AS
SELECT
    sf_id, CASE WHEN npe4__contact__c IN (SELECT sf_id FROM kept_contact) THEN npe4__contact__c END AS npe4__contact__c,
    npe4__related_contact__c, npe4__Type__c, npe4__Status__c
FROM kept_relationship;

CREATE VIEW contact AS
SELECT
    sf_id, CASE WHEN best_private <> 1 AND account_id IN (SELECT sf_id FROM kept_account) THEN account_id END AS account_id,
    CASE WHEN best <> 1 THEN FirstName END AS FirstName,
    CASE WHEN best <> 1 THEN LastName END AS LastName,
    CASE WHEN best_private <> 1 THEN npe01__HomeEmail__c END AS npe01__HomeEmail__c,
    CASE WHEN best_private <> 1 THEN MailingStreet END AS MailingStreet,
    CASE WHEN best_private <> 1 THEN MailingCity END AS MailingCity,
    CASE WHEN best_private <> 1 THEN MailingState END AS MailingState,
    CASE WHEN best_private <> 1 THEN MailingCountry END AS MailingCountry,
    CASE WHEN best_private <> 1 THEN MailingPostalCode END AS MailingPostalCode,
    CASE WHEN best_private <> 1 THEN CAST(DoNotCall AS BOOLEAN) END AS DoNotCall,
    CASE WHEN best_private <> 1 THEN CAST(HasOptedOutOfEmail AS BOOLEAN) END AS HasOptedOutOfEmail,
    CASE WHEN best_private <> 1 THEN CAST(npsp__Do_Not_Contact__c AS BOOLEAN) END AS npsp__Do_Not_Contact__c,
    CASE WHEN stewardship <> 1 THEN giving_level__c END AS giving_level__c,
    CASE WHEN stewardship <> 1 THEN CAST(npo02__LastCloseDate__c AS DATE) END AS npo02__LastCloseDate__c,
    CASE WHEN affiliation <> 1 THEN npe01__WorkEmail__c END AS npe01__WorkEmail__c,
    CASE WHEN affiliation <> 1 THEN npe01__WorkPhone__c END AS npe01__WorkPhone__c,
    CASE WHEN affiliation <> 1 THEN npsp__primary_affiliation__c END AS npsp__primary_affiliation__c
FROM kept_contact;

CREATE VIEW kept_opportunity AS SELECT * FROM gift WHERE greatest(stewardship, bookkeeping) > 1;

CREATE VIEW opportunity AS
SELECT
    sf_id, StageName, closed AS CloseDate, CAST(Amount AS DECIMAL(18, 4)) AS Amount, npsp__primary_contact__c,
    CASE WHEN stewardship > 1 THEN Name END AS Name,
    CASE WHEN stewardship > 1 THEN campaign_id END AS campaign_id,
    CASE WHEN stewardship > 1 THEN CAST(npsp__Acknowledgment_Date__c AS DATE) END AS npsp__Acknowledgment_Date__c,
    CASE WHEN stewardship > 1 THEN npsp__Acknowledgment_Status__c END AS npsp__Acknowledgment_Status__c
FROM kept_opportunity;

CREATE VIEW kept_payment AS SELECT * FROM paid WHERE greatest(stewardship, bookkeeping) > 1;

CREATE VIEW payment AS
SELECT
    sf_id, npe01__opportunity__c, npe01__Paid__c, CAST(npe01__Payment_Amount__c AS DECIMAL(18, 4)) AS npe01__Payment_Amount__c,
    CAST(npe01__Payment_Date__c AS DATE) AS npe01__Payment_Date__c,
    CASE WHEN bookkeeping <> 1 THEN npe01__Payment_Method__c END AS npe01__Payment_Method__c,
    CASE WHEN bookkeeping <> 1 THEN npe01__Check_Reference_Number__c END AS npe01__Check_Reference_Number__c,
    CASE WHEN stewardship > 1 THEN CAST(npe01__Scheduled_Date__c AS DATE) END AS npe01__Scheduled_Date__c
FROM kept_payment;

-- A reference to somebody who left is cleared.
CREATE VIEW kept_contact_role AS
SELECT r.*, g.stewardship FROM csv('OpportunityContactRole') r JOIN gift g ON g.sf_id = r.opportunity_id WHERE g.stewardship > 1;
CREATE VIEW contact_role AS
SELECT
    sf_id, CASE WHEN contact_id IN (SELECT sf_id FROM kept_contact) THEN contact_id END AS contact_id, opportunity_id, Role,
    CAST(IsPrimary AS BOOLEAN) AS IsPrimary
FROM kept_contact_role;

CREATE VIEW kept_affiliation AS SELECT * FROM role WHERE affiliation > 1;
CREATE VIEW affiliation AS
SELECT
    sf_id, npe5__contact__c,
    CASE WHEN npe5__organization__c IN (SELECT sf_id FROM kept_account) THEN npe5__organization__c END AS npe5__organization__c, npe5__Role__c, npe5__Status__c, CAST(npe5__StartDate__c AS DATE) AS npe5__StartDate__c,
    ended AS npe5__EndDate__c, npe5__Description__c
FROM kept_affiliation;

CREATE VIEW kept_campaign_member AS SELECT * FROM member WHERE participation > 1;
CREATE VIEW campaign_member AS SELECT sf_id, campaign_id, contact_id, Status FROM kept_campaign_member;

CREATE VIEW campaign AS
SELECT
    sf_id, Name, CAST(IsActive AS BOOLEAN) AS IsActive, CAST(StartDate AS DATE) AS StartDate, CAST(EndDate AS DATE) AS EndDate, Status, Type
FROM csv('Campaign');

CREATE VIEW lead AS SELECT
    sf_id, FirstName, LastName, Company, Status, IsConverted, LeadSource, CAST(HasOptedOutOfEmail AS BOOLEAN) AS HasOptedOutOfEmail
FROM csv('Lead') WHERE HasOptedOutOfEmail = 'false';

CREATE VIEW states AS
WITH every AS (
    SELECT 'contact' AS "table", 'affiliation+bookkeeping+campaign_participation+donor_stewardship' AS cluster, best,
        greatest(stewardship, affiliation, participation) = 5 AS in_full, false AS empty FROM kept_contact
    UNION ALL
    SELECT 'contact', 'campaign_participation+donor_stewardship', best_private, best_private = 5, no_private FROM kept_contact
    UNION ALL
    SELECT 'contact', 'donor_stewardship', stewardship, stewardship = 5, no_giving FROM kept_contact
    UNION ALL
    SELECT 'contact', 'affiliation', affiliation, affiliation = 5, no_work FROM kept_contact
    UNION ALL
    SELECT 'account', 'donor_stewardship', CASE WHEN npe01__SYSTEMIsIndividual__c = 'false' THEN 5 ELSE level END,
        npe01__SYSTEMIsIndividual__c = 'false' OR level = 5, false FROM kept_account
    UNION ALL
    SELECT 'relationship', 'donor_stewardship', level, level = 5, false FROM kept_relationship
    UNION ALL
    SELECT 'opportunity', 'bookkeeping+donor_stewardship', greatest(stewardship, bookkeeping), stewardship = 5, false FROM kept_opportunity
    UNION ALL
    SELECT 'opportunity', 'donor_stewardship', stewardship, stewardship = 5, false FROM kept_opportunity
    UNION ALL
    SELECT 'payment', 'bookkeeping+donor_stewardship', greatest(stewardship, bookkeeping), stewardship = 5, false FROM kept_payment
    UNION ALL
    SELECT 'payment', 'bookkeeping', bookkeeping, false, npe01__Payment_Method__c IS NULL AND npe01__Check_Reference_Number__c IS NULL
    FROM kept_payment
    UNION ALL
    SELECT 'payment', 'donor_stewardship', stewardship, stewardship = 5, npe01__Scheduled_Date__c IS NULL FROM kept_payment
    UNION ALL
    SELECT 'contact_role', 'donor_stewardship', stewardship, stewardship = 5, false FROM kept_contact_role
    UNION ALL
    SELECT 'affiliation', 'affiliation', affiliation, affiliation = 5, false FROM kept_affiliation
    UNION ALL
    SELECT 'campaign_member', 'campaign_participation', participation, participation = 5, false FROM kept_campaign_member
    UNION ALL
    SELECT 'lead', 'prospecting', 5, true, false FROM lead
)
SELECT
    "table", cluster, CASE WHEN in_full THEN 'keep' WHEN best IN (0, 4) THEN 'undetermined' ELSE 'restrict' END AS state, count(*) AS rows
FROM every WHERE best <> 1 AND NOT (best = 0 AND empty)
GROUP BY ALL;
