"""What a night may not take without a person: holds, clocks, first loads, and what yesterday did not foresee (LAW §5, 58 to 61)."""

from __future__ import annotations

import shutil

import pytest

from privacy_pipelines.errors import ClockError, PolicyErrors
from privacy_pipelines.policy.load import load
from tests.way.customers import SOURCE, customers, extracts
from tests.way.house import Company, day, steps, withheld
from tests.way.test_consents import NEWSLETTER, READERS

FILES = """
tables:
  files:
    key: id
    fields:
      id: {category: user.unique_id, serves: use}
      made_on: {category: user.content, serves: use, type: date}
    events: {made: made_on}
  letters:
    key: id
    fields:
      id: {category: user.unique_id, serves: use}
      made_on: {category: user.content, serves: use, type: date}
    events: {made: made_on}
"""
USE = "starting_point: {event: made, of: record}\nperiod: P1M"
STRICT = "guards: {unexpected_share: 0.0, unexpected_count: 1, row_drop: 1.0, vanished_share: 1.0, clock_lead: P2D}"
HOLD = """
holds:
  - hold: dispute
    ground: Pending dispute
    owner: Legal
    review_by: 2027-01-01
    tables: [crm.files]
    effective_from: 2026-02-01
"""


def filed(company: Company, holds: str = "holds: []") -> Company:
    """A file and a letter, each kept to 2026-02-10."""
    company.policy(FILES, holds=holds, use=USE)
    for table in ("files", "letters"):
        company.extract(table, "2026-01-20", "id,made_on\nX1,2026-01-10")
    company.night("2026-01-20")
    return company


def test_a_hold_withholds_its_class_and_lists_it_and_lets_the_rest_go(company: Company) -> None:
    """Scenario 58, for a class."""
    filed(company, HOLD)
    last = company.night("2026-02-11")
    assert (company.keys("files"), company.keys("letters")) == (["X1"], [])
    (part,) = withheld(last)
    assert (part["table"], part["purpose"], part["reason"], part["unexpected"]) == ("crm.files", "dispute", "held", 1)
    assert company.cluster("files", "X1", "made_on").holds == ("dispute",)
    assert [(entry.body["table"], entry.body["reason"]) for entry in company.evidence() if entry.kind == "night_withheld"] == [
        ("crm.files", "held")
    ]


def test_a_released_hold_lets_go_on_the_next_night(company: Company) -> None:
    filed(company, HOLD).night("2026-02-11")
    company.policy(FILES, use=USE)
    last = company.night("2026-02-12")
    assert company.keys("files") == []
    assert withheld(last) == []


def test_a_hold_holds_from_its_first_day_and_not_before(company: Company) -> None:
    filed(company, HOLD.replace("2026-02-01", "2026-02-12")).night("2026-02-11")
    assert company.keys("files") == []


def test_a_hold_without_ground_owner_or_review_is_refused_and_nothing_changes(company: Company) -> None:
    """Scenario 59."""
    filed(company)
    for missing in ("ground", "owner", "review_by"):
        lines = [line for line in HOLD.splitlines() if not line.strip().startswith(f"{missing}:")]
        company.policy(FILES, holds="\n".join(lines), use=USE)
        with pytest.raises(PolicyErrors, match=missing):
            company.night("2026-02-11")
    assert (company.keys("files"), company.keys("letters")) == (["X1"], ["X1"])


def test_a_clock_that_goes_back_or_runs_ahead_is_refused_and_nothing_is_erased(company: Company) -> None:
    """Scenario 60: the day before the last night's, and three days ahead of today."""
    filed(company)
    for as_of, today in (("2026-01-19", "2026-01-21"), ("2026-02-11", "2026-02-08")):
        with pytest.raises(ClockError):
            company.night(as_of, today=today)
    assert company.keys("files") == ["X1"]


def test_a_clock_two_days_ahead_is_believed(company: Company) -> None:
    filed(company).night("2026-02-11", today="2026-02-09")
    assert company.keys("files") == []


def test_a_table_that_was_never_loaded_waits_for_leave(company: Company) -> None:
    company.policy(FILES, use=USE)
    company.extract("files", "2026-01-20", "id,made_on\nX1,2026-01-10")
    company.extract("letters", "2026-01-20", "id,made_on\nX1,2026-01-10")
    last = company.night("2026-01-20", first_load=False)
    assert (company.keys("files"), company.keys("letters")) == ([], [])
    (digest,) = [part["digest"] for part in last.record["inbox"]["first_loads"] if part["table"] == "crm.files"]
    company.approve(digest, at="2026-01-20")
    company.night("2026-01-21", first_load=False)
    assert (company.keys("files"), company.keys("letters")) == (["X1"], [])


def five(ended: str) -> dict[str, str]:
    """Three customers whose contracts end on a day, and two whose contracts are open."""
    contacts = "\n".join(f"C{number},A{number},Ada," for number in range(1, 6))
    contracts = [f"K{number},A{number},ended,{ended}," for number in range(1, 4)] + ["K4,A4,active,,", "K5,A5,active,,"]
    return {"contacts": contacts, "contracts": "\n".join(contracts)}


def test_what_nobody_foresaw_beyond_the_limit_is_withheld_whole_and_the_next_night_withholds_the_identical_set(company: Company) -> None:
    """Scenario 61: three ends corrected into the past, one may pass."""
    customers(company, company=STRICT)
    extracts(company, "2026-01-20", **five("2026-12-31"))
    company.night("2026-01-20")
    extracts(company, "2026-01-21", **five("2025-12-31"))
    first = withheld(company.night("2026-01-21"))
    second = withheld(company.night("2026-01-22"))
    assert (len(company.keys("contacts")), len(company.keys("contracts"))) == (5, 5)
    assert [(part["table"], part["purpose"], part["reason"], part["unexpected"]) for part in first] == [
        ("crm.contacts", "relationship", "unexpected_erasure", 3), ("crm.contracts", "relationship", "unexpected_erasure", 3),
    ]  # fmt: skip
    assert [part["digest"] for part in first] == [part["digest"] for part in second]


def test_four_eyes_are_two_persons_and_nobody_does_away_with_them_alone(company: Company) -> None:
    four_eyes = STRICT.replace("clock_lead", "approvers: 2, clock_lead")
    customers(company, company=four_eyes)
    extracts(company, "2026-01-20", **five("2026-12-31"))
    company.night("2026-01-20")
    extracts(company, "2026-01-21", **five("2025-12-31"))
    first = withheld(company.night("2026-01-21"))
    for part in first:
        company.approve(part["digest"], at="2026-01-21", by="Dpo  One")
        company.approve(part["digest"], at="2026-01-21", by="dpo one")
    assert len(withheld(company.night("2026-01-22"))) == 2
    company.approve(first[0]["digest"], at="2026-01-22", by="the CEO")
    last = company.night("2026-01-23")
    assert [part["digest"] for part in withheld(last)] == [first[1]["digest"]]
    assert [part["approved_by"] for part in last.record["plan"]["parts"] if not part["withheld"]] == ["Dpo  One, the CEO"]
    customers(company, company=STRICT)
    assert len(withheld(company.night("2026-01-24"))) == 1


def test_a_changed_policy_that_withholds_lets_go_only_what_the_one_before_foresaw(company: Company) -> None:
    """Scenario 61. X1 was foreseen for this night; X2 goes only because the period is shorter now."""
    withholding = STRICT.replace("clock_lead", "policy_changes: withhold, clock_lead")
    company.policy(FILES, company=withholding, use=USE)
    company.extract("files", "2026-01-20", "id,made_on\nX1,2026-01-10\nX2,2026-01-15")
    company.night("2026-01-20")
    company.policy(FILES, company=withholding, use=USE.replace("P1M", "P20D"))
    (part,) = withheld(company.night("2026-02-11"))
    assert (part["reason"], part["unexpected"], part["limit"], company.keys("files")) == ("unexpected_erasure", 1, 0, ["X2"])
    assert [one["digest"] for one in withheld(company.night("2026-02-12"))] == [part["digest"]]
    company.approve(part["digest"], at="2026-02-12")
    company.night("2026-02-13")
    assert company.keys("files") == []


def test_an_approval_lets_exactly_that_part_through(company: Company) -> None:
    customers(company, company=STRICT)
    extracts(company, "2026-01-20", **five("2026-12-31"))
    company.night("2026-01-20")
    extracts(company, "2026-01-21", **five("2025-12-31"))
    parts = {part["table"]: part["digest"] for part in withheld(company.night("2026-01-21"))}
    company.approve("0" * 64, at="2026-01-21")
    company.night("2026-01-22")
    assert len(company.keys("contacts")) == 5, "another digest lets nothing through"
    company.approve(parts["crm.contacts"], at="2026-01-22")
    last = company.night("2026-01-23")
    assert (company.keys("contacts"), len(company.keys("contracts"))) == (["C4", "C5"], 5)
    assert [part["approved_by"] for part in last.record["plan"]["parts"] if part["table"] == "crm.contacts"] == ["dpo"]


def test_an_approval_does_not_cover_one_row_more(company: Company) -> None:
    customers(company, company=STRICT)
    extracts(company, "2026-01-20", **five("2026-12-31"))
    company.night("2026-01-20")
    extracts(company, "2026-01-21", **five("2025-12-31"))
    for part in withheld(company.night("2026-01-21")):
        company.approve(part["digest"], at="2026-01-21")
    more = five("2025-12-31")
    extracts(
        company, "2026-01-22", contacts=more["contacts"], contracts=more["contracts"].replace("K4,A4,active,,", "K4,A4,ended,2025-12-31,")
    )
    company.night("2026-01-22")
    assert (len(company.keys("contacts")), len(company.keys("contracts"))) == (5, 5)


def test_what_yesterday_foresaw_passes_however_much_it_is(company: Company) -> None:
    customers(company, company=STRICT)
    extracts(company, "2026-01-20", **five("2026-01-31"))
    company.night("2026-01-20")
    last = company.night("2026-02-15")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C4", "C5"], ["K4", "K5"])
    assert withheld(last) == []


def test_withdrawals_are_not_held_up_by_what_else_is_unexpected(company: Company) -> None:
    """Art. 7(3): they have a limit of their own. The customers' three are withheld, the two readers go."""
    company.policy(
        READERS.replace("consents:\n  newsletter:", f"{SOURCE.replace('tables:', '').strip(chr(10))}\nconsents:\n  newsletter:"),
        company=STRICT,
        newsletter=NEWSLETTER,
        relationship="starting_point: {event: contract_end, of: subject}\nended_by: [{event: contact_left, period: P0D}]\nperiod: P0D",
    )
    header = "id,email,status,given_on,withdrawn_on"
    company.extract("readers", "2026-01-20", "id,email,topics\nR1,ada@x.example,cats\nR2,bo@x.example,dogs")
    company.extract("consents", "2026-01-20", f"{header}\nS1,ada@x.example,Given,2026-01-10,\nS2,bo@x.example,Given,2026-01-10,")
    extracts(company, "2026-01-20", **five("2026-12-31"))
    company.night("2026-01-20")
    withdrawn = ["S1,ada@x.example,Withdrawn,2026-01-10,2026-01-21", "S2,bo@x.example,Withdrawn,2026-01-10,2026-01-21"]
    company.extract("consents", "2026-01-21", "\n".join([header, *withdrawn]))
    extracts(company, "2026-01-21", **five("2025-12-31"))
    last = company.night("2026-01-21")
    assert (company.keys("readers"), len(company.keys("contacts"))) == ([], 5)
    assert {part["table"] for part in withheld(last)} == {"crm.contacts", "crm.contracts"}


def test_a_shorter_period_withholds_what_it_newly_ends_and_lets_what_was_due_pass(company: Company) -> None:
    """Policy A → B, P24M → P12M: F1 and F2 were due by A on 2026-02-11; F3, F4 and F5 only by B."""
    company.policy(FILES, company=STRICT, use=USE.replace("P1M", "P24M"))
    made = {"F1": "2024-02-10", "F2": "2024-02-10", "F3": "2025-01-10", "F4": "2025-01-10", "F5": "2025-01-10", "F6": "2026-01-10"}
    company.extract("files", "2026-02-10", "\n".join(["id,made_on", *(f"{key},{on}" for key, on in made.items())]))
    company.extract("letters", "2026-02-10", "id,made_on\nL1,2026-01-10")
    company.night("2026-02-10")
    assert company.keys("files") == list(made)
    company.policy(FILES, company=STRICT, use=USE.replace("P1M", "P12M"))
    last = company.night("2026-02-11")
    assert company.keys("files") == ["F3", "F4", "F5", "F6"]
    assert [(part["table"], part["purpose"], part["reason"], part["unexpected"]) for part in withheld(last)] == [
        ("crm.files", "use", "unexpected_erasure", 3)
    ]
    (part,) = withheld(company.night("2026-02-12"))
    company.approve(part["digest"], at="2026-02-12")
    company.night("2026-02-13")
    assert company.keys("files") == ["F6"]


def test_the_plans_digest_depends_neither_on_the_order_of_rows_nor_on_the_order_of_keys(company: Company, other: Company) -> None:
    rows = ["F1,2025-12-01", "F2,2026-01-10", "F3,2025-11-01"]
    written = "starting_point: {event: made, of: record}\nperiod: P1M\nsettle: P1D"
    turned = "settle: P1D\nperiod: P1M\nstarting_point: {of: record, event: made}"
    last = "events: {made: made_on}"
    upside_down = FILES.replace("    key: id\n    fields:", "    fields:").replace(last, f"{last}\n    key: id")
    assert upside_down != FILES
    company.policy(FILES, use=written)
    other.policy(upside_down, use=turned)
    assert load(company.paths.policies).version == load(other.paths.policies).version
    for one, lines in ((company, rows), (other, rows[::-1])):
        one.extract("files", "2026-01-20", "\n".join(["id,made_on", *lines]))
        one.extract("letters", "2026-01-20", "id,made_on\nL1,2026-01-10")
    first = company.night("2026-01-20")
    # A digest is keyed: the same key for both; but what signs a log belongs to that log.
    shutil.copytree(company.paths.store / "keys", other.paths.store / "keys", ignore=shutil.ignore_patterns("evidence*"))
    other.paths.store.chmod(0o700)
    second = other.night("2026-01-20")
    assert steps(first) == [("crm.files", "use", "refuse_row", 2, 4)]
    assert first.record["plan"]["digest"] == second.record["plan"]["digest"]
    assert first.record["plan"]["facts_digest"] == second.record["plan"]["facts_digest"]
    assert company.stored("files")[0]["_first_seen"] == day("2026-01-20")
