"""A quiet night gives what the full one would have given: the same weeks run twice, once with every night a full one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from privacy_pipelines.pipeline import LastNight
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from tests.trials.company import FIRST, HEADERS, build, rows_of
from tests.way.house import Company

PEOPLE = 50


@dataclasses.dataclass(frozen=True)
class Seen:
    """All that a night leaves, but for what tells when and as what it ran."""

    said: dict[str, Any]
    metrics: dict[str, int]
    data: dict[str, list[tuple[Any, ...]]]
    departed: list[tuple[Any, ...]]
    lists: dict[str, bytes]
    published: dict[str, bytes]
    quiet: bool


def test_a_week_with_quiet_nights_is_the_week_of_full_ones(tmp_path: Path) -> None:
    """Somebody's contract has ended and somebody has left, so every night turns them away anew; on the sixth a new extract differs, and
    that night and the one that follows it are full."""
    quiet, full = (list(_week(_company(tmp_path / name), repeat=name == "quiet")) for name in ("quiet", "full"))
    assert [one.quiet for one in quiet] == [False, False, False, True, True, False, False, True]
    assert not any(one.quiet for one in full)
    for night, (one, other) in enumerate(zip(quiet, full, strict=True)):
        for field in dataclasses.fields(Seen):
            if field.name != "quiet":
                assert getattr(one, field.name) == getattr(other, field.name), (night, field.name)


def _company(root: Path) -> Company:
    return build(root, PEOPLE)


def _week(company: Company, *, repeat: bool) -> Iterator[Seen]:
    company.repeat = repeat
    for number in range(8):
        day = (date.fromisoformat(FIRST) + timedelta(days=number)).isoformat()
        for table, rows in rows_of(PEOPLE, FIRST).items():
            moved = rows[:-1] if number >= 5 and table == "letters" else rows
            company.extract(table, day, "\n".join((HEADERS[table], *moved)))
        yield seen(company, company.night(day))


def seen(company: Company, last: LastNight) -> Seen:
    store = Store(company.paths.store)
    with reader(store) as current:
        assert current is not None
        departed = current.session.rows("SELECT * EXCLUDE (key_hash, same_hash) FROM cur._night.departed ORDER BY ALL")
    record = last.record
    plan = {name: record["plan"][name] for name in ("steps", "tallies", "parts", "findings", "policy_version", "as_of")}
    for step in plan["steps"]:
        step.pop("digest")  # of keys hashed with the store's own key
    inbox = {name: record["inbox"][name] for name in ("as_of", "arrivals", "vanished", "first_loads", "findings")}
    said = {"plan": plan, "inbox": inbox, **{name: record[name] for name in ("copied", "outcomes", "cohorts", "corrections", "worklists")}}
    return Seen(
        said,
        last.metrics,
        {table: [_unhashed(row) for row in rows] for table, rows in company.data().items()},
        departed,
        {path.name: path.read_bytes() for path in sorted(store.worklists.iterdir())},
        {path.name: path.read_bytes() for path in sorted(store.published.glob("**/*.csv"))},
        bool(record["repeats"]),
    )


def _unhashed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the row's hash, which is made with the store's own key."""
    return tuple(value if not isinstance(value, int) or value < 2**40 else "hash" for value in row)
