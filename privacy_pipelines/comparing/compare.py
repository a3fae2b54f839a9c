"""The way through a comparison: gather what either policy needs, read both of its codes for every record, and count what differs.

It reads the current generation and writes nothing into the store but scratch that is gone with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.comparing.difference import Count, Counts, Difference, Undecided, sum_up
from privacy_pipelines.comparing.fates import Judge
from privacy_pipelines.comparing.groups import Group, Grouped, Half, grouped, in_every_way
from privacy_pipelines.comparing.leaving import aside
from privacy_pipelines.comparing.marks import Marks
from privacy_pipelines.comparing.missing import Held, Unknown, unknown
from privacy_pipelines.comparing.pairs import Counted, Moved, Pair, Seen, Table, cohorts_of, count, held_key, moved, pairs_of
from privacy_pipelines.comparing.sides import NEW, OLD, Side, both_sides
from privacy_pipelines.comparing.statements import Alike
from privacy_pipelines.errors import ClockError, StoreError
from privacy_pipelines.nights.beginning import check_effective
from privacy_pipelines.nights.rehearsal import rehearse
from privacy_pipelines.policy.diff import changes_between
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.levels import Spans
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import BOOKKEEPING, CURRENT, FRAME, ROW_HASHES_KEY
from privacy_pipelines.store.night import Pin
from privacy_pipelines.store.reading import Intent, read_intent


def compare(store: Store, old: Policy, new: Policy, as_of: date) -> Difference:
    """What differs between two policies on the store's facts of `as_of`. Raises as `marked` does."""
    return marked(store, old, new, as_of)[0]


def marked(store: Store, old: Policy, new: Policy, as_of: date) -> tuple[Difference, dict[str, str]]:
    """The same, and the cohorts that hold a record which fares otherwise or stands in another cohort, each with its mark (`marks.py`).

    Raises:
        PolicyErrors: one of them does not compile, or is not in force on that day.
        ClockError: the day lies before the last night.
        StoreError: there is no generation yet, or it cannot be read.
    """
    rules = compile_rules(old), compile_rules(new)
    for policy in (old, new):
        check_effective(policy, as_of)
    current = store.current()
    if current is None:
        raise StoreError(f"{store.root}: no night has been completed yet. Run 'privacy-pipelines nightly' first")
    with rehearse(store, Pin("diff", as_of, current.name, new.version, first_load=False)) as night:
        intent = read_intent(night.session, current)
        if as_of < intent.as_of:
            raise ClockError(f"--as-of {as_of}: before the last night, {intent.as_of}. Decisions never go back; use that day or later")
        with both_sides(night.session, *rules, _written_under(intent, *rules), as_of) as sides:
            comparison = _Comparison(night.session, sides, _held(night.session), Marks(store.secret(ROW_HASHES_KEY)))
            counts, undecided = comparison.counted()
    versions = intent.policy_version, old.version, new.version
    return Difference(as_of, current.name, *versions, changes_between(old, new), counts, undecided), comparison.marks.named()


def first_day(store: Store, policies: Iterable[Policy], today: date) -> date:
    """The first day from today on that both policies and the store's last night allow to be decided. Raises StoreError."""
    days = [today, *(purpose.effective_from for policy in policies for purpose in policy.purposes)]
    current = store.current()
    if current is not None:
        with rehearse(store, Pin("diff", today, current.name, "", first_load=False)) as night:
            days.append(read_intent(night.session, current).as_of)
    return max(days)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was asked of the records of one table."""

    pairs: list[Pair]
    """Those that differ."""
    moved: list[Moved]
    cohorts: list[tuple[int, int]]
    counted: list[Counted]


@dataclass(frozen=True, slots=True)
class _Comparison:
    session: Session
    sides: tuple[Side, Side]
    held: Held
    marks: Marks

    def counted(self) -> tuple[Counts, tuple[Undecided, ...]]:
        old, new = self.sides
        alike = Alike(old.statements, new.statements)
        affected = self._affected(alike)
        there = old.gather(old.with_targets(affected), {})
        new.gather(new.with_targets(affected), {name: OLD for name in there if alike(name)})
        beside = [aside(side, side.with_targets(affected)) for side in self.sides]
        found: dict[str, list[Count]] = {name: [] for name in Counts.__slots__}
        undecided: list[Undecided] = []
        spans = [side.spans() for side in self.sides]
        groups = [self._grouped(table_id) for table_id in sorted(affected)]
        tables = [self._table(one, alike, spans, [each.get(one.table_id, frozenset()) for each in beside]) for one in groups]
        with self.session.hasty(), self.session.unordered():
            looked = self.session.together(partial(_looked, one, table) for one, table in zip(groups, tables, strict=True))
        for one, seen in zip(groups, looked, strict=True):
            undecided += self._undecided(one)
            for way, counted in self._differing(one, seen):
                found[way].append(counted)
        return Counts(**{name: sum_up(counts) for name, counts in found.items()}), tuple(sorted(undecided))

    def _affected(self, alike: Alike) -> set[str]:
        """Tables of which anything could fare otherwise; what is decided the same under both policies need not be decided at all."""
        personal = {table_id for table_id in self.held if any(side.rule(table_id) for side in self.sides)}
        found = {table_id for table_id in personal if not self._decided_alike(table_id, alike)}
        while more := {table_id for table_id in personal - found if any(side.with_targets([table_id]) & found for side in self.sides)}:
            found |= more
        return found

    def _decided_alike(self, table_id: str, alike: Alike) -> bool:
        rules = [side.rule(table_id) for side in self.sides]
        if not all(rules) or not alike((FRAME, table_id)):
            return False
        one, other = (_shape(side, rule) for side, rule in zip(self.sides, rules, strict=True) if rule)
        return one == other

    def _grouped(self, table_id: str) -> Grouped:
        halves = [self._half(side, table_id) for side in self.sides]
        return grouped(table_id, self.held[table_id], (halves[0], halves[1]))

    def _half(self, side: Side, table_id: str) -> Half:
        rule = side.rule(table_id)
        if rule is None:
            return Half(side.table(table_id), None, Unknown({}, frozenset()))
        missing = [unknown(side.rules, side.rules.of(one), self.held) for one in sorted(side.with_targets([table_id]))]
        own = unknown(side.rules, rule, self.held)
        others = frozenset(column for one in missing for columns in (one.whole, *one.purposes.values()) for column in columns)
        with_others = Unknown(own.purposes, own.whole | (others if len(missing) > 1 else frozenset()))
        return Half(rule.table, Judge(rule, bool(side.holds(table_id))), with_others)

    def _differing(self, groups: Grouped, seen: _Looked) -> Iterable[tuple[str, Count]]:
        self.marks.moved(groups.table_id, seen.moved)
        self.marks.untold(groups, seen.cohorts)
        for one in seen.counted:
            self.marks.differ(groups, seen.pairs[one.pair], one)
            yield from in_every_way(groups, seen.pairs[one.pair], one.cohorts, one.rows, one.cells)

    def _table(self, groups: Grouped, alike: Alike, held: list[dict[str, Spans]], beside: list[frozenset[str]]) -> Table:
        table_id = groups.table_id
        shared = alike((FRAME, table_id))
        spans = [each.get(table_id, {}) for each in held]
        seen = [
            Seen(side, half.judge.rule, spans[0] if shared else own, aside) if half.judge else None
            for side, half, own, aside in zip(self.sides, groups.halves, spans, beside, strict=True)
        ]
        rule = next(half.judge.rule for half in groups.halves if half.judge)
        source, _, name = table_id.partition(".")
        key = tuple(sorted(held_key(rule, self.held[table_id]).values()))
        return Table(source, name, key, (seen[0], seen[1]), shared, self.marks.secret)

    def _undecided(self, groups: Grouped) -> Iterable[Undecided]:
        for group in groups.undecided:
            for policy, half, place in zip((OLD, NEW), groups.halves, group.places, strict=True):
                if not half.decides(place):
                    yield from self._wanting(policy, groups.table_id, group, half)

    def _wanting(self, policy: str, table_id: str, group: Group, half: Half) -> Iterable[Undecided]:
        assert half.judge is not None
        stored = exp.select(*(exp.Count(this=col(name)) for name in group.columns)).from_(_stored(table_id))
        cells = sum(self.session.one(stored))
        named = {half.judge.rule.purposes[number].purpose.name: columns for number, columns in half.unknown.purposes.items()}
        for purpose, columns in {**named, **({"": half.unknown.whole} if half.unknown.whole else {})}.items():
            yield Undecided(policy, table_id, purpose, tuple(sorted(".".join(one) for one in columns)), group.columns, cells)


def _looked(groups: Grouped, table: Table, session: Session) -> _Looked:
    pairs = [pair for pair in pairs_of(session, table) if groups.differs(pair)]
    other, cohorts = moved(session, table), cohorts_of(session, table) if groups.undecided else []
    counted = count(session, table, pairs, [group.columns for group in groups.groups]) if pairs else []
    return _Looked(pairs, other, cohorts, counted)


def _shape(side: Side, rule: TableRule) -> tuple[object, ...]:
    """Everything but the frame that a table's verdicts depend on."""
    clusters = tuple((one.columns, one.purposes, one.needs_consent, one.may_be_empty) for one in rule.clusters)
    natures = tuple(one.purpose.nature for one in rule.purposes)
    ends = tuple(link for link in rule.table.links if link.when_target_ends == "end_too")
    declared = tuple(column.name for column in rule.table.columns)
    return (
        sql.text(side.code(rule, {})),
        clusters,
        rule.structural,
        natures,
        ends,
        declared,
        bool(rule.standing),
        bool(side.holds(rule.table.id)),
    )


def _written_under(intent: Intent, *known: Rules) -> Rules:
    for rules in known:
        if rules.policy.version == intent.policy_version:
            return rules
    return compile_rules(intent.rules_document())


def _held(session: Session) -> dict[str, tuple[str, ...]]:
    own = {name for name, _ in BOOKKEEPING}
    rows = session.rows(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name NOT LIKE '\\_%' ESCAPE '\\' AND NOT internal "
        "ORDER BY schema_name, table_name, column_index",
        [CURRENT],
    )
    found: dict[str, tuple[str, ...]] = {}
    for schema, table, column in rows:
        if column not in own:
            found[f"{schema}.{table}"] = (*found.get(f"{schema}.{table}", ()), column)
    return found


def _stored(table_id: str) -> exp.Table:
    source, _, name = table_id.partition(".")
    return sql.table(source, name, catalog=CURRENT)
