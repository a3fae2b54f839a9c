"""Collecting against a plain copy: the next generation as the night writes it, and the same tables copied into a fresh file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlglot import exp

from benchmarks.frozen import Frozen
from benchmarks.timing import in_turns
from privacy_pipelines import sql
from privacy_pipelines.collector import collect
from privacy_pipelines.deciding.gather import tonight
from privacy_pipelines.policy.model import Table
from privacy_pipelines.stations.collecting import departed_index
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import NEXT

COMPARED = (
    "collecting: the tables of the policy from staging and the old generation, as many at once as in a night, against CREATE TABLE AS "
    "of the tables that came of it, as many at once; the whole station adds facts, the withheld, the departed, counts and intent, against "
    "COPY FROM DATABASE of the whole generation. The keys of what leaves have their hashes by then, from the plan, as the work lists have "
    "them too. Each into a fresh file, checkpoint and fsync included"
)


def measure(frozen: Frozen, folder: Path, repetitions: int) -> dict[str, float]:
    """Median seconds of the whole station and a plain copy of all, of its copies alone and a plain copy of the same tables."""
    model = folder / "model.duckdb"
    _written(frozen, model, lambda: _collect(frozen))
    session = frozen.night.session
    session.attach(model, "model", read_only=True)
    fresh = folder / "fresh.duckdb"
    works: dict[str, Callable[[], object]] = {
        "collecting": lambda: _written(frozen, fresh, lambda: _collect(frozen)),
        "copies": lambda: _written(frozen, fresh, lambda: _copies(frozen)),
        "same": lambda: _written(frozen, fresh, lambda: _same_tables(frozen)),
        "plain": lambda: _written(frozen, fresh, lambda: session.run(f"COPY FROM DATABASE model TO {NEXT}")),
    }
    found = in_turns(works, repetitions)
    session.run("DETACH model")
    for path in (model, fresh):
        path.unlink()
    return found


def plain(frozen: Frozen, folder: Path, store: Store) -> None:
    """Copy the store's current generation as it is."""
    current, fresh = store.current(), folder / "plain.duckdb"
    assert current is not None
    session = frozen.night.session
    session.attach(current.path, "model", read_only=True)
    _written(frozen, fresh, lambda: session.run(f"COPY FROM DATABASE model TO {NEXT}"))
    session.run("DETACH model")
    fresh.unlink()


@contextmanager
def collected(frozen: Frozen, folder: Path) -> Iterator[None]:
    """The next generation, written and attached."""
    path, session = folder / "collected.duckdb", frozen.night.session
    _written(frozen, path, lambda: _collect(frozen))
    session.attach(path, NEXT, read_only=True)
    try:
        yield
    finally:
        session.run(f"DETACH {NEXT}")
        path.unlink()


def _written(frozen: Frozen, path: Path, work: Callable[[], object]) -> None:
    """Do the work into a fresh file attached as the next generation, then checkpoint, detach and fsync it."""
    with suppress(FileNotFoundError):
        path.unlink()
    session = frozen.night.session
    session.attach(path, NEXT, read_only=False)
    work()
    session.run(f"CHECKPOINT {NEXT}")
    session.run(f"DETACH {NEXT}")
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _collect(frozen: Frozen) -> None:
    night, rules = frozen.night, frozen.rules
    collect.collect(night, rules, frozen.plan, tonight(rules, night.pin.as_of), departed_index(night, rules.policy))


def _copies(frozen: Frozen) -> None:
    """The tables of the policy as the night writes them: what leaves is left behind, what a row loses is empty."""
    session, rules = frozen.night.session, frozen.rules
    _schemas(frozen)
    with session.unordered():
        session.together(collect.copies(rules, frozen.night.pin.as_of, collect.takings_of(session, rules)))


def _same_tables(frozen: Frozen) -> None:
    """The same tables copied as they then are, as many at once."""
    session = frozen.night.session
    _schemas(frozen)
    with session.unordered():
        session.together(partial(_plain, table) for table in frozen.rules.policy.tables)


def _plain(table: Table, session: Session) -> None:
    copied, model = (sql.table(table.source, table.name, catalog=catalog) for catalog in (NEXT, "model"))
    session.create(copied, exp.select(exp.Star()).from_(model))


def _schemas(frozen: Frozen) -> None:
    for source in sorted({table.source for table in frozen.rules.policy.tables}):
        frozen.night.session.schema(source, NEXT)
