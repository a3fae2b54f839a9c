"""Wrong turns in the rooms that decide, and whether a test notices: `python -m tests.mutants retention/calendar`."""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from tests.mutants.dependents import dependents
from tests.mutants.operators import Mutant, mutants_of
from tests.mutants.trial import Room, notices, warm

TESTS: dict[str, tuple[str, ...]] = {
    "retention/calendar": ("dates", "calendar", "agreement"),
    "retention/chains": ("chains",),
    "retention/consents": ("registers",),
    "retention/dates": ("dates", "agreement"),
    "retention/decide": ("decide", "law"),
    "retention/facts": ("facts", "events", "law", "chains"),
    "retention/frames": ("persons", "shared", "events", "law", "chains"),
    "retention/cohorts": ("plan",),
    "retention/lasting": ("lasting",),
    "retention/plan": ("plan",),
    "retention/levels": ("decide", "levels", "events", "persons", "law", "agreement"),
    "retention/rowdates": ("events", "chains", "facts", "parts", "registers", "law"),
    "retention/rules": ("routes", "decide", "dates", "events"),
    "retention/versions": ("dates",),
    "deciding/weigh": ("weigh",),
}
"""The files of `tests/retention` that should notice, the sharpest first; of other rooms these:"""
OTHERS = ("routes", "refusals", "shared", "persons", "facts", "events", "registers", "law")
PACKAGE = Path(__file__).parents[2] / "privacy_pipelines"


def main() -> int:
    """Each survivor with its line; 1 where there is one."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument("rooms", nargs="+", help="below privacy_pipelines, as retention/calendar")
    asked.add_argument("--sample", type=int, help="so many of each room's mutants, drawn; else all")
    asked.add_argument("--seed", type=int, default=1, help="the same one draws the same mutants")
    asked.add_argument("--tests", nargs="+", help="other tests than those of `tests/retention`, the quickest first")
    asked.add_argument("--lines", nargs="+", type=int, help="only mutants of these lines")
    said = asked.parse_args()
    warm(test for room in said.rooms for test in _tests(room, said))
    return 1 if sum(_survivors(room, said) for room in said.rooms) else 0


def _survivors(room: str, said: argparse.Namespace) -> int:
    path, module = PACKAGE / f"{room}.py", f"privacy_pipelines.{room.replace('/', '.')}"
    trials = Room(module, path, dependents(module), _tests(room, said))
    began = time.monotonic()
    if notices(trials, None):
        sys.exit("The tests fail without any mutant")
    mutants = _drawn(list(mutants_of(path.read_text(encoding="utf-8"))), said)
    survived = 0
    for number, mutant in enumerate(mutants, start=1):
        if not notices(trials, mutant.source):
            survived += 1
            print(f"{room}.py:{mutant.line}: {mutant.said}", flush=True)
        if number % 20 == 0:
            print(f"{room}: {number} of {len(mutants)}, to line {mutant.line}", file=sys.stderr, flush=True)
    print(f"{room}: {len(mutants)} mutants, {survived} survived, {time.monotonic() - began:.0f} s", flush=True)
    return survived


def _tests(room: str, said: argparse.Namespace) -> list[str]:
    return said.tests or [f"tests/retention/test_{name}.py" for name in TESTS.get(room, OTHERS)]


def _drawn(mutants: list[Mutant], said: argparse.Namespace) -> list[Mutant]:
    if said.lines:
        mutants = [mutant for mutant in mutants if mutant.line in said.lines]
    if said.sample is None or said.sample >= len(mutants):
        return mutants
    drawn = random.Random(said.seed).sample(range(len(mutants)), said.sample)  # noqa: S311
    return [mutants[number] for number in sorted(drawn)]


if __name__ == "__main__":
    sys.exit(main())
