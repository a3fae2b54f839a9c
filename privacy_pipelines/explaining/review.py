"""The steward's list: what has no end that anybody knows, and what waits to be looked at. Reads the current generation, changes nothing.

A record whose clock has not started and that says no day on which it will is *open ended* (an evergreen contract; LAW scenario 23); one
that no purpose applies to, or whose own date is missing, is *undetermined*, and only a ceiling ends it. What is undetermined because of
another record is not listed: the other one is, and there it can be mended. What waits for a *disposition review* has ended, and goes once
a person has looked at it and approved; what rests on a consent that was lost without a word goes so too, or is taken back by its source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.reviewing import REVIEW, awaited
from privacy_pipelines.collector.unproved import UNPROVED, told_apart
from privacy_pipelines.deciding.forecast import stored
from privacy_pipelines.errors import InputError
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.rowdates import Sources, dated, own_value
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import CURRENT, KEPT_WITHHELD, STORED
from privacy_pipelines.store.reading import Reader, reader
from privacy_pipelines.store.views import stored_views
from privacy_pipelines.values import OPEN


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many records of a table are on the list, and the day since when the oldest of them is known."""

    table: str
    open_ended: int
    undetermined: int
    awaiting: int
    """How many wait for a disposition review, or for the proof of a consent."""
    since: date


@dataclass(frozen=True, slots=True)
class Listed:
    """One record on the list: its key, why it is there (`open_ended`, `undetermined`, `disposition_review`, `consent_unproved`), and since
    when it is known so; `purpose` is the one that asks for the review, or rests on the consent."""

    key: tuple[str, ...]
    why: str
    since: date
    purpose: str = ""


def review(store_folder: Path) -> tuple[Reviewed, ...]:
    """Every table that has records on the list; none where no night has been completed. Raises StoreError."""
    with reader(Store(store_folder)) as current:
        return tuple(_counted(current, _prepared(current))) if current else ()


def listed(store_folder: Path, table_id: str) -> tuple[Listed, ...]:
    """The records of one table that are on the list, by key.

    Raises:
        InputError: no such table with personal data.
        StoreError: the generation cannot be read.
    """
    with reader(Store(store_folder)) as current:
        if current is None:
            return ()
        sources = _prepared(current)
        for table in sources.policy.tables:
            if table.id == table_id and table.personal:
                rows = current.session.rows(_rows(sources, table).order_by(*(col(key) for key in table.key)))
                found = [one for row in rows for one in _listed(table, row)]
                return tuple(sorted([*found, *_awaiting(current, table)], key=lambda one: one.key))
    raise InputError(f"no table '{table_id}' with personal data in the policy")


def _prepared(current: Reader) -> Sources:
    rules = compile_rules(current.intent.rules_document())
    current.session.schema(STORED)
    stored_views(current.session, rules.policy)
    return stored(rules, current.intent.as_of)


def _counted(current: Reader, sources: Sources) -> Iterator[Reviewed]:
    for table in sources.policy.tables:
        if not table.personal:
            continue
        since = sql.least([sql.case((col("open_ended"), col("_first_seen"))), col("_undetermined_since")])
        counts = exp.select(sql.count_if(col("open_ended")), exp.Count(this=col("_undetermined_since")), exp.Min(this=since))
        opened, undetermined, oldest = current.session.one(counts.from_(_rows(sources, table).subquery("r")))
        awaiting = [one.since for one in _awaiting(current, table)]
        if opened or undetermined or awaiting:
            yield Reviewed(table.id, opened, undetermined, len(awaiting), min(day for day in (oldest, *awaiting) if day is not None))


def _rows(sources: Sources, table: Table) -> exp.Select:
    ended = sql.named(sql.any_of(_open_ended(sources, table)), "open_ended")
    columns = [sql.named(sql.cast(col(key, "r"), "TEXT"), key, quoted=True) for key in table.key]
    rows = exp.select(*columns, col("_first_seen", "r"), col("_undetermined_since", "r"), ended)
    rows = exp.select(exp.Star()).from_(rows.from_(sources.table(table.id, "r")).subquery("s"))
    return rows.where(sql.any_of((col("open_ended"), sql.not_null(col("_undetermined_since")))))


def _awaiting(current: Reader, table: Table) -> Iterator[Listed]:
    if current.session.columns(CURRENT, KEPT_WITHHELD, table.id):
        keys = [sql.cast(col(name), "TEXT") for name in table.key]
        waiting = exp.select(*keys, col("purpose")).from_(sql.table(KEPT_WITHHELD, table.id, catalog=CURRENT))
        for *key, name in current.session.rows(waiting):
            purpose, lost = told_apart(name)
            if lost:
                yield Listed(tuple(key), UNPROVED, date.fromisoformat(lost), purpose)
            elif found := awaited(name):
                yield Listed(tuple(key), REVIEW, found[1], found[0])


def _open_ended(sources: Sources, table: Table) -> Iterator[Sql]:
    """For each event with a date of its own: whether a row's clock has not started, and no day is said on which it will."""
    for event in table.events:
        if event.at and event.open_if:
            value, _ = own_value(sources, table, event, "r")
            _, usable = dated(sources, table, event, "r")
            runs = sql.call("COALESCE", exp.EQ(this=value, expression=lit(OPEN)), exp.false())
            yield sql.all_of((runs, exp.not_(sql.call("COALESCE", exp.Paren(this=usable), exp.false()))))


def _listed(table: Table, row: tuple[object, ...]) -> Iterator[Listed]:
    *key, first_seen, undetermined_since, open_ended = row
    named = tuple(str(part) for part in key)
    if open_ended:
        assert isinstance(first_seen, date)
        yield Listed(named, "open_ended", first_seen)
    if undetermined_since is not None:
        assert isinstance(undetermined_since, date)
        yield Listed(named, "undetermined", undetermined_since)
