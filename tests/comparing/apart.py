"""Two plans, each made whole and apart as a night makes it, compared cell by cell in Python: what a difference must come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from privacy_pipelines.comparing.compare import compare
from privacy_pipelines.comparing.difference import Count, Difference
from privacy_pipelines.nights.rehearsal import rehearse
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.cohorts import name_of
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.decide import State, judge
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import text
from privacy_pipelines.stations.arriving import arrive_tonight, check_tonight
from privacy_pipelines.stations.deciding import decide_tonight, gather_tonight, plan_tonight
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.night import Night, Pin
from privacy_pipelines.store.views import stored_views

OWN = ("_row_hash", "_first_seen", "_gone_since", "_undetermined_since")
COUNTED = {State.RESTRICT: "restricted", State.UNDETERMINED: "undetermined"}
Cell = tuple[str, tuple[Any, ...], str]
"""(table, key, column) of a filled cell."""


@dataclass(frozen=True)
class Planned:
    """What one plan says: of each filled cell what it is counted as, its data cluster; of each record its cohort."""

    kinds: dict[Cell, frozenset[str]]
    clusters: dict[Cell, str]
    cohorts: dict[tuple[str, tuple[Any, ...]], str]


def planned(store: Store, policy: Policy, as_of: date, extracts: Path) -> Planned:
    """A whole rehearsal of a night in which nothing arrives."""
    rules = compile_rules(policy)
    current = store.current()
    assert current is not None
    found = Planned({}, {}, {})
    with rehearse(store, Pin("rehearsal", as_of, current.name, policy.version, first_load=True)) as night:
        stored_views(night.session, policy)
        arrive_tonight(extracts, night, rules, ())
        check_tonight(night, rules)
        gather_tonight(night, rules)
        decide_tonight(night, rules, None)
        plan = plan_tonight(night, rules)
        assert not [part for part in plan.withheld if part.reason not in ("held", "undeclared")], "its guards must let everything through"
        for rule in rules.tables:
            _read(night, rules, rule, as_of, found)
        _read_undeclared(night, rules, found)
    return found


def _read(night: Night, rules: Rules, rule: TableRule, as_of: date, found: Planned) -> None:
    table, session = rule.table, night.session
    keys = ", ".join(f'"{key}"' for key in table.key)
    code = text(code_expression(rule, as_of, rules.policy.company))
    framed = {
        row[: len(table.key)]: row[len(table.key) :] for row in session.rows(f'SELECT {keys}, cohort, {code} FROM frame."{table.id}"')
    }
    losing = {
        row[: len(table.key)]: row[len(table.key) :]
        for row in session.rows(f'SELECT {keys}, ended, row_ended, overdue FROM exceptions."{table.id}"')
    }
    held = any(table.id in hold.tables and hold.effective_from <= as_of for hold in rules.policy.holds)
    existing = session.columns("cur", table.source, table.name)
    for row in _rows(session, table.source, table.name):
        key = tuple(row[table.stored_as(name, existing) or ""] for name in table.key)
        cohort, number = framed[key]
        found.cohorts[table.id, key] = name_of(cohort)
        ended, row_ended, overdue = losing.get(key, (0, False, 0))
        said = _Said(rule, judge(rule, number).states, ended, row_ended, overdue, held)
        for column in table.columns:
            name = table.stored_as(column.name, existing)
            if name and row[name] is not None:
                cell = (table.id, key, name)
                found.kinds[cell], found.clusters[cell] = said.of(column.name)


def _read_undeclared(night: Night, rules: Rules, found: Planned) -> None:
    """Cells that the store has and the policy does not name."""
    tables = night.session.rows(
        "SELECT DISTINCT schema_name, table_name FROM duckdb_columns() WHERE database_name = 'cur' AND schema_name IN ('crm', 'hr')"
    )
    for source, name in tables:
        table = next((one for one in rules.policy.tables if one.id == f"{source}.{name}"), None)
        existing = night.session.columns("cur", source, name)
        known = {table.stored_as(column.name, existing) for column in table.columns} if table else set()
        if table is None or not table.personal:
            continue
        for row in _rows(night.session, source, name):
            key = tuple(row[table.stored_as(one, existing) or ""] for one in table.key)
            for column, value in row.items():
                if column not in known and value is not None:
                    cell = (table.id, key, column)
                    found.kinds[cell], found.clusters[cell] = frozenset({"erasable", "refused"}), "not declared"


@dataclass(frozen=True)
class _Said:
    rule: TableRule
    states: tuple[State, ...]
    ended: int
    row_ended: bool
    overdue: int
    held: bool

    def of(self, column: str) -> tuple[frozenset[str], str]:
        clusters = self.rule.clusters
        whole = next(n for n, one in enumerate(clusters) if len(one.purposes) == len(self.rule.purposes))
        number = next((n for n, one in enumerate(clusters) if column in one.columns), None)
        if number is None:
            name = clusters[whole].name if column in self.rule.with_row else ""
            if self.row_ended:
                return self._gone(whole), name
            alive = [state for n, state in enumerate(self.states) if not self.ended >> n & 1]
            best = next((one for one in (State.KEEP, State.RESTRICT, State.UNDETERMINED) if one in alive), State.EMPTY)
            return (_kinds(best) if column in self.rule.with_row else frozenset()), name
        if self.ended >> number & 1:
            return self._gone(number), clusters[number].name
        return _kinds(self.states[number]), clusters[number].name

    def _gone(self, number: int) -> frozenset[str]:
        if self.held:
            return frozenset({"suspended"})
        return frozenset({"erasable", *(["overdue"] if self.overdue >> number & 1 else [])})


def _kinds(state: State) -> frozenset[str]:
    return frozenset({COUNTED[state]}) if state in COUNTED else frozenset()


def _rows(session: Any, source: str, name: str) -> list[dict[str, Any]]:
    columns = session.columns("cur", source, name)
    rows = session.rows(f'SELECT * FROM cur."{source}"."{name}"')
    return [{column: value for column, value in zip(columns, row, strict=True) if column not in OWN} for row in rows]


Expected = dict[str, dict[tuple[str, ...], tuple[int, int]]]
"""List → (change, kind, table, name) → (records, cells)."""


def difference_of(old: Planned, new: Planned) -> Expected:
    """Every cell once."""
    cells: dict[str, Counter[tuple[str, ...]]] = {name: Counter() for name in ("totals", "by_cluster", "by_cohort")}
    records: dict[str, dict[tuple[str, ...], set[object]]] = {name: {} for name in cells}
    served = {cell for cell in old.kinds.keys() | new.kinds.keys() if _counts(old, cell) or _counts(new, cell)}
    for cell in served:
        was, now = old.kinds.get(cell, frozenset()), new.kinds.get(cell, frozenset())
        for change, kinds, side in (("newly", now - was, new), ("no_longer", was - now, old)):
            for kind in kinds - {"refused"}:
                named = {
                    "totals": (change, kind, "", ""),
                    "by_cluster": (change, kind, cell[0], side.clusters.get(cell, "")),
                    "by_cohort": (change, kind, "", side.cohorts[cell[:2]]),
                }
                for way, key in named.items():
                    cells[way][key] += 1
                    records[way].setdefault(key, set()).add(cell[:2])
    return {way: {key: (len(records[way][key]), number) for key, number in counted.items()} for way, counted in cells.items()}


def told(found: Difference) -> Expected:
    """The same of a difference."""
    counts = found.counts
    ways = {"totals": counts.totals, "by_cluster": counts.by_cluster, "by_cohort": counts.by_cohort}
    return {way: {key(one): (one.records, one.cells) for one in some if one.kind != "refused"} for way, some in ways.items()}


def key(count: Count) -> tuple[str, ...]:
    return count.change, count.kind.value, count.table, count.name


def mirrored(found: Difference) -> Difference:
    """The same with both policies exchanged."""

    def other(counts: tuple[Count, ...]) -> tuple[Count, ...]:
        return tuple(replace(one, change={"newly": "no_longer", "no_longer": "newly"}[one.change]) for one in counts)

    counts = replace(found.counts, **{name: other(getattr(found.counts, name)) for name in type(found.counts).__slots__})
    return replace(found, old=found.new, new=found.old, counts=counts)


def between(store: Store, old: Path, new: Path, as_of: date) -> Difference:
    """The product's own answer."""
    return compare(store, load(old), load(new), as_of)


def _counts(one: Planned, cell: Cell) -> bool:
    """Whether this policy has the cell in a data cluster or as a key."""
    return one.clusters.get(cell, "") not in ("", "not declared")
