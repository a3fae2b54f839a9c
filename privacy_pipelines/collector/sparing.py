"""Links of rows under a hold keep the bare key of what leaves tonight, for a hold keeps the whole row as it is stored; once it is over they
are emptied as they would have been. A key that the store does not have is no part of that: a hold lets nobody back in.

A spared link is remembered like whatever waits: (key, SPARED, no cluster) among the withheld rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.linking import Clearing, clearing_links, gone_targets, names, standing
from privacy_pipelines.collector.orphans import of_link, orphaned_links
from privacy_pipelines.collector.suspending import in_force
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COVERED, PRIOR, STORED, TONIGHT
from privacy_pipelines.store.views import filled_statement

SPARED = "spared link"
"""What a withheld row waits for that has lost nothing: no purpose and no hold has a name with a space."""


def held_whole(policy: Policy, table: str, as_of: date) -> bool:
    """Whether a class-wide hold holds every row of the table."""
    return any(in_force(hold, table, as_of) for hold in policy.holds)


@dataclass(frozen=True, slots=True)
class Around:
    """What is around a table's links tonight, so that the copy looks for nothing that is not there."""

    links: tuple[Clearing, ...]
    """Those that are emptied where their target leaves."""
    leaving: frozenset[str]
    """The tables of which a row leaves."""
    orphaned: frozenset[int]
    """The links by which a row names who left on an earlier night, and is sent no more."""
    undecided: bool
    """Whether some row is looked at again for such a link."""
    stored: exp.Select | None
    """Which cells of which rows the store has, where something that would have ended stays."""
    spared: bool
    """Whether a link was spared on an earlier night."""
    whole: bool
    """Whether a hold on the class holds every row."""
    covered: bool
    """Whether a hold on a person covers a row."""

    @property
    def held(self) -> bool:
        """Whether any row is."""
        return self.whole or self.covered


def around(session: Session, rules: Rules, rule: TableRule, as_of: date, leaving: frozenset[str], *, staying: bool) -> Around:
    """Raises StoreError."""
    links, whole = tuple(clearing_links(rules, rule)), held_whole(rules.policy, rule.table.id, as_of)
    named, filled = orphaned_links(session, rules, rule), filled_statement(session, rule.table) if staying else None
    orphaned, again = frozenset(number for number, over in named.items() if True in over), any(False in over for over in named.values())
    if not links:
        return Around((), leaving, orphaned, again, filled, spared=False, whole=whole, covered=False)
    late = exp.EQ(this=col("purpose"), expression=lit(SPARED))
    spared_before = exp.select(exp.convert(1)).from_(sql.table(PRIOR, rule.table.id)).where(late).limit(1)
    covered = exp.select(exp.convert(1)).from_(sql.table(COVERED, rule.table.id)).limit(1)
    on_one = not whole and bool(session.rows(covered))
    return Around(links, leaving, orphaned, again, filled, spared=bool(session.rows(spared_before)), whole=whole, covered=on_one)


def join_clearing(statement: exp.Select, rules: Rules, rule: TableRule, near: Around) -> tuple[exp.Select, list[tuple[Clearing, Sql]]]:
    """The copy of a table's rows (`t`), joined to what its links name that leaves; and for each such link whether it is emptied. Where
    anything is held that asks for the stored row (`s`), which is the caller's to join."""
    key, found = rule.table.key, list[tuple[Clearing, Sql]]()
    for one in near.links:
        cleared = []
        if one.link.to in near.leaving:
            gone = f"l{one.number}"
            targets = gone_targets(rules, one.link).subquery(gone, copy=False)
            statement = statement.join(targets, on=names(one.link, "t", gone), join_type="left", copy=False)
            cleared.append(sql.not_null(col("k", gone)))
        if one.number in near.orphaned:
            orphan = f"o{one.number}"
            statement = statement.join(
                of_link(rule, one.number).subquery(orphan, copy=False), on=sql.same_key(key, "t", orphan), join_type="left", copy=False
            )
            cleared.append(sql.not_null(col(key[0], orphan)))
        over = [sql.all_of((sql.any_of(cleared), *_let_go(rule, one, near)))] if cleared else []
        if near.spared and not near.whole:
            late = f"d{one.number}"
            dangling = _dangling(rules, rule, one).subquery(late, copy=False)
            statement = statement.join(dangling, on=sql.same_key(key, "t", late), join_type="left", copy=False)
            free = [sql.is_null(col(key[0], "h"))] if near.covered else []
            over.append(sql.all_of((sql.not_null(col(key[0], late)), *free)))
        if over:
            found.append((one, sql.any_of(over)))
    if found and near.covered:
        statement = statement.join(_covered(rule).subquery("h"), on=sql.same_key(key, "t", "h"), join_type="left", copy=False)
    return statement, found


def spared(rules: Rules, rule: TableRule, as_of: date) -> list[exp.Select]:
    """(key, purpose, mask) of the rows whose links are spared tonight, or still are. What is turned away at the door no hold keeps."""
    whole = held_whole(rules.policy, rule.table.id, as_of)
    key = rule.table.key
    waits = [sql.named(lit(SPARED), "purpose"), sql.named(sql.cast(lit(0), "BIGINT"), "mask")]
    rows = []
    for one in clearing_links(rules, rule):
        named = exp.select(*(col(name, "t") for name in key), *waits).from_(sql.table(TONIGHT, rule.table.id, alias="t"))
        named = named.join(sql.table(STORED, rule.table.id, alias="s"), on=sql.all_of((sql.same_key(key, "t", "s"), _as_stored(one))))
        orphans = named.copy().join(of_link(rule, one.number).subquery("g"), on=sql.same_key(key, "t", "g"))
        tonight = named.join(gone_targets(rules, one.link).subquery("g"), on=names(one.link, "t", "g"))
        rows += [_held(rule, tonight, whole=whole), _held(rule, orphans, whole=whole)]
    if rows:
        before = exp.select(*(col(name, "t") for name in key), *waits).from_(sql.table(PRIOR, rule.table.id, alias="t"))
        rows.append(_held(rule, before.where(exp.EQ(this=col("purpose", "t"), expression=lit(SPARED))), whole=whole))
    gone = exp.select(exp.convert(1)).from_(sql.table(ACTIONS, rule.table.id, alias="a"))
    gone = gone.where(sql.same_key(key, "a", "t"), col("row_gone", "a"))
    return [one.where(exp.not_(exp.Exists(this=gone.copy()))) for one in rows]


def _let_go(rule: TableRule, one: Clearing, near: Around) -> list[Sql]:
    """That no hold keeps the link: its row is not held, or what it says is not what the store says."""
    if not near.held:
        return []
    other = exp.not_(sql.call("COALESCE", _as_stored(one), exp.false()))
    return [other if near.whole else sql.any_of((sql.is_null(col(rule.table.key[0], "h")), other))]


def _as_stored(one: Clearing) -> Sql:
    """Whether a link of tonight's row (`t`) is what the stored row (`s`) has."""
    return sql.all_of(exp.EQ(this=col(name, "t"), expression=col(name, "s")) for name in one.link.columns)


def _held(rule: TableRule, rows: exp.Select, *, whole: bool) -> exp.Select:
    return rows if whole else rows.join(_covered(rule).subquery("h"), on=sql.same_key(rule.table.key, "t", "h"))


def _covered(rule: TableRule) -> exp.Select:
    return exp.select(*(col(name) for name in rule.table.key)).distinct().from_(sql.table(COVERED, rule.table.id))


def _dangling(rules: Rules, rule: TableRule, one: Clearing) -> exp.Select:
    """Keys of the rows whose link was spared on an earlier night, as far as what it names is gone."""
    key, link = rule.table.key, one.link
    rows = exp.select(*(col(name, "p") for name in key)).distinct().from_(sql.table(PRIOR, rule.table.id, alias="p"))
    rows = rows.join(sql.table(TONIGHT, rule.table.id, alias="r"), on=sql.same_key(key, "p", "r"))
    filled: Sequence[Sql] = [sql.not_null(col(name, "r")) for name in link.columns]
    return rows.where(
        exp.EQ(this=col("purpose", "p"), expression=lit(SPARED)), *filled, exp.not_(exp.Paren(this=standing(rules, link, "r")))
    )
