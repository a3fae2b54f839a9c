"""The long run by hand: `python -m tests.oracle --cells 1000000`."""

from __future__ import annotations

import argparse
import sys
import time

from tests.oracle.held import held_nights
from tests.oracle.quiet import quiet_days
from tests.oracle.trial import Tally, compared, several_nights, trials, two_nights, vanishing_nights

WHAT = {
    "plans": compared,
    "nights": two_nights,
    "corrections": several_nights,
    "vanishing": vanishing_nights,
    "holds": held_nights,
    "quiet": quiet_days,
}


def main() -> int:
    """Trials with new seeds until so many cells were compared; 1 where oracle and product differed."""
    asked = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    asked.add_argument("--cells", type=int, default=1_000_000, help="how many cells to compare at least")
    asked.add_argument("--people", type=int, default=600, help="people of each group of tables, for each policy")
    asked.add_argument("--seed", type=int, default=1, help="the first seed; the same one draws the same policies and facts")
    asked.add_argument("--what", choices=WHAT, default="plans", help="plans; nights cell by cell, with corrections, with holds; quiet days")
    said = asked.parse_args()
    total, number, began = Tally(), said.seed, time.monotonic()
    while total.cells < said.cells:
        found = trials(10, said.people, seed=number, asked=WHAT[said.what])
        total = Tally(total.policies + found.policies, total.cells + found.cells, total.differences + found.differences)
        print(
            f"{total.cells} cells of {total.policies} policies, {len(total.differences)} differences, {time.monotonic() - began:.0f} s",
            flush=True,
        )
        for line in found.differences[:20]:
            print(f"  seed {number}: {line}", flush=True)
        number += 1
    return 1 if total.differences else 0


if __name__ == "__main__":
    sys.exit(main())
