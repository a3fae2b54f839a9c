"""`diff` against one deciding pass over the same store, and `explain` for one record of each table.

python -m benchmarks.comparing STORE [--repetitions N]
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from rich.console import Console
from sqlglot import exp

from benchmarks.figure import Figure, table
from benchmarks.stations import POLICIES
from benchmarks.timing import in_turns, seconds
from privacy_pipelines import sql
from privacy_pipelines.comparing.compare import compare
from privacy_pipelines.deciding.gather import gather_consents, gather_facts, gather_frames, tonight
from privacy_pipelines.deciding.prior import prior_views
from privacy_pipelines.deciding.weigh import weigh
from privacy_pipelines.explaining.explain import explain
from privacy_pipelines.nights.rehearsal import rehearse
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import STORED, TONIGHT
from privacy_pipelines.store.night import Pin
from privacy_pipelines.store.reading import reader
from privacy_pipelines.store.views import stored_views

COMPARED = (
    "diff: both policies over the current generation, counted by purpose, cluster and cohort; deciding pass: consents, facts, frames, "
    "codes and verdicts of one policy over the same generation; a session is opened for each; explain: the slowest of one record a table"
)
REPETITIONS = 3
MOST, AT_MOST_S = 2.0, 1.0
_PERIODS = {"P0D": "P1M", "P12M": "P6M", "P2Y": "P1Y", "P5Y": "P3Y", "P7Y": "P6Y"}


def figures(store: Store, folder: Path, repetitions: int) -> list[Figure]:
    """The figures over a store; `folder` is for changed policies."""
    law, day = load(POLICIES), _last_day(store)
    changed = {
        "one period changed": _one(folder / "one"),
        "every period changed": _every(folder / "every"),
        "other dates count": _dates(folder / "dates"),
    }
    works: dict[str, Callable[[], object]] = {"pass": partial(_decide, store, law, day)}
    works |= {name: partial(compare, store, law, new, day) for name, new in changed.items()}
    found = in_turns(works, repetitions)
    slowest = max(seconds(partial(explain, store.root, table_id, key)) for table_id, key in _keys(store, law))
    return [
        Figure("diff: one deciding pass", f"{found['pass']:.2f} s"),
        *(_against(f"diff: {name}", found[name], found["pass"]) for name in changed),
        Figure("explain: one record, the slowest table", f"{slowest:.2f} s", None, f"< {AT_MOST_S:.0f} s", slowest < AT_MOST_S),
    ]


def _against(name: str, taken: float, deciding: float) -> Figure:
    return Figure(name, f"{taken:.2f} s", taken / deciding, f"≤ {MOST:.0f} ×", taken / deciding <= MOST)


def _decide(store: Store, policy: Policy, day: date) -> None:
    """Everything that one policy decides over the store, as a night does it."""
    current, rules = store.current(), compile_rules(policy)
    assert current is not None
    with rehearse(store, Pin("benchmark", day, current.name, policy.version, first_load=False)) as night:
        session, sources = night.session, tonight(rules, day)
        stored_views(session, policy)
        for one in policy.tables:
            session.view(sql.table(TONIGHT, one.id), exp.select(exp.Star()).from_(sql.table(STORED, one.id)))
        prior_views(session, rules, rules)
        gather_consents(session, sources)
        gather_facts(session, rules, sources)
        gather_frames(session, rules, sources)
        weigh(session, rules, day)


def _one(folder: Path) -> Policy:
    shutil.copytree(POLICIES, folder)
    _edit(folder / "purposes/prospecting.yaml", "period: P12M", "period: P6M")
    return load(folder)


def _every(folder: Path) -> Policy:
    """Each purpose ends on another day, and counts from the same dates: everything is gathered once."""
    shutil.copytree(POLICIES, folder)
    for file in (folder / "purposes").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        period = re.search(r"^period: (\w+)$", text, flags=re.MULTILINE)
        if period and period[1] in _PERIODS:
            _edit(file, period[0], f"period: {_PERIODS[period[1]]}")
    return load(folder)


def _dates(folder: Path) -> Policy:
    """Which dates are plausible is asked of each: nothing can be shared. The worst that there is."""
    _every(folder)
    _edit(folder / "company.yaml", 'earliest: "1930-01-01"', 'earliest: "1931-01-01"')
    return load(folder)


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file}: has no {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _last_day(store: Store) -> date:
    with reader(store) as current:
        assert current is not None
        return current.intent.as_of


def _keys(store: Store, policy: Policy) -> list[tuple[str, str]]:
    """A record of each table that holds any."""
    with reader(store) as current:
        assert current is not None
        found = []
        for one in compile_rules(policy).tables:
            keys = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in one.table.key)
            rows = current.session.rows(f'SELECT {keys} FROM cur."{one.table.source}"."{one.table.name}" OFFSET 1000 LIMIT 1')
            found += [(one.table.id, ",".join(row)) for row in rows]
        return found


def main() -> None:
    """Over a store that is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comparing", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="privacy-pipelines-bench-") as scratch:
        Console().print(table(figures(Store(asked.store), Path(scratch), asked.repetitions)))


if __name__ == "__main__":
    main()
