"""Holds on persons (LAW §5, 58 and 59): keyed in the evidence log, over the person's row and all that its links lead to."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from privacy_pipelines import pipeline
from privacy_pipelines.errors import InputError, NotSealed, StoreError
from privacy_pipelines.evidence.holds import PersonHold
from privacy_pipelines.holding.adding import add_hold, release_hold
from privacy_pipelines.holding.asked import Asked
from privacy_pipelines.holding.listing import list_holds
from privacy_pipelines.report.write import write_report
from privacy_pipelines.store.generations import Store
from tests.way.house import Company, day, withheld

PEOPLE = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [service, news]}
      name: {category: user.name, serves: service}
      email: {category: user.contact.email, serves: [service, news], type: email}
      topics: {category: user.content, serves: news}
      ends_on: {category: user.content, serves: service, type: date}
      news_to: {category: user.content, serves: news, type: date}
    events: {service_end: ends_on, news_end: news_to}
  orders:
    key: [id, line]
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: service}
      line: {category: user.unique_id, serves: service, type: integer}
      person_id: {category: user.unique_id, serves: service}
      what: {category: user.content, serves: service}
      ends_on: {category: user.content, serves: service, type: date}
    events: {order_end: ends_on}
"""
SERVICE = "starting_point: {event: service_end, of: subject}\nperiod: P0D"
NEWS = "starting_point: {event: news_end, of: record}\nperiod: P0D\ndata_use: marketing.communications.email"
GUARDS = "guards: {unexpected_share: 0.0, unexpected_count: 20, row_drop: 1.0, vanished_share: 1.0, clock_lead: P2D}"
FIRST, ENDED = "2026-01-20", "2026-02-11"


def served(company: Company, ends: str = "2026-02-10", news: str = "2026-02-10") -> Company:
    """Ada and Bo, each with an order of two lines; all of it ends on a day."""
    company.policy(PEOPLE, company=GUARDS, service=SERVICE, news=NEWS)
    people = [f"{key},{name},{name.lower()}@x.example,cats,{ends},{news}" for key, name in (("P1", "Adalovelace"), ("P2", "Bojangles"))]
    company.extract("people", FIRST, "\n".join(["id,name,email,topics,ends_on,news_to", *people]))
    lines = [f"O{n},{line},P{n},a hat,{ends}" for n in (1, 2) for line in (1, 2)]
    company.extract("orders", FIRST, "\n".join(["id,line,person_id,what,ends_on", *lines]))
    company.night(FIRST)
    return company


def hold(company: Company, *key: str, on: str = FIRST, **said: object) -> PersonHold:
    """A hold added on a day."""
    wanted = {"table": "crm.people", "ground": "Pending dispute", "owner": "Legal", "review_by": day("2027-01-01"), "by": "dpo", **said}
    at = dt.datetime.fromisoformat(f"{on}T08:00:00+00:00")
    return add_hold(Store(company.paths.store), Asked(key=key or ("P1",), **wanted), today=day(on), at=at)  # type: ignore[arg-type]


def let_go(company: Company, name: str, on: str = ENDED) -> None:
    at = dt.datetime.fromisoformat(f"{on}T09:00:00+00:00")
    release_hold(Store(company.paths.store), name, by="dpo", reason="Settled", at=at)


def orders(company: Company) -> list[tuple[str, int]]:
    return sorted((row["id"], row["line"]) for row in company.rows("orders"))


def test_a_hold_on_one_person_keeps_them_and_what_links_to_them_and_others_go_as_usual(company: Company) -> None:
    """Scenario 58."""
    name = hold(served(company)).name
    last = company.night(ENDED)
    assert company.keys("people") == ["P1"]
    assert orders(company) == [("O1", 1), ("O1", 2)]
    assert company.row("people", "P1")["email"] == "adalovelace@x.example"
    assert {(part["table"], part["purpose"], part["reason"], part["unexpected"]) for part in withheld(last)} == {
        ("crm.people", name, "held", 1), ("crm.orders", name, "held", 2),
    }  # fmt: skip
    tallies = {(one["table"], one["cluster"], one["state"], one["rows"]) for one in last.record["plan"]["tallies"]}
    assert ("crm.orders", "service", "suspended", 2) in tallies
    assert (last.metrics["holds"], last.metrics["holds_past_review"], last.metrics["overdue"]) == (1, 0, 0)
    assert company.night("2026-11-11").metrics["overdue"] == 0, "suspended is not overdue"


def test_a_released_hold_finishes_what_it_suspended_the_next_night(company: Company) -> None:
    name = hold(served(company)).name
    company.night(ENDED)
    let_go(company, name)
    last = company.night("2026-02-12")
    assert (company.keys("people"), orders(company), withheld(last)) == ([], [], [])
    said = [
        (e.body["table"], e.body["hold"], e.body["trigger"], e.body["rows"]) for e in company.evidence() if e.kind == "suspended_erased"
    ]
    assert sorted(said) == [("crm.orders", name, "hold_released", "<5"), ("crm.people", name, "hold_released", "<5")]
    assert company.explain("people", "P1").found == "left_behind"


def test_a_hold_never_lengthens_anything_once_it_is_over(company: Company) -> None:
    name = hold(served(company)).name
    company.night("2026-02-01")
    let_go(company, name, "2026-02-02")
    company.night(ENDED)
    assert company.keys("people") == []


def test_a_hold_admits_nothing_that_is_not_in_the_store(company: Company) -> None:
    """A new order line that has ended is refused, and a cell that had gone before the hold does not come back."""
    hold(served(company, news="2026-01-25").night("2026-01-26") and company, on="2026-01-26")
    assert company.row("people", "P1")["topics"] is None
    rows = ["O1,1,P1,a hat,2026-02-10", "O1,2,P1,a hat,2026-02-10", "O1,3,P1,a coat,2026-02-10"]
    company.extract("orders", ENDED, "\n".join(["id,line,person_id,what,ends_on", *rows]))
    people = "P1,Adalovelace,adalovelace@x.example,dogs,2026-02-10,2026-01-25"
    company.extract("people", ENDED, f"id,name,email,topics,ends_on,news_to\n{people}")
    company.night(ENDED)
    assert orders(company) == [("O1", 1), ("O1", 2)]
    assert company.row("people", "P1")["topics"] is None


def test_a_key_that_vanishes_from_its_source_stays_held(company: Company) -> None:
    hold(served(company, ends="2026-12-31"))
    company.extract("people", ENDED, "id,name,email,topics,ends_on,news_to\nP2,Bojangles,bo@x.example,cats,2026-12-31,2026-02-10")
    company.extract("orders", ENDED, "id,line,person_id,what,ends_on\nO2,1,P2,a hat,2026-12-31")
    company.night(ENDED)
    company.night("2026-03-11")
    assert company.keys("people") == ["P1", "P2"]
    assert ("O1", 1) in orders(company)


def test_a_hold_for_one_purpose_keeps_only_what_serves_it(company: Company) -> None:
    hold(served(company), purposes=("service",))
    company.night(ENDED)
    row = company.row("people", "P1")
    assert (row["name"], row["topics"]) == ("Adalovelace", None)


def test_two_holds_on_one_person_end_when_both_have_ended(company: Company) -> None:
    served(company)
    first, second = hold(company).name, hold(company, ground="Audit").name
    company.night(ENDED)
    let_go(company, first)
    company.night("2026-02-12")
    assert company.keys("people") == ["P1"]
    let_go(company, second)
    company.night("2026-02-13")
    assert company.keys("people") == []


def test_a_hold_that_comes_when_the_plan_is_made_still_protects(company: Company) -> None:
    served(company)
    at = dt.datetime.fromisoformat(f"{ENDED}T02:00:00+00:00")
    way = pipeline.night(company.paths, run="late", as_of=day(ENDED), at=at)
    for station, _ in way:
        if station == "plan":
            hold(company, on=ENDED)
    assert company.keys("people") == ["P1"]
    assert orders(company) == [("O1", 1), ("O1", 2)]


def test_a_hold_that_comes_after_the_copy_lets_nothing_flip(company: Company) -> None:
    served(company)
    at = dt.datetime.fromisoformat(f"{ENDED}T02:00:00+00:00")
    way = pipeline.night(company.paths, run="later", as_of=day(ENDED), at=at)
    while next(way)[0] != "generation":
        continue
    hold(company, on=ENDED)
    with pytest.raises(NotSealed, match=r"hold_\w+ on crm\.people.*run the night again"):
        next(way)
    assert company.keys("people") == ["P1", "P2"]
    company.night(ENDED)
    assert company.keys("people") == ["P1"]


def test_a_release_while_the_night_runs_counts_from_the_next_one(company: Company) -> None:
    """The plan that people saw is not overtaken, though a second hold has it made again."""
    served(company)
    first = hold(company).name
    at = dt.datetime.fromisoformat(f"{ENDED}T02:00:00+00:00")
    for station, _ in pipeline.night(company.paths, run="released", as_of=day(ENDED), at=at):
        if station == "plan":
            let_go(company, first)
            hold(company, "P2", on=ENDED)
    assert company.keys("people") == ["P1", "P2"]
    company.night("2026-02-12")
    assert company.keys("people") == ["P2"]


def test_a_hold_without_ground_owner_or_review_is_refused_and_every_fault_is_named(company: Company) -> None:
    """Scenario 59."""
    served(company)
    with pytest.raises(InputError) as refused:
        hold(company, ground="", owner="", review_by=None, by="")
    assert re.findall(r"--\w+", str(refused.value)) == ["--ground", "--owner", "--by", "--review"]
    for review, why in (("2026-01-20", "not in the future"), ("9999-12-31", "as good as never")):
        with pytest.raises(InputError, match=why):
            hold(company, review_by=day(review))
    assert "hold_added" not in {entry.kind for entry in company.evidence()}


def test_a_hold_on_nobody_is_refused_with_a_hint(company: Company) -> None:
    served(company)
    with pytest.raises(InputError, match=r"no such record in crm\.people"):
        hold(company, "P9")
    with pytest.raises(InputError, match=r"no persons by the policy.*crm\.people"):
        hold(company, table="crm.orders")
    with pytest.raises(InputError, match=r"Did you mean 'service'"):
        hold(company, purposes=("servic",))


@pytest.mark.parametrize("ground", ["Dispute with Adalovelace", "mails of adalovelace@x.example", "19800101-1234 sues"])
def test_what_is_said_of_a_hold_never_says_who_it_is(company: Company, ground: str) -> None:
    served(company)
    with pytest.raises(Exception, match="hold") as refused:
        hold(company, ground=ground)
    assert "lovelace" not in str(refused.value).lower()
    assert "1234" not in str(refused.value)
    assert "hold_added" not in {entry.kind for entry in company.evidence()}


def test_the_log_has_a_keyed_hash_and_nothing_of_the_person(company: Company) -> None:
    hold(served(company))
    (entry,) = [entry for entry in company.evidence() if entry.kind == "hold_added"]
    assert re.fullmatch("[0-9a-f]{64}", str(entry.body["subject"]))
    assert "P1" not in str(entry.body)
    assert "lovelace" not in company.paths.store.joinpath("evidence.jsonl").read_text().lower()


def test_holds_match_nobody_without_their_key_so_the_night_refuses_to_run(company: Company) -> None:
    hold(served(company))
    (company.paths.store / "keys/holds.key").unlink()
    with pytest.raises(StoreError, match=r"holds\.key: is missing"):
        company.night(ENDED)
    assert company.keys("people") == ["P1", "P2"]


def test_a_record_says_who_holds_it_and_since_when(company: Company) -> None:
    name = hold(served(company)).name
    company.night(ENDED)
    for table, key, column in (("people", "P1", "name"), ("orders", "O1,2", "what")):
        cluster = company.cluster(table, key, column)
        assert (cluster.status, cluster.holds) == ("suspended", (name,))
        (said,) = company.explain(table, key).suspensions
        assert (said.ground, said.owner, said.since, said.review_by) == ("Pending dispute", "Legal", day(FIRST), day("2027-01-01"))
    text = "\n".join(company.explain("people", "P1").lines("sv"))
    assert f"Radering uppskjuten genom {name} sedan {FIRST}: Pending dispute" in text


def test_holds_are_listed_with_their_age_and_whether_they_are_past_their_review(company: Company) -> None:
    name = hold(served(company), review_by=day("2026-02-15")).name
    last = company.night("2026-02-20")
    (listed,) = list_holds(Store(company.paths.store), day("2026-02-20"))
    assert (listed.hold, listed.on, listed.age_days, listed.past_review, listed.rows_kept) == (name, "person", 31, True, 3)
    assert last.metrics["holds_past_review"] == 1
    let_go(company, name, "2026-02-20")
    assert list_holds(Store(company.paths.store), day("2026-02-20")) == ()
    with pytest.raises(InputError, match="released already"):
        let_go(company, name, "2026-02-20")


def test_looking_at_the_plan_changes_nothing_and_shows_what_is_suspended(company: Company) -> None:
    hold(served(company))
    seen = pipeline.preview(company.paths, as_of=day(ENDED), today=day(ENDED))
    assert seen.digest == company.night(ENDED).record["plan"]["digest"]


def test_a_person_with_a_composite_key_of_numbers_is_held_however_the_key_is_spelled(company: Company) -> None:
    source = PEOPLE.replace("key: id\n    subject", "key: [id, branch]\n    subject").replace(
        "      name: {", "      branch: {category: user.unique_id, serves: [service, news], type: integer}\n      name: {"
    )
    linked = source.replace("links: {person_id: people}", "links: {who: {to: people, columns: {person_id: id, branch: branch}}}").replace(
        "      what: {", "      branch: {category: user.unique_id, serves: service, type: integer}\n      what: {"
    )
    company.policy(linked, company=GUARDS, service=SERVICE, news=NEWS)
    header = "id,branch,name,email,topics,ends_on,news_to"
    people = [f"P1,{branch},Ada{branch},ada{branch}@x.example,cats,2026-02-10,2026-02-10" for branch in (7, 8)]
    company.extract("people", FIRST, "\n".join([header, *people]))
    company.extract("orders", FIRST, "id,line,person_id,branch,what,ends_on\nO1,1,P1,7,a hat,2026-02-10\nO2,1,P1,8,a hat,2026-02-10")
    company.night(FIRST)
    name = hold(company, "P1,007").name
    assert hold(company, "P1", "7").subject == hold(company, "P1,7").subject
    company.night(ENDED)
    assert [(row["id"], row["branch"]) for row in company.rows("people")] == [("P1", 7)]
    assert orders(company) == [("O1", 1)]
    assert name in company.cluster("people", "P1,7", "name").holds
    assert company.explain("people", "P1,8").found == "left_behind"


def test_nothing_that_a_night_or_a_hold_writes_outside_the_data_names_the_person(
    company: Company, capfd: pytest.CaptureFixture[str]
) -> None:
    """The canary: what is printed, logged, reported and recorded."""
    name = hold(served(company)).name
    last = company.night(ENDED)
    let_go(company, name)
    written = company.paths.store.joinpath("evidence.jsonl").read_text() + str(last.record) + "".join(capfd.readouterr())
    written += "".join(page.read_text() for page in write_report(company.paths.store, reports=company.paths.reports))
    assert name in written
    assert not {word for word in ("dalovelace", "ojangles", "@x.example", "P1", "O1") if word in written}


SPARING = """
tables:
  people:
    key: id
    subject: customer
    fields: {id: {category: user.unique_id, serves: a}, on: {category: user.content, serves: a, type: date}}
    events: {over: on}
  firms:
    key: id
    fields: {id: {category: user.unique_id, serves: b}, on: {category: user.content, serves: b, type: date}}
    events: {shut: on}
  calls:
    key: id
    links: {person_id: people, firm_id: firms}
    scopes: {b: record}
    fields:
      id: {category: user.unique_id, serves: [a, b]}
      person_id: {category: user.unique_id, serves: a}
      firm_id: {category: user.unique_id, serves: [a, b]}
"""


def test_a_held_row_keeps_the_bare_key_of_what_leaves_and_loses_it_when_the_hold_is_over(company: Company) -> None:
    company.policy(
        SPARING, company=GUARDS, a="starting_point: {event: over, of: subject}\nperiod: P0D",
        b="starting_point: {event: shut, of: record}\nperiod: P0D",
    )  # fmt: skip
    company.extract("people", FIRST, "id,on\nP1,2027-12-31\nP2,2027-12-31")
    company.extract("firms", FIRST, "id,on\nF1,2026-02-10")
    company.extract("calls", FIRST, "id,person_id,firm_id\nK1,P1,F1\nK2,P2,F1")
    company.night(FIRST)
    name = hold(company).name
    for on in (ENDED, "2026-02-12"):
        company.night(on)
        assert company.keys("firms") == []
        assert [row["firm_id"] for row in company.rows("calls")] == ["F1", None]
    let_go(company, name, "2026-02-12")
    company.night("2026-02-13")
    assert [row["firm_id"] for row in company.rows("calls")] == [None, None]


def test_of_what_a_hold_on_a_table_turns_away_nothing_is_remembered(company: Company) -> None:
    """K3 arrives when its purposes have ended, on the night on which the firm that it names leaves: a hold keeps what is there, and admits
    nothing. Before, its key stood among the links that are spared, and the proof let no night pass."""
    held = """
holds:
  - {hold: dispute, tables: [crm.calls], ground: a claim in court, owner: legal, review_by: 2040-01-01, effective_from: 2020-01-01}
"""
    company.policy(
        SPARING, company=GUARDS, holds=held, a="starting_point: {event: over, of: subject}\nperiod: P0D",
        b="starting_point: {event: shut, of: record}\nperiod: P0D",
    )  # fmt: skip
    company.extract("people", FIRST, "id,on\nP1,2027-12-31\nP3,2026-02-01")
    company.extract("firms", FIRST, "id,on\nF1,2026-02-10")
    company.extract("calls", FIRST, "id,person_id,firm_id\nK1,P1,F1")
    company.night(FIRST)
    company.extract("calls", ENDED, "id,person_id,firm_id\nK1,P1,F1\nK3,P3,F1")
    company.night(ENDED)
    assert (company.keys("firms"), company.keys("calls")) == ([], ["K1"])
    waits = company.data()["_withheld.crm.calls"]
    assert "K1" in str(waits)
    assert "K3" not in str(waits)


@pytest.mark.parametrize("on_class", [True, False])
def test_a_hold_lets_no_key_back_in_that_the_store_no_longer_has(company: Company, *, on_class: bool) -> None:
    """The firm left before the hold came, and with it what the calls said of it; the sources send both every night."""
    rules = {
        "a": "starting_point: {event: over, of: subject}\nperiod: P0D",
        "b": "starting_point: {event: shut, of: record}\nperiod: P0D",
    }
    company.policy(SPARING, company=GUARDS, **rules)
    company.extract("people", FIRST, "id,on\nP1,2027-12-31\nP2,2027-12-31")
    company.extract("firms", FIRST, "id,on\nF1,2026-02-10")
    company.extract("calls", FIRST, "id,person_id,firm_id\nK1,P1,F1\nK2,P1,F1")
    company.night(FIRST)
    company.night(ENDED)
    assert [row["firm_id"] for row in company.rows("calls")] == [None, None]
    if on_class:
        held = "{hold: dispute, tables: [crm.calls], ground: claim, owner: legal, review_by: 2040-01-01, effective_from: 2020-01-01}"
        company.policy(SPARING, company=GUARDS, holds=f"holds:\n  - {held}", **rules)
    else:
        hold(company, on=ENDED)
    for on in ("2026-02-12", "2026-02-13"):
        company.extract("calls", on, "id,person_id,firm_id\nK1,P1,F1\nK2,P1,F1")
        company.night(on)
        assert company.keys("firms") == []
        assert [row["firm_id"] for row in company.rows("calls")] == [None, None]
