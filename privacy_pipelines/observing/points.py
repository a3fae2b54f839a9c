"""The numbers of the nights, as the generation keeps them: one point for each number, of each night that ever was. They are kept as long
as the evidence beside them; none names anybody, and small ones are put into classes where they leave the store (`metrics/leaving`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.store.engine import Session, Value
from privacy_pipelines.store.layout import CURRENT, NEXT, NIGHT

Number = int | float
TABLE = "metrics"
COLUMNS = (
    ("as_of", "DATE"), ("run", "VARCHAR"), ("name", "VARCHAR"), ("value", "DOUBLE"), ("unit", "VARCHAR"),
    ("table", "VARCHAR"), ("cluster", "VARCHAR"), ("month", "VARCHAR"),
)  # fmt: skip
"""`table`, `cluster` and `month` are empty for a number of the whole night."""


class Unit(StrEnum):
    """Of what a number is. A share is between 0 and 1, everything else is counted in whole."""

    ROWS = "rows"
    CELLS = "cells"
    CLUSTERS = "clusters"
    """One data cluster of one record."""
    FILES = "files"
    PARTS = "parts"
    HOLDS = "holds"
    ITEMS = "items"
    COLUMNS = "columns"
    FAULTS = "faults"
    BYTES = "bytes"
    DAYS = "days"
    RECORD_DAYS = "record-days"
    """One record one day too long."""
    FIELD_DAYS = "person-field-days"
    """One field of one person one day too long."""
    SHARE = "share"

    @property
    def counts_people(self) -> bool:
        """Whether a small number of it could single somebody out (LAW §3)."""
        return self in (Unit.ROWS, Unit.CELLS, Unit.CLUSTERS, Unit.ITEMS, Unit.RECORD_DAYS, Unit.FIELD_DAYS)

    def typed(self, value: float) -> Number:
        """As it was before the store had it.

        >>> Unit.ROWS.typed(3.0), Unit.SHARE.typed(0.25)
        (3, 0.25)
        """
        return value if self is Unit.SHARE else round(value)


@dataclass(frozen=True, slots=True)
class Point:
    """One number of one night."""

    name: str
    value: Number
    unit: Unit
    table: str = ""
    cluster: str = ""
    month: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A night's numbers."""

    as_of: date
    run: str
    points: tuple[Point, ...]

    @property
    def numbers(self) -> dict[str, Number]:
        """Those of the whole night, by name."""
        return {point.name: point.value for point in self.points if not point.month}


def keep_points(session: Session, measured: Measured) -> None:
    """Write them into the attached next generation, behind those that the current one has. Raises StoreError."""
    name = sql.table(NIGHT, TABLE, catalog=NEXT)
    session.create(name, _earlier(session))
    rows: list[list[Value]] = [
        [measured.as_of, measured.run, one.name, one.value, one.unit.value, one.table, one.cluster, one.month] for one in measured.points
    ]
    session.insert(name, rows)


def read_points(session: Session, *, run: str = "", broken_down: bool = False) -> tuple[Measured, ...]:
    """Every night's numbers, oldest first, or those of one run; with `broken_down` also those by table, cluster and month. Raises
    StoreError."""
    known = session.columns(CURRENT, NIGHT, TABLE)
    names = [name for name, _ in COLUMNS if name in known]
    rows = exp.select(*(sql.col(name) for name in names)).from_(sql.table(NIGHT, TABLE, catalog=CURRENT)).order_by("rowid")
    if run:
        rows = rows.where(exp.EQ(this=sql.col("run"), expression=sql.lit(run)))
    if not broken_down and "month" in names:
        rows = rows.where(exp.EQ(this=sql.col("month"), expression=sql.lit("")))
    return _nights(dict(zip(names, row, strict=True)) for row in session.rows(rows))


def _nights(rows: Iterable[dict[str, str]]) -> tuple[Measured, ...]:
    nights: dict[tuple[date, str], list[Point]] = {}
    for row in rows:
        unit = Unit(row["unit"])
        point = Point(row["name"], unit.typed(float(row["value"])), unit, *(row.get(name, "") for name in ("table", "cluster", "month")))
        nights.setdefault((row["as_of"], row["run"]), []).append(point)  # type: ignore[arg-type]
    return tuple(Measured(as_of, run, tuple(points)) for (as_of, run), points in nights.items())


def _earlier(session: Session) -> exp.Select:
    """Earlier nights' points; what they did not have is empty."""
    known = session.columns(CURRENT, NIGHT, TABLE)
    columns = [sql.col(name) if name in known else exp.convert("") for name, _ in COLUMNS]
    typed = [sql.named(sql.cast(one, kind), name, quoted=True) for one, (name, kind) in zip(columns, COLUMNS, strict=True)]
    if known:
        return exp.select(*typed).from_(sql.table(NIGHT, TABLE, catalog=CURRENT)).order_by("rowid")
    empty = (sql.named(sql.cast(exp.null(), kind), name, quoted=True) for name, kind in COLUMNS)
    return exp.select(*empty).where(exp.false())
