"""What a link may not say: each fault has its line, its words and what to write instead."""

from __future__ import annotations

import pytest

LINKS = "      account_id: {to: crm.accounts, column: account_id}"
PEOPLE = "    links: {account_id: accounts}"

CASES = (
    pytest.param(
        LINKS,
        "      account_id: {kind: status, to: {active: acounts, ended: people}}",
        ["sources/crm.yaml:28: unknown table 'crm.acounts'. Did you mean 'crm.accounts'?"],
        id="a_kind_whose_table_is_unknown",
    ),
    pytest.param(
        LINKS,
        "      account_id: {kind: ended_on, to: {active: accounts}}",
        ["sources/crm.yaml:28: 'ended_on' is date, and `to` lists text"],
        id="a_kind_that_is_no_text",
    ),
    pytest.param(
        LINKS,
        "      account_id: {to: {active: accounts}}",
        [
            "sources/crm.yaml:28: 'account_id': `kind` names the column whose values `to` lists, "
            "for example {kind: parent_type, to: {Account: accounts}}"
        ],
        id="several_tables_without_a_kind",
    ),
    pytest.param(
        LINKS,
        "      account_id: {to: accounts, column: account_id, columns: {account_id: account_id}}",
        ["sources/crm.yaml:28: 'account_id': a link has a `column` or `columns`, not both"],
        id="one_column_and_several",
    ),
    pytest.param(
        LINKS,
        "      account_id: accounts\n      bill: {to: invoices, columns: {account_id: invoice_id, status: line_no}}",
        ["sources/crm.yaml:29: 'status' is text, but 'line_no' of crm.invoices is integer"],
        id="columns_of_two_types",
    ),
    pytest.param(
        LINKS,
        "      account_id: accounts\n      status: invoices",
        [
            "sources/crm.yaml:29: the key of crm.invoices has several columns. "
            "Say which with `{to: …, columns: {…: …}}`"
        ],
        id="a_key_of_several_columns_as_one",
    ),
    pytest.param(
        LINKS,
        "      bill: {to: accounts, columns: {acount_id: account_id}}",
        ["sources/crm.yaml:28: unknown column 'acount_id'. Did you mean 'account_id'?"],
        id="an_unknown_column_of_several",
    ),
    pytest.param(
        LINKS,
        "      account_id: {to: accounts, when_target_ends: end_to}",
        [
            "sources/crm.yaml:28: 'end_to' is no legal value of 'when_target_ends'. "
            "Legal values: clear, keep_key, end_too. Did you mean 'end_too'?"
        ],
        id="an_unknown_consequence",
    ),
    pytest.param(
        LINKS,
        "      account_id: {to: accounts, when_target_ends: end_too}",
        ["sources/crm.yaml:28: rows of crm.accounts never end, for nothing in them is personal"],
        id="ending_with_what_never_ends",
    ),
    pytest.param(
        LINKS,
        "      contract_id: {to: accounts, when_target_ends: clear}",
        [
            "sources/crm.yaml:28: link 'contract_id' of crm.contracts cannot be cleared: its columns are the key's, or another link's. "
            "Legal values: keep_key, end_too"
        ],
        id="a_key_that_would_be_cleared",
    ),
    pytest.param(
        PEOPLE,
        "    links: {account_id: accounts, person_id: {to: contracts, when_target_ends: end_too}}",
        ["sources/crm.yaml:12: rows of crm.people cannot end with another's: 'bookkeeping' keeps them for its own time. "
         "Legal values: clear, keep_key"],
        id="a_dutys_row_that_would_end_with_another",
    ),
    pytest.param(
        LINKS,
        "      account_id: accounts\n      contract_id: {to: contracts, when_target_ends: end_too}",
        ["sources/crm.yaml:29: rows of crm.contracts would end with rows that end with them. Legal values here: clear, keep_key"],
        id="a_circle_of_endings",
    ),
    pytest.param(
        "contract_end: [accounts, contracts]",
        "contract_end: [accounts, {table: contracts, link: acount_id}]",
        ["sources/crm.yaml:24: unknown link 'acount_id' of crm.accounts and crm.contracts. Did you mean 'account_id'?"],
        id="a_step_over_an_unknown_link",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_a_fault_of_a_link_is_told_with_its_line(folder, old: str, new: str, expected: list[str]) -> None:
    folder.change("sources/crm.yaml", old, new)
    assert folder.problems() == expected
