"""The backup, less everything that the index says has left since, as a new file that no pointer names.

Nothing is deleted from a copy: the file is written anew, and what left was never in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.linking import clearing_links
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.restoring.backup import Backup
from privacy_pipelines.restoring.index import COPY, GENERATION, NONE, Departed
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session, session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import short_hash
from privacy_pipelines.store.layout import CURRENT, DEPARTED_KEY, KEPT_FACTS, KEPT_LIVES, KEPT_WITHHELD, NEXT, NIGHT
from privacy_pipelines.store.pointer import Generation

_GONE = exp.to_table("gone")
_INDEX = "idx"


def replay(store: Store, backup: Backup, departed: Departed, policy: Policy, into: Generation) -> int:
    """Write `into`; how many records were taken out whole. `policy` is today's, which knows what fields were called before. Raises
    StoreError."""
    own, key = backup.intent.rules_document(), store.kept_secret(DEPARTED_KEY)
    rows, laws = 0, (compile_rules(own), compile_rules(policy))
    with _opened(store, backup, departed, into) as opened:
        for schema, name in _tables(opened):
            table = _declared(own, schema, name)
            if (schema, name) == (NIGHT, "departed"):
                _write(opened, schema, name, exp.select(exp.Star()).from_(_GONE))
            elif table is None or not table.personal:
                _write(opened, schema, name, exp.select(exp.Star()).from_(sql.table(schema, name, catalog=CURRENT)))
            else:
                data, stored = schema == table.source, sql.table(schema, name, catalog=CURRENT)
                fields = _cleared(opened, backup, policy, table) if data else []
                columns = opened.columns(CURRENT, schema, name)
                links = _naming_left(*laws, table, key, columns) if data else []
                rows_left = _less(table, key, stored, columns, fields, links)
                _write(opened, schema, name, rows_left.where(*_not_anew(opened, departed, backup, table)))
                rows += _difference(opened, schema, name) if data else 0
        opened.run(f"CHECKPOINT {NEXT}")
    return rows


def write_empty(store: Store, backup: Backup, departed: Departed, into: Generation) -> None:
    """A generation in the place of one that is lost: the index, and no row of anybody. Raises StoreError."""
    with _opened(store, backup, departed, into) as opened:
        for schema, name in _tables(opened):
            rows = exp.select(exp.Star()).from_(sql.table(schema, name, catalog=CURRENT))
            if (schema, name) == (NIGHT, "departed"):
                rows = exp.select(exp.Star()).from_(_GONE)
            _write(opened, schema, name, rows if schema == NIGHT else rows.where(exp.false()))
        opened.run(f"UPDATE {NEXT}.{NIGHT}.intent SET body = ? WHERE name = 'as_of'", [departed.as_of.isoformat()])
        opened.run(f"CHECKPOINT {NEXT}")


@contextmanager
def _opened(store: Store, backup: Backup, departed: Departed, into: Generation) -> Iterator[Session]:
    """A session with the backup as `cur`, the new file as `nxt` and the index as `gone`."""
    with session(None, spill=store.spill) as opened:
        opened.attach(backup.path, CURRENT, read_only=True)
        opened.attach(into.path, NEXT, read_only=False)
        if departed.kind == COPY:
            where = str(departed.path).replace("'", "''")
            opened.run(f"CREATE TEMPORARY TABLE gone AS SELECT * FROM read_parquet('{where}')")
        else:
            if departed.kind != NONE:
                opened.attach(departed.path, _INDEX, read_only=True)
            catalog = CURRENT if departed.kind == NONE else _INDEX
            opened.create(_GONE, exp.select(exp.Star()).from_(sql.table(NIGHT, "departed", catalog=catalog)), temporary=True)
        yield opened


def _tables(opened: Session) -> list[tuple[str, str]]:
    found = opened.rows("SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? ORDER BY ALL", [CURRENT])
    return [(schema, name) for schema, name in found]


def _write(opened: Session, schema: str, name: str, rows: exp.Select) -> None:
    opened.schema(schema, NEXT)
    opened.create(sql.table(schema, name, catalog=NEXT), rows)


def _declared(policy: Policy, schema: str, name: str) -> Table | None:
    """The declared table whose rows these are, or whose keys they have; None for what is the night's own."""
    wanted = name if schema in (KEPT_FACTS, KEPT_WITHHELD, KEPT_LIVES) else f"{schema}.{name}"
    return next((table for table in policy.tables if table.id == wanted), None)


def _cleared(opened: Session, backup: Backup, today: Policy, table: Table) -> list[tuple[str, tuple[str, ...]]]:
    """(cluster, columns) of what was emptied in this table on the backup's day or since, as the backup calls the columns."""
    said = 'SELECT DISTINCT cluster, fields FROM gone WHERE "table" = ? AND cluster <> ? AND left_on >= ? ORDER BY ALL'
    there = opened.columns(CURRENT, table.source, table.name)
    now = next((one for one in today.tables if one.id == table.id), table)
    return [
        (cluster, tuple(column for field in fields.split(",") if (column := _then(now, field, there)) is not None))
        for cluster, fields in opened.rows(said, [table.id, "", backup.intent.as_of])
    ]


def _then(now: Table, field: str, there: tuple[str, ...]) -> str | None:
    """What the backup, which has the columns `there`, calls a field."""
    declared = any(column.name == field for column in now.columns)
    return now.stored_as(field, there) if declared else field if field in there else None


def _naming_left(then: Rules, today: Rules, table: Table, key: bytes, held: tuple[str, ...]) -> list[tuple[Sql, tuple[str, ...]]]:
    """Of the links that today's policy empties where their target leaves, as the backup calls them: whether a row (`t`) names one that has
    left, and the columns. What it does not name any more the backup's own policy decides."""
    rules = today if any(rule.table.id == table.id for rule in today.tables) else then
    found = []
    for one in clearing_links(rules, rules.of(table.id)):
        link, there = one.link, rules.policy.table(one.link.to).key
        named = {name: rules.policy.table(table.id).stored_as(name, held) for name in {*link.columns, *one.columns}}
        if set(link.to_columns) == set(there) and None not in named.values():
            here = dict(zip(link.to_columns, (str(named[name]) for name in link.columns), strict=True))
            left = exp.select(col("key_hash", "g")).from_(_GONE.as_("g")).where(_entry(rules.policy.table(link.to), ""))
            names = exp.In(this=short_hash(key, link.to, [here[name] for name in there], "t"), query=left.subquery())
            kind = [exp.EQ(this=col(link.kind[0], "t"), expression=lit(link.kind[1]))] if link.kind and link.kind[0] in held else []
            filled = (sql.not_null(col(name, "t")) for name in here.values())
            found.append((sql.all_of((*filled, *kind, names)), tuple(str(named[name]) for name in one.columns)))
    return found


def _less(
    table: Table, key: bytes, name: exp.Table, columns: tuple[str, ...], cleared: _Cleared, links: list[tuple[Sql, tuple[str, ...]]]
) -> exp.Select:
    """The rows of a table less those that have left, less the cells that have, and less the links to who has."""
    hashed = sql.named(short_hash(key, table.id, table.key), "_key_hash")
    rows = exp.select(exp.Star(), hashed).from_(name).subquery("t")
    whole = sql.all_of((_entry(table, ""), exp.EQ(this=col("key_hash", "g"), expression=col("_key_hash", "t"))))
    gone = exp.select(exp.convert(1)).from_(_GONE.as_("g")).where(whole)
    going = [*((_has_left(table, cluster), names) for cluster, names in cleared), *links]
    emptied = {column: sql.any_of(left.copy() for left, names in going if column in names) for column in columns}
    every = sql.any_of(left.copy() for left, _ in going)
    if going and "_row_hash" in columns:
        emptied["_row_hash"] = every  # without its hash the row is read anew, whatever of it has a ground again
    values = (sql.named(sql.case((emptied[one], exp.null()), default=col(one, "t")), one, quoted=True) for one in columns)
    return exp.select(*values).from_(rows).where(exp.not_(exp.Exists(this=gone)))


_Cleared = list[tuple[str, tuple[str, ...]]]


def _not_anew(opened: Session, departed: Departed, backup: Backup, table: Table) -> list[Sql]:
    """Who left and came back since on a new ground is in no index: as far as the current generation can tell, their old row stays out. The
    new one is landed again."""
    there = opened.columns(_INDEX, table.source, table.name) if departed.kind == GENERATION else ()
    if not {*table.key, "_first_seen"} <= {*there}:
        return []
    later = exp.GT(this=col("_first_seen", "n"), expression=lit(backup.intent.as_of))
    anew = exp.select(exp.convert(1)).from_(sql.table(table.source, table.name, catalog=_INDEX, alias="n"))
    return [exp.not_(exp.Exists(this=anew.where(sql.same_key(table.key, "n", "t"), later)))]


def _has_left(table: Table, cluster: str) -> Sql:
    left = exp.select(col("key_hash", "g")).from_(_GONE.as_("g")).where(_entry(table, cluster))
    return exp.In(this=col("_key_hash", "t"), query=left.subquery())


def _entry(table: Table, cluster: str) -> Sql:
    return sql.all_of((exp.EQ(this=col("table", "g"), expression=lit(table.id)), exp.EQ(this=col("cluster", "g"), expression=lit(cluster))))


def _difference(opened: Session, schema: str, name: str) -> int:
    """How many rows of the backup the new file has not."""
    count = exp.select(exp.Count(this=exp.Star()))
    before, after = (opened.one(count.copy().from_(sql.table(schema, name, catalog=one)))[0] for one in (CURRENT, NEXT))
    return int(before - after)
