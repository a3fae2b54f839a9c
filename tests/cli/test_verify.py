"""`verify` finds what should not be there, and `status` and `explain` tell what is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import short_hash_of
from tests.cli.place import NIGHT, Place, write_extracts


def _changed_log(here: Place) -> None:
    log = here.store / "evidence.jsonl"
    log.write_text(log.read_text().replace('"rows_kept":"100-499"', '"rows_kept":"500-999"'))


def _lost_log(here: Place) -> None:
    (here.store / "evidence.jsonl").unlink()


def _returned(here: Place) -> None:
    hashed = short_hash_of(Store(here.store).secret("departed"), "crm.people", ["P1"])
    with duckdb.connect(str(next(here.store.glob("gen-*.duckdb")))) as opened:
        entry = 'key_hash, "table", cluster, left_on, was_stored, expires_on, policy_version'
        values = "VALUES (?, 'crm.people', '', '2026-03-01', true, '2027-03-01', 'x')"
        opened.execute(f"INSERT INTO _night.departed ({entry}) {values}", [hashed])


def _lost_key(here: Place) -> None:
    (here.store / "keys/departed.key").unlink()


def _left_over(here: Place) -> None:
    for name in ("gen-000007.duckdb", "spill/duckdb_temp.tmp"):
        (here.store / name).write_bytes(b"names in clear")
        os.utime(here.store / name, (0, 0))


def _readable(here: Place) -> None:
    next(here.store.glob("gen-*.duckdb")).chmod(0o644)


def _undisposed(here: Place) -> None:
    (here.store / "gen-000000.duckdb").write_bytes(b"old")


WRONG: tuple[tuple[Callable[[Place], None], str, str], ...] = (
    (_changed_log, "evidence_log", "entry 1: it was changed"),
    (_lost_log, "evidence_log", "entry 1: it is missing although it was signed for: the log was cut off"),
    (_returned, "absence", "records that were left behind stand in the store again: crm.people (1)"),
    (_lost_key, "absence", "the key of the index of the departed is gone"),
    (_left_over, "leftovers", "2 (gen-000007.duckdb, spill/duckdb_temp.tmp). The next night sweeps them"),
    (_readable, "modes", "others can read 1 ("),
    (_undisposed, "generations", "left behind and not disposed of: gen-000000.duckdb"),
)


@pytest.mark.parametrize(("spoil", "check", "what"), WRONG, ids=[spoil.__name__ for spoil, _, _ in WRONG])
def test_what_is_wrong_is_found_and_named(company: Place, spoil: Callable[[Place], None], check: str, what: str) -> None:
    spoil(company)
    before = company.digest()
    result = company.run("verify", "--as-of", NIGHT, "--json")
    assert result.exit_code == 1
    found = {one["name"]: one for one in json.loads(result.stdout)["checks"]}
    assert found[check]["right"] is False
    assert what in found[check]["what"]
    assert company.digest() == before


def test_what_a_night_that_was_cut_short_leaves_is_told_and_is_no_alarm(company: Place) -> None:
    """It is newer than the last flip: the sweep that shall remove it has not been yet."""
    for name in ("gen-000007.duckdb", "staging/night.duckdb", "spill/duckdb_temp.tmp"):
        (company.store / name).write_bytes(b"names in clear")
        (company.store / name).chmod(0o644)
    result = company.run("verify", "--as-of", NIGHT, "--json")
    found = {one["name"]: (one["right"], one["what"]) for one in json.loads(result.stdout)["checks"]}
    assert result.exit_code == 0
    assert found["leftovers"][0] is None
    assert "3 (gen-000007.duckdb, spill/duckdb_temp.tmp, staging/night.duckdb): a night was cut short" in found["leftovers"][1]
    assert found["modes"][0] is True


def test_extracts_past_their_keep_are_found(company: Place) -> None:
    result = company.run("verify", "--as-of", "2026-03-20")
    assert result.exit_code == 1
    assert "past their keep: 5 (" in result.stdout
    assert "Something is wrong" in result.stdout


def test_nothing_wrong_is_fine(small: Place) -> None:
    result = small.run("verify", "--as-of", NIGHT)
    assert result.exit_code == 0
    assert "Nothing is wrong" in result.stdout


def test_a_store_before_its_first_night_says_so(tmp_path: Path, small: Place) -> None:
    here = Place(small.policies, tmp_path / "store", small.extracts)
    Store(here.store).create()
    status = here.run("status")
    assert status.exit_code == 0
    assert "no night has been completed yet. Start with: privacy-pipelines nightly --first-load" in status.stdout
    assert json.loads(here.run("status", "--json").stdout) == {"night": None}
    verify = here.run("verify")
    assert verify.exit_code == 0
    assert "not checked" in verify.stdout
    explained = here.run("explain", "crm.people", "P1")
    assert explained.exit_code == 2
    assert "no night has been completed yet" in explained.stderr


def test_a_lost_pointer_is_an_error_and_not_an_empty_store(company: Place) -> None:
    (company.store / "CURRENT").unlink()
    for command in ("status", "verify", "nightly"):
        result = company.run(command)
        assert result.exit_code == 2
        assert "CURRENT: missing" in result.stderr


def test_status_shows_the_trend_of_two_nights(company: Place, tomorrow: date) -> None:
    assert company.run("status").exit_code == 0
    write_extracts(company.extracts, tomorrow, ended_on="2026-03-09")
    company.night(tomorrow)
    result = company.run("status")
    assert f"Night of {tomorrow}, gen-000002.duckdb" in result.stdout
    assert "good is" in result.stdout


def test_explain_answers_in_both_languages_and_as_json(small: Place) -> None:
    english = small.run("explain", "crm.people", "P1", "email")
    assert english.exit_code == 0
    assert "this record is in gen-000001.duckdb" in english.stdout
    assert "You" not in english.stdout or "p1@x.example" not in english.stdout
    assert "posten finns" in small.run("explain", "crm.people", "P1", "--language", "sv").stdout
    assert json.loads(small.run("explain", "crm.invoices", "I1,1", "--json").stdout)["found"] == "stored"


def test_explain_names_what_there_is_instead(small: Place) -> None:
    for arguments, message in ((("crm.persons", "P1"), "no table 'crm.persons'"), (("crm.people", "P1", "mail"), "no field 'mail'")):
        result = small.run("explain", *arguments)
        assert result.exit_code == 2
        assert message in result.stderr
        assert "It has: " in result.stderr
    assert "no trace" in small.run("explain", "crm.people", "P999").stdout


def test_explain_finds_a_record_by_a_key_of_several_columns_however_its_number_is_spelt(small: Place) -> None:
    for key in ("I7,1", "I7,01", '"I7","1"'):
        answer = small.run("explain", "crm.invoices", key)
        assert (answer.exit_code, "this record is in" in answer.stdout) == (0, True)
    assert "no trace" in small.run("explain", "crm.invoices", "I7,2").stdout
    assert "no trace" in small.run("explain", "crm.invoices", "I7,one").stdout
    for key in ("I7", "I7,1,1", '"I7,1'):
        refused = small.run("explain", "crm.invoices", key)
        assert refused.exit_code == 2
        assert "its key has 2 parts (invoice_id, line_no); write them with commas between" in refused.stderr
