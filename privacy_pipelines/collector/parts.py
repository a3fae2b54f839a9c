"""GUARD: what every part of the plan is made of: how many rows and cells, a digest of exactly which, and whose leave there is.

Counts and digests, no key and no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.rules import TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session


@dataclass(frozen=True, slots=True)
class Counted:
    """`digest` names the rows and what of each is meant, whatever their order."""

    rows: int
    cells: int
    digest: str


@dataclass(frozen=True, slots=True)
class Leave:
    """What persons let through: digest → who. `key` is that of the rows' digests; `changed` says that the policy is not yesterday's."""

    approved: Mapping[str, str]
    key: str
    changed: bool = False


def counted_rows(session: Session, rows: exp.Table, rule: TableRule, leave: Leave) -> Iterator[tuple[str, Counted]]:
    """(purpose, what is counted of it) of a table of (key, purpose, mask, cells)."""
    hashed = exp.Anonymous(this="HASH", expressions=[lit(leave.key), *(col(name) for name in rule.table.key), col("mask")])
    digest = exp.Anonymous(this="BIT_XOR", expressions=[hashed])
    total = exp.Sum(this=exp.Mod(this=hashed.copy(), expression=lit(1_000_000_007)))
    counted = exp.select(col("purpose"), exp.Count(this=exp.Star()), exp.Sum(this=col("cells")), digest, total)
    for purpose, number, cells, xored, summed in session.rows(counted.from_(rows).group_by(col("purpose")).order_by("1")):
        yield purpose, Counted(number, int(cells), f"{number}:{xored}:{summed}")


def cells_in(rule: TableRule, mask: Sql, alias: str | None = None) -> Sql:
    """The cells of the clusters in a mask, added up from `cells<n>`."""
    cells: Sql = lit(0)
    for number in range(len(rule.clusters)):
        cells = exp.Add(this=cells, expression=sql.case((sql.bit(mask.copy(), number), col(f"cells{number}", alias)), default=lit(0)))
    return cells
