"""The proof of absence against its floor: every identifier column looked through for what is erased, and the same columns read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlglot import exp

from benchmarks.collecting import collected
from benchmarks.figure import Figure
from benchmarks.frozen import Frozen
from benchmarks.timing import in_turns
from privacy_pipelines import sql
from privacy_pipelines.collector.erasing import erased_identifiers
from privacy_pipelines.collector.identifiers import identifiers
from privacy_pipelines.collector.prove import collected_views
from privacy_pipelines.collector.quoting import quotes
from privacy_pipelines.collector.traces import identifier_traces, own_keys
from privacy_pipelines.sql import Sql, col
from privacy_pipelines.store.layout import COLLECTED

COMPARED = (
    "absence: what was erased gathered from the base generation, every identifier column of the new one looked through for it in any "
    "spelling, each find held against what was there before; floor: one scan of the same columns, each value in the form in which "
    "spellings are compared, and one hash over all; raw: the same scan of the values as they stand; texts: every free text searched too"
)


def measure(frozen: Frozen, folder: Path, repetitions: int) -> dict[str, float]:
    """Median seconds of the proof of absence, of its part in free text, of the floor, and of a scan that compares nothing."""
    session, rules = frozen.night.session, frozen.rules
    with collected(frozen, folder):
        collected_views(session, rules.policy)
        columns = {rule.table.id: sorted({name for name, _ in identifiers(rules.policy, rule.table)}) for rule in rules.tables}
        raw, floor = ([_scan(table, names, form) for table, names in columns.items() if names] for form in (_as_it_stands, _compared))
        works: dict[str, Callable[[], object]] = {
            "absence": lambda: _absence(frozen),
            "texts": lambda: quotes(session, rules, COLLECTED),
            "floor": lambda: [session.rows(statement) for statement in floor],
            "raw": lambda: [session.rows(statement) for statement in raw],
        }
        return in_turns(works, repetitions)


def figures(found: dict[str, float]) -> list[Figure]:
    """As rows of the table."""
    ratio = found["absence"] / found["floor"]
    return [
        Figure("absence: floor, one scan of the identifier columns as they are compared", f"{found['floor']:.2f} s"),
        Figure("absence: proved over them", f"{found['absence']:.2f} s", ratio, "≤ 2 ×", ratio <= 2),
        Figure("absence: against a scan of the values as they stand", f"{found['raw']:.2f} s", found["absence"] / found["raw"]),
        Figure("absence: proved over free texts too", f"{found['texts']:.2f} s", found["texts"] / found["floor"]),
    ]


def _absence(frozen: Frozen) -> None:
    session, rules = frozen.night.session, frozen.rules
    identifier_traces(session, rules, erased_identifiers(session, rules))
    own_keys(session, rules)


def _scan(table: str, columns: Sequence[str], form: Callable[[Sql], Sql]) -> exp.Select:
    hashes = [exp.Anonymous(this="HASH", expressions=[form(col(name))]) for name in columns]
    hashed = [exp.Anonymous(this="BIT_XOR", expressions=[one]) for one in hashes]
    return sql.select(*hashed).from_(sql.table(COLLECTED, table), copy=False)


def _as_it_stands(value: Sql) -> Sql:
    return value


def _compared(value: Sql) -> Sql:
    return sql.folded(sql.cast(value, "TEXT"))
