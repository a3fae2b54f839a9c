"""What policy files may not say together: each disagreement has its line, its words and what to write instead."""

from __future__ import annotations

import pytest

CASES = (
    pytest.param(
        "sources/crm.yaml",
        "consent_id: {category: user.unique_id, serves: newsletter}",
        "consent_id: {category: user.unique_id, serves: newsleter}",
        ["sources/crm.yaml:49: unknown purpose 'newsleter'. Did you mean 'newsletter'?"],
        id="an_unknown_purpose",
    ),
    pytest.param(
        "sources/crm.yaml",
        "union: {category: user.membership.union, serves: bookkeeping}",
        "union: {category: user.membershp.union, serves: bookkeeping}",
        ["sources/crm.yaml:20: unknown category 'user.membershp.union'. Did you mean 'user.membership.union'?"],
        id="a_category_that_nobody_knows",
    ),
    pytest.param(
        "purposes/bookkeeping.yaml",
        "data_use: finance",
        "data_use: knitting",
        [
            (
                "purposes/bookkeeping.yaml:4: unknown data use 'knitting'. Use a key of fideslang, or declare it in company.yaml "
                "under `data_uses`"
            )
        ],
        id="a_data_use_that_nobody_knows",
    ),
    pytest.param(
        "company.yaml",
        "languages:",
        "categories: {user.belief: {title: {en: Belief}, special: true}, user.name: {title: {sv: Namn, en: Name}}}\nlanguages:",
        [
            "company.yaml:3: 'user.name' is a key of fideslang already. Leave it out",
            "company.yaml:3: title of 'user.belief' is missing in language 'sv'",
        ],
        id="words_of_its_own_that_nobody_can_read_or_that_exist",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "purpose: newsletter",
        "enabled: false\npurpose: newsletter",
        [
            "sources/crm.yaml:14: field 'person_id' of crm.people serves 'newsletter', which is not enabled",
            "sources/crm.yaml:16: field 'email' of crm.people serves 'newsletter', which is not enabled",
            "sources/crm.yaml:49: field 'consent_id' of crm.consents serves 'newsletter', which is not enabled",
            "sources/crm.yaml:50: field 'email' of crm.consents serves 'newsletter', which is not enabled",
            "sources/crm.yaml:51: field 'kind' of crm.consents serves 'newsletter', which is not enabled",
            "sources/crm.yaml:52: field 'status' of crm.consents serves 'newsletter', which is not enabled",
            "sources/crm.yaml:53: field 'given_at' of crm.consents serves 'newsletter', which is not enabled",
            "sources/crm.yaml:54: field 'withdrawn_at' of crm.consents serves 'newsletter', which is not enabled",
        ],
        id="a_purpose_that_is_not_enabled",
    ),
    pytest.param(
        "sources/crm.yaml",
        "line_no: {category: user.unique_id, serves: bookkeeping, type: integer}",
        "line_no: {category: user.unique_id, type: integer}",
        [("sources/crm.yaml:42: field 'line_no' of crm.invoices serves no purpose. Name the purposes in `serves`, or leave the field out")],
        id="a_personal_field_without_a_purpose",
    ),
    pytest.param(
        "sources/crm.yaml",
        "account_id: {category: system.operations}",
        "account_id: {category: system.operations, serves: relationship}",
        [
            (
                "sources/crm.yaml:8: field 'account_id' of crm.accounts serves a purpose but is no personal data. If "
                "it tells of a person, its category starts with user"
            )
        ],
        id="a_field_with_a_purpose_that_is_not_personal",
    ),
    pytest.param(
        "purposes/bookkeeping.yaml",
        "art9_ground: eu-gdpr:A9-2-b\n",
        "",
        [
            (
                "sources/crm.yaml:20: field 'union' of crm.people is a special category, but purpose 'bookkeeping' ha"
                "s no `art9_ground`. Name the exception of GDPR Art. 9(2), for example eu-gdpr:A9-2-b"
            )
        ],
        id="a_special_category_without_a_ground",
    ),
    pytest.param(
        "sources/crm.yaml",
        "contains: user.name",
        "contains: [user.health_and_medical.allergy]",
        [
            (
                "sources/crm.yaml:18: field 'notes' of crm.people is a special category, but purpose 'relationship' h"
                "as no `art9_ground`. Name the exception of GDPR Art. 9(2), for example eu-gdpr:A9-2-b"
            )
        ],
        id="a_special_category_inside_free_text",
    ),
    pytest.param(
        "purposes/bookkeeping.yaml",
        "justification: Secure identification\n",
        "",
        [
            (
                "sources/crm.yaml:19: field 'number' of crm.people is an identity number, but purpose 'bookkeeping' h"
                "as no `justification`. Say why the number is clearly needed for it"
            )
        ],
        id="an_identity_number_without_a_justification",
    ),
    pytest.param(
        "sources/crm.yaml",
        "{category: user.government_id,",
        "{category: user.name,",
        [("sources/crm.yaml:19: field 'number' of crm.people holds personal numbers. Its category starts with user.government_id")],
        id="an_identity_number_under_another_name",
    ),
    pytest.param(
        "sources/crm.yaml",
        'left_on: {category: user.workplace, serves: relationship, type: date, format: "%d.%m.%Y"}',
        "left_on: {category: user.workplace, serves: relationship, type: date, free_text: true}",
        ["sources/crm.yaml:17: field 'left_on' of crm.people is date, which cannot be free text"],
        id="free_text_that_is_no_text",
    ),
    pytest.param(
        "sources/crm.yaml",
        "free_text: true, contains: user.name",
        "contains: user.name",
        ["sources/crm.yaml:18: field 'notes' of crm.people is not free text, so `contains` says nothing"],
        id="contains_without_free_text",
    ),
    pytest.param(
        "sources/crm.yaml",
        "ended_on: {category: user.content, serves: relationship, type: date}",
        "ended_on: {category: user.content, serves: relationship, type: date, accepted: [x]}",
        ["sources/crm.yaml:34: field 'ended_on' of crm.contracts is not plain text, so it has no accepted values"],
        id="accepted_values_of_a_date",
    ),
    pytest.param(
        "sources/crm.yaml",
        "%d.%m.%Y",
        "%m.%Y",
        ["sources/crm.yaml:17: '%m.%Y' is no strptime format of a day. For example %Y-%m-%d or %d.%m.%Y"],
        id="a_format_that_reads_no_day",
    ),
    pytest.param(
        "sources/crm.yaml",
        "%d.%m.%Y",
        "%Q",
        ["sources/crm.yaml:17: '%Q' is no strptime format of a day. For example %Y-%m-%d or %d.%m.%Y"],
        id="a_format_with_an_unknown_directive",
    ),
    pytest.param(
        "sources/crm.yaml",
        "notes: {category: user.content,",
        'notes: {category: user.content, format: "%Y-%m-%d",',
        ["sources/crm.yaml:18: field 'notes' of crm.people is text, which has no format"],
        id="a_format_of_text",
    ),
    pytest.param(
        "sources/crm.yaml",
        "ended_on: {category: user.content, serves: relationship, type: date}",
        "ended_on: {category: user.content, serves: relationship, type: date, zone: UTC}",
        ["sources/crm.yaml:34: field 'ended_on' of crm.contracts is date, which has no zone"],
        id="a_zone_of_a_date",
    ),
    pytest.param(
        "sources/crm.yaml",
        "key: person_id",
        "key: persn_id",
        ["sources/crm.yaml:10: unknown column 'persn_id'. Did you mean 'person_id'?"],
        id="a_key_that_is_no_field",
    ),
    pytest.param(
        "sources/crm.yaml",
        "links: {account_id: accounts}",
        "links: {acount_id: accounts}",
        ["sources/crm.yaml:12: unknown column 'acount_id'. Did you mean 'account_id'?"],
        id="a_link_column_that_is_no_field",
    ),
    pytest.param(
        "sources/crm.yaml",
        "links: {account_id: accounts}",
        "links: {account_id: acounts}",
        ["sources/crm.yaml:12: unknown table 'crm.acounts'. Did you mean 'crm.accounts'?"],
        id="a_link_to_an_unknown_table",
    ),
    pytest.param(
        "sources/crm.yaml",
        "column: account_id}",
        "column: account}",
        ["sources/crm.yaml:28: unknown column 'account' of crm.accounts. Did you mean 'account_id'?"],
        id="a_link_to_an_unknown_column",
    ),
    pytest.param(
        "sources/crm.yaml",
        "links: {account_id: accounts}",
        "links: {account_id: accounts, left_on: invoices}",
        ["sources/crm.yaml:12: the key of crm.invoices has several columns. Say which with `{to: …, columns: {…: …}}`"],
        id="a_link_to_a_key_of_several_columns",
    ),
    pytest.param(
        "sources/crm.yaml",
        "{to: crm.accounts, column: account_id}",
        "{to: crm.invoices, column: line_no}",
        [
            ("sources/crm.yaml:24: crm.accounts and crm.contracts are not linked, so event 'contract_end' cannot take this way"),
            "sources/crm.yaml:28: 'account_id' is text, but 'line_no' of crm.invoices is integer",
        ],
        id="a_link_between_two_types",
    ),
    pytest.param(
        "sources/crm.yaml",
        "person_left: left_on",
        "person_left: lefton",
        ["sources/crm.yaml:22: unknown column 'lefton'. Did you mean 'left_on'?"],
        id="an_event_column_that_is_no_field",
    ),
    pytest.param(
        "sources/crm.yaml",
        "person_left: left_on",
        "person_left: email",
        ["sources/crm.yaml:22: event 'person_left' needs a date, but 'email' is email"],
        id="an_event_column_that_is_no_date",
    ),
    pytest.param(
        "sources/crm.yaml",
        "status = 'active'",
        "stauts = 'active'",
        ["sources/crm.yaml:36: condition of event 'contract_end': unknown column 'stauts'. Did you mean 'status'?"],
        id="a_condition_with_an_unknown_column",
    ),
    pytest.param(
        "sources/crm.yaml",
        "status = 'active'",
        "status IN (SELECT 1)",
        [
            (
                "sources/crm.yaml:36: condition of event 'contract_end': in cannot stand in a condition. Allowed: col"
                "umns of the table, literals, = <> < <= > >= AND OR NOT IN IS NULL LIKE BETWEEN, lower, upper, trim, "
                "coalesce"
            )
        ],
        id="a_condition_that_is_a_query",
    ),
    pytest.param(
        "sources/crm.yaml",
        "contract_end: [accounts, contracts]",
        "contract_end: [invoices, contracts]",
        [
            ("sources/crm.yaml:24: crm.invoices and crm.contracts are not linked, so event 'contract_end' cannot take this way"),
            ("sources/crm.yaml:24: crm.people and crm.invoices are not linked, so event 'contract_end' cannot take this way"),
        ],
        id="a_path_over_tables_that_are_not_linked",
    ),
    pytest.param(
        "sources/crm.yaml",
        "contract_end: [accounts, contracts]",
        "contract_end: [accounts]",
        ["sources/crm.yaml:24: crm.accounts has no event 'contract_end'. The path ends at the event's own table"],
        id="a_path_that_ends_elsewhere",
    ),
    pytest.param(
        "sources/crm.yaml",
        "contract_end: [accounts, contracts]",
        "contract_end: [acounts, contracts]",
        ["sources/crm.yaml:24: unknown table 'crm.acounts'. Did you mean 'crm.accounts'?"],
        id="a_path_over_an_unknown_table",
    ),
    pytest.param(
        "sources/crm.yaml",
        "contract_end: [accounts, contracts]",
        "contract_ended: [accounts, contracts]",
        ["sources/crm.yaml:24: unknown event 'contract_ended'. Did you mean 'contract_end'?"],
        id="a_path_of_an_unknown_event",
    ),
    pytest.param(
        "sources/crm.yaml",
        "scopes: {relationship: record}",
        "scopes: {relationshp: record}",
        ["sources/crm.yaml:29: unknown purpose 'relationshp'. Did you mean 'relationship'?"],
        id="a_scope_of_an_unknown_purpose",
    ),
    pytest.param(
        "sources/crm.yaml",
        "scopes: {relationship: record}",
        "scopes: {newsletter: record}",
        ["sources/crm.yaml:29: no field of crm.contracts serves 'newsletter', so it has no scope here"],
        id="a_scope_of_a_purpose_not_served",
    ),
    pytest.param(
        "sources/crm.yaml",
        "kind: {category: user.privacy_preferences, serves: newsletter}",
        "kind: {category: user.privacy_preferences, serves: newsletter}\n"
        "      Kind: {category: user.privacy_preferences, serves: newsletter}",
        ["sources/crm.yaml:52: fields 'kind' and 'Kind' of crm.consents differ only in case"],
        id="two_columns_that_differ_in_case",
    ),
    pytest.param(
        "sources/crm.yaml",
        'path: "crm/{table}-{day}.csv", ',
        "",
        [
            (
                "sources/crm.yaml:3: no `path` of the extract for accounts, people, contracts, invoices, consents. Th"
                "e source says it for all its tables, or each table for itself"
            )
        ],
        id="an_extract_without_a_path",
    ),
    pytest.param(
        "sources/crm.yaml",
        "{table}-{day}.csv",
        "{table}.csv",
        ["sources/crm.yaml:3: path 'crm/{table}.csv' must hold {day} once"],
        id="a_path_without_the_day",
    ),
    pytest.param(
        "sources/crm.yaml",
        "{table}-{day}.csv",
        "{tabel}-{day}.csv",
        ["sources/crm.yaml:3: path 'crm/{tabel}-{day}.csv' holds {tabel}. It may hold {table} and {day}"],
        id="a_path_with_a_placeholder_of_its_own",
    ),
    pytest.param(
        "sources/crm.yaml",
        "crm/{table}-{day}.csv",
        "../{table}-{day}.csv",
        [("sources/crm.yaml:3: path '../{table}-{day}.csv' leaves the drop folder. Write it relative, with forward slashes")],
        id="a_path_that_leaves_the_drop_folder",
    ),
    pytest.param(
        "sources/crm.yaml",
        "crm/{table}-{day}.csv",
        "crm-{day}.csv",
        [
            (
                "sources/crm.yaml:3: crm.accounts, crm.people, crm.contracts, crm.invoices, crm.consents read the sam"
                "e file. Put {table} into the path, and a folder for each source"
            )
        ],
        id="tables_that_read_one_file",
    ),
    pytest.param(
        "sources/crm.yaml",
        "{mode: increment, deletes: none}",
        "{mode: increment}",
        [
            (
                "sources/crm.yaml:38: crm.invoices is an increment and must say `deletes`. Legal values: none, or for "
                "example {column: op, values: [D]}"
            )
        ],
        id="an_increment_without_deletes",
    ),
    pytest.param(
        "sources/crm.yaml",
        "{mode: increment, deletes: none}",
        "{mode: snapshot, deletes: none}",
        ["sources/crm.yaml:38: crm.invoices is a snapshot: a deleted row is one that it no longer holds"],
        id="a_snapshot_with_deletes",
    ),
    pytest.param(
        "sources/crm.yaml",
        "source: crm",
        "source: main",
        [
            "holds.yaml:6: unknown table 'crm.contracts'. Did you mean 'main.contracts'?",
            "sources/crm.yaml:1: a source cannot be called 'main'. The store keeps that name for itself",
            "sources/crm.yaml:28: unknown table 'crm.accounts'. Did you mean 'main.accounts'?",
        ],
        id="a_source_with_a_name_of_the_database",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "{consent: newsletter}",
        "{consent: newsleter}",
        ["purposes/newsletter.yaml:7: unknown consent 'newsleter'. Did you mean 'newsletter'?"],
        id="an_unknown_consent",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "event: contract_end",
        "event: contract_ends",
        ["purposes/relationship.yaml:7: unknown starting point 'contract_ends'. Did you mean 'contract_end'?"],
        id="an_unknown_starting_point",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "event: person_left",
        "event: person_let",
        ["purposes/relationship.yaml:8: unknown event 'person_let'. Did you mean 'person_left'?"],
        id="an_unknown_early_end",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "[mailer]",
        "[mailr]",
        ["purposes/relationship.yaml:13: unknown recipient 'mailr'. Did you mean 'mailer'?"],
        id="an_unknown_recipient",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "{sv: Nyhetsbrev, en: Newsletter}",
        "{sv: Nyhetsbrev}",
        ["purposes/newsletter.yaml:2: title is missing in language 'en'"],
        id="a_title_missing_in_a_language",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "{sv: Du bad om det., en: You asked for it.}",
        "{sv: Du bad om det., en: You asked for it., fi: x}",
        ["purposes/newsletter.yaml:3: unknown language 'fi'. Known languages: en, sv"],
        id="a_reason_in_a_language_of_nobody",
    ),
    pytest.param(
        "company.yaml",
        "{sv: Utskick, en: Mailer}",
        "{sv: Utskick}",
        ["company.yaml:8: title of recipient 'mailer' is missing in language 'en'"],
        id="a_recipient_without_a_title_in_a_language",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "eu-gdpr:A6-1-f",
        "eu-gdpr:A6-1-a",
        [
            (
                "purposes/relationship.yaml:5: purpose 'relationship' rests on consent and asks for none. Name the co"
                "nsent in `requires_consent` or in the starting point"
            )
        ],
        id="a_basis_of_consent_that_asks_for_none",
    ),
    pytest.param(
        "purposes/bookkeeping.yaml",
        "eu-gdpr:A6-1-c",
        "eu-gdpr:A6-1-a",
        ["purposes/bookkeeping.yaml:5: a duty cannot rest on consent. It outlives a withdrawal"],
        id="a_duty_that_rests_on_consent",
    ),
    pytest.param(
        "purposes/bookkeeping.yaml",
        "approved_by: dpo",
        "approved_by: dpo\nrequires_consent: newsletter",
        ["purposes/bookkeeping.yaml:16: a duty cannot end with a consent"],
        id="a_duty_that_ends_with_a_consent",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "P30D",
        "P0D",
        ["purposes/newsletter.yaml:9: execution_window must be at least P1D"],
        id="an_execution_window_of_nothing",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "execution_window: P30D",
        "execution_window: P0D",
        ["purposes/relationship.yaml:8: execution_window must be at least P1D"],
        id="an_early_end_with_a_window_of_nothing",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "settle: P14D",
        "settle: P4M",
        [
            "purposes/relationship.yaml:8: execution_window P30D is shorter than settle P4M",
            "purposes/relationship.yaml:11: execution_window P3M is shorter than settle P4M",
        ],
        id="settling_longer_than_the_window",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "settle: P14D",
        "settle: P1M",
        ["purposes/relationship.yaml:8: execution_window P30D is shorter than settle P1M"],
        id="settling_longer_than_an_early_end's_window",
    ),
    pytest.param(
        "purposes/bookkeeping.yaml",
        "P10Y",
        "P12M",
        ["purposes/bookkeeping.yaml:10: restrict P1Y would erase before the duty's P7Y can have passed"],
        id="a_duty_shorter_where_its_event_is_missing",
    ),
    pytest.param(
        "purposes/bookkeeping.yaml",
        "on_missing_event: {restrict: P10Y, from: first_seen}\n",
        "",
        [("purposes/bookkeeping.yaml:7: duty 'bookkeeping' has no `on_missing_event`. Without it the company's ceiling counts")],
        id="a_duty_that_does_not_say_what_a_missing_event_means",
    ),
    pytest.param(
        "sources/crm.yaml",
        "table: consents",
        "table: consent",
        ["sources/crm.yaml:57: unknown table 'crm.consent'. Did you mean 'crm.consents'?"],
        id="a_consent_in_an_unknown_table",
    ),
    pytest.param(
        "sources/crm.yaml",
        "from: given_at",
        "from: given_on",
        ["sources/crm.yaml:61: unknown column 'given_on' of crm.consents. Did you mean 'given_at'?"],
        id="a_consent_in_an_unknown_column",
    ),
    pytest.param(
        "sources/crm.yaml",
        "[people.email]",
        "[people.mail]",
        ["sources/crm.yaml:58: unknown column 'mail' of crm.people. Did you mean 'email'?"],
        id="a_consent_found_by_an_unknown_column",
    ),
    pytest.param(
        "sources/crm.yaml",
        "[people.email]",
        "[persons.email]",
        ["sources/crm.yaml:58: unknown table 'crm.persons'. Did you mean 'crm.people'?"],
        id="a_consent_found_by_an_unknown_table",
    ),
    pytest.param(
        "sources/crm.yaml",
        "[people.email]",
        "[people.left_on]",
        ["sources/crm.yaml:58: 'email' is email, but 'left_on' of crm.people is date"],
        id="a_consent_found_by_another_type",
    ),
    pytest.param(
        "sources/crm.yaml",
        "from: given_at",
        "from: kind",
        ["sources/crm.yaml:61: consent 'newsletter' needs a date, but 'kind' is text"],
        id="a_consent_whose_time_is_no_date",
    ),
    pytest.param(
        "sources/crm.yaml",
        "when: \"kind = 'newsletter'\"",
        'when: "kind ="',
        ["sources/crm.yaml:63: condition of consent 'newsletter': not a single SQL condition"],
        id="a_consent_with_a_condition_that_is_none",
    ),
    pytest.param(
        "sources/crm.yaml",
        "valid: [Given]",
        "valid: [Givn]",
        ["sources/crm.yaml:60: unknown status 'Givn'. Did you mean 'Given'?"],
        id="a_valid_status_that_is_not_accepted",
    ),
    pytest.param(
        "holds.yaml",
        "    ground: Pending dispute\n",
        "",
        ["holds.yaml:2: missing key 'ground'. Why: the dispute, audit or order."],
        id="a_hold_without_a_ground",
    ),
    pytest.param(
        "holds.yaml",
        "crm.contracts",
        "contracts",
        ["holds.yaml:6: unknown table 'contracts'. Did you mean 'crm.contracts'?"],
        id="a_hold_over_an_unknown_table",
    ),
    pytest.param(
        "holds.yaml",
        "2027-01-01",
        "2025-01-01",
        ["holds.yaml:5: the review must come after the hold begins"],
        id="a_hold_reviewed_before_it_begins",
    ),
    pytest.param(
        "company.yaml",
        "from: first_seen}",
        "from: first_seen, execution_window: P0D}",
        ["company.yaml:5: execution_window must be at least P1D"],
        id="a_window_of_nothing_for_the_undetermined",
    ),
    pytest.param(
        "sources/crm.yaml",
        "status = 'active'",
        "ended_on > '2020-01-01'",
        [
            (
                "sources/crm.yaml:36: condition of event 'contract_end': dates and text cannot be compared. A date is"
                " written DATE 'YYYY-MM-DD'"
            )
        ],
        id="a_date_compared_with_text",
    ),
    pytest.param(
        "sources/crm.yaml",
        "line_no = 1",
        "line_no IN ('1', '2')",
        ["sources/crm.yaml:45: condition of event 'voucher': numbers and text cannot be compared"],
        id="a_number_compared_with_text",
    ),
    pytest.param(
        "sources/crm.yaml",
        "status = 'active'",
        "ended_on LIKE DATE '2020-01-01'",
        ["sources/crm.yaml:36: condition of event 'contract_end': like needs text, not dates"],
        id="a_date_searched_as_text",
    ),
    pytest.param(
        "sources/crm.yaml",
        "status = 'active'",
        "lower(ended_on) IS NULL",
        ["sources/crm.yaml:36: condition of event 'contract_end': lower needs text, not dates"],
        id="a_date_in_lower_case",
    ),
    pytest.param(
        "sources/crm.yaml",
        "status = 'active'",
        "coalesce(ended_on, status) IS NULL",
        [
            (
                "sources/crm.yaml:36: condition of event 'contract_end': dates and text cannot be compared. A date is"
                " written DATE 'YYYY-MM-DD'"
            )
        ],
        id="a_coalesce_of_two_kinds",
    ),
    pytest.param(
        "sources/crm.yaml",
        "when: \"kind = 'newsletter'\"",
        'when: "given_at = TRUE"',
        [
            (
                "sources/crm.yaml:63: condition of consent 'newsletter': dates and true or false cannot be compared. "
                "A date is written DATE 'YYYY-MM-DD'"
            )
        ],
        id="a_consent_condition_that_compares_two_kinds",
    ),
    pytest.param(
        "sources/crm.yaml",
        "[people.email]",
        "[people.email, people.notes]",
        [
            "sources/crm.yaml:58: 'email' is email, but 'notes' of crm.people is text",
            "sources/crm.yaml:58: two columns of crm.people find consent 'newsletter': email, notes",
        ],
        id="a_consent_found_by_two_columns_of_a_table",
    ),
    pytest.param(
        "sources/crm.yaml",
        "[people.email]",
        "[people.email, consents.kind]",
        [
            "sources/crm.yaml:58: 'email' is email, but 'kind' of crm.consents is text",
            "sources/crm.yaml:58: two columns of crm.consents find consent 'newsletter': email, kind",
        ],
        id="a_consent_found_by_another_column_of_its_own_table",
    ),
    pytest.param(
        "sources/crm.yaml",
        "status = 'active'",
        "status = 'actve'",
        ["sources/crm.yaml:36: condition of event 'contract_end': 'status' is never 'actve'. Did you mean 'active'?"],
        id="a_value_that_the_column_never_holds",
    ),
    pytest.param(
        "sources/crm.yaml",
        "status = 'active'",
        "status NOT IN ('active', 'cancelled')",
        [("sources/crm.yaml:36: condition of event 'contract_end': 'status' is never 'cancelled'. Accepted: active, ended")],
        id="a_value_in_a_list_that_the_column_never_holds",
    ),
)


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASES)
def test_a_disagreement_is_told_with_its_line(folder, file: str, old: str, new: str, expected: list[str]) -> None:
    folder.change(file, old, new)
    assert folder.problems() == expected


@pytest.mark.parametrize("category", ["user.demographic.religious_belief", "user.health_and_medical.genetic", "user.belief.held"])
def test_a_special_category_asks_for_a_ground_by_whatever_key_it_goes(folder, category: str) -> None:
    folder.change("company.yaml", "languages:", "categories: {user.belief.held: {title: {sv: Tro, en: Belief}, special: true}}\nlanguages:")
    folder.change("sources/crm.yaml", "union: {category: user.membership.union,", f"union: {{category: {category},")
    folder.change("purposes/bookkeeping.yaml", "art9_ground: eu-gdpr:A9-2-b\n", "")
    (found,) = folder.problems()
    assert "is a special category, but purpose 'bookkeeping' has no `art9_ground`" in found
