"""Every fault in the manifest is in the files, and every kind of fault is planted."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from privacy_pipelines.demo.recipes import RECIPES

LINKS = {
    ("crm.contracts", "account_id"): "crm.accounts",
    ("crm.activities", "contact_id"): "crm.contacts",
    ("crm.invoices", "account_id"): "crm.accounts",
    ("hr.payroll", "employee_id"): "hr.employees",
    ("hr.applications", "recruitment_id"): "hr.recruitments",
}
KINDS = {recipe.kind for recipe in RECIPES} | {"undeclared_column", "truncated_file", "no_contract"}


def _of(demo, kind):
    found = [fault for fault in demo.manifest.faults if fault.kind == kind]
    assert found, f"no {kind}"
    return found


def _cells(demo, kind):
    for fault in _of(demo, kind):
        rows = demo.by_key(fault.table, fault.day)
        for key in fault.keys:
            yield fault, rows[key][fault.column]


def test_every_recipe_is_planted(demo):
    planted = {(fault.kind, fault.table, fault.column) for fault in demo.manifest.faults}
    assert {(recipe.kind, recipe.table, recipe.column) for recipe in RECIPES} <= planted
    assert {kind for kind, _, _ in planted} == KINDS


def test_planted_keys_are_counted(demo):
    assert all(fault.count == len(fault.keys) for fault in demo.manifest.faults if fault.keys)


def test_unreadable_dates_are_no_dates(demo):
    for _, cell in _cells(demo, "unreadable_date"):
        with pytest.raises(ValueError, match=r"Invalid isoformat|month must be|day"):
            date.fromisoformat(cell)


def test_sentinels_stand_where_a_date_is_unknown(demo):
    assert {cell for _, cell in _cells(demo, "sentinel_date")} == {"9999-12-31", "1900-01-01"}


def test_double_encoded_names_read_well_once_decoded_again(demo):
    for fault, cell in _cells(demo, "double_encoded"):
        assert "Ã" in cell
        again = cell.encode("cp1252" if fault.table.startswith("crm.") else "latin-1").decode("utf-8")
        assert again != cell


def test_duplicate_keys_have_different_rows(demo):
    for fault in _of(demo, "duplicate_key"):
        rows = [row for row in demo.rows(fault.table, fault.day) if next(iter(row.values())) in fault.keys]
        assert len(rows) == 2 * fault.count
        assert len({row[fault.column] for row in rows}) > 1


def test_only_planted_keys_occur_twice(demo):
    planted = {(fault.table, fault.day): set(fault.keys) for fault in _of(demo, "duplicate_key")}
    for file in demo.manifest.files:
        width = 2 if file.table == "crm.invoice_lines" else 1
        keys = Counter(tuple(row[:width]) for row in demo.lines(file.table, file.day)[1:])
        assert {key[0] for key, times in keys.items() if times > 1} == planted.get((file.table, file.day), set())


def test_orphans_link_to_nothing(demo):
    for fault, cell in _cells(demo, "orphan"):
        assert cell not in demo.by_key(LINKS[fault.table, fault.column], fault.day)


def test_customers_without_a_contract_have_none(demo):
    under_contract = {row["account_id"] for row in demo.rows("crm.contracts", demo.first)}
    for fault, account in _cells(demo, "no_contract"):
        assert fault.day != demo.first or account not in under_contract


def test_free_text_holds_an_address_and_an_identity_number(demo):
    for _, cell in _cells(demo, "personal_data_in_text"):
        assert "@" in cell
        assert "personnummer 19" in cell


def test_ragged_rows_lack_their_last_column(demo):
    for fault in _of(demo, "ragged_row"):
        rows = demo.by_key(fault.table, fault.day)
        assert all(fault.column not in rows[key] for key in fault.keys)


def test_required_names_are_empty_and_statuses_unknown_where_planted(demo):
    assert {cell for _, cell in _cells(demo, "empty_required")} == {""}
    assert {cell for _, cell in _cells(demo, "not_accepted")} == {"paused", "kanske"}


def test_the_undeclared_column_comes_on_the_last_night(demo):
    (fault,) = _of(demo, "undeclared_column")
    assert (fault.table, fault.day, fault.column) == ("crm.contacts", demo.last, "shoe_size")
    assert demo.lines(fault.table, fault.day)[0][-1] == "shoe_size"


def test_the_truncated_file_breaks_off_in_the_middle_of_a_line_on_the_last_night_but_one(demo):
    (fault,) = _of(demo, "truncated_file")
    assert fault.day == demo.manifest.days[-2]
    path = next(file.path for file in demo.manifest.files if (file.table, file.day) == (fault.table, fault.day))
    content = (demo.folder / path).read_bytes()
    whole = (demo.folder / path.replace(str(fault.day), str(demo.last))).read_bytes()
    assert not content.endswith(b"\n")
    assert 0.5 < len(content) / len(whole) < 0.6
    assert fault.count > 50
