"""What a single policy file may not say: each fault has its line, its words and what to write instead."""

from __future__ import annotations

import pytest

CASES = (
    pytest.param(
        "company.yaml",
        "zone:",
        "zon:",
        ["company.yaml:2: unknown key 'zon'. Did you mean 'zone'?"],
        id="an_unknown_key",
    ),
    pytest.param(
        "company.yaml",
        "zone: Europe/Stockholm",
        "zone: Europe/Stockholm\nqqqq: 1",
        [
            (
                "company.yaml:3: unknown key 'qqqq'. Known keys: backup_tail, categories, controller, data_uses, departed_expiry, "
                "entities, fiscal_year_end, guards, languages, masking, notice, plausible_dates, recipients, shared_mailboxes, "
                "source_cleanup, undetermined, unknown_dates, vacation_year_end, zone"
            )
        ],
        id="an_unknown_key_far_from_every_known_one",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "period: P0D\n",
        "",
        [("purposes/newsletter.yaml:1: missing key 'period'. How long the data is kept from the starting point, ISO 8601.")],
        id="a_missing_key",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "P30D",
        "30 days",
        [("purposes/newsletter.yaml:9: 'execution_window': not an ISO 8601 period: '30 days', expected for example P7Y, P12M or P14D")],
        id="a_period_that_is_none",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "P30D",
        "P200Y",
        [("purposes/newsletter.yaml:9: 'execution_window': P200Y is longer than a hundred years, which is no period but for ever")],
        id="a_period_without_end",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "P30D",
        "30",
        [("purposes/newsletter.yaml:9: 'execution_window': not an ISO 8601 period, expected for example P7Y, P12M or P14D")],
        id="a_number_where_a_period_should_be",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "2026-01-01",
        "2026-02-30",
        ["purposes/newsletter.yaml:11: 'effective_from': there is no day 2026-02-30"],
        id="a_date_that_is_none",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "2026-01-01",
        "01/02/2026",
        ["purposes/newsletter.yaml:11: 'effective_from': not a date, expected YYYY-MM-DD"],
        id="a_date_in_another_order",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "end_of_month",
        "end_of_moth",
        [
            (
                "purposes/relationship.yaml:7: 'end_of_moth' is no legal value of 'offset'. Legal values: end_of_mont"
                "h, end_of_calendar_year, end_of_fiscal_year, end_of_vacation_year. Did you mean 'end_of_month'?"
            )
        ],
        id="a_legal_value_misspelt",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "nature: policy",
        "nature: polcy",
        [
            (
                "purposes/relationship.yaml:6: 'polcy' is no legal value of 'nature'. Legal values: policy, claims, d"
                "uty. Did you mean 'policy'?"
            )
        ],
        id="a_nature_that_is_none",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "eu-gdpr:A6-1-f",
        "A6-1-f",
        [
            (
                "purposes/relationship.yaml:5: 'A6-1-f' is no legal value of 'legal_basis'. Legal values: eu-gdpr:A6-"
                "1-a, eu-gdpr:A6-1-b, eu-gdpr:A6-1-b-enter-into-contract, eu-gdpr:A6-1-c, eu-gdpr:A6-1-d, eu-gdpr:A6-"
                "1-e, eu-gdpr:A6-1-f. Did you mean 'eu-gdpr:A6-1-f'?"
            )
        ],
        id="a_legal_basis_that_is_none",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "source: Founding policy",
        "source: 17",
        ["purposes/newsletter.yaml:10: 'source' expects text. Put it in quotes"],
        id="a_number_where_text_should_be",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "approved_by: dpo",
        "approved_by: dpo\nreview: yes",
        ["purposes/newsletter.yaml:13: 'review' expects true or false"],
        id="text_where_true_or_false_should_be",
    ),
    pytest.param(
        "company.yaml",
        "unexpected_count: 20",
        "unexpected_count: many",
        ["company.yaml:6: 'unexpected_count' expects a whole number"],
        id="text_where_a_number_should_be",
    ),
    pytest.param(
        "company.yaml",
        "row_drop: 0.20",
        "row_drop: 20",
        ["company.yaml:6: 'row_drop': must be at most 1.0"],
        id="a_share_above_one",
    ),
    pytest.param(
        "company.yaml",
        "row_drop: 0.20",
        "row_drop: .nan",
        ["company.yaml:6: 'row_drop': must be a number"],
        id="a_share_that_is_no_number",
    ),
    pytest.param(
        "company.yaml",
        "controller: {name: Small AB, contact: privacy@small.example, dpo: dpo@small.example}",
        "controller: [Small AB]",
        ["company.yaml:1: 'controller' expects keys and values"],
        id="a_list_where_keys_and_values_should_be",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "ended_by: [{event: person_left, period: P0D, execution_window: P30D}]",
        "ended_by: {event: person_left}",
        ["purposes/relationship.yaml:8: 'ended_by' expects a list"],
        id="keys_and_values_where_a_list_should_be",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "source: Founding policy",
        "source: ''",
        ["purposes/newsletter.yaml:10: 'source': must not be empty"],
        id="an_empty_text",
    ),
    pytest.param(
        "company.yaml",
        "[sv, en]",
        "[]",
        ["company.yaml:3: 'languages': must not be empty"],
        id="an_empty_list",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "purpose: newsletter",
        "purpose: Newsletter",
        [
            (
                "purposes/newsletter.yaml:1: 'Newsletter' cannot stand in 'purpose'. Lower case letters, digits and u"
                "nderscores, for example contract_end"
            )
        ],
        id="a_name_in_upper_case",
    ),
    pytest.param(
        "sources/crm.yaml",
        "category: user.unique_id, serves: [newsletter, relationship]",
        "category: person.id, serves: [newsletter, relationship]",
        [
            (
                "sources/crm.yaml:14: 'person.id' cannot stand in 'category'. system.operations, or user and what it "
                "is about, for example user.contact.email"
            )
        ],
        id="a_category_that_is_none",
    ),
    pytest.param(
        "sources/crm.yaml",
        "account_id: {category: system.operations}",
        "account_id: {category: system.other}",
        [
            (
                "sources/crm.yaml:8: 'system.other' cannot stand in 'category'. system.operations, or user and what i"
                "t is about, for example user.contact.email"
            )
        ],
        id="a_system_category_of_its_own",
    ),
    pytest.param(
        "sources/crm.yaml",
        "dated_on: {category",
        '"dated\\"on": {category',
        [
            ("sources/crm.yaml:43: 'dated\"on' cannot be a key here. A column is a letter, then letters, digits and underscores"),
            "sources/crm.yaml:45: unknown column 'dated_on'. Did you mean 'dated\"on'?",
        ],
        id="a_column_with_a_quote_in_it",
    ),
    pytest.param(
        "sources/crm.yaml",
        "serves: [newsletter, relationship]}",
        "serves: [newsletter, newsletter]}",
        ["sources/crm.yaml:14: 'serves': 'newsletter' stands twice in the list"],
        id="a_name_twice_in_a_list",
    ),
    pytest.param(
        "company.yaml",
        "Europe/Stockholm",
        "Europe/Stokholm",
        ["company.yaml:2: 'zone': unknown time zone 'Europe/Stokholm', expected for example Europe/Stockholm or UTC"],
        id="a_time_zone_that_is_none",
    ),
    pytest.param(
        "company.yaml",
        '"12-31"',
        '"13-31"',
        ["company.yaml:4: 'fiscal_year_end': there is no day 13-31 in any year"],
        id="a_year_end_that_is_no_day",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "{event: contract_end, of: subject, offset: end_of_month}",
        "{of: subject}",
        ["purposes/relationship.yaml:7: 'starting_point': a starting point is either an event or a consent"],
        id="a_starting_point_that_is_neither",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "{consent: newsletter}",
        "{consent: newsletter, event: x, of: record}",
        ["purposes/newsletter.yaml:7: 'starting_point': a starting point is either an event or a consent"],
        id="a_starting_point_that_is_both",
    ),
    pytest.param(
        "purposes/newsletter.yaml",
        "{consent: newsletter}",
        "{consent: newsletter, offset: end_of_month}",
        [("purposes/newsletter.yaml:7: 'starting_point': a consent's end is a day of its own: of, offset and order belong to events")],
        id="a_consent_with_an_offset",
    ),
    pytest.param(
        "purposes/bookkeeping.yaml",
        "of: record, ",
        "",
        [("purposes/bookkeeping.yaml:7: 'starting_point': say with `of` whether the event is the record's own or the subject's latest")],
        id="an_event_without_its_scope",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "offset: end_of_month",
        "order: period_then_offset",
        ["purposes/relationship.yaml:7: 'starting_point': `order` without an `offset` orders nothing"],
        id="an_order_without_an_offset",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "approved_by: dpo",
        "approved_by: dpo\nrestrict_from: objection",
        ["purposes/relationship.yaml:17: 'restrict_from' expects null, it is not in use yet"],
        id="a_restriction_event",
    ),
    pytest.param(
        "sources/crm.yaml",
        "subject: customer",
        'subject: {kind: customer, when: "x = 1"}',
        [
            "sources/crm.yaml:11: condition of subject 'customer': unknown column 'x'. "
            "Columns: account_id, email, left_on, notes, number, person_id, union"
        ],
        id="a_subject_with_an_unknown_column",
    ),
    pytest.param(
        "sources/crm.yaml",
        "subject: customer",
        "subject:\n      - customer\n      - {kind: customer, wen: x}\n      - {kind: staff,\n         otherwise: legal_person}",
        [
            "sources/crm.yaml:13: unknown key 'wen'. Did you mean 'when'?",
            "sources/crm.yaml:15: every row of crm.people is a person, so `otherwise` says nothing. Say with `when` which rows are",
        ],
        id="subjects_with_a_misspelt_key_and_nobody_left_over",
    ),
    pytest.param(
        "sources/crm.yaml",
        "subject: customer",
        """subject: [customer, {kind: customer, when: "left_on IS NULL"}]""",
        ["sources/crm.yaml:11: subject 'customer' of crm.people is declared twice. Join its conditions with OR"],
        id="subjects_that_cannot_be_told_apart",
    ),
    pytest.param(
        "purposes/relationship.yaml",
        "recipients: [mailer]",
        "recipients: [mailer]\nsubjects: customr",
        ["purposes/relationship.yaml:14: unknown subject 'customr'. Did you mean 'customer'?"],
        id="a_purpose_for_an_unknown_kind_of_person",
    ),
    pytest.param(
        "sources/crm.yaml",
        '{at: dated_on, when: "line_no = 1"}',
        '{when: "line_no = 1"}',
        ["sources/crm.yaml:45: 'voucher': an event says where its date stands (`at`), or which rows are in force (`open_if`)"],
        id="an_event_with_neither_a_date_nor_an_open_row",
    ),
    pytest.param(
        "sources/crm.yaml",
        "[people.email]",
        "[email]",
        ["sources/crm.yaml:58: 'email' cannot stand in 'email'. table.column, for example contacts.email"],
        id="a_path_that_is_no_column",
    ),
    pytest.param(
        "sources/crm.yaml",
        "match: {email: [people.email]}",
        "match: {email: [people.email], kind: [people.email]}",
        ["sources/crm.yaml:58: 'match': must hold at most 1"],
        id="two_matching_columns",
    ),
)


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASES)
def test_a_fault_in_a_file_is_told_with_its_line(folder, file: str, old: str, new: str, expected: list[str]) -> None:
    folder.change(file, old, new)
    assert folder.problems() == expected
