"""`restore` says what it does, and refuses with where, what and a hint."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from tests.cli.place import NIGHT, Place


def test_a_backup_is_restored_and_what_is_none_is_refused(company: Place, tmp_path: Path) -> None:
    here = company
    file = Path(shutil.copy(next(here.store.glob("gen-*.duckdb")), tmp_path / "backup.duckdb"))
    said = ("--by", "dpo", "--reason", "The disk failed")
    assert "is the current generation" in here.run("restore", file, "--as-of", NIGHT, *said).output
    next(here.store.glob("gen-*.duckdb")).unlink()
    assert here.run("status").exit_code == 2
    before = here.digest()
    assert here.run("restore", file, "--as-of", NIGHT).exit_code == 2  # nobody answers for it
    refused = here.run("restore", tmp_path / "none", "--as-of", NIGHT, *said)
    assert (refused.exit_code, here.digest()) == (2, before)
    assert "no such file. Name the copy of a generation" in refused.output
    done = here.run("restore", file, "--as-of", NIGHT + timedelta(days=1), *said)
    assert done.exit_code in (0, 1), done.output
    assert "still holds who has left since" in done.output
    assert here.run("status").exit_code in (0, 1)
