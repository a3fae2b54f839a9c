"""The numbers as they leave the store: those that count people as classes of one fixed ladder (`evidence/buckets`), shares in hundredths,
the rest as they are. A small exact count with a table and a month singles somebody out (LAW §3); in the store it stays exact.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.buckets import at_least, bucket
from privacy_pipelines.observing.points import Measured, Number, Point, Unit, read_points
from privacy_pipelines.store.durable import explained
from privacy_pipelines.store.engine import Session

COLUMNS = (
    ("as_of", "DATE"), ("run", "VARCHAR"), ("metric", "VARCHAR"), ("table", "VARCHAR"), ("cluster", "VARCHAR"), ("month", "VARCHAR"),
    ("value", "DOUBLE"), ("class", "VARCHAR"), ("unit", "VARCHAR"),
)  # fmt: skip
"""Of an exported file. `value` is at least so many, and `class` how many (`10-49`), where people are counted; else `class` is empty."""

Line = tuple[str, str, str, str, str, str, Number, str, str]


def outside(point: Point) -> Number:
    """A number as it may leave.

    >>> [outside(Point("some", *one)) for one in ((3, Unit.ROWS), (0.1234, Unit.SHARE), (3, Unit.HOLDS))]
    [1, 0.12, 3]
    """
    if point.unit.counts_people:
        return at_least(int(point.value))
    return round(point.value, 2) if point.unit is Unit.SHARE else point.value


def lines(nights: tuple[Measured, ...]) -> Iterator[Line]:
    """Every point of these nights in `COLUMNS`."""
    for night in nights:
        for one in night.points:
            said = str(bucket(int(one.value))) if one.unit.counts_people else ""
            where = (one.table, one.cluster, one.month)
            yield night.as_of.isoformat(), night.run, one.name, *where, outside(one), said, one.unit.value


def export(session: Session, file: Path) -> None:
    """Write every night that the attached current generation remembers. Raises InputError for another ending than .csv and .parquet,
    StoreError where the file cannot be written."""
    kinds: dict[str, Literal["csv", "parquet"]] = {".csv": "csv", ".parquet": "parquet"}
    kind = kinds.get(file.suffix.lower())
    if kind is None:
        raise InputError(f"{file}: ends neither in .csv nor in .parquet. Name the file by what it shall be")
    names = [name for name, _ in COLUMNS]
    body = json.dumps([dict(zip(names, row, strict=True)) for row in lines(read_points(session, broken_down=True))])
    made = exp.to_table("leaving")
    unpacked = "SELECT unnest(from_json(?, ?), recursive := true)"
    session.run(f"CREATE OR REPLACE TEMPORARY TABLE {made.name} AS {unpacked}", [body, json.dumps([dict(COLUMNS)])])
    part = file.with_name(f".{file.name}.part")
    with explained(file.parent):
        session.write(exp.select(*map(sql.col, names)).from_(made), part, kind)
        part.replace(file)
