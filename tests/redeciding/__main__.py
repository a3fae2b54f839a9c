"""Forty drawn edits of the demo company's policy: `python -m tests.redeciding`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.redeciding.trial import Trial, company, tried


def main() -> int:
    """A line for each edit; 1 where a cohort was missed, or marked without a record that came, went or fares otherwise."""
    asked = argparse.ArgumentParser(prog="python -m tests.redeciding", description=__doc__)
    asked.add_argument("--edits", type=int, default=40)
    asked.add_argument("--people", type=int, default=400)
    asked.add_argument("--seed", type=int, default=1, help="the same one draws the same edits")
    asked.add_argument("--apart", type=int, default=40, help="so many of them also against two plans made apart: some ten times slower")
    said = asked.parse_args()
    with TemporaryDirectory() as folder:
        made = company(Path(folder), said.people)
        before = made.plan(None) if said.apart else None
        edits = enumerate(made.edits(said.edits, said.seed), 1)
        trials = [_shown(number, tried(made, edit, before if number <= said.apart else None)) for number, edit in edits]
    every = sum(len(one.marked) for one in trials)
    unexplained = f", of which {_sum(trials, 'unexplained')} without a record that moved" if said.apart >= len(trials) else ""
    excess = f"{_sum(trials, 'excess')} in excess ({_sum(trials, 'excess') / max(every, 1):.1%})"
    print(f"{len(trials)} edits: {every} cohorts marked, {_sum(trials, 'missed')} missed, {excess}{unexplained}")
    return 1 if _sum(trials, "missed") or _sum(trials[: said.apart], "unexplained") else 0


def _sum(trials: list[Trial], name: str) -> int:
    return sum(len(getattr(one, name)) for one in trials)


def _shown(number: int, one: Trial) -> Trial:
    judged = f"diff {len(one.differing)}, apart {len(one.apart)}, moved {len(one.moved)}"
    print(f"{number:>3} marked {len(one.marked):>2}, {judged}, missed {len(one.missed)}, excess {len(one.excess)}: {one.edit}", flush=True)
    for what in ("missed", "excess"):
        if getattr(one, what):
            print(f"      {what}: {' '.join(sorted(getattr(one, what)))}", flush=True)
    return one


if __name__ == "__main__":
    sys.exit(main())
