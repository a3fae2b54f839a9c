"""COLLECT, asked once of each table before it is copied: what tonight takes of it, so that the copy looks for nothing that is not there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.rules import TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, QUOTED


@dataclass(frozen=True, slots=True)
class Taking:
    """A table's actions, summed up."""

    acted: int
    """Rows with an action, be it only that something of them is undetermined."""
    erased: int
    """Rows of the store that leave."""
    refused: int
    """Rows that arrived and do not enter."""
    clusters: int
    """Those of which some row that stays loses its cells, as a mask."""
    staying: int = 0
    """Those that would have ended, of some row that stays."""
    quoting: tuple[str, ...] = ()
    """Free texts of which one quotes what is erased."""

    @property
    def leaving(self) -> bool:
        """Whether any row is not in the next generation."""
        return self.erased + self.refused > 0


def taking(session: Session, rule: TableRule) -> Taking:
    """What tonight's actions take of a table. Raises StoreError."""
    stays, gone, stored = exp.not_(col("row_gone")), col("row_gone"), col("in_store")
    mask = sql.call("COALESCE", sql.call("BIT_OR", sql.case((stays, col("take")))), lit(0))
    erased, refused = sql.count_if(sql.all_of((gone, stored))), sql.count_if(sql.all_of((gone.copy(), exp.not_(stored))))
    waiting = sql.call("COALESCE", sql.call("BIT_OR", col("stays")), lit(0))
    asked = sql.select(exp.Count(this=exp.Star()), erased, refused, mask, waiting).from_(sql.table(ACTIONS, rule.table.id), copy=False)
    acted, gone_from_store, turned_away, clusters, staying = session.one(asked)
    return Taking(acted, gone_from_store, turned_away, int(clusters), int(staying), _quoting(session, rule))


def _quoting(session: Session, rule: TableRule) -> tuple[str, ...]:
    if not any(column.free_text for column in rule.table.columns):
        return ()
    found = sql.select(col("_column")).distinct().from_(sql.table(QUOTED, rule.table.id)).order_by("1")
    return tuple(name for (name,) in session.rows(found))
