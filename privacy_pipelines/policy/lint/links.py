"""Checks of links, and of the paths that events take over them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.freeze import table_id
from privacy_pipelines.policy.lint.context import Context, TablePlace, unknown


def link_columns_are_declared(context: Context) -> Iterator[Problem]:
    """The column that holds the other table's key is a field."""
    for table in context.tables:
        for column in table.block.links:
            if column not in context.columns[table.id]:
                yield table.problem(("links", column), *unknown("column", column, context.columns[table.id]))


def link_targets_exist(context: Context) -> Iterator[Problem]:
    """The table and the column that a link points to are declared, and a key of several columns is not pointed to as one."""
    known = frozenset(context.columns)
    for table in context.tables:
        for column, link in table.block.links.items():
            target = table_id(table.source, link.to)
            if target not in known:
                yield table.problem(("links", column), *unknown("table", target, known))
            elif link.column is not None and link.column not in context.columns[target]:
                yield table.problem(("links", column, "column"), *unknown("column", link.column, context.columns[target], of=target))
            elif link.column is None and _key(context, target) is None:
                hint = "Say which with `{to: …, column: …}`"
                yield table.problem(("links", column), f"the key of {target} has several columns", hint)


def linked_columns_have_one_type(context: Context) -> Iterator[Problem]:
    """Values that are read differently never meet."""
    for table in context.tables:
        for column, link in table.block.links.items():
            target = table_id(table.source, link.to)
            to_column = link.column or _key(context, target)
            here, there = context.column_type(table.id, column), to_column and context.column_type(target, to_column)
            if here and there and here != there:
                yield table.problem(("links", column), f"{column!r} is {here}, but {to_column!r} of {target} is {there}")


def event_paths_lead_to_the_event(context: Context) -> Iterator[Problem]:
    """Each step of `events_via` is a table linked with the one before, and the last one has the event."""
    for table in context.tables:
        for event, path in table.block.events_via.items():
            if event not in context.event_names:
                yield table.problem(("events_via", event), *unknown("event", event, context.event_names))
            else:
                yield from _path_problems(context, table, event, tuple(table_id(table.source, step) for step in path))


def _path_problems(context: Context, table: TablePlace, event: str, path: tuple[str, ...]) -> Iterator[Problem]:
    known, place = frozenset(context.columns), ("events_via", event)
    strange = [step for step in path if step not in known]
    for step in strange:
        yield table.problem(place, *unknown("table", step, known))
    if strange:
        return
    for one, other in pairwise((table.id, *path)):
        if not (_links(context, one, other) or _links(context, other, one)):
            yield table.problem(place, f"{one} and {other} are not linked, so event {event!r} cannot take this way")
    if event not in context.events_of[path[-1]]:
        yield table.problem(place, f"{path[-1]} has no event {event!r}", "The path ends at the event's own table")


def _links(context: Context, one: str, other: str) -> bool:
    """Whether one links to the other, as far as one can tell: a link to an unknown table may mean it."""
    table = context.table_of.get(one)
    targets = {table_id(table.source, link.to) for link in table.block.links.values()} if table else {other}
    return other in targets or not targets <= set(context.columns)


def _key(context: Context, target: str) -> str | None:
    """The target's key where it is one column; an unreadable table is taken to have one."""
    table = context.table_of.get(target)
    if table is None:
        return ""
    return table.block.key[0] if len(table.block.key) == 1 else None
