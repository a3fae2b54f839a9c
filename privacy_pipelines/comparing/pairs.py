"""A table's records by what either policy says of them: both codes in one scan of the frame where both gather the same, in one join of
two frames where they do not. What the pairs mean is Python's (`fates.py`); of those that differ the cells are counted in a second pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.comparing.fates import Said
from privacy_pipelines.comparing.sides import Side
from privacy_pipelines.retention.levels import Spans
from privacy_pipelines.retention.rules import TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CURRENT, FRAME, VERDICTS

WAITS, ENDS = "waits", "ends"
_SAID = ("code", WAITS, ENDS)
Pair = tuple[Said | None, Said | None]
"""What the old and the new policy say of a record; None where one of them has no rule for its table."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One side's view of a table: its rule, what its frame holds, and which of `waits` and `ends` it has rows of."""

    side: Side
    rule: TableRule
    spans: Spans
    aside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as one or both policies decide it. `key` is what the store calls its key; `secret` keys the hashes of records."""

    source: str
    name: str
    key: tuple[str, ...]
    seen: tuple[Seen | None, Seen | None]
    shared: bool
    secret: bytes

    @property
    def joined(self) -> bool:
        """Whether each policy has a frame of its own."""
        return not self.shared and None not in self.seen

    @property
    def id(self) -> str:
        """`source.table`."""
        return f"{self.source}.{self.name}"


@dataclass(frozen=True, slots=True)
class Counted:
    """Records of one pair and pair of cohorts with the same groups filled: their number, the cells of each group, and the keyed hash of
    which records they are, whatever their order."""

    pair: int
    cohorts: tuple[int, int]
    rows: int
    cells: tuple[int, ...]
    mark: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Records that stand in another cohort under the new policy, with the same hash."""

    cohorts: tuple[int, int]
    rows: int
    mark: int


def pairs_of(session: Session, table: Table) -> list[Pair]:
    """Every pair that occurs. Two frames are joined once, and what comes of it is kept for `count`."""
    if table.joined:
        session.create(_KEPT, _paired(table), temporary=True)
    names = [f"{name}_{n}" for n in (0, 1) for name in _SAID]
    found = session.rows(exp.select(*(col(name) for name in names)).distinct().from_(_rows(table)))
    return [(_said(table, 0, row[:3]), _said(table, 1, row[3:])) for row in found]


def count(session: Session, table: Table, pairs: Sequence[Pair], groups: Sequence[Sequence[str]]) -> list[Counted]:
    """The records of these pairs, and their filled cells in each group of stored columns. `Counted.pair` is a position in `pairs`. Asked
    after `pairs_of` of the same table."""
    _insert(session, pairs)
    inner = exp.select(col("pair", "d"), col("cohort_0", "p"), col("cohort_1", "p"), _hashed(table, "p"))
    for number, columns in enumerate(groups):
        inner = inner.select(sql.named(_filled(columns), f"c{number}"), copy=False)
    inner = inner.from_(_rows(table), copy=False)
    on = sql.all_of(exp.EQ(this=col(f"{name}_{n}", "p"), expression=col(f"{name}_{n}", "d")) for n in (0, 1) for name in _SAID)
    inner = inner.join(exp.to_table("differing").as_("d"), on=on, copy=False)
    stored = sql.table(table.source, table.name, catalog=CURRENT, alias="s")
    inner = inner.join(
        stored, on=sql.all_of(exp.EQ(this=col(f"k{n}", "p"), expression=col(k, "s")) for n, k in enumerate(table.key)), copy=False
    )
    mask: Sql = lit(0)
    for number in range(len(groups)):
        there = exp.GT(this=col(f"c{number}"), expression=lit(0))
        mask = exp.Add(this=mask, expression=sql.case((there, lit(1 << number)), default=lit(0)))
    by = [col("pair"), col("cohort_0"), col("cohort_1")]
    sums = [exp.Sum(this=col(f"c{number}")) for number in range(len(groups))]
    counted = exp.select(*by, sql.named(mask, "filled"), exp.Count(this=exp.Star()), _xored(), *sums).from_(inner.subquery("i"))
    rows = session.rows(counted.group_by(*(one.copy() for one in by), col("filled")))
    return [Counted(pair, (one, other), number, tuple(map(int, cells)), who) for pair, one, other, _, number, who, *cells in rows]


def moved(session: Session, table: Table) -> list[Moved]:
    """Records of another cohort than before; one frame for both policies moves nobody. Asked after `pairs_of` of the same table."""
    if not table.joined:
        return []
    by = [col("cohort_0"), col("cohort_1")]
    other = exp.select(*by, _hashed(table, "p")).from_(_rows(table)).where(exp.NEQ(this=by[0].copy(), expression=by[1].copy()))
    grouped = exp.select(*by, exp.Count(this=exp.Star()), _xored()).from_(other.subquery("i")).group_by(*(one.copy() for one in by))
    return [Moved((one, other), rows, who) for one, other, rows, who in session.rows(grouped)]


def cohorts_of(session: Session, table: Table) -> list[tuple[int, int]]:
    """Every pair of cohorts in which it has records. Asked after `pairs_of` of the same table."""
    return [(one, other) for one, other in session.rows(exp.select(col("cohort_0"), col("cohort_1")).distinct().from_(_rows(table)))]


def coded(seen: Seen, number: int, key: Mapping[str, str]) -> exp.Select:
    """A side's frame as `k<n>`, `cohort_<number>` and `code_<number>`; `key` says what the store calls the key's columns."""
    order = {held: n for n, held in enumerate(sorted(key.values()))}
    keys = [sql.named(col(name), f"k{order[held]}", quoted=True) for name, held in key.items()]
    columns = [*keys, sql.named(col("cohort"), f"cohort_{number}", quoted=True), _code(seen, number)]
    return exp.select(*columns).from_(sql.table(FRAME, seen.rule.table.id, catalog=seen.side.name))


def held_key(rule: TableRule, existing: Iterable[str]) -> dict[str, str]:
    """The key's columns by what the store calls them."""
    columns = tuple(existing)
    return {name: rule.table.stored_as(name, columns) or "" for name in rule.table.key}


def _code(seen: Seen, number: int) -> Sql:
    return sql.named(sql.cast(seen.side.code(seen.rule, seen.spans), "BIGINT"), f"code_{number}", quoted=True)


_KEPT = exp.to_table("paired")


def _rows(table: Table) -> exp.Expr:
    return _KEPT.as_("p") if table.joined else _paired(table).subquery("p")


def _paired(table: Table) -> exp.Select:
    """`k<n>`, and of either side (0 the old, 1 the new) the cohort, the code, the mask that waits and whether the row ends with another."""
    statement = _both(table)
    columns: list[Sql] = [*(col(f"k{n}", "b") for n in range(len(table.key)))]
    for number, seen in enumerate(table.seen):
        columns += [col(f"cohort_{number}", "b"), col(f"code_{number}", "b")]
        for what, nothing in ((WAITS, lit(0)), (ENDS, exp.false())):
            name = f"{what}_{number}"
            value: Sql = nothing
            if seen is not None and what in seen.aside:
                value = sql.call("COALESCE", col("mask", name), lit(0)) if what == WAITS else sql.not_null(col(_first(table, seen), name))
            columns.append(sql.named(value, name, quoted=True))
    found = exp.select(*columns).from_(statement.subquery("b"))
    for number, seen in enumerate(table.seen):
        for what in sorted(seen.aside) if seen else ():
            assert seen is not None
            found = found.join(_aside(seen, what, number), on=_same(table, seen, f"{what}_{number}"), join_type="left", copy=False)
    return found


def _both(table: Table) -> exp.Select:
    old, new = table.seen
    if old is None or new is None:
        number, seen = (0, old) if old else (1, new)
        assert seen is not None
        alone = coded(seen, number, _key(table, seen))
        return alone.select(
            sql.named(col("cohort"), f"cohort_{1 - number}", quoted=True), sql.named(lit(0), f"code_{1 - number}", quoted=True)
        )
    if table.shared:
        return coded(old, 0, _key(table, old)).select(sql.named(col("cohort"), "cohort_1", quoted=True), _code(new, 1))
    keys = [col(f"k{n}", "o") for n in range(len(table.key))]
    both = exp.select(
        *keys, *(col(f"{name}_0", "o") for name in ("cohort", "code")), *(col(f"{name}_1", "n") for name in ("cohort", "code"))
    )
    both = both.from_(coded(old, 0, _key(table, old)).subquery("o"))
    return both.join(coded(new, 1, _key(table, new)).subquery("n"), on=sql.same_key([f"k{n}" for n in range(len(table.key))], "o", "n"))


def _hashed(table: Table, of: str) -> Sql:
    keys = [col(f"k{n}", of) for n in range(len(table.key))]
    return sql.named(sql.call("HASH", lit(table.secret.hex()), *keys), "who")


def _xored() -> Sql:
    return sql.call("BIT_XOR", col("who"))


def _aside(seen: Seen, what: str, number: int) -> exp.Table:
    return sql.table(VERDICTS, f"{seen.rule.table.id}, {what}", catalog=seen.side.name, alias=f"{what}_{number}")


def _same(table: Table, seen: Seen, alias: str) -> Sql:
    order = {held: n for n, held in enumerate(table.key)}
    return sql.all_of(exp.EQ(this=col(f"k{order[held]}", "b"), expression=col(name, alias)) for name, held in _key(table, seen).items())


def _first(table: Table, seen: Seen) -> str:
    return seen.rule.table.key[0]


def _key(table: Table, seen: Seen) -> dict[str, str]:
    return held_key(seen.rule, table.key)


def _said(table: Table, number: int, row: Sequence[int]) -> Said | None:
    return Said(row[0], row[1], bool(row[2])) if table.seen[number] else None


def _insert(session: Session, pairs: Sequence[Pair]) -> None:
    columns = ", ".join(f"code_{n} BIGINT, waits_{n} BIGINT, ends_{n} BOOLEAN" for n in (0, 1))
    session.run(f"CREATE OR REPLACE TEMPORARY TABLE differing (pair INT, {columns})")
    rows = [
        [n, *(value for one in pair for value in (one.code if one else 0, one.waits if one else 0, bool(one and one.ends)))]
        for n, pair in enumerate(pairs)
    ]
    session.insert(exp.to_table("differing"), rows)


def _filled(columns: Iterable[str]) -> Sql:
    total: Sql = sql.cast(lit(0), "BIGINT")
    for name in columns:
        total = exp.Add(this=total, expression=sql.case((sql.not_null(col(name, "s")), lit(1)), default=lit(0)))
    return total
