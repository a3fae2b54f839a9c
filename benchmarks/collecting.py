"""Collecting against a plain copy: the next generation as the night writes it, and the same tables copied into a fresh file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlglot import exp

from benchmarks.frozen import Frozen
from benchmarks.timing import in_turns
from privacy_pipelines.collector import collect
from privacy_pipelines.collector.copying import copy_statement, plain_copy
from privacy_pipelines.collector.sparing import around
from privacy_pipelines.collector.taking import taking
from privacy_pipelines.deciding.gather import tonight
from privacy_pipelines.stations.collecting import departed_index
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import NEXT

COMPARED = (
    "collecting: the whole station (copy, facts, the withheld, the departed, counts, intent) from staging and the old generation; "
    "the keys of what leaves have their hashes by then, from the plan, as the work lists have them too; "
    "plain copy: COPY FROM DATABASE of the generation that came of it; both into a fresh file, checkpoint and fsync included"
)


def measure(frozen: Frozen, folder: Path, repetitions: int) -> dict[str, float]:
    """Median seconds of collecting, of its copy statements alone, and of the plain copy."""
    model = folder / "model.duckdb"
    _written(frozen, model, lambda: _collect(frozen))
    session = frozen.night.session
    session.attach(model, "model", read_only=True)
    fresh = folder / "fresh.duckdb"
    works: dict[str, Callable[[], object]] = {
        "collecting": lambda: _written(frozen, fresh, lambda: _collect(frozen)),
        "copies": lambda: _written(frozen, fresh, lambda: _copies(frozen)),
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
    """One statement per table: its living cells."""
    session, rules, as_of = frozen.night.session, frozen.rules, frozen.night.pin.as_of
    takings = {rule.table.id: taking(session, rule) for rule in rules.tables}
    leaving = frozenset(name for name, one in takings.items() if one.leaving)
    for table in rules.policy.tables:
        session.schema(table.source, NEXT)
        if table.id in takings:
            rule = rules.of(table.id)
            near = around(session, rules, rule, as_of, leaving, staying=bool(takings[table.id].staying))
            select = copy_statement(rules, rule, as_of, takings[table.id], near)
        else:
            select = plain_copy(table)
        session.create(exp.to_table(f'{NEXT}."{table.source}"."{table.name}"'), select)
