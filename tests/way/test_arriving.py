"""What arrives, what stays outside, and what a file that cannot be trusted may not end (DESIGN §1.1)."""

from __future__ import annotations

import json
from decimal import Decimal

from tests.way.customers import customers, extracts
from tests.way.house import Company, arrival, csv, day

DIARY = """
extract: {path: "{table}-{day}.csv", keep: P30D, freshness: P9D}
tables:
  notes:
    key: id
    fields:
      id: {category: user.unique_id, serves: use}
      made_on: {category: user.content, serves: use, type: date}
      amount: {category: user.financial, serves: use, type: decimal}
      body: {category: user.content, serves: use, free_text: true}
    events: {made: made_on}
"""
USE = "starting_point: {event: made, of: record}\nperiod: P1Y\nsettle: P14D"
HEADER = "id,made_on,amount,body"


def diary(company: Company, source: str = DIARY, drop: str = "1.0") -> Company:
    guards = f"guards: {{unexpected_share: 0.0, unexpected_count: 20, row_drop: {drop}, vanished_share: 0.05, clock_lead: P2D}}"
    return company.policy(source, company=guards, use=USE)


def test_a_row_that_cannot_be_read_is_quarantined_and_yesterdays_row_and_events_stand(company: Company) -> None:
    customers(company)
    extracts(company, "2026-02-01", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-12-31,")
    company.night("2026-02-01")
    extracts(company, "2026-02-02", contacts="C1,A1,Ada,", contracts="K1,A1,ended,31/01/2026,")
    last = company.night("2026-02-02")
    (fault,) = last.record["inbox"]["quarantined"]
    assert (fault["table"], fault["line"], fault["reason"]) == ("crm.contracts", 2, "unreadable date in ends_on")
    assert company.row("contracts", "K1")["ends_on"] == day("2026-12-31")
    company.night("2026-03-01")
    assert company.clause("contacts", "C1", "relationship").retain_until == day("2026-12-31")


def test_rows_with_one_key_are_all_quarantined_and_yesterdays_row_stands(company: Company) -> None:
    diary(company)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,old")
    company.night("2026-02-01")
    company.extract("notes", "2026-02-02", f"{HEADER}\nN1,2026-01-10,1,one\nN1,2026-01-10,1,other\nN2,2026-01-10,1,fine")
    last = company.night("2026-02-02")
    assert [fault["reason"] for fault in last.record["inbox"]["quarantined"]] == ["duplicate key", "duplicate key"]
    assert [(row["id"], row["body"]) for row in company.rows("notes")] == [("N1", "old"), ("N2", "fine")]


def test_after_an_unreadable_key_no_key_counts_as_vanished(company: Company) -> None:
    diary(company)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,a\nN2,2026-01-10,1,b")
    company.night("2026-02-01")
    company.extract("notes", "2026-02-02", f"{HEADER}\n,2026-01-10,1,a\nN2,2026-01-10,1,b")
    last = company.night("2026-02-02")
    assert not arrival(last, "notes")["trusted"]
    assert [row["_gone_since"] for row in company.stored("notes")] == [None, None]


def test_a_file_cut_in_its_last_line_is_refused_whole(company: Company) -> None:
    diary(company)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,a\nN2,2026-01-10,1,b")
    company.night("2026-02-01")
    company.raw("notes", "2026-02-02", f"{HEADER}\nN1,2026-01-10,1,changed\nN2,2026".encode())
    last = company.night("2026-02-02")
    assert "truncated" in arrival(last, "notes")["refused"]
    assert [(row["id"], row["body"], row["_gone_since"]) for row in company.stored("notes")] == [("N1", "a", None), ("N2", "b", None)]


def test_a_file_that_lost_too_many_rows_is_refused_whole(company: Company) -> None:
    """A truncated file must never look like ended contracts: 7 of 10 rows are fewer than 80 %."""
    diary(company, drop="0.2")
    rows = [f"N{number},2026-01-10,1,a" for number in range(10)]
    company.extract("notes", "2026-02-01", "\n".join([HEADER, *rows]))
    company.night("2026-02-01")
    company.extract("notes", "2026-02-02", "\n".join([HEADER, *rows[:7]]))
    last = company.night("2026-02-02")
    assert "truncated" in arrival(last, "notes")["refused"]
    assert {row["_gone_since"] for row in company.stored("notes")} == {None}


def test_a_file_that_is_not_what_was_declared_is_refused_and_yesterdays_rows_stand(company: Company) -> None:
    unfit = {
        "2026-02-02": (b"", "empty"),
        "2026-02-03": (b"id,made_on,amount\nN1,2026-01-10,2\n", "declared columns are missing: body"),
        "2026-02-04": (
            b"id,made_on,amount,body,body\nN1,2026-01-10,2,x,y\n",
            "declared columns stand twice in the header: body. Say which by its position: header: 3",
        ),
        "2026-02-05": (
            "id,made_on,amount,body\nN1,2026-01-10,2,å\n".encode("latin-1"),
            "not utf-8. Declare the encoding that the source writes",
        ),
    }
    diary(company)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,a")
    company.night("2026-02-01")
    for content_day, (content, why) in unfit.items():
        file = company.raw("notes", content_day, content)
        last = company.night(content_day)
        assert arrival(last, "notes")["refused"] == why
        assert [(row["body"], row["_gone_since"]) for row in company.stored("notes")] == [("a", None)]
        file.unlink()


def test_an_undeclared_column_stays_outside_and_is_named_without_a_value(company: Company) -> None:
    """Scenario 43."""
    diary(company)
    company.extract("notes", "2026-02-01", "id,religion,made_on,amount,body\nN1,canary77,2026-01-10,1,a")
    last = company.night("2026-02-01")
    assert arrival(last, "notes")["undeclared"] == ["religion"]
    assert company.row("notes", "N1") == {"id": "N1", "made_on": day("2026-01-10"), "amount": 1, "body": "a"}
    assert "canary77" not in json.dumps(last.record)
    assert any("religion" in finding for finding in last.record["plan"]["findings"])


def test_an_undeclared_file_stays_outside_and_is_named(company: Company) -> None:
    diary(company)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,a")
    company.extract("secrets", "2026-02-01", "id\nX1")
    last = company.night("2026-02-01")
    assert any(finding.startswith("secrets-2026-02-01.csv") for finding in last.record["plan"]["findings"])


def test_latin_1_with_semicolons_and_a_decimal_comma_reads_as_declared(company: Company) -> None:
    dialect = 'extract: {path: "{table}-{day}.csv", keep: P30D, freshness: P9D, delimiter: ";", encoding: latin-1, decimal: ","}'
    diary(company, DIARY.replace('extract: {path: "{table}-{day}.csv", keep: P30D, freshness: P9D}', dialect))
    company.extract("notes", "2026-02-01", "id;made_on;amount;body\nN1;2026-01-10;12,50;Åsa köper kött", encoding="latin-1")
    company.night("2026-02-01")
    row = company.row("notes", "N1")
    assert (float(row["amount"]), row["body"]) == (12.5, "Åsa köper kött")


INCREMENT = DIARY.replace("    key: id\n", "    key: id\n    extract: {mode: increment, deletes: none}\n")


def test_an_increment_changes_the_rows_it_holds_and_leaves_the_others(company: Company) -> None:
    diary(company, INCREMENT)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,a\nN2,2026-01-10,1,b")
    company.night("2026-02-01")
    company.extract("notes", "2026-02-02", f"{HEADER}\nN2,2026-01-10,1,changed\nN3,2026-01-10,1,c")
    last = company.night("2026-02-02")
    assert {name: arrival(last, "notes")[name] for name in ("new", "changed", "same")} == {"new": 1, "changed": 1, "same": 0}
    assert [(row["id"], row["body"], row["_gone_since"]) for row in company.stored("notes")] == [
        ("N1", "a", None), ("N2", "changed", None), ("N3", "c", None),
    ]  # fmt: skip


def test_two_days_that_had_not_landed_land_in_order(company: Company) -> None:
    """The newest version of each row stands; what the second day's snapshot lacks has vanished since."""
    diary(company)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,a")
    company.night("2026-02-01")
    company.extract("notes", "2026-02-02", f"{HEADER}\nN1,2026-01-10,1,second\nN2,2026-01-10,1,only here")
    company.extract("notes", "2026-02-03", f"{HEADER}\nN1,2026-01-10,1,third\nN3,2026-01-10,1,c")
    company.night("2026-02-03")
    assert [(row["id"], row["body"], row["_gone_since"]) for row in company.stored("notes")] == [
        ("N1", "third", None), ("N2", "only here", day("2026-02-03")), ("N3", "c", None),
    ]  # fmt: skip


def test_a_row_changed_on_the_first_of_two_days_and_changed_back_on_the_second_ends_as_the_second_has_it(company: Company) -> None:
    diary(company)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,a")
    company.night("2026-02-01")
    company.extract("notes", "2026-02-02", f"{HEADER}\nN1,2026-01-10,1,b")
    company.extract("notes", "2026-02-03", f"{HEADER}\nN1,2026-01-10,1,a")
    company.night("2026-02-03")
    assert company.row("notes", "N1")["body"] == "a"


def test_an_older_snapshot_landed_late_never_overwrites_newer_rows(company: Company) -> None:
    """It only adds what the store does not know, as something that has vanished since the newest day."""
    diary(company)
    company.extract("notes", "2026-02-03", f"{HEADER}\nN1,2026-01-10,1,new")
    company.night("2026-02-03")
    company.extract("notes", "2026-02-02", f"{HEADER}\nN1,2026-01-10,1,old\nN2,2026-01-10,1,unknown")
    company.night("2026-02-04")
    assert company.keys("notes") == ["N1"], "a day older than the newest landed one is not taken by itself"
    company.night("2026-02-04", again=["2026-02-02"])
    assert [(row["id"], row["body"], row["_gone_since"]) for row in company.stored("notes")] == [
        ("N1", "new", None), ("N2", "unknown", day("2026-02-03")),
    ]  # fmt: skip


def test_identifiers_in_free_text_are_masked_and_counted_and_nowhere_written(company: Company) -> None:
    """Scenario 46: the test number 19811228-9874 and an address; an order number in another shape stays."""
    diary(company)
    company.extract("notes", "2026-02-01", f"{HEADER}\nN1,2026-01-10,1,Call 19811228-9874 or ada@canary.example about order 77-1")
    last = company.night("2026-02-01")
    assert company.row("notes", "N1")["body"] == "Call [identity number] or [e-mail] about order 77-1"
    assert last.metrics["masked"] == 1
    written = json.dumps(last.record) + repr(company.evidence())
    for value in ("19811228-9874", "canary"):
        assert value not in written
    for path in company.paths.store.rglob("*"):
        assert not path.is_file() or b"canary.example" not in path.read_bytes(), path.name


def test_a_table_without_personal_data_is_copied_whole(company: Company) -> None:
    customers(company)
    extracts(company, "2026-02-01", contacts="C1,A1,Ada,", contracts="K1,A1,active,,", accounts="A1 A2")
    company.night("2026-02-01")
    company.night("2036-02-01")
    assert company.keys("accounts") == ["A1", "A2"]


def test_a_number_keeps_every_digit_or_its_row_stays_outside(company: Company) -> None:
    """A float's artefact has seven digits after the point: four hold it not, nine do, and nothing is rounded."""
    source = """
tables:
  orders:
    key: id
    fields:
      id: {category: user.unique_id, serves: keep}
      freight: {category: user.financial, serves: keep, type: decimal}
      exact: {category: user.financial, serves: keep, type: decimal, scale: 9}
      on: {category: user.financial, serves: keep, type: date}
    events: {ordered: on}
"""
    company.policy(source, keep="starting_point: {event: ordered, of: record}\nperiod: P9Y")
    rows = ["O1,32.38,32.3800011,2026-01-31", "O2,32.3800011,1,2026-01-31", "O3,1,1.0000000001,2026-01-31", "O4,1,-7,2026-01-31"]
    company.extract("orders", "2026-01-31", csv("id,freight,exact,on", rows))
    last = company.night("2026-01-31")
    assert [(row["id"], row["freight"], row["exact"]) for row in company.rows("orders")] == [
        ("O1", Decimal("32.38"), Decimal("32.3800011")),
        ("O4", 1, -7),
    ]
    told = [(one["line"], one["reason"]) for one in last.record["inbox"]["quarantined"]]
    assert told == [(3, "unreadable decimal in freight"), (4, "unreadable decimal in exact")]
