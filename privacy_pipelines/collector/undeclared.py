"""What the store holds and the policy no longer names: a field, or a whole table, that an edit dropped.

Leaving it out of the next generation would erase it without a rule having ended. So it is a part like any other, with a limit of
nothing: withheld, and carried over as it is, until the policy names it again or a person approves that it goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import PolicyErrors, Problem
from privacy_pipelines.policy.model import ROW_KEY, Policy, Table
from privacy_pipelines.retention.plan import Action, Part, Plan, Step, part_digest
from privacy_pipelines.sql import col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import BOOKKEEPING, CURRENT, NEXT

UNDECLARED = "undeclared"


@dataclass(frozen=True, slots=True)
class Leftover:
    """Columns of a stored table that the policy does not declare; `whole` where it does not declare the table."""

    source: str
    name: str
    columns: tuple[str, ...]
    whole: bool

    @property
    def table(self) -> str:
        """The table's id."""
        return f"{self.source}.{self.name}"


def leftovers(session: Session, policy: Policy) -> tuple[Leftover, ...]:
    """Everything in the attached current generation that the policy does not name."""
    declared = {table.id: table for table in policy.tables}
    own = {name for name, _ in BOOKKEEPING}
    found = []
    for source, name, columns in session.rows(
        "SELECT schema_name, table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name NOT LIKE '\\_%' ESCAPE '\\' AND NOT internal GROUP BY ALL ORDER BY ALL",
        [CURRENT],
    ):
        table = declared.get(f"{source}.{name}")
        known = {table.stored_as(column.name, columns) for column in table.columns} if table else set()
        extra = tuple(column for column in columns if column not in own and column not in known)
        if extra:
            found.append(Leftover(source, name, extra, table is None))
    return tuple(found)


def require_keys(session: Session, policy: Policy) -> None:
    """A table's stored rows are found by its key: another key would make them all strangers. Raises PolicyErrors."""
    problems = []
    for table in policy.tables:
        stored = session.columns(CURRENT, table.source, table.name)
        missing = [name for name in table.key if stored and table.stored_as(name, stored) is None]
        if missing:
            hint = "Say with `renamed_from` what the store calls it. A table with another key is another table: declare it under a new name"
            key = "nothing" if table.keyless else ", ".join(table.key)
            problems.append(Problem(table.id, 0, f"its key is now {key}, but the store has no {', '.join(missing)}", hint))
        if ROW_KEY in stored or (stored and table.keyless):
            problems += _of_rows(table, {*stored} - {name for name, _ in BOOKKEEPING})
    if problems:
        raise PolicyErrors(tuple(problems))


def undeclared_parts(session: Session, policy: Policy, approved: dict[str, str]) -> tuple[Part, ...]:
    """A part for each leftover that holds a cell."""
    parts = []
    for left in leftovers(session, policy):
        stored = sql.table(left.source, left.name, catalog=CURRENT)
        rows, *cells = session.one(
            exp.select(exp.Count(this=exp.Star()), *(exp.Count(this=col(name)) for name in left.columns)).from_(stored)
        )
        if not sum(cells):
            continue
        digest = part_digest(policy.version, left.table, UNDECLARED, UNDECLARED, ",".join(left.columns))
        leave = approved.get(digest, "")
        parts.append(Part(left.table, UNDECLARED, sum(cells), rows, rows, 0, digest, not leave, UNDECLARED, leave))
    return tuple(parts)


def _of_rows(table: Table, stored: set[str]) -> list[Problem]:
    """Where a row is what it holds, a field more or less makes strangers of them all."""
    hint = "A table whose rows are told apart by other columns is another table: declare it under a new name"
    if not table.keyless:
        return [Problem(table.id, 0, "it has a key now, and the store knows its rows without one", hint)]
    changed = sorted({column.name for column in table.columns} ^ stored)
    what = f"it has no key, so its fields tell its rows apart, and these are new or gone: {', '.join(changed)}"
    return [Problem(table.id, 0, what, hint)] if changed and ROW_KEY in stored else []


def undeclared_steps(session: Session, policy: Policy, parts: tuple[Part, ...]) -> tuple[Step, ...]:
    """What goes because a person approved it."""
    whole = {left.table: left.whole for left in leftovers(session, policy)}
    gone = [part for part in parts if part.purpose == UNDECLARED and not part.withheld]
    return tuple(
        Step(
            part.table, UNDECLARED, Action.ERASE_ROW if whole[part.table] else Action.ERASE_FIELD, part.of, part.cells, 0, part.digest[:16]
        )
        for part in gone
    )


def waiting_leftovers(session: Session, policy: Policy, plan: Plan) -> tuple[Leftover, ...]:
    """What stays until somebody approves that it goes."""
    waits = {part.table for part in plan.withheld if part.purpose == UNDECLARED}
    return tuple(left for left in leftovers(session, policy) if left.table in waits) if waits else ()


def carry_tables(session: Session, waiting: tuple[Leftover, ...]) -> None:
    """Copy undeclared tables as they are. Raises StoreError."""
    for left in waiting:
        if left.whole:
            session.schema(left.source, NEXT)
            stored = sql.table(left.source, left.name, catalog=CURRENT)
            session.create(sql.table(left.source, left.name, catalog=NEXT), exp.select(exp.Star()).from_(stored))
