"""Nights over faulty extracts, held against the same nights without the fault: nobody is erased who would not have been.

python -m tests.trials.mass ROOT --times N --seed S [--part K/N]

Each trial: a night over right files, one over files with a fault, and one over right files again, so much later that everything has
settled. A record is wrongly erased if it is not in the store after one of these nights, and is there after the same night without the
fault.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from random import Random

from privacy_pipelines.errors import PrivacyPipelinesError
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from tests.trials.children import part
from tests.trials.company import FIRST, GUARDS, NEWSLETTER, RELATIONSHIP, SECOND, SOURCE, THIRD, rows_of
from tests.trials.faults import Files, Lines, drawn, whole
from tests.way.house import Company

PEOPLE = 300
SETTLED = "2026-02-15"
TABLES = ("contacts", "contracts", "letters", "consents")
_SETTLE = "settle: P14D\n"


def main() -> int:
    """Prints each person-erasing fault, and a summary as JSON: trials and wrongly erased records by fault."""
    asked = _asked()
    trials, wrong = Counter[str](), Counter[str]()
    company, known = prepared(asked.root), Known()
    expected = outcome(company, asked.root / "right", _files(right()), known)
    for number in range(asked.part[0] - 1, asked.times, asked.part[1]):
        draw = Random(asked.seed * 1_000_000 + number)  # noqa: S311  a fault, not a secret
        name, files = drawn(draw, right(), another_month())
        found = outcome(company, asked.root / "wrong", files, known)
        gone = wrongly_erased(expected, found)
        trials[name] += 1
        wrong[name] += sum(len(keys) for keys in gone.values())
        for where, keys in gone.items():
            print(f"seed {asked.seed}, trial {number}, {name}: {len(keys)} of {where}", flush=True)
    print(json.dumps({"trials": trials, "wrongly_erased": sum(wrong.values()), "states": len(known)}))
    return 1 if sum(wrong.values()) else 0


def prepared(root: Path, guards: str = GUARDS) -> Company:
    """A store after its first night."""
    shutil.rmtree(root, ignore_errors=True)
    company = Company(root / "start")
    source = SOURCE.replace("keep: P1D", "keep: P30D").replace("freshness: P5D", "freshness: P60D")
    company.policy(source, company=guards, relationship=_SETTLE + RELATIONSHIP, newsletter=_SETTLE + NEWSLETTER)
    _write(company, FIRST, _files(rows_of(PEOPLE, FIRST)))
    company.night(FIRST)
    return company


def right() -> Lines:
    """The lines of the second night."""
    return rows_of(PEOPLE, SECOND)


def another_month() -> Lines:
    """Half of the people are others, and a third of all contracts had ended."""
    rows = rows_of(PEOPLE * 2, SECOND)
    other = {table: lines[PEOPLE // 2 : PEOPLE // 2 + PEOPLE] for table, lines in rows.items()}
    other["contracts"] = [line if n % 3 else f"{line.split(',active')[0]},ended,2025-06-30" for n, line in enumerate(other["contracts"])]
    return other


def outcome(start: Company, place: Path, files: Files, known: Known | None = None) -> dict[str, set[str]]:
    """`table after night` → its keys. The last night is run once for each state that it can begin with, where `known` keeps them."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(start.root, place, symlinks=True)
    company, known = Company(place, nights=1), known if known is not None else Known()
    _write(company, SECOND, files)
    found = _night(company, SECOND)
    state = _state(company)
    if state not in known:
        _write(company, THIRD, _files(right()))
        known[state] = _night(company, SETTLED)
    return {**found, **known[state]}


class Known(dict[str, dict[str, set[str]]]):
    """State after the second night → what the last one leaves of it."""


def _night(company: Company, day: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    try:
        company.night(day)
    except PrivacyPipelinesError as error:  # a refusal of the whole night erases nobody
        found[f"refused on {day}: {type(error).__name__}"] = set()
    with reader(Store(company.paths.store)) as current:
        assert current is not None
        return found | {
            f"{table} after {day}": {key for (key,) in current.session.rows(f"SELECT id FROM cur.crm.{table}")} for table in TABLES
        }


def _state(company: Company) -> str:
    """All that a night reads of the one before: data, dates and facts, who departed, what has landed. The files are the same."""
    with reader(Store(company.paths.store)) as current:
        assert current is not None
        said = [
            sorted(current.session.rows(f"SELECT * FROM cur._night.{name}"), key=repr) for name in ("departed", "landed", "landed_days")
        ]
    return hashlib.sha256(repr((company.data(), said)).encode()).hexdigest()


def wrongly_erased(expected: dict[str, set[str]], found: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is there without the fault and is not with it."""
    return {where: missing for where, keys in expected.items() if (missing := _known(keys) - found[where])}


def _known(keys: set[str]) -> set[str]:
    """Of those who were in the store before: a fault may well keep somebody out for a night."""
    return {key for key in keys if int(key[1:]) < PEOPLE}


def _files(lines: Lines) -> Files:
    return {table: whole(table, rows) for table, rows in lines.items()}


def _write(company: Company, day: str, files: Files) -> None:
    for table, content in files.items():
        company.raw(table, day, content)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.trials.mass", description=__doc__)
    parser.add_argument("root", type=Path, help="an empty folder to work in")
    parser.add_argument("--times", type=int, default=1000, help="how many faults to draw")
    parser.add_argument("--seed", type=int, default=1, help="the same one draws the same faults")
    parser.add_argument("--part", type=part, default=(1, 1), metavar="K/N", help="the K-th of N parts, so that N processes share the work")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
