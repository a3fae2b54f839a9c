"""Checks of consents: where they are recorded, and how records find them."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.lint.context import ConsentPlace, Context, unknown
from privacy_pipelines.policy.lint.fields import DATE_TYPES


def recorded_in_declared_columns(context: Context) -> Iterator[Problem]:
    """The consent's table and every column it names are declared."""
    for consent in context.consents:
        columns = context.columns.get(consent.table)
        if columns is None:
            yield consent.problem("table", *unknown("table", consent.table, frozenset(context.columns)))
            continue
        for key, column in _own_columns(consent):
            if column not in columns:
                yield consent.problem(key, *unknown("column", column, columns, of=consent.table))


def found_by_declared_columns(context: Context) -> Iterator[Problem]:
    """Every `table.column` that finds the consent is declared and of the same type."""
    for consent in context.consents:
        (own,) = consent.block.match
        here = context.column_type(consent.table, own)
        for table, column in consent.matched:
            there = context.column_type(table, column)
            if table not in context.columns:
                yield consent.problem("match", *unknown("table", table, frozenset(context.columns)))
            elif column not in context.columns[table]:
                yield consent.problem("match", *unknown("column", column, context.columns[table], of=table))
            elif here and there and here != there:
                yield consent.problem("match", f"{own!r} is {here}, but {column!r} of {table} is {there}")


def found_by_one_column_of_a_table(context: Context) -> Iterator[Problem]:
    """With two columns of one table, a row could be two people's."""
    for consent in context.consents:
        (own,) = consent.block.match
        columns: dict[str, set[str]] = {consent.table: {own}}
        for table, column in consent.matched:
            columns.setdefault(table, set()).add(column)
        for table, several in columns.items():
            if len(several) > 1:
                yield consent.problem("match", f"two columns of {table} find consent {consent.name!r}: {', '.join(sorted(several))}")


def times_are_dates(context: Context) -> Iterator[Problem]:
    """`from` and `until` are dates or timestamps."""
    for consent in context.consents:
        for key, column in _own_columns(consent):
            kind = context.column_type(consent.table, column)
            if key in ("from", "until") and kind is not None and kind not in DATE_TYPES:
                yield consent.problem(key, f"consent {consent.name!r} needs a date, but {column!r} is {kind}")


def valid_statuses_are_accepted(context: Context) -> Iterator[Problem]:
    """A status that can never arrive can never be a valid consent."""
    for consent in context.consents:
        table = context.table_of.get(consent.table)
        field = table.block.fields.get(consent.block.status) if table else None
        accepted = frozenset(field.accepted) if field else frozenset()
        for status in consent.block.valid:
            if accepted and status not in accepted:
                yield consent.problem("valid", *unknown("status", status, accepted))


def declared_once(context: Context) -> Iterator[Problem]:
    """Purposes name a consent without its source, so its name is one in the whole company."""
    first: dict[str, str] = {}
    for consent in context.consents:
        if consent.name in first:
            what = f"consent {consent.name!r} is declared twice"
            yield consent.located.problem(("consents", consent.name), what, f"It is already in {first[consent.name]}")
        first.setdefault(consent.name, consent.located.where)


def _own_columns(consent: ConsentPlace) -> Iterator[tuple[str, str]]:
    block = consent.block
    yield from (("match", column) for column in block.match)
    yield "status", block.status
    yield from (("from", column) for column in block.from_)
    if block.until is not None:
        yield "until", block.until
