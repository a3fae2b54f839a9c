"""Checks of what follows what: rows that others continue, and records that were merged into others."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents.fields import ContinuedBlock
from privacy_pipelines.policy.freeze import table_id
from privacy_pipelines.policy.lint.context import Context, TablePlace, unknown
from privacy_pipelines.policy.lint.fields import DATE_TYPES
from privacy_pipelines.policy.reading import Place


def continued_rows_are_named(context: Context) -> Iterator[Problem]:
    """What continues a row is named by the key, over a link of the table to itself."""
    for table, place, continued in _continued(context):
        link = table.block.links.get(continued.link)
        if continued.link not in context.links_written(table):
            yield table.problem((*place, "link"), *unknown("link", continued.link, context.links_written(table), of=table.id))
        elif link is not None:
            targets = {table_id(table.source, to) for to in link.to.values()}
            named = set((link.columns or {"": link.column or "".join(table.block.key[:1])}).values())
            if targets != {table.id} or link.kind or named != set(table.block.key):
                what = f"link {continued.link!r} does not lead from {table.id} to its own key"
                yield table.problem((*place, "link"), what, "A row is continued by a row of its own table")


def continued_rows_begin_on_dates(context: Context) -> Iterator[Problem]:
    """A gap can be seen in dates only."""
    for table, place, continued in _continued(context):
        if continued.begins is None:
            continue
        kind = context.column_type(table.id, continued.begins)
        if continued.begins not in context.columns[table.id]:
            yield table.problem((*place, "begins"), *unknown("column", continued.begins, context.columns[table.id]))
        elif kind is not None and kind not in DATE_TYPES:
            yield table.problem((*place, "begins"), f"`begins` needs a date, but {continued.begins!r} is {kind}")


def merges_are_declared(context: Context) -> Iterator[Problem]:
    """The columns that say a merge are declared, and hold what the table's one key is."""
    for table in context.tables:
        said = table.block.merged_into
        if said is None:
            continue
        at = table_id(table.source, said.table) if said.table else table.id
        if len(table.block.key) != 1:
            yield table.problem(("merged_into",), f"the key of {table.id} is not one column, and a merge names one")
            continue
        if at not in context.columns:
            yield table.problem(("merged_into",), *unknown("table", at, frozenset(context.columns)))
            continue
        for column in (said.into, *([said.name] if said.name else [])):
            kind, key = context.column_type(at, column), context.column_type(table.id, table.block.key[0])
            if column not in context.columns[at]:
                yield table.problem(("merged_into",), *unknown("column", column, context.columns[at], of=at))
            elif kind and key and kind != key:
                yield table.problem(("merged_into",), f"{column!r} of {at} is {kind}, but the key of {table.id} is {key}")


def _continued(context: Context) -> Iterator[tuple[TablePlace, Place, ContinuedBlock]]:
    for table in context.tables:
        for event, block in table.block.events.items():
            for key, said in (("continued_by", block.continued_by), ("continues", block.continues)):
                if said is not None:
                    yield table, ("events", event, key), said
