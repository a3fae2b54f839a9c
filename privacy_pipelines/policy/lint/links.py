"""Checks of links, and of the paths that events take over them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents.relations import LinkBlock, StepBlock
from privacy_pipelines.policy.freeze import table_id
from privacy_pipelines.policy.lint.context import Context, TablePlace, unknown


def link_columns_are_declared(context: Context) -> Iterator[Problem]:
    """The columns that name the other table's row are fields; the one that says which table is text."""
    for table, name, link in _every(context):
        columns = context.columns[table.id]
        for column in link.columns or (name,):
            if column not in columns:
                yield table.problem(("links", name), *unknown("column", column, columns))
        if link.kind is not None and link.kind not in columns:
            yield table.problem(("links", name, "kind"), *unknown("column", link.kind, columns))
        elif link.kind is not None and context.column_type(table.id, link.kind) not in ("text", None):
            kind = context.column_type(table.id, link.kind)
            yield table.problem(("links", name, "kind"), f"{link.kind!r} is {kind}, and `to` lists text")


def link_targets_exist(context: Context) -> Iterator[Problem]:
    """The tables and columns that a link points to are declared, and a key of several columns is not pointed to as one."""
    known = frozenset(context.columns)
    for table, name, link in _every(context):
        for to in link.to.values():
            target = table_id(table.source, to)
            columns = [*(link.columns or {}).values(), *([link.column] if link.column else [])]
            if target not in known:
                yield table.problem(("links", name), *unknown("table", target, known))
                continue
            for column in columns:
                if column not in context.columns[target]:
                    yield table.problem(("links", name, "column"), *unknown("column", column, context.columns[target], of=target))
            if not columns and _key(context, target) is None:
                several = bool(context.table_of[target].block.key)
                what = f"the key of {target} has several columns" if several else f"{target} has no key"
                hint = "Say which with `{to: …, columns: {…: …}}`" if several else "Say which column with `{to: …, column: …}`"
                yield table.problem(("links", name), what, hint)


def linked_columns_have_one_type(context: Context) -> Iterator[Problem]:
    """Values that are read differently never meet."""
    for table, name, link in _every(context):
        for to in link.to.values():
            target = table_id(table.source, to)
            for column, to_column in (link.columns or {name: link.column or _key(context, target) or ""}).items():
                here, there = context.column_type(table.id, column), context.column_type(target, to_column)
                if here and there and here != there:
                    yield table.problem(("links", name), f"{column!r} is {here}, but {to_column!r} of {target} is {there}")


def links_that_are_cleared_can_be(context: Context) -> Iterator[Problem]:
    """A key is never emptied, and neither is a column by which another link goes on naming its own row."""
    for table, name, link in _every(context):
        others = {column for other, block in table.block.links.items() if other != name for column in block.columns or (other,)}
        columns = set(link.columns or (name,))
        if link.when_target_ends == "clear" and not columns - set(table.block.key) - others:
            what = f"link {name!r} of {table.id} cannot be cleared: its columns are the key's, or another link's"
            yield table.problem(("links", name, "when_target_ends"), what, "Legal values: keep_key, end_too")


def rows_that_end_with_another_are_no_dutys(context: Context) -> Iterator[Problem]:
    """GDPR Art. 17(3)(b), (e): what a duty or a claim keeps does not go because something else does."""
    for table, name, link in _every(context):
        if link.when_target_ends != "end_too":
            continue
        serves = {purpose for field in table.block.fields.values() for purpose in field.serves}
        keeping = sorted(name for name in serves if name in context.purpose_of and context.purpose_of[name].nature != "policy")
        if keeping:
            what = f"rows of {table.id} cannot end with another's: {keeping[0]!r} keeps them for its own time"
            yield table.problem(("links", name, "when_target_ends"), what, "Legal values: clear, keep_key")
        for to in link.to.values():
            target = table_id(table.source, to)
            if target in context.columns and not _personal(context, target):
                what = f"rows of {target} never end, for nothing in them is personal"
                yield table.problem(("links", name, "when_target_ends"), what)


def rows_do_not_end_in_a_circle(context: Context) -> Iterator[Problem]:
    """A row that ends with another cannot be what the other ends with."""
    ends: dict[str, set[str]] = {}
    for table, _, link in _every(context):
        if link.when_target_ends == "end_too":
            ends.setdefault(table.id, set()).update(table_id(table.source, to) for to in link.to.values())
    for table, name, link in _every(context):
        targets = {table_id(table.source, to) for to in link.to.values()}
        if link.when_target_ends == "end_too" and any(table.id in _reached(ends, target) for target in targets):
            what = f"rows of {table.id} would end with rows that end with them"
            yield table.problem(("links", name, "when_target_ends"), what, "Legal values here: clear, keep_key")


def event_paths_lead_to_the_event(context: Context) -> Iterator[Problem]:
    """Each step of `events_via` is a table linked with the one before, and the last one has the event, or knows the consent."""
    for table in context.tables:
        for event, path in table.block.events_via.items():
            if event not in context.event_names and event not in context.consent_names:
                yield table.problem(("events_via", event), *unknown("event", event, context.event_names))
            else:
                yield from _path_problems(context, table, event, path)


def _every(context: Context) -> Iterator[tuple[TablePlace, str, LinkBlock]]:
    for table in context.tables:
        for name, link in table.block.links.items():
            yield table, name, link


def _path_problems(context: Context, table: TablePlace, event: str, path: tuple[StepBlock, ...]) -> Iterator[Problem]:
    known, place = frozenset(context.columns), ("events_via", event)
    tables = [table_id(table.source, step.table) for step in path]
    strange = [name for name in tables if name not in known]
    for name in strange:
        yield table.problem(place, *unknown("table", name, known))
    if strange:
        return
    for (one, other), step in zip(pairwise((table.id, *tables)), path, strict=True):
        if not (_links(context, one, other) or _links(context, other, one)):
            hint = "A link that is `about: false` is a reference, and no way" if _names(context, one, other) else ""
            yield table.problem(place, f"{one} and {other} are not linked, so event {event!r} cannot take this way", hint)
        elif step.link is not None and step.link not in (links := _names(context, one, other)):
            yield table.problem(place, *unknown("link", step.link, links, of=f"{one} and {other}"))
    if event in context.event_names and event not in context.events_of[tables[-1]]:
        yield table.problem(place, f"{tables[-1]} has no event {event!r}", "The path ends at the event's own table")


def _links(context: Context, one: str, other: str) -> bool:
    """Whether one links to the other, as far as one can tell: a link to an unknown table, or one that is not readable, may mean it."""
    table = context.table_of.get(one)
    if table is None or context.links_written(table) != set(table.block.links):
        return True
    ways = [link for link in table.block.links.values() if link.about is None]
    targets = {table_id(table.source, to) for link in ways for to in link.to.values()}
    return other in targets or not targets <= set(context.columns)


def _names(context: Context, one: str, other: str) -> frozenset[str]:
    """The links between two tables, by name."""
    found: set[str] = set()
    for here, there in ((one, other), (other, one)):
        table = context.table_of.get(here)
        if table:
            links = table.block.links.items()
            found |= {name for name, link in links if there in {table_id(table.source, to) for to in link.to.values()}}
    return frozenset(found)


def _reached(ends: dict[str, set[str]], start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = ends.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _personal(context: Context, target: str) -> bool:
    table = context.table_of.get(target)
    return table is None or bool(table.block.subject) or any(field.category != "system.operations" for field in table.block.fields.values())


def _key(context: Context, target: str) -> str | None:
    """The target's key where it is one column; an unreadable table is taken to have one."""
    table = context.table_of.get(target)
    if table is None:
        return ""
    return table.block.key[0] if len(table.block.key) == 1 else None
