"""What follows what: contracts that are continued by others, and records that were merged into others. Pure: trees in, trees out.

Both are chains of any length over rows of one table. They are walked from their ends backwards, so every row is met once, and what goes
round in a circle is never met at all.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Event, Merged, Table
from privacy_pipelines.retention.rowdates import Sources, day_of, own_value, plausible
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.values import OPEN


def succession_statement(sources: Sources, table: Table, event: Event) -> exp.Select:
    """One row for each row that another continues without a gap: its key, and what the last of its chain says: `ends` and `missing`.

    An agreement that goes on in another has not ended (LAW scenario 26); one whose chain goes round in a circle has no end that could be
    told. What still runs by its own row is continued by nothing.
    """
    edges, width = exp.to_table("edges"), len(table.key)
    value, missing = own_value(sources, table, event, "t")
    last = exp.select(*_said(table, "o", "w"), sql.named(value, "value"), sql.named(missing, "missing"))
    last = last.from_(exp.to_table("walk").as_("w"))
    last = last.join(sql.table(sources.rows, table.id, alias="t"), on=_same("l", "w", table.key, "t"), join_type="inner")
    nothing = (sql.named(sql.cast(exp.null(), "DATE"), "value"), sql.named(exp.true(), "missing"))
    circles = exp.select(*_said(table, "o", "e"), *nothing).from_(edges.as_("e")).where(_unmet(width))
    every = exp.union(last, circles, distinct=False).subquery("u")
    keys = [col(key) for key in table.key]
    ends = (sql.named(exp.Max(this=col("value")), "ends"), sql.named(exp.LogicalOr(this=col("missing")), "missing"))
    return _walked(exp.select(*keys, *ends).from_(every).group_by(*(key.copy() for key in keys)), _continued(sources, table, event), width)


def identity_statement(sources: Sources, table: Table, merged: Merged) -> exp.Select:
    """Every `name` by which a record of this table is called, and `at`, the key of the record that it means today.

    A name that was merged into several records, round in a circle, or into one that is not there, still means itself.
    """
    (key,) = table.key
    one = exp.EQ(this=exp.Count(this=exp.Distinct(expressions=[col("l0", "w")])), expression=lit(1))
    found = exp.select(sql.named(col("o0", "w"), "name"), sql.named(exp.Min(this=col("l0", "w")), "at"))
    found = found.from_(exp.to_table("walk").as_("w"))
    found = found.join(sql.table(sources.rows, table.id, alias="t"), on=exp.EQ(this=col("l0", "w"), expression=col(key, "t")))
    found = found.group_by(col("o0", "w")).having(one)
    absorbed = (
        exp.select(exp.convert(1)).from_(exp.to_table("found").as_("f")).where(exp.EQ(this=col("name", "f"), expression=col(key, "t")))
    )
    itself = exp.select(sql.named(col(key, "t"), "name"), sql.named(col(key, "t"), "at"))
    itself = itself.from_(sql.table(sources.rows, table.id, alias="t")).where(exp.not_(exp.Exists(this=absorbed)))
    names = exp.select(col("name"), col("at")).from_(exp.to_table("found"))
    every = exp.select(exp.Star()).from_(exp.union(names, itself, distinct=False).subquery("u"))
    return _walked(every, merges(sources.rows, merged), 1).with_("found", as_=found, recursive=True, copy=False)


def circle_statement(edges: exp.Select, width: int) -> exp.Select:
    """How many rows are followed by others round in a circle, or lead into one."""
    count = exp.select(exp.Count(this=exp.Star())).from_(exp.to_table("edges").as_("e")).where(_unmet(width))
    return _walked(count, edges, width)


def merges(rows: str, merged: Merged) -> exp.Select:
    """(o0, n0): which name was merged into which."""
    there = sql.all_of((sql.not_null(col(merged.name)), sql.not_null(col(merged.into))))
    other = exp.NEQ(this=col(merged.name), expression=col(merged.into))
    edges = exp.select(sql.named(col(merged.name), "o0"), sql.named(col(merged.into), "n0")).distinct()
    return edges.from_(sql.table(rows, merged.table)).where(sql.all_of((there, other)))


def successions(rows: str, table: Table, event: Event) -> exp.Select:
    """(o<n>, n<n>): the keys of a row and of the one that its source says continues it, gap or none."""
    assert event.succession is not None
    here, there = ("o", "n") if event.succession.forward else ("n", "o")
    on = sql.all_of(exp.EQ(this=col(name, here), expression=col(key, there)) for name, key in event.succession.columns)
    edges = exp.select(*_keys(table, "o"), *_keys(table, "n")).from_(sql.table(rows, table.id, alias="o"))
    return edges.join(sql.table(rows, table.id, alias="n"), on=on)


def _continued(sources: Sources, table: Table, event: Event) -> exp.Select:
    """The same without what still runs by its own row, what is continued by a row without the event, and what began after a gap."""
    ends, _ = own_value(sources, table, event, "o")
    value, missing = own_value(sources, table, event, "n")
    still = sql.call("COALESCE", exp.EQ(this=ends, expression=lit(OPEN)), exp.false())
    edges = successions(sources.rows, table, event).where(exp.not_(still), sql.any_of((sql.not_null(value), missing)))
    begins = event.succession.begins if event.succession else None
    if begins is None:
        return edges
    begun = day_of(sources, table, begins, "n")
    next_day = sql.cast(exp.Add(this=ends.copy(), expression=exp.Interval(this=exp.Literal.string("1"), unit=exp.var("DAY"))), "DATE")
    gap = sql.all_of((*plausible(sources, begun), exp.GT(this=begun.copy(), expression=next_day)))
    return edges.where(exp.not_(sql.call("COALESCE", exp.Paren(this=gap), exp.false())))


def _walked(statement: exp.Select, edges: exp.Select, width: int) -> exp.Select:
    """The statement, with `edges` and `walk`: (o<n>, l<n>), every key that something follows, and the last of what follows it."""
    olds, lasts = [f"o{n}" for n in range(width)], [f"l{n}" for n in range(width)]
    further = exp.select(exp.convert(1)).from_(exp.to_table("edges").as_("x")).where(_same("o", "x", [f"n{n}" for n in range(width)], "e"))
    first = exp.select(*(col(name, "e") for name in olds), *(sql.named(col(f"n{n}", "e"), name) for n, name in enumerate(lasts)))
    first = first.from_(exp.to_table("edges").as_("e")).where(exp.not_(exp.Exists(this=further)))
    step = exp.select(*(col(name, "e") for name in olds), *(col(name, "w") for name in lasts)).from_(exp.to_table("edges").as_("e"))
    step = step.join(exp.to_table("walk").as_("w"), on=_same("o", "w", [f"n{n}" for n in range(width)], "e"))
    statement = statement.with_("edges", as_=edges, materialized=True, recursive=True, copy=False)
    return statement.with_(f"walk({', '.join([*olds, *lasts])})", as_=exp.union(first, step), recursive=True, copy=False)


def _unmet(width: int) -> Sql:
    met = exp.select(exp.convert(1)).from_(exp.to_table("walk").as_("w")).where(_same("o", "w", [f"o{n}" for n in range(width)], "e"))
    return exp.not_(exp.Exists(this=met))


def _same(prefix: str, left: str, names: list[str] | tuple[str, ...], right: str) -> Sql:
    return sql.all_of(exp.EQ(this=col(f"{prefix}{n}", left), expression=col(name, right)) for n, name in enumerate(names))


def _keys(table: Table, prefix: str) -> list[Sql]:
    return [sql.named(col(key, prefix), f"{prefix}{n}") for n, key in enumerate(table.key)]


def _said(table: Table, prefix: str, alias: str) -> list[Sql]:
    return [sql.named(col(f"{prefix}{n}", alias), key, quoted=True) for n, key in enumerate(table.key)]
