"""No value of a person is anywhere but where it was declared to be: not in what is printed, logged, reported, certified or raised.

python -m tests.trials.canary ROOT [--ways NAME …] [--dagster]

The demo company with marked people (canaries.py) is put through its second night in every way in which its stations fail
(failures.py), on the command line and in a real Dagster run; then those that read are asked, also with questions that hold
marks themselves. Everything that was written is read in every way it can be (opened.py) and searched for the marks in every spelling.
Declared tables of the store's generations, staging and spill, published files and extracts may have them, and must.

Every attempt is a process of its own, forked from one that never opened a database, and its output is a file among the others.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import privacy_pipelines.pipeline
import privacy_pipelines.report.write  # noqa: F401  imported once, and not by every child
from privacy_pipelines.cli import main as command_line
from privacy_pipelines.demo import write_demo
from tests.trials.canaries import PLAIN, Search, mark
from tests.trials.children import in_a_child, printing_into
from tests.trials.failures import WAYS, Do
from tests.trials.opened import readings, told_by_tables

PEOPLE, ZONE = 200, "Europe/Stockholm"
LAST = datetime.now(ZoneInfo(ZONE)).date()
"""Tonight, because `make nightly` knows no other day."""
FIRST = LAST - timedelta(days=1)
POLICIES = Path(__file__).parents[2] / "policies"
OTHERS = f"{PLAIN}@canary.example"
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("status", "--json"),
    ("verify", "--json"),
    ("review",),
    ("plan", "--json"),
    ("explain", "crm.contacts", OTHERS),
    ("explain", "crm.contacts", "C0000001", "notes"),
    ("approve", OTHERS, "--by", "dpo", "--reason", "looked at"),
    ("approve", "0123456789abcdef", "--by", "dpo", "--reason", f"{OTHERS} asked for it"),
    ("hold", "add", "crm.contacts", OTHERS, "--ground", "a dispute", "--owner", "legal", "--review", "2027-01-01", "--by", "dpo"),
    ("hold", "add", "crm.contacts", "C0000001", "--ground", f"of {OTHERS}", "--owner", "legal", "--review", "2027-01-01", "--by", "dpo"),
    ("hold", "list", "--json"),
    ("restore", "extracts", "--by", "dpo", "--reason", "tried"),
)  # fmt: skip
"""Asked after each night. What somebody types is theirs, and yet none of it may be written down."""


def main() -> int:
    """Prints a line for each file with a mark where none may be, and a summary as JSON."""
    asked = _asked()
    root, found = asked.root, Counter[str]()
    shutil.rmtree(root, ignore_errors=True)
    start = root / "start"
    numbers = _prepared(start)
    search = Search(numbers)
    printing_into(start / "written" / "first night", lambda: _cli(start, ("nightly", "--as-of", str(FIRST), "--first-load")))
    for name, way in WAYS:
        if not asked.ways or name in asked.ways:
            found += _tried(root, start, name, way, search)
    if asked.dagster:
        found += _dagster(root, start, search)
    print(json.dumps({"numbers": len(numbers), **found}))
    return 1 if found["marks"] or found["blind"] else 0


def _tried(root: Path, start: Path, name: str, way: Do, search: Search) -> Counter[str]:
    place = root / "try"
    shutil.copytree(start, place, symlinks=True)

    def work() -> None:
        way(place, LAST)
        _cli(place, ("nightly", "--as-of", str(LAST)))

    printing_into(place / "written" / "night", work)
    printing_into(place / "written" / "questions", lambda: _cli(place, *QUESTIONS))
    found = in_a_child(lambda: dict(_searched(place, name, search)))
    shutil.rmtree(place)
    return Counter(found)


def _dagster(root: Path, start: Path, search: Search) -> Counter[str]:
    """The night as `make nightly` runs it, over extracts in which all is wrong at once, and one that fails."""
    place, found = root / "dagster", Counter[str]()
    shutil.copytree(start, place, symlinks=True)
    for name in ("values of another kind", "damaged generation"):
        dict(WAYS)[name](place, LAST)
        environment = {
            **os.environ, **{f"PRIVACY_PIPELINES_{folder.upper()}": str(place / folder) for folder in ("store", "extracts", "policies")},
            "DAGSTER_HOME": str(place / "home"), "TMPDIR": str(place / "tmp"), "HOME": str(place / "user"),
        }  # fmt: skip
        with (place / "written" / f"dagster, {name}").open("wb") as out:
            subprocess.run(
                [sys.executable, "-m", "schedules.shell"], env=environment, stdout=out, stderr=out, check=False, cwd=POLICIES.parent
            )
    assert any((place / "home").rglob("*.db")), "Dagster wrote nothing that could be searched"
    return found + Counter(in_a_child(lambda: dict(_searched(place, "dagster", search))))


def _searched(place: Path, name: str, search: Search) -> Counter[str]:
    """`marks`: files with one where none may be. `blind`: the search finds none where they must be."""
    found = Counter({"files": 0, "marks": 0, "blind": 0, "attempts": 1})
    for path in sorted(path for path in place.rglob("*") if path.is_symlink() or path.is_file()):
        inside = path.relative_to(place)
        if _may_hold(inside):
            continue
        found["files"] += 1
        contents = told_by_tables(path, "_") if path.suffix == ".duckdb" else readings(path)
        ways = {f"{how}: {spelled}" for how, content in contents for spelled in search.found(content) if not _is_key(inside, spelled)}
        if ways:
            found["marks"] += 1
            print(f"{name}: {inside}: {', '.join(sorted(ways))}", flush=True)
    extract = (place / "extracts" / f"crm/contacts-{FIRST}.csv").read_bytes()
    found["blind"] += not {"as it is", "UTF-8"} <= search.found(extract)
    return found


def _may_hold(inside: Path) -> bool:
    """Where people's data belong: extracts, what is published, and a night's own files, which are gone when it or the next one ends."""
    parts = inside.parts
    if parts[0] == "extracts":
        return True
    return parts[0] == "store" and len(parts) > 2 and (parts[1] in ("staging", "spill") or parts[1].startswith("published"))


def _is_key(inside: Path, spelled: str) -> bool:
    """A work list tells a source the keys of what it shall delete, whatever these are."""
    return spelled == "a key" and inside.parts[:2] == ("store", "worklists")


def _prepared(start: Path) -> frozenset[str]:
    for folder in ("written", "tmp", "user"):
        (start / folder).mkdir(parents=True)
    write_demo(start / "extracts", people=PEOPLE, nights=2, seed=3, until=LAST)
    shutil.copytree(POLICIES, start / "policies")
    return mark(start / "extracts")


def _cli(place: Path, *commands: tuple[str, ...]) -> None:
    """Each of these commands, as somebody types it."""
    os.environ |= {"TMPDIR": str(place / "tmp"), "HOME": str(place / "user")}
    folders = [part for name in ("store", "extracts", "policies") for part in (f"--{name}", str(place / name))]
    for words in commands:
        with suppress(SystemExit):
            command_line.main([*words, *folders], prog_name="privacy-pipelines")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.trials.canary", description=__doc__)
    parser.add_argument("root", type=Path, help="an empty folder to work in")
    parser.add_argument("--ways", nargs="*", default=[], help="only these")
    parser.add_argument("--dagster", action="store_true", help="a real Dagster run too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
