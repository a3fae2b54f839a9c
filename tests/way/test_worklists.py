"""What a source still holds of what we left behind or refused stands in its work list, and its next extract is the receipt."""

from __future__ import annotations

import csv as readers
import json
import stat
from pathlib import Path

from tests.way.customers import ANY_DROP, customers, extracts
from tests.way.house import Company, day
from tests.way.test_leaving import INVOICES, invoiced

SENT = {"contacts": "C1,A1,Ada,\nC2,A2,Bo,", "contracts": "K1,A1,ended,2026-01-05,\nK2,A2,active,,"}


def items(company: Company) -> list[tuple[str, str, str, str, str, str]]:
    """(table, key, fields, since, asked on, nights) of the list, the same from both files."""
    with (_folder(company) / "crm.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(readers.DictReader(stream))
    document = json.loads((_folder(company) / "crm.json").read_text(encoding="utf-8"))
    assert [
        {**row, "key": json.loads(row["key"]), "nights": int(row["nights"]), "overdue": row["overdue"] == "true"} for row in rows
    ] == document
    return [
        (one["table"], ",".join(one["key"].values()), one["fields"] or one["delete"], one["since"], one["asked_on"], str(one["nights"]))
        for one in document
    ]


def numbers(company: Company) -> list[int]:
    """Open, done, overdue, and the age of the oldest, of the last night."""
    (found,) = company.stations["proof"].record.worklists
    return [found.open, found.done, found.overdue, found.oldest_days]


def _folder(company: Company) -> Path:
    return company.paths.store / "worklists"


def test_the_list_names_what_a_source_still_sends_until_it_no_longer_does(company: Company) -> None:
    customers(company, company=f"{ANY_DROP}\nsource_cleanup: P2D")
    extracts(company, "2026-01-10", **SENT)
    company.night("2026-01-10")
    assert (items(company), numbers(company)) == ([], [0, 0, 0, 0])
    company.night("2026-01-20")
    left = [
        ("crm.contacts", "C1", "record", "2026-01-20", "2026-01-20", "1"),
        ("crm.contracts", "K1", "record", "2026-01-20", "2026-01-20", "1"),
    ]
    assert items(company) == left
    extracts(company, "2026-01-21", **SENT)
    company.night("2026-01-21")
    assert [item[-1] for item in items(company)] == ["2", "2"]
    company.night("2026-01-23")  # without an extract nothing is told: what was open stays so
    assert ([item[1] for item in items(company)], numbers(company)) == (["C1", "K1"], [2, 0, 2, 3])
    extracts(company, "2026-01-24", contacts=SENT["contacts"], contracts="K2,A2,active,,")
    last = company.night("2026-01-24")
    assert (items(company), numbers(company)) == ([("crm.contacts", "C1", "record", "2026-01-20", "2026-01-20", "3")], [1, 1, 1, 4])
    told = {name: last.metrics[name] for name in ("to_delete", "deleted_at_source", "overdue_at_source", "oldest_at_source")}
    assert told == {"to_delete": 1, "deleted_at_source": 1, "overdue_at_source": 1, "oldest_at_source": 4}
    extracts(company, "2026-01-25", contacts="C2,A2,Bo,", contracts="K2,A2,active,,")
    company.night("2026-01-25")
    assert (items(company), numbers(company)) == ([], [0, 1, 0, 0])


def test_of_a_row_that_stays_the_list_names_the_fields_and_who_lawfully_returns_is_on_none(company: Company) -> None:
    invoiced(company).night("2026-01-31")
    company.night("2026-02-01")
    contacts = "id,name,ends_on\nC1,Ada,{}\nC2,Bo,2026-12-31"
    company.extract("invoices", "2026-02-02", INVOICES)
    company.extract("contacts", "2026-02-02", contacts.format("2026-01-31"))
    company.night("2026-02-02")
    asked = {(table, key, what) for table, key, what, *_ in items(company)}
    assert asked == {("crm.contacts", "C1", "record"), ("crm.invoices", "I1", "contact_id,email,phone")}
    company.extract("invoices", "2026-02-03", INVOICES.replace("ada@x.example,070", ",").replace("I1,C1", "I1,"))
    company.extract("contacts", "2026-02-03", contacts.format("2026-12-31"))
    company.night("2026-02-03")
    assert (items(company), numbers(company)[0]) == ([], 0)


def test_the_lists_are_for_the_stores_owner_alone_and_are_replaced_each_night(company: Company) -> None:
    """They hold keys of persons who were erased: those before are disposed of, and the log says so."""
    customers(company)
    extracts(company, "2026-01-20", **SENT)
    company.night("2026-01-20")
    files = sorted(_folder(company).iterdir())
    assert [path.name for path in files] == ["crm.csv", "crm.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(_folder(company).stat().st_mode) == 0o700
    (_folder(company) / "gone.csv").write_text("of a source that the policy no longer has")
    company.night("2026-01-21")
    assert sorted(path.name for path in _folder(company).iterdir()) == ["crm.csv", "crm.json"]
    assert [entry.body["name"] for entry in company.evidence() if entry.body.get("what") == "worklist"] == ["worklists-000001"]
    assert list((company.paths.store / "staging").glob("worklists*")) == []


def test_a_list_that_somebody_took_away_or_changed_is_made_anew_and_keeps_its_age(company: Company) -> None:
    customers(company)
    extracts(company, "2026-01-20", **SENT)
    company.night("2026-01-20")
    (_folder(company) / "crm.csv").write_text('"no list\n')
    extracts(company, "2026-01-22", **SENT)
    company.night("2026-01-22")
    assert {item[3:] for item in items(company)} == {("2026-01-20", "2026-01-20", "2")}
    assert company.explain("contacts", "C1").left_on == day("2026-01-20")


INCREMENT = """
tables:
  members:
    extract: {mode: increment, deletes: {column: op, values: [D]}}
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
      ends_on: {category: user.content, serves: relationship, type: date}
    events: {contract_end: ends_on}
"""


def test_an_increment_is_a_receipt_only_for_the_rows_that_it_holds(company: Company) -> None:
    company.policy(INCREMENT, company=ANY_DROP, relationship="starting_point: {event: contract_end, of: subject}\nperiod: P0D")
    company.extract("members", "2026-02-01", "id,name,ends_on,op\nM1,Ada,2026-02-01,\nM2,Bo,2026-02-01,\nM3,Cy,,")
    company.night("2026-02-01")
    company.night("2026-02-02")
    assert [item[1] for item in items(company)] == ["M1", "M2"]
    company.extract("members", "2026-02-03", "id,name,ends_on,op\nM1,,,D\nM4,Di,2026-12-31,")
    company.night("2026-02-03")
    assert ([item[1] for item in items(company)], numbers(company)[:2]) == (["M2"], [1, 1])
