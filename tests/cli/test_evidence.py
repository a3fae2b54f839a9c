"""An auditor's copy is checked without a store, with a key from before; and a store between a kill and the next night is no alarm."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import chdir
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from privacy_pipelines import pipeline
from privacy_pipelines.cli import main
from privacy_pipelines.nights import ending
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from tests.cli.place import NIGHT, Place, write_extracts

Files = dict[str, Path]


@pytest.fixture(scope="module")
def erased(small: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The small company after a second night, in which a few contracts' people went. Read only."""
    here = small.copy(tmp_path_factory.mktemp("erased"))
    day = date(2026, 3, 11)
    write_extracts(here.extracts, day)
    contracts = here.extracts / f"crm/contracts-{day}.csv"
    contracts.write_text(
        contracts.read_text().replace("C1,A1,active,", "C1,A1,ended,2025-01-01").replace("C2,A2,active,", "C2,A2,ended,2025-01-01")
    )
    here.night(day)
    return here


@pytest.fixture
def copy(erased: Place, tmp_path: Path) -> Iterator[Files]:
    """A copy of its evidence, and the key as it was given out."""
    folder = tmp_path / "audit"
    done = erased.run("evidence", "export", folder)
    assert done.exit_code == 0, done.output
    (tmp_path / "known.pem").write_text(erased.run("evidence", "key").stdout)
    (certificate,) = (folder / "certificates").glob("*.json")
    return {"log": folder / "evidence.jsonl", "head": folder / "head.json", "certificate": certificate, "key": tmp_path / "known.pem"}


def audit(**files: Path) -> Result:
    """`verify` in a folder where there is neither a store nor a policy."""
    with chdir(next(iter(files.values())).parent):
        return CliRunner().invoke(main, ["verify", "--json", *(part for name, path in files.items() for part in (f"--{name}", str(path)))])


def answers(result: Result) -> dict[str, tuple[bool | None, str]]:
    return {one["name"]: (one["right"], one["what"]) for one in json.loads(result.stdout)["checks"]}


def test_a_copy_is_checked_without_a_store_with_the_key_and_the_head_from_before(copy: Files) -> None:
    result = audit(**copy)
    assert result.exit_code == 0
    assert {name: right for name, (right, _) in answers(result).items()} == {
        "evidence_log": True, "key": True, "earlier_head": True, "certificate": True,
    }  # fmt: skip


def test_a_copy_holds_no_private_key_and_its_owner_s_files_alone(copy: Files, erased: Place) -> None:
    secret = (erased.store / "keys" / "evidence.key").read_bytes()
    files = [path for path in copy["log"].parent.rglob("*") if path.is_file()]
    assert sorted(path.name for path in files if path.suffix in (".jsonl", ".pem")) == [
        "evidence.heads.jsonl", "evidence.jsonl", "key.pem",
    ]  # fmt: skip
    for path in files:
        assert secret not in path.read_bytes()
        assert secret.hex() not in path.read_text(encoding="utf-8")
        assert path.stat().st_mode & 0o077 == 0


def test_a_log_with_nothing_in_it_is_no_evidence(copy: Files) -> None:
    _without_heads(copy)
    copy["log"].write_bytes(b"")
    result = audit(log=copy["log"], key=copy["key"])
    assert (result.exit_code, [right for right, _ in answers(result).values()]) == (1, [False, False])


def test_a_log_without_a_key_says_whose_it_says_it_is(copy: Files) -> None:
    result = audit(log=copy["log"])
    right, what = answers(result)["key"]
    assert (result.exit_code, right) == (0, None)
    assert "Compare this with what you were told before" in what


def _changed(files: Files) -> None:
    files["log"].write_bytes(files["log"].read_bytes().replace(b'"rows_kept":"100-499"', b'"rows_kept":"500-999"', 1))


def _dropped(files: Files) -> None:
    lines = files["log"].read_bytes().splitlines(keepends=True)
    files["log"].write_bytes(b"".join(lines[:1] + lines[2:]))


def _added(files: Files) -> None:
    lines = files["log"].read_bytes().splitlines(keepends=True)
    from privacy_pipelines.evidence.entries import seal

    extra = seal("intent_completed", {"run": "night", "generation": "gen-000001.duckdb"}, at="2026-03-12T02:00:00Z", seq=len(lines) + 1)
    files["log"].write_bytes(b"".join([*lines, extra.line]))


def _without_heads(files: Files) -> None:
    files["log"].with_name("evidence.heads.jsonl").unlink()


def _cut_with_its_heads(files: Files) -> None:
    heads = files["log"].with_name("evidence.heads.jsonl")
    for path in (files["log"], heads):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def _certificate_changed(files: Files) -> None:
    text = files["certificate"].read_text()
    files["certificate"].write_text(text.replace('"rows_erased": "<5"', '"rows_erased": "5-9"', 1))


def _another_key(files: Files) -> None:
    from privacy_pipelines.evidence.signing import public_of, to_pem

    files["key"].write_text(to_pem(public_of(bytes(32))))


TAMPERED: tuple[tuple[Callable[[Files], None], str, str], ...] = (
    (_changed, "evidence_log", "entry 1: it was changed"),
    (_dropped, "evidence_log", "entry 2: entry 3 stands in its place"),
    (_added, "evidence_log", "nobody signed for it"),
    (_without_heads, "evidence_log", "although the earlier head has them"),
    (_cut_with_its_heads, "evidence_log", "although the earlier head has them"),
    (_certificate_changed, "certificate", "it was changed: its signature is not right"),
    (_another_key, "key", ""),
)


@pytest.mark.parametrize(("tamper", "check", "what"), TAMPERED, ids=[tamper.__name__ for tamper, _, _ in TAMPERED])
def test_what_was_tampered_with_is_named(copy: Files, tamper: Callable[[Files], None], check: str, what: str) -> None:
    tamper(copy)
    result = audit(**copy)
    right, said = answers(result)[check]
    assert (result.exit_code, right) == (1, False)
    assert what in said


def test_a_fork_shows_in_the_head_of_a_certificate(copy: Files, tmp_path: Path, small: Place) -> None:
    """The same nights lived again, honestly signed: another log."""
    other = small.run("evidence", "export", tmp_path / "other")
    assert other.exit_code == 0
    result = audit(log=tmp_path / "other" / "evidence.jsonl", certificate=copy["certificate"])
    assert answers(result)["evidence_log"][0] is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--log", "none.jsonl"], "none.jsonl: no such file"),
        (["--certificate", "none.json"], "none.json: No such file"),
        (["--head", "head.json"], "--head goes with --log"),
        (["--key", "key.pem"], "--key goes with --log or --certificate"),
    ],
)
def test_files_that_are_not_there_or_do_not_go_together_are_input_errors(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["verify", *arguments])
    assert result.exit_code == 2
    assert message in result.stderr


def test_an_export_goes_into_a_new_folder_and_needs_a_night(erased: Place, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    refused = erased.run("evidence", "export", tmp_path)
    assert (refused.exit_code, "is not empty" in refused.stderr) == (2, True)
    empty = Place(erased.policies, tmp_path / "store", erased.extracts)
    Store(empty.store).create()
    for arguments in (("export", tmp_path / "new"), ("key",), ("rotate", "--by", "dpo", "--reason", "x")):
        refused = empty.run("evidence", *arguments)
        assert (refused.exit_code, "nothing has been signed yet" in refused.stderr) == (2, True)


def test_after_the_key_was_changed_who_knows_the_old_one_can_go_on(company: Place, tmp_path: Path) -> None:
    (tmp_path / "known.pem").write_text(company.run("evidence", "key").stdout)
    changed = company.run("evidence", "rotate", "--by", "dpo", "--reason", "The yearly change")
    assert changed.exit_code == 0, changed.output
    assert company.run("evidence", "export", tmp_path / "audit").exit_code == 0
    assert audit(log=tmp_path / "audit" / "evidence.jsonl", key=tmp_path / "known.pem").exit_code == 0
    assert audit(log=tmp_path / "audit" / "evidence.jsonl", key=tmp_path / "audit" / "key.pem").exit_code == 0
    assert (tmp_path / "known.pem").read_text() != company.run("evidence", "key").stdout
    assert company.run("verify", "--as-of", NIGHT).exit_code == 0


def test_a_certificate_that_was_changed_is_found_and_one_that_is_being_issued_is_no_alarm(erased: Place, tmp_path: Path) -> None:
    here, day = erased.copy(tmp_path), date(2026, 3, 11)
    assert verified(here, day)["certificates"] == (True, "1 certificates")
    (path,) = (here.store / "certificates").glob("*.json")
    path.write_text(path.read_text().replace('"rows_erased": "<5"', '"rows_erased": "5-9"', 1))
    assert verified(here, day)["certificates"] == (False, f"not as the log says they were issued: 1 ({path.name})")
    path.with_name(f"{path.stem}.erasing.json").write_text("{}")
    assert verified(here, day)["certificates"] == (None, f"erasing, so without one yet: 1 ({path.stem})")


def verified(here: Place, day: date) -> dict[str, tuple[bool | None, str]]:
    return answers(here.run("verify", "--json", "--as-of", day))


def test_a_kill_anywhere_after_the_flip_is_no_tampering_and_the_next_night_completes_it(
    company: Place, tomorrow: date, tmp_path: Path
) -> None:
    """Cut the log back, entry by entry, to where a kill would have left it: with the flip done and less and less recorded."""
    write_extracts(company.extracts, tomorrow)
    company.night(tomorrow)
    whole = {name: (company.store / name).read_bytes().splitlines(keepends=True) for name in ("evidence.jsonl", "evidence.heads.jsonl")}
    kinds = [json.loads(line)["entry"]["kind"] for line in whole["evidence.jsonl"]]
    recorded = kinds.index("night_completed", kinds.index("night_completed") + 1)
    for number, left in enumerate(range(recorded, len(kinds) + 1)):
        here = company.copy(tmp_path / str(number))
        heads = [line for line in whole["evidence.heads.jsonl"] if json.loads(line)["size"] <= left]
        (here.store / "evidence.jsonl").write_bytes(b"".join(whole["evidence.jsonl"][:left]))
        (here.store / "evidence.heads.jsonl").write_bytes(b"".join(heads))
        found = verified(here, tomorrow)
        assert [name for name, (right, _) in found.items() if right is False] == []
        if left == recorded:
            assert found["night_recorded"][0] is None
            assert "a crash came between" in found["night_recorded"][1]
        with reader(Store(here.store)) as current:
            ending.recover(Store(here.store), current, at=datetime(2026, 3, 12, 2, tzinfo=UTC))
        unsaid = [name for name, (right, _) in verified(here, tomorrow).items() if not right]
        assert unsaid == ["beyond"]  # the small policy does not say how long backups last


def test_a_night_that_was_killed_before_it_was_disposed_of_is_erasing(company: Place, tomorrow: date) -> None:
    old = company.store / "gen-000001.duckdb"
    content = old.read_bytes()
    shutil.copy(company.store / "evidence.jsonl", company.store.with_name("log"))
    shutil.copy(company.store / "evidence.heads.jsonl", company.store.with_name("heads"))
    write_extracts(company.extracts, tomorrow)
    paths = pipeline.Paths(company.policies, company.store, company.extracts)
    for station, _ in pipeline.night(paths, run="killed", as_of=tomorrow, at=datetime(2026, 3, 11, 2, tzinfo=UTC)):
        if station == "proof":
            break
    shutil.copy(company.store.with_name("log"), company.store / "evidence.jsonl")
    shutil.copy(company.store.with_name("heads"), company.store / "evidence.heads.jsonl")
    old.write_bytes(content)
    old.chmod(0o600)
    found = verified(company, tomorrow)
    assert {name: found[name][0] for name in ("evidence_log", "night_recorded", "generations")} == {
        "evidence_log": True, "night_recorded": None, "generations": None,
    }  # fmt: skip
    assert "erasing: gen-000001.duckdb" in found["generations"][1]
    assert company.night(tomorrow).exit_code == 0
    assert verified(company, tomorrow)["generations"][0] is True
