"""Input that cannot be used: where, what and a hint; the exit code; no traceback; the store as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from privacy_pipelines import pipeline
from tests.cli.place import NIGHT, Place, edit, write_csv, write_extracts

HOLDER = """
import sys, time
from pathlib import Path
from privacy_pipelines.store.generations import Store
with Store(Path(sys.argv[1])).writing(5.0):
    print("holds", flush=True)
    time.sleep(60)
"""


def _typo(here: Place) -> None:
    edit(here.policies / "purposes/relationship.yaml", "\nperiod: P0D", "\nperiode: P0D")


def _unknown_purpose(here: Place) -> None:
    edit(here.policies / "sources/crm.yaml", "serves: newsletter, type: email", "serves: newslettr, type: email")


def _no_purpose(here: Place) -> None:
    edit(
        here.policies / "sources/crm.yaml",
        "kind: {category: user.privacy_preferences, serves: newsletter}",
        "kind: {category: user.privacy_preferences}",
    )


def _unreadable(here: Place) -> None:
    (here.policies / "company.yaml").write_bytes(b"zone: \xff\xfe")


def _not_in_force(here: Place) -> None:
    edit(here.policies / "purposes/newsletter.yaml", "effective_from: 2026-01-01", "effective_from: 2030-01-01")


def _no_folder(here: Place) -> None:
    here.extracts.rename(here.extracts.with_name("elsewhere"))


def _a_file(here: Place) -> None:
    _no_folder(here)
    here.extracts.write_text("not a folder")


UNUSABLE: tuple[tuple[Callable[[Place], None], str], ...] = (
    (_typo, "relationship.yaml:9: unknown key 'periode'. Did you mean 'period'?"),
    (_unknown_purpose, "unknown purpose 'newslettr'. Did you mean 'newsletter'?"),
    (_no_purpose, "serves no purpose. Name the purposes in `serves`, or leave the field out"),
    (_unreadable, "company.yaml:1: the file is not UTF-8. Save it as UTF-8"),
    (_not_in_force, "purpose newsletter: is not in force before 2030-01-01"),
    (_no_folder, "extracts: no such folder. Point --extracts at the drop folder"),
    (_a_file, "extracts: not a folder. Point --extracts at the folder that holds the extracts"),
)


@pytest.mark.parametrize(("spoil", "message"), UNUSABLE, ids=[spoil.__name__ for spoil, _ in UNUSABLE])
@pytest.mark.parametrize("command", ["nightly", "plan"])
def test_input_that_cannot_be_used_changes_nothing(company: Place, command: str, spoil: Callable[[Place], None], message: str) -> None:
    spoil(company)
    _refused(company, message, command, "--as-of", NIGHT)


@pytest.mark.parametrize("command", ["nightly", "plan"])
def test_a_day_before_the_last_night_is_refused(company: Place, command: str) -> None:
    _refused(company, "before the last night, 2026-03-10. Decisions never go back", command, "--as-of", NIGHT - timedelta(days=1))


@pytest.mark.parametrize("command", ["nightly", "plan"])
def test_a_day_far_ahead_of_the_clock_is_refused(company: Place, command: str) -> None:
    _refused(company, "ahead of today", command, "--as-of", date.today() + timedelta(days=30))


def test_a_day_to_land_again_of_which_there_is_no_extract_is_refused(company: Place) -> None:
    _refused(company, "no extract of 2026-03-01. The newest there is of 2026-03-10", "nightly", "--as-of", NIGHT, "--day", "2026-03-01")


@pytest.mark.parametrize("command", ["nightly", "plan", "status", "verify", "explain crm.people P1"])
def test_a_store_made_by_a_newer_version_is_refused(company: Place, command: str) -> None:
    generation = next(company.store.glob("gen-*.duckdb"))
    with duckdb.connect(str(generation)) as opened:
        opened.execute("UPDATE _night.intent SET body = '99' WHERE name = 'format'")
        opened.execute("UPDATE _night.intent SET body = '7.0' WHERE name = 'product'")
    day = ("--as-of", NIGHT) if command in ("nightly", "plan") else ()
    _refused(company, "was made by version 7.0 of privacy-pipelines, which is newer. Upgrade", *command.split(), *day)


@pytest.mark.parametrize("command", ["nightly", "status", "verify", "plan", f"approve {'0' * 64} --by me --reason because"])
def test_a_file_where_the_store_should_be_is_refused(unstarted: Place, command: str) -> None:
    unstarted.store.write_text("a file")
    result = unstarted.run(*command.split())
    assert result.exit_code == 2
    assert "store: not a folder." in result.stderr
    assert unstarted.store.read_text() == "a file"


@pytest.mark.parametrize("command", ["status", "verify", "explain crm.people P1", f"approve {'0' * 64} --by me --reason because"])
def test_a_store_that_is_not_there_is_refused_and_not_made(unstarted: Place, command: str) -> None:
    result = unstarted.run(*command.split())
    assert result.exit_code == 2
    assert "there is no store. Point --store at one" in result.stderr
    assert not unstarted.store.exists()


def test_a_store_that_another_process_writes_is_busy(company: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "PATIENCE_S", 0.1)
    with subprocess.Popen([sys.executable, "-c", HOLDER, company.store], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holds\n"
        before = company.digest()
        result = company.night()
        looked, planned = company.run("status"), company.run("plan", "--as-of", NIGHT)
        after = company.digest()
        holder.kill()
    assert result.exit_code == 2
    assert f"process {holder.pid} writes this store. Wait for it to end" in result.stderr
    assert (looked.exit_code, planned.exit_code) == (0, 0)
    assert before == after


def test_a_spoiled_file_stays_outside_and_yesterdays_rows_stand(company: Place, tomorrow: date) -> None:
    write_extracts(company.extracts, tomorrow)
    folder = company.extracts / "crm"
    (folder / f"accounts-{tomorrow}.csv").write_text("")
    edit(folder / f"people-{tomorrow}.csv", "person_id,", "personid,")
    contracts = folder / f"contracts-{tomorrow}.csv"
    contracts.write_bytes(contracts.read_bytes()[:-8])
    (folder / f"invoices-{tomorrow}.csv").unlink()
    (folder / f"invoices-{tomorrow}.csv").mkdir()
    (folder / f"consents-{tomorrow}.csv").write_bytes(b"consent_id,email,kind,status,given_at,withdrawn_at\nK1,\xe5@x.example,,,,\n")
    result = company.night(tomorrow, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["metrics"]["refused_files"] == 5
    assert (document["metrics"]["kept"], document["metrics"]["erased"]) == (250, 0)
    said = "\n".join(document["findings"])
    for why in ("refused, empty", "declared columns are missing: person_id", "truncated: the last line is cut", "not a file", "not utf-8"):
        assert why in said


def test_a_duplicate_key_and_an_unreadable_date_are_quarantined(company: Place, tomorrow: date) -> None:
    write_extracts(company.extracts, tomorrow)
    people = company.extracts / f"crm/people-{tomorrow}.csv"
    edit(people, "P2,A2,p2@x.example,,", "P1,A2,p2@x.example,,")
    edit(people, "P3,A3,p3@x.example,,", "P3,A3,p3@x.example,31.02.2026,")
    result = company.night(tomorrow)
    assert result.exit_code == 1
    assert "3 rows quarantined" in result.output
    assert "Rows erased" in result.output
    assert "p2@x.example" not in result.output


def test_half_a_file_is_refused(company: Place, tomorrow: date) -> None:
    write_extracts(company.extracts, tomorrow)
    write_csv(company.extracts / f"crm/accounts-{tomorrow}.csv", ["account_id"], [["A1"]])
    result = company.night(tomorrow)
    assert result.exit_code == 1
    assert "truncated: 1 rows where" in result.output


def test_what_cannot_be_drafted_from_says_so(tmp_path: Path, unstarted: Place) -> None:
    (tmp_path / "empty.csv").write_text("")
    for name, why in (("empty.csv", "empty"), ("no.csv", "there is no such file")):
        result = unstarted.run("init", "new", tmp_path / name)
        assert result.exit_code == 2
        assert why in result.stderr
    assert "cannot be a source's name" in unstarted.run("init", "My Source", tmp_path / "empty.csv").stderr


def test_a_header_that_is_missing_or_says_a_name_twice_is_drafted_for_a_person_to_mend(tmp_path: Path, unstarted: Place) -> None:
    (tmp_path / "nobody.csv").write_text("anna@x.example,1\nb@x.example,2\n")
    (tmp_path / "twice.csv").write_text("a,a\n1,2\n")
    nobody, twice = (unstarted.run("init", "new", tmp_path / name) for name in ("nobody.csv", "twice.csv"))
    assert "header: false" in nobody.output
    assert "anna" not in nobody.output
    assert "header: 2" in twice.output


def _refused(here: Place, message: str, command: str, *arguments: object) -> None:
    before = here.digest()
    result = here.run(command, *arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert here.digest() == before
