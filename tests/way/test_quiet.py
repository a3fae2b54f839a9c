"""A quiet night gives what the full one would have given: the same weeks run twice, once with every night a full one."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

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


def test_quiet_nights_and_the_one_after_them_give_what_full_ones_would_have(tmp_path: Path) -> None:
    """Somebody's contract has ended and somebody has left, so every night turns them away anew. From the third night on the store is the
    same, to which the source once more sends the same, twice; then a letter is gone."""
    one = build(tmp_path / "quiet", PEOPLE)
    for number in range(3):
        _night(one, number)
    shutil.copytree(one.root, tmp_path / "full", symlinks=True)
    other = Company(tmp_path / "full", one.nights, repeat=False)
    found = [(_night(one, number, gone=number == 5), _night(other, number, gone=number == 5)) for number in (3, 4, 5)]
    assert [(quiet.quiet, full.quiet) for quiet, full in found] == [(True, False), (True, False), (False, False)]
    for night, (quiet, full) in enumerate(found):
        for field in dataclasses.fields(Seen):
            if field.name != "quiet":
                assert getattr(quiet, field.name) == getattr(full, field.name), (night, field.name)


def _night(company: Company, number: int, *, gone: bool = False) -> Seen:
    """The night of a day after the first, to which every source sends what it sent on the first."""
    day = (date.fromisoformat(FIRST) + timedelta(days=number)).isoformat()
    for table, rows in rows_of(PEOPLE, FIRST).items():
        company.extract(table, day, "\n".join((HEADERS[table], *(rows[:-1] if gone and table == "letters" else rows))))
    return seen(company, company.night(day))


def seen(company: Company, last: LastNight) -> Seen:
    store = Store(company.paths.store)
    with reader(store) as current:
        assert current is not None
        departed = current.session.rows("SELECT * FROM cur._night.departed ORDER BY ALL")
    record = last.record
    plan = {name: record["plan"][name] for name in ("steps", "tallies", "parts", "findings", "policy_version", "as_of")}
    same = ("inbox", "copied", "outcomes", "cohorts", "corrections", "holds", "worklists")
    said = {"plan": plan, **{name: record[name] for name in same}}
    return Seen(
        said,
        last.metrics,
        company.data(),
        departed,
        {path.name: path.read_bytes() for path in sorted(store.worklists.iterdir())},
        {path.name: path.read_bytes() for path in sorted(store.published.glob("**/*.csv"))},
        bool(record["repeats"]),
    )
