"""A night that erased is certified once nothing of it is left, from its outcome, and not before (LAW §3, scenario 55)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from privacy_pipelines import pipeline
from privacy_pipelines.certifying.issue import certify, erasing
from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.certificate import faults_of, read_certificate
from privacy_pipelines.evidence.keys import own_key
from privacy_pipelines.store.durable import remove
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from tests.way.house import Company, day
from tests.way.test_holds import ENDED, FIRST, hold, served

SCHEMA = Path(__file__).parents[2] / "docs/schema/certificate.json"
AFTER = "2026-02-12"


def store(company: Company) -> Store:
    return Store(company.paths.store)


def folder(company: Company) -> Path:
    return company.paths.store / "certificates"


def certificates(company: Company) -> list[dict[str, Any]]:
    """Every one of them, believed."""
    found = []
    for path in sorted(folder(company).glob("*.json")):
        if not path.name.endswith(".erasing.json"):
            presented = read_certificate(path.read_bytes(), path.name)
            assert faults_of(presented, [own_key(store(company).keys)]) == ()
            found.append(presented.document)
    return found


def certified(company: Company, *, at: dt.datetime) -> tuple[Path, ...]:
    """What is due in the company's store, written by a start of its own."""
    with store(company).writing(0), reader(store(company)) as current:
        return certify(store(company), current, at=at)


def until_flip(company: Company, as_of: str) -> None:
    """A night that is killed before its last station."""
    at = dt.datetime.fromisoformat(f"{as_of}T02:00:00+00:00")
    for station, _ in pipeline.night(company.paths, run="killed", as_of=day(as_of), at=at):
        if station == "proof":
            return


def test_a_night_that_erased_is_certified_and_the_log_knows_the_certificate(company: Company) -> None:
    served(company).night(ENDED)
    (found,) = certificates(company)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(found)
    deed = found["deed"]
    assert [(one["table"], one["rows_before"], one["rows_kept"], one["rows_erased"]) for one in deed["scope"]] == [
        ("crm.orders", "<5", "0", "<5"), ("crm.people", "<5", "0", "<5"),
    ]  # fmt: skip
    assert {one["table"] for one in deed["erased"]} == {"crm.people", "crm.orders"}
    assert {(one["rows_erased"], one["cells_erased"]) for one in deed["erased"]} == {("<5", "")}
    assert {one["purpose"] for one in deed["rules"]} == {"service", "news"}
    assert {one["found"] for one in deed["checks"]} == {0}
    assert (found["disposed_at"][:10], found["backups_until"], deed["base"]) == (ENDED, "", "gen-000001.duckdb")
    (path,) = folder(company).glob("*.json")
    assert company.evidence()[-1].body == {"run": "night-2", "digest": hashlib.sha256(path.read_bytes()).hexdigest()}


def test_a_night_that_erased_nothing_has_none(company: Company) -> None:
    served(company).night("2026-01-21")
    assert not folder(company).exists()
    assert "certified" not in {entry.kind for entry in company.evidence()}


def test_what_a_hold_keeps_is_an_exception_with_its_ground(company: Company) -> None:
    name = hold(served(company)).name
    company.night(ENDED)
    (found,) = certificates(company)
    told = {(one["kind"], one["name"], one["table"], one["ground"], one["owner"]) for one in found["deed"]["exceptions"]}
    assert told == {("held", name, table, "Pending dispute", "Legal") for table in ("crm.people", "crm.orders")}


def test_it_tells_the_outcome_cell_by_cell_as_the_two_stores_have_it(company: Company) -> None:
    """An empty cell was not erased: the plan may speak of it, the outcome does not."""
    served(company)
    company.extract(
        "people", "2026-01-21", "id,name,email,topics,ends_on,news_to\nP1,Ada,,,2026-02-10,2026-02-10\nP2,Bo,,,2026-02-10,2026-02-10"
    )
    company.night("2026-01-21")
    last = company.night(ENDED)
    counted = {(one["table"], one["cluster"]): (one["rows"], one["cells"]) for one in last.record["outcomes"]}
    assert counted == {
        ("crm.people", "service"): (2, 2),  # a name of each; `topics`, of news alone, were empty
        ("crm.people", "news+service"): (2, 4),  # their two days, and no address
        ("crm.orders", "service"): (4, 4 * 3),
    }


def test_a_night_that_was_killed_before_its_end_is_erasing_and_the_next_start_certifies_it(company: Company) -> None:
    until_flip(served(company), ENDED)
    assert certificates(company) == []
    company.night(AFTER)
    (found,) = certificates(company)
    assert (found["deed"]["run"], found["deed"]["as_of"]) == ("killed", ENDED)


def test_while_an_old_store_is_there_again_the_night_is_erasing_and_has_no_certificate(company: Company) -> None:
    served(company)
    old = company.paths.store / "gen-000001.duckdb"
    content = old.read_bytes()
    until_flip(company, ENDED)
    old.write_bytes(content)
    at = dt.datetime(2026, 2, 11, 3, tzinfo=dt.UTC)
    assert certified(company, at=at) == ()
    assert [path.name for path in erasing(store(company))] == ["night-2026-02-11-gen-000002.erasing.json"]
    assert certified(company, at=at) == ()
    assert certificates(company) == []
    company.night(AFTER)
    assert [one["deed"]["run"] for one in certificates(company)] == ["killed"]
    assert erasing(store(company)) == ()


def test_what_waits_outlasts_the_generation_that_it_speaks_of(company: Company) -> None:
    """The record goes with its generation; what the night did was kept aside."""
    served(company)
    content = (company.paths.store / "gen-000001.duckdb").read_bytes()
    until_flip(company, ENDED)
    (company.paths.store / "gen-000001.duckdb").write_bytes(content)
    certified(company, at=dt.datetime(2026, 2, 11, 3, tzinfo=dt.UTC))
    remove(company.paths.store / "gen-000001.duckdb")
    company.night(AFTER)
    company.night("2026-02-13")
    assert [one["deed"]["generation"] for one in certificates(company)] == ["gen-000002.duckdb"]


def test_a_certificate_that_was_written_and_not_logged_is_issued_again(company: Company) -> None:
    until_flip(served(company), ENDED)
    at = dt.datetime(2026, 2, 11, 3, tzinfo=dt.UTC)
    (path,) = certified(company, at=at)
    log, heads = (company.paths.store / name for name in ("evidence.jsonl", "evidence.heads.jsonl"))
    for file in (log, heads):  # as a kill leaves it: the file is there, its entry is not
        file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    (again,) = certified(company, at=at)
    assert again == path
    assert certified(company, at=at) == ()
    assert len(certificates(company)) == 1
    assert [entry.kind for entry in company.evidence()].count("certified") == 1


def test_neither_file_names_a_person_or_fetches_anything(company: Company) -> None:
    served(company).night(ENDED)
    page, document = (path.read_text(encoding="utf-8") for path in sorted(folder(company).iterdir()))
    for text in (page, document):
        for personal in ("dalovelace", "ojangles", "x.example", "a hat", "P1", "O2"):
            assert personal not in text
    assert "Certificate of erasure" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert [oct(path.stat().st_mode & 0o777) for path in (folder(company), *folder(company).iterdir())] == ["0o700", "0o600", "0o600"]


def test_a_night_without_the_key_that_signs_is_refused_before_anything_flips(company: Company) -> None:
    served(company)
    key = company.paths.store / "keys/evidence.key"
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(StoreError, match=r"evidence\.key: is missing. Restore it from a backup"):
        company.night(ENDED)
    assert store(company).current() == store(company).generation("gen-000001.duckdb")
    key.write_bytes(kept)
    key.chmod(0o600)
    company.night(ENDED)
    assert len(certificates(company)) == 1


def test_a_first_night_begins_the_log_and_its_key(company: Company) -> None:
    served(company)
    assert company.paths.store.joinpath("keys/evidence.key").stat().st_mode & 0o777 == 0o600
    assert [entry.kind for entry in company.evidence()] == ["night_completed"]
    assert company.evidence()[0].body["as_of"] == FIRST
