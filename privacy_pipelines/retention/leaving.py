"""What is found no more after tonight: ways to events over rows that go, and over links whose cells do. Pure: trees in, trees out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.retention.ways import IDENTITY, Hop
from privacy_pipelines.sql import Sql, col, lit


@dataclass(frozen=True, slots=True)
class Leaving:
    """What goes tonight: `schema` has a table for each of the rules' tables, with the key, `row_gone`, and `take`, the mask of the clusters
    that end."""

    schema: str
    rules: Rules

    def cuts(self, hops: tuple[Hop, ...], number: int, alias: str) -> Sql:
        """Whether the row at the end of a step goes, or the cells that lead to it or on from it do; NULL where nothing of it goes."""
        ways = {*(hops[number].to_columns if hops[number].down else ())}
        if number + 1 < len(hops) and not hops[number + 1].down:
            ways |= {*hops[number + 1].columns}
        clusters = self.rules.of(hops[number].to).clusters
        mask = lit(sum(1 << n for n, cluster in enumerate(clusters) if ways & {*cluster.columns}))
        ends = exp.NEQ(this=exp.Paren(this=exp.BitwiseAnd(this=col("take", alias), expression=mask)), expression=lit(0))
        return sql.any_of((col("row_gone", alias), ends))


def only_what_is_cut(sources: Sources, inner: exp.Select, hops: tuple[Hop, ...], leaving: Leaving) -> exp.Select:
    """Of the ways that a statement takes, its n-th step to the rows `t<n>`, those that are cut tonight."""
    cut: list[Sql] = []
    for number, hop in enumerate(hops):
        if hop.to.startswith(IDENTITY) or not sources.policy.table(hop.to).personal:
            continue
        table = sources.policy.table(hop.to)
        alias = f"x{number}"
        inner = inner.join(
            sql.table(leaving.schema, hop.to, alias=alias), on=sql.same_key(table.key, f"t{number}", alias), join_type="left", copy=False
        )
        cut.append(leaving.cuts(hops, number, alias))  # NULL is not true: with a single such join the engine makes it an inner one
    return inner.where(sql.any_of(cut))
