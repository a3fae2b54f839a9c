"""What is open in each source, and how much. What was asked for, and since when, stands in the index of the departed, which has hashes
only; the keys are those of tonight's rows, and of the list before for what tonight's extracts tell nothing about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import StoreError
from privacy_pipelines.policy.model import Company, Policy, Table
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import short_hash
from privacy_pipelines.store.layout import ACTIONS, CURRENT, NEXT, NIGHT

COLUMNS = ("table", "key", "delete", "fields", "since", "asked_on", "nights", "deadline", "overdue")
"""What an item says: `key` is a JSON object of the key's columns, `delete` is `record` or `fields`, and then `fields` names them; `since`
is the day on which we left it behind or refused it, `nights` how often it has been asked for."""


@dataclass(frozen=True, slots=True)
class WorkList:
    """One source's list in numbers. `done` is what its extracts of tonight no longer hold, `oldest_days` the age of the oldest."""

    source: str
    owner: str
    open: int
    done: int
    overdue: int
    oldest_days: int


def listed_tables(policy: Policy) -> dict[str, tuple[Table, ...]]:
    """Each source's tables whose records can be asked for: personal ones with a key that the source knows."""
    tables = [table for table in policy.tables if table.personal and not table.keyless]
    return {name: tuple(table for table in tables if table.source == name) for name in sorted({table.source for table in tables})}


def counted(session: Session, policy: Policy, as_of: date) -> tuple[WorkList, ...]:
    """Every source's list, by the index of the attached next generation. Raises StoreError."""
    ages = session.rows(f'SELECT "table", asked_on, count(*) FROM {NEXT}.{NIGHT}.departed WHERE asked_on IS NOT NULL GROUP BY ALL')
    done: dict[str, int] = dict(session.rows(_DONE)) if session.columns(CURRENT, NIGHT, "departed") else {}
    found = []
    for source, tables in listed_tables(policy).items():
        ids = {table.id for table in tables}
        mine = [(day, rows) for table, day, rows in ages if table in ids]
        overdue = sum(rows for day, rows in mine if as_of > add(day, policy.company.source_cleanup))
        oldest = max(((as_of - day).days for day, _ in mine), default=0)
        settled = sum(done.get(table, 0) for table in ids)
        found.append(WorkList(source, tables[0].owner, sum(rows for _, rows in mine), settled, overdue, oldest))
    return tuple(found)


_DONE = (
    f'SELECT n."table", count(*) FROM {NEXT}.{NIGHT}.departed n JOIN {CURRENT}.{NIGHT}.departed o USING (key_hash, cluster) '
    "WHERE o.asked_on IS NOT NULL AND n.asked_on IS NULL GROUP BY ALL"
)


@dataclass(frozen=True, slots=True)
class Keys:
    """Where the keys of a source's items are found: its tables, the key of the index, and the list before, which may not be there."""

    tables: tuple[Table, ...]
    secret: bytes
    before: Path


def gather_items(session: Session, keys: Keys, company: Company, as_of: date) -> exp.Select:
    """The open items of a source, oldest first, in `COLUMNS`. Raises StoreError."""
    days = session.rows(f"SELECT DISTINCT asked_on FROM {NEXT}.{NIGHT}.departed WHERE asked_on IS NOT NULL")
    session.run("CREATE OR REPLACE TEMPORARY TABLE deadlines (day DATE, deadline DATE)")
    session.insert(exp.to_table("deadlines"), [[day, add(day, company.source_cleanup)] for (day,) in days])
    _read_before(session, keys.before)
    named = [one for table in keys.tables for one in (_tonight(table), _before(table, keys.secret))]
    session.create(_KEYS, exp.union(*named), temporary=True)
    items = exp.select(*(sql.named(value, name, quoted=True) for name, value in _columns(as_of).items()))
    items = items.from_(sql.table(NIGHT, "departed", catalog=NEXT, alias="d")).where(sql.not_null(col("asked_on", "d")))
    items = items.join(_KEYS.as_("k"), on=sql.same_key(("key_hash",), "d", "k"))
    items = items.join(exp.to_table("deadlines").as_("u"), on=exp.EQ(this=col("asked_on", "d"), expression=col("day", "u")))
    return items.order_by(col("asked_on", "d"), col("table", "d"), sql.cast(col("key", "k"), "TEXT"), col("cluster", "d"))


def items_again(session: Session, keys: Keys, made: Sql, as_of: date) -> exp.Select | None:
    """The items of the list before, of a night that asks for the same once more: `made` is true of the entries of that night's index that
    it asks for again. No key is looked for. None where a table has entries of both kinds, or the list other ones than the index."""
    among = exp.In(this=col("table"), expressions=[lit(table.id) for table in keys.tables])
    asked = exp.select(col("table"), exp.LogicalAnd(this=made), exp.LogicalOr(this=made.copy()), exp.Count(this=exp.Star()))
    asked = asked.from_(sql.table(NIGHT, "departed", catalog=CURRENT)).where(sql.not_null(col("asked_on")), among).group_by(col("table"))
    entries = session.rows(asked)
    if any(every != some for _, every, some, _ in entries) or not keys.before.is_file():
        return None
    rows = _list(keys.before, _TYPES)
    try:
        listed = session.rows(f'SELECT "table", count(*) FROM {rows} GROUP BY 1')
    except StoreError:
        return None
    if sorted(listed) != sorted((table, number) for table, _, _, number in entries):
        return None
    again = exp.In(this=col("table"), expressions=[lit(table) for table, every, _, _ in entries if every] or [lit("")])
    values: dict[str, Sql] = {name: col(name) for name in COLUMNS}
    values["nights"] = exp.Add(this=col("nights"), expression=sql.case((again, lit(1)), default=lit(0)))
    values["overdue"] = exp.GT(this=lit(as_of), expression=col("deadline"))
    return exp.select(*(sql.named(value, name, quoted=True) for name, value in values.items())).from_(rows)


_TYPES = dict.fromkeys(COLUMNS, "VARCHAR") | {
    "key": "JSON", "since": "DATE", "asked_on": "DATE", "nights": "BIGINT", "deadline": "DATE", "overdue": "BOOLEAN"
}  # fmt: skip


def _list(file: Path, kinds: Mapping[str, str]) -> str:
    """A list on disk as a table, in its order; an empty text is one, and no value is none."""
    where, columns = str(file).replace("'", "''"), ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
    options = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', allow_quoted_nulls = false"
    return f"read_csv('{where}', {options}, columns = {{{columns}}})"


_KEYS, _BEFORE = exp.to_table("listed_keys"), exp.to_table("listed_before")


def _columns(as_of: date) -> dict[str, Sql]:
    whole = exp.EQ(this=col("cluster", "d"), expression=lit(""))
    late = exp.GT(this=lit(as_of), expression=col("deadline", "u"))
    what = sql.case((whole, lit("record")), default=lit("fields"))
    values = (
        col("table", "d"), col("key", "k"), what, col("fields", "d"), col("left_on", "d"), col("asked_on", "d"), col("asked", "d"),
        col("deadline", "u"), late,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _tonight(table: Table) -> exp.Select:
    """Keys of the rows with which anything is done tonight."""
    named = [part for name in table.key for part in (lit(name), sql.cast(col(name), "TEXT"))]
    key = exp.Anonymous(this="JSON_OBJECT", expressions=named)
    return exp.select(sql.named(col("_key_hash"), "key_hash"), sql.named(key, "key")).from_(sql.table(ACTIONS, table.id))


def _before(table: Table, secret: bytes) -> exp.Select:
    """Keys of the list before; one of another key than the table has today is nobody's."""
    parts = [
        sql.named(exp.Anonymous(this="JSON_EXTRACT_STRING", expressions=[col("key"), lit(f'$."{name}"')]), name, quoted=True)
        for name in table.key
    ]
    known = exp.select(col("key"), *parts).from_(_BEFORE).where(exp.EQ(this=col("table"), expression=lit(table.id)))
    hashed = sql.named(short_hash(secret, table.id, table.key), "key_hash")
    return exp.select(hashed, col("key")).from_(known.subquery("b")).where(*(sql.not_null(col(name)) for name in table.key))


def _read_before(session: Session, file: Path) -> None:
    """The list before; none where it is gone or somebody has changed it: what its keys were is told when they are sent again."""
    session.run(f'CREATE OR REPLACE TEMPORARY TABLE {_BEFORE.name} ("table" VARCHAR, key JSON)')
    if not file.is_file():
        return
    try:
        session.run(f'INSERT INTO {_BEFORE.name} SELECT "table", CAST(key AS JSON) FROM {_list(file, dict.fromkeys(COLUMNS, "VARCHAR"))}')
    except StoreError:
        session.run(f"DELETE FROM {_BEFORE.name}")
