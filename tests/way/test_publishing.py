"""Published files hold, for each purpose that asks, the rows and columns that live for it tonight and no others (GDPR Art. 5(1)(b))."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from pathlib import Path

import pandas as pd
import pytest

from privacy_pipelines import pipeline
from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.durable import remove
from tests.way.house import Company, day, withheld
from tests.way.test_holds import GUARDS, hold

SOURCE = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [service, books]}
      name: {category: user.name, serves: [service, newsletter]}
      email: {category: user.contact.email, serves: [service, newsletter], type: email}
      taxed: {category: user.financial, serves: books, type: decimal}
      ends_on: {category: user.content, serves: service, type: date}
      sold_on: {category: user.content, serves: books, type: date}
    events: {service_end: ends_on, voucher: sold_on}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: [proof, newsletter]}
      email: {category: user.contact.email, serves: [proof, newsletter], type: email}
      status: {category: user.privacy_preferences, serves: [proof, newsletter]}
      given_on: {category: user.privacy_preferences, serves: [proof, newsletter], type: date}
      until: {category: user.privacy_preferences, serves: [proof, newsletter], type: date}
  objections:
    key: id
    fields:
      id: {category: user.unique_id, serves: objected}
      email: {category: user.contact.email, serves: objected, type: email}
      made_on: {category: user.content, serves: objected, type: date}
    events: {objection_made: made_on}
consents:
  newsletter: {table: consents, match: {email: people.email}, status: status, valid: [Given], from: given_on, until: until}
objections:
  marketing: {table: objections, match: {email: [people.email, consents.email]}, from: made_on}
"""
NEWSLETTER = """
legal_basis: eu-gdpr:A6-1-a
data_use: marketing.communications.email
starting_point: {consent: newsletter}
objections: {marketing: end}
period: P0D
execution_window: P30D
publish: {format: csv, tables: crm.people}
"""
SERVICE = """
starting_point: {event: service_end, of: subject}
period: P0D
settle: P5D
on_missing_event: {restrict: P12M, from: first_seen}
publish: true
"""
MISSING = "on_missing_event: {restrict: P7Y, from: first_seen}"
BOOKS = f"nature: duty\nlegal_basis: eu-gdpr:A6-1-c\nstarting_point: {{event: voucher, of: record}}\nperiod: P7Y\n{MISSING}\npublish: true"
PROOF = "nature: claims\nstarting_point: {consent: newsletter}\nperiod: P5Y"
OBJECTED = "starting_point: {event: objection_made, of: record}\nperiod: P5Y"
FIRST, NEXT = "2026-01-20", "2026-01-21"
EVERYBODY = (
    "P1,Ada,ada@x.example,10,2026-12-31,2026-01-10",
    "P2,Bo,bo@x.example,20,2026-12-31,2026-01-10",
    "P3,Cy,cy@x.example,,2026-12-31,",
)


def declared(company: Company, **other: str) -> Company:
    said = {"newsletter": NEWSLETTER, "service": SERVICE, "books": BOOKS, "proof": PROOF, "objected": OBJECTED, **other}
    return company.policy(SOURCE, company=GUARDS, **said)


def arrived(company: Company, on: str, *people: str, withdrew: str = "", objected: str = "") -> None:
    company.extract("people", on, "\n".join(["id,name,email,taxed,ends_on,sold_on", *people]))
    rows = []
    for number, who in enumerate(("ada", "bo"), start=1):
        rows.append(f"C{number},{who}@x.example,{'Withdrawn' if who == withdrew else 'Given'},2026-01-10,{on if who == withdrew else ''}")
    company.extract("consents", on, "\n".join(["id,email,status,given_on,until", *rows]))
    company.extract("objections", on, "\n".join(["id,email,made_on", *([f"O1,{objected}@x.example,{on}"] if objected else [])]))


@pytest.fixture
def published(company: Company) -> Company:
    declared(company)
    arrived(company, FIRST, *EVERYBODY)
    company.night(FIRST)
    return company


def folder(company: Company) -> Path:
    return company.paths.store / "published"


def mailing(company: Company) -> list[dict[str, str]]:
    """What somebody who sends the newsletter reads."""
    with (folder(company) / "newsletter/crm.people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def served(company: Company, purpose: str = "service") -> pd.DataFrame:
    return pd.read_parquet(folder(company) / purpose / "crm.people.parquet")


def test_each_purpose_has_its_rows_and_its_columns_and_no_others(published: Company) -> None:
    assert mailing(published) == [{"name": "Ada", "email": "ada@x.example"}, {"name": "Bo", "email": "bo@x.example"}]
    assert list(served(published).columns) == ["id", "email", "ends_on", "name"]
    assert list(served(published)["id"]) == ["P1", "P2", "P3"]
    assert list(served(published, "books").columns) == ["id", "sold_on", "taxed"]
    assert list(served(published, "books")["id"]) == ["P1", "P2"]
    tonight = folder(published).resolve()
    assert sorted(path.relative_to(tonight).as_posix() for path in tonight.rglob("*.*")) == [
        "books/crm.people.parquet", "manifest.json", "newsletter/crm.people.csv", "service/crm.people.parquet",
    ]  # fmt: skip
    said = json.loads((folder(published) / "manifest.json").read_text(encoding="utf-8"))
    assert (said["as_of"], said["generation"]) == (FIRST, "gen-000001.duckdb")
    assert [(one["purpose"], one["rows"]) for one in said["files"]] == [("books", 2), ("newsletter", 2), ("service", 3)]


@pytest.mark.parametrize("act", ["withdrew", "objected"])
def test_a_mailing_cannot_reach_who_withdrew_or_objected(published: Company, act: str) -> None:
    """Scenarios 44 and 65: the service goes on, the mailing loses the person the same night."""
    arrived(published, NEXT, *EVERYBODY, **{act: "ada"})  # type: ignore[arg-type]
    published.night(NEXT)
    assert [row["email"] for row in mailing(published)] == ["bo@x.example"]
    assert list(served(published)["email"]) == ["ada@x.example", "bo@x.example", "cy@x.example"]


def test_a_row_that_only_a_duty_keeps_is_in_its_file_alone(published: Company) -> None:
    """Scenario 45. And while a date settles, its purpose is over already."""
    ended = ("P1,Ada,ada@x.example,10,2026-01-19,2026-01-10", *EVERYBODY[1:])
    arrived(published, NEXT, *ended, withdrew="ada")
    published.night(NEXT)
    assert published.row("people", "P1")["name"] == "Ada", "still settling"
    assert list(served(published)["id"]) == ["P2", "P3"]
    published.night("2026-01-25")
    assert published.row("people", "P1")["name"] is None
    assert (list(served(published)["id"]), list(served(published, "books")["id"])) == (["P2", "P3"], ["P1", "P2"])


def test_who_is_undetermined_or_restricted_by_an_objection_is_used_for_nothing(company: Company) -> None:
    declared(company, service=SERVICE + "objections: {marketing: restrict}\n")
    arrived(company, FIRST, EVERYBODY[0], EVERYBODY[1], "P3,Cy,cy@x.example,,,", objected="bo")
    company.night(FIRST)
    assert company.keys("people") == ["P1", "P2", "P3"]
    assert list(served(company)["id"]) == ["P1"]


def test_what_a_guard_withholds_or_a_hold_keeps_is_in_no_file(company: Company) -> None:
    declared(company, newsletter=NEWSLETTER.replace("publish", "# publish"))
    arrived(company, FIRST, *EVERYBODY)
    company.night(FIRST)
    hold(company, "P3", on=FIRST)
    arrived(company, NEXT, *EVERYBODY[:2], "P3,Cy,cy@x.example,,2025-06-01,")
    assert [part["reason"] for part in withheld(company.night(NEXT))] == ["held"]
    assert company.row("people", "P3")["name"] == "Cy"
    assert list(served(company)["id"]) == ["P1", "P2"]


def test_all_files_are_replaced_at_once_and_the_old_ones_are_gone_and_recorded(published: Company) -> None:
    old = folder(published).resolve()
    reading = (old / "newsletter/crm.people.csv").open(encoding="utf-8")
    arrived(published, NEXT, *EVERYBODY, objected="ada")
    published.night(NEXT)
    assert not old.exists()
    assert len(reading.read().splitlines()) == 3, "who has opened a file reads it to its end"
    reading.close()
    gone = [entry.body["name"] for entry in published.evidence() if entry.kind == "disposed" and entry.body["what"] == "published"]
    assert gone == [old.name]
    said = [(e.body["generation"], e.body["purpose"], e.body["rows"]) for e in published.evidence() if e.kind == "published"]
    assert said[3:] == [
        ("gen-000002.duckdb", "books", "<5"),
        ("gen-000002.duckdb", "newsletter", "<5"),
        ("gen-000002.duckdb", "service", "<5"),
    ]


def test_only_the_owner_can_read_them(published: Company) -> None:
    real = folder(published).resolve()
    assert {path.lstat().st_mode & 0o777 for path in real.rglob("*") if path.is_file()} == {0o600}
    assert {path.lstat().st_mode & 0o777 for path in (real, *real.rglob("*")) if path.is_dir()} == {0o700}


def test_a_purpose_that_no_longer_asks_has_no_file_and_without_any_there_is_no_folder(published: Company) -> None:
    declared(published, newsletter=NEWSLETTER.replace("publish", "# publish"))
    published.night(NEXT)
    assert sorted(path.name for path in folder(published).iterdir()) == ["books", "manifest.json", "service"]
    texts = {
        name: text.replace("publish", "# publish") for name, text in (("newsletter", NEWSLETTER), ("service", SERVICE), ("books", BOOKS))
    }
    declared(published, **texts)
    published.night("2026-01-22")
    assert not os.path.lexists(folder(published))
    assert list(published.paths.store.glob("published*")) == []


def test_what_could_not_be_published_is_withdrawn_and_made_good_at_the_next_start(published: Company) -> None:
    arrived(published, NEXT, *EVERYBODY, objected="ada")
    at = dt.datetime.fromisoformat(f"{NEXT}T02:00:00+00:00")
    way = pipeline.night(published.paths, run="blocked", as_of=day(NEXT), at=at)
    while next(way)[0] != "proof":
        continue
    blocked = published.paths.store / "published.tmp"
    blocked.mkdir()  # nothing can be linked here
    with pytest.raises(StoreError, match=r"withdrawn.*the next start publishes"):
        next(way)
    last = pipeline.last_night(published.paths)
    assert last is not None
    assert (last.as_of, os.path.lexists(folder(published))) == (day(NEXT), False)
    remove(blocked)
    starting = pipeline.night(published.paths, run="after", as_of=day(NEXT), at=at)
    next(starting)
    assert [row["email"] for row in mailing(published)] == ["bo@x.example"]


def test_equal_nights_publish_equal_files(published: Company, other: Company) -> None:
    declared(other)
    arrived(other, FIRST, *reversed(EVERYBODY))
    other.night(FIRST)
    for name in ("newsletter/crm.people.csv", "service/crm.people.parquet", "books/crm.people.parquet"):
        assert (folder(published) / name).read_bytes() == (folder(other) / name).read_bytes()
