"""A backup that is older than an erasure comes back without the erased, and nobody reads it before (LAW scenario 57, B1)."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from privacy_pipelines import pipeline
from privacy_pipelines.cli.trust import CHECKS, Asked
from privacy_pipelines.errors import InputError, StoreError
from privacy_pipelines.restoring.restore import Order
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from tests.way.customers import ANY_DROP, customers, extracts
from tests.way.house import Company, day
from tests.way.test_leaving import BOOKKEEPING, INVOICED, INVOICES, RELATIONSHIP
from tests.way.test_orphans import CALLS, COMPANY, FIRMS, RULES, SENT, calls, purged


def restore(company: Company, file: Path, as_of: str, *, without_index: bool = False, by: str = "dpo") -> list[str]:
    """Restore a backup; the keys of the contacts that a reader sees before each station ends."""
    order, seen = Order(file, by, "the disk was lost", without_index), []
    company.nights += 1
    stations = pipeline.restore(
        company.paths,
        order,
        run=f"night-{company.nights}",
        as_of=day(as_of),
        at=datetime.fromisoformat(f"{as_of}T02:00:00").replace(tzinfo=UTC),
    )
    for station, answer in stations:
        company.stations[station] = answer
        seen.append(f"{station}: {' '.join(company.keys('contacts'))}")
    return seen


def backup(company: Company, to: Path) -> Path:
    """A copy of the current generation."""
    current = Store(company.paths.store).current()
    assert current is not None
    return Path(shutil.copy(current.path, to / current.name))


def wrong(company: Company, as_of: str) -> list[str]:
    """What `verify` finds wrong."""
    store = Store(company.paths.store)
    with reader(store) as current:
        asked = Asked(store, current, company.paths.extracts, day(as_of))
        return [f"{check.name}: {answer.what}" for check in CHECKS if (answer := check.answer(asked)).right is False]


def erased_since(company: Company, to: Path) -> Path:
    """A backup of 10 January with C1, whose contract was in force; on the 20th it had ended, and both were erased and purged."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,\nC2,A2,Bo,", contracts="K1,A1,active,,\nK2,A2,active,,")
    company.night("2026-01-10")
    file = backup(company, to)
    extracts(company, "2026-01-20", contacts="C1,A1,Ada,\nC2,A2,Bo,", contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,")
    company.night("2026-01-20")
    extracts(company, "2026-01-21", contacts="C2,A2,Bo,", contracts="K2,A2,active,,")
    company.night("2026-01-21")
    for path in company.paths.extracts.iterdir():
        path.unlink()
    return file


def keys_in(file: Path) -> set[str]:
    with duckdb.connect(str(file), read_only=True) as opened:
        return {key for (key,) in opened.execute("SELECT id FROM crm.contacts UNION ALL SELECT id FROM crm.contracts").fetchall()}


def test_a_backup_of_before_an_erasure_comes_back_without_the_erased(company: Company, tmp_path: Path) -> None:
    """Scenario 57, with the store as it is: readers see the current generation until the restored one is decided, proved and current."""
    file = erased_since(company, tmp_path)
    assert "C1" in keys_in(file)
    seen = restore(company, file, "2026-01-22")
    assert {line.partition(": ")[2] for line in seen} == {"C2"}
    assert (company.keys("contacts"), company.keys("contracts")) == (["C2"], ["K2"])
    assert [path.name for path in sorted(company.paths.store.glob("gen-*"))] == ["gen-000005.duckdb"]
    assert wrong(company, "2026-01-22") == []
    (entry,) = [entry for entry in company.evidence() if entry.kind == "restored"]
    said = {name: entry.body[name] for name in ("generation", "backup", "as_of", "index", "rows", "by")}
    assert said == {
        "generation": "gen-000004.duckdb", "backup": "gen-000001.duckdb", "as_of": "2026-01-10", "index": "generation", "rows": "<5",
        "by": "dpo",
    }  # fmt: skip
    assert company.explain("contacts", "C1").found == "left_behind"


def test_of_who_left_and_lawfully_came_back_since_the_old_record_stays_out(company: Company, tmp_path: Path) -> None:
    """Nothing links the new record to the old one, so no index names it: the current generation does."""
    file = erased_since(company, tmp_path)
    new = {"contacts": "C1,A3,Ada Ny,\nC2,A2,Bo,", "contracts": "K2,A2,active,,\nK3,A3,active,,"}
    extracts(company, "2026-01-22", **new)
    company.night("2026-01-22")
    assert company.keys("contacts") == ["C1", "C2"]
    restore(company, file, "2026-01-22")
    assert company.row("contacts", "C1")["name"] == "Ada Ny"
    for path in company.paths.extracts.iterdir():
        path.unlink()
    restore(company, file, "2026-01-23")
    assert company.keys("contacts") == ["C2"]


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_where_the_current_generation_is_lost_the_copy_of_its_index_keeps_the_erased_out(
    company: Company, tmp_path: Path, how: str
) -> None:
    """Scenario 57, from nothing but the backup, the copy, the log and the keys; readers see nobody until today is decided."""
    file = erased_since(company, tmp_path)
    current = Store(company.paths.store).current()
    assert current is not None
    current.path.unlink() if how == "missing" else current.path.write_bytes(b"\0" * 4096)
    assert (company.paths.store / "departed.parquet").stat().st_mode & 0o777 == 0o600
    seen = restore(company, file, "2026-01-22")
    assert seen[:6] == ["backup: ", "inbox: ", "checks: ", "facts: ", "decisions: ", "plan: "]
    assert (company.keys("contacts"), company.keys("contracts")) == (["C2"], ["K2"])
    assert wrong(company, "2026-01-22") == []
    extracts(company, "2026-01-23", contacts="C1,A1,Ada,\nC2,A2,Bo,", contracts="K2,A2,active,,")
    company.night("2026-01-23")
    assert company.keys("contacts") == ["C2"]


def test_fields_that_were_emptied_since_are_empty_and_their_rows_stand(company: Company, tmp_path: Path) -> None:
    source = INVOICED.replace(", payer_id: contacts", "").replace("    scopes: {relationship: record}\n", "")
    company.policy(source, company=ANY_DROP, relationship=RELATIONSHIP, bookkeeping=BOOKKEEPING)
    company.extract("contacts", "2026-01-31", "id,name,ends_on\nC1,Ada,2026-12-31\nC2,Bo,2026-12-31")
    company.extract("invoices", "2026-01-31", INVOICES)
    company.night("2026-01-31")
    file = backup(company, tmp_path)
    company.extract("contacts", "2026-02-01", "id,name,ends_on\nC1,Ada,2026-01-31\nC2,Bo,2026-12-31")
    company.night("2026-02-01")
    assert company.row("invoices", "I1")["email"] is None
    for path in company.paths.extracts.iterdir():
        path.unlink()
    restore(company, file, "2026-02-02")
    row = company.row("invoices", "I1")
    assert (row["amount"], row["email"], row["phone"]) == (10, None, None)
    assert (company.keys("contacts"), company.row("invoices", "I2")["email"]) == (["C2"], "bo@x.example")


def test_links_to_who_left_since_are_empty_and_stay_so(company: Company, tmp_path: Path) -> None:
    """The firm was erased since the backup and its source has it no more; the calls that name it stand, and are sent every night."""
    company.policy(FIRMS.rstrip() + CALLS, company=COMPANY, **RULES)
    company.extract("firms", "2026-01-20", "country,number,on\nSE,F1,2026-02-10\nSE,F2,2040-01-01")
    company.extract("calls", "2026-01-20", SENT)
    company.night("2026-01-20")
    file = backup(company, tmp_path)
    company.night("2026-02-11")
    purged(company, "2026-02-12")
    restore(company, file, "2026-02-13")
    for on in ("2026-02-14", "2026-02-15"):
        assert calls(company) == [("K1", None, None), ("K2", "SE", "F2")]
        purged(company, on)


@pytest.mark.parametrize(("then", "today", "left"), [("clear", "keep_key", "F1"), ("keep_key", "clear", None)])
def test_what_becomes_of_such_links_is_what_todays_policy_says(
    company: Company, tmp_path: Path, then: str, today: str, left: str | None
) -> None:
    source = {name: FIRMS.rstrip() + CALLS.replace("number}}", f"number}}, when_target_ends: {name}}}") for name in (then, today)}
    company.policy(source[then], company=COMPANY, **RULES)
    company.extract("firms", "2026-01-20", "country,number,on\nSE,F1,2026-02-10\nSE,F2,2040-01-01")
    company.extract("calls", "2026-01-20", SENT)
    company.night("2026-01-20")
    file = backup(company, tmp_path)
    company.policy(source[today], company=COMPANY, **RULES)
    company.night("2026-02-11")
    purged(company, "2026-02-12")
    restore(company, file, "2026-02-13")
    assert [number for key, _, number in calls(company) if key == "K1"] == [left]


def test_what_cannot_be_restored_is_refused_with_a_hint_and_nothing_changes(company: Company, other: Company, tmp_path: Path) -> None:
    file = erased_since(company, tmp_path)
    before = company.data()
    text = tmp_path / "notes.duckdb"
    text.write_text("no generation")
    customers(other)
    extracts(other, "2026-01-10", contacts="C9,A1,Eva,", contracts="K9,A1,active,,")
    other.nights = 70
    other.night("2026-01-10", first_load=True)
    current = Store(company.paths.store).current()
    assert current is not None
    for wanted, said in (
        (tmp_path / "none.duckdb", "no such file"),
        (text, "damaged, or no generation of this product"),
        (backup(other, other.root), "does not know the night that wrote it"),
        (current.path, "is the current generation"),
    ):
        with pytest.raises(StoreError, match=said):
            restore(company, wanted, "2026-01-22")
    with pytest.raises(StoreError, match=r"reaches back P60D.*--without-index"):
        restore(company, file, "2026-03-12")
    with pytest.raises(InputError, match="answers for"):
        restore(company, file, "2026-01-22", by=" ")
    (company.paths.store / "keys/departed.key").write_bytes(b"k" * 32)
    with pytest.raises(StoreError, match="other keys"):
        restore(company, file, "2026-01-22")
    assert company.data() == before


def test_without_any_index_nothing_comes_back_unless_a_person_accepts_who_may(company: Company, tmp_path: Path) -> None:
    """The copy of an earlier night does not do: who left since is not in it."""
    file = erased_since(company, tmp_path)
    store = Store(company.paths.store)
    old = tmp_path / "departed.parquet"
    shutil.copy(store.departed, old)
    company.night("2026-01-22")
    current = store.current()
    assert current is not None
    current.path.unlink()
    shutil.copy(old, store.departed)
    with pytest.raises(StoreError, match="older than the last night"):
        restore(company, file, "2026-01-23")
    store.departed.unlink()
    with pytest.raises(StoreError, match="nobody knows who has left since"):
        restore(company, file, "2026-01-23")
    restore(company, file, "2026-01-23", without_index=True)
    assert company.keys("contacts") == ["C1", "C2"]
    assert [entry.body["index"] for entry in company.evidence() if entry.kind == "restored"] == ["none"]
