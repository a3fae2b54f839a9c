"""Checks of tables: keys, events and scopes."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents.extract import NO_MARKER
from privacy_pipelines.policy.documents.fields import Parts
from privacy_pipelines.policy.lint.context import Context, TablePlace, unknown
from privacy_pipelines.policy.lint.extracts import extract_problem, extracts
from privacy_pipelines.policy.lint.fields import DATE_TYPES
from privacy_pipelines.policy.model import FIRST, LAST


def keys_are_declared(context: Context) -> Iterator[Problem]:
    """Each key column is a field."""
    for table in context.tables:
        for column in table.block.key:
            if column not in context.columns[table.id]:
                yield table.problem(("key",), *unknown("column", column, context.columns[table.id]))


def tables_without_a_key_keep_to_themselves(context: Context) -> Iterator[Problem]:
    """Where a row is what it holds, what it holds has one name, and nothing but itself could mark it as deleted."""
    for table, extract in extracts(context):
        if table.block.key:
            continue
        if extract.deletes not in (None, NO_MARKER):
            what = f"{table.id} has no key, so a marker cannot say which row was deleted"
            yield extract_problem(table, "deletes", what, "Legal value: none")
        for name, field in table.block.fields.items():
            if field.renamed_from is not None:
                what = f"{table.id} has no key: its fields tell its rows apart, and none is renamed"
                yield table.problem(("fields", name, "renamed_from"), what, "Say with `header` what the extract calls it")


def columns_differ_in_more_than_case(context: Context) -> Iterator[Problem]:
    """Databases tell Email and email apart as little as people do."""
    for table in context.tables:
        seen: dict[str, str] = {}
        for column in table.block.fields:
            if column.lower() in seen:
                what = f"fields {seen[column.lower()]!r} and {column!r} of {table.id} differ only in case"
                yield table.problem(("fields", column), what)
            seen[column.lower()] = column


def subjects_differ(context: Context) -> Iterator[Problem]:
    """A kind is said once for a table."""
    for table in context.tables:
        kinds = [block.kind for block in table.block.subject or ()]
        for number, kind in enumerate(kinds):
            if kind in kinds[:number]:
                yield table.problem(("subject", number), f"subject {kind!r} of {table.id} is declared twice", "Join its conditions with OR")


def otherwise_has_a_condition(context: Context) -> Iterator[Problem]:
    """Where every row is a person, no row is another."""
    for table in context.tables:
        blocks = table.block.subject or ()
        for number, block in enumerate(blocks):
            if block.otherwise and not all(one.when for one in blocks):
                what = f"every row of {table.id} is a person, so `otherwise` says nothing"
                yield table.problem(("subject", number, "otherwise"), what, "Say with `when` which rows are")


def event_columns_are_dates(context: Context) -> Iterator[Problem]:
    """An event's columns are declared, and hold dates."""
    for table in context.tables:
        for event, block in table.block.events.items():
            dates = () if isinstance(block.at, Parts) else block.at
            if isinstance(block.at, Parts):
                yield from _part_problems(context, table, event, block.at)
            for key, column in (*(("at", column) for column in dates), *(("fallback", column) for column in block.fallback or ())):
                kind = context.column_type(table.id, column)
                if column not in context.columns[table.id]:
                    yield table.problem(("events", event, key), *unknown("column", column, context.columns[table.id]))
                elif kind is not None and kind not in DATE_TYPES:
                    yield table.problem(("events", event, key), f"event {event!r} needs a date, but {column!r} is {kind}")


def collected_columns_are_dates(context: Context) -> Iterator[Problem]:
    """When a row was collected stands in declared columns, which hold dates."""
    for table in context.tables:
        for column in table.block.collected or ():
            kind = context.column_type(table.id, column)
            if column not in context.columns[table.id]:
                yield table.problem(("collected",), *unknown("column", column, context.columns[table.id]))
            elif kind is not None and kind not in DATE_TYPES:
                yield table.problem(("collected",), f"`collected` needs a date, but {column!r} is {kind}")


def _part_problems(context: Context, table: TablePlace, event: str, parts: Parts) -> Iterator[Problem]:
    place = ("events", event, "at")
    for column in parts.columns:
        kind = context.column_type(table.id, column)
        if column not in context.columns[table.id]:
            yield table.problem(place, *unknown("column", column, context.columns[table.id]))
        elif kind is not None and kind != "integer":
            yield table.problem(
                place, f"event {event!r} makes its date of whole numbers, but {column!r} is {kind}", "Declare type: integer"
            )
    for word in sorted({FIRST, LAST} & set(parts) & context.columns[table.id]):
        what = f"{word!r} is a field of {table.id}, and in the parts of a date it means the {word} month or day"
        yield table.problem(place, what, "Give the field another name, and say with `header` what the extract calls it")


def not_read_is_not_declared(context: Context) -> Iterator[Problem]:
    """What is read is not left outside."""
    for table in context.tables:
        fields = {field.header or name: name for name, field in table.block.fields.items()}
        for number, one in enumerate(table.block.not_read or ()):
            for column in one.columns:
                if column in fields or column in table.block.fields:
                    what = f"column {column!r} of {table.id} is not read, and is a field"
                    yield table.problem(("not_read", number), what, "It is one or the other")
    for file in context.documents.sources:
        for number, outside in enumerate(file.content.not_read or ()):
            for name in outside.tables:
                if name in file.content.tables:
                    what = f"table {name!r} of {file.content.source} is not read, and is declared"
                    yield file.located.problem(("not_read", number), what, "It is one or the other")
                elif "{table}" not in (file.content.extract.path or ""):
                    what = f"the source's path does not say which file table {name!r} is"
                    yield file.located.problem(("not_read", number), what, "Put {table} into the path")


def renamed_fields_were_others(context: Context) -> Iterator[Problem]:
    """A field was called what no field is called, and no two were called the same."""
    for table in context.tables:
        seen: dict[str, str] = {}
        for name, field in table.block.fields.items():
            old = field.renamed_from
            if old is None:
                continue
            if old in table.block.fields:
                yield table.problem(("fields", name, "renamed_from"), f"{name!r} was {old!r}, which {table.id} still declares")
            elif old in seen:
                yield table.problem(("fields", name, "renamed_from"), f"{name!r} and {seen[old]!r} of {table.id} were both {old!r}")
            seen[old] = name


def entities_are_declared(context: Context) -> Iterator[Problem]:
    """The column that names a row's legal entity is a field that is text, and the entity that is always meant is one."""
    known = frozenset(context.company.entities or {})
    for table in context.tables:
        entity = table.block.entity
        if entity is None:
            continue
        if not known:
            yield table.problem(("entity",), f"{table.id} names a legal entity, and the company has none", "List them in company.yaml")
        elif entity.always is not None and entity.always not in known:
            yield table.problem(("entity",), *unknown("entity", entity.always, known))
        if entity.column is not None and entity.column not in context.columns[table.id]:
            yield table.problem(("entity",), *unknown("column", entity.column, context.columns[table.id]))


def scopes_name_purposes_that_are_served(context: Context) -> Iterator[Problem]:
    """A scope for a purpose that no field here serves would say nothing."""
    for table in context.tables:
        served = frozenset(name for field in table.block.fields.values() for name in field.serves)
        for name in table.block.scopes:
            if name not in context.purpose_names:
                yield table.problem(("scopes", name), *unknown("purpose", name, context.purpose_names))
            elif name not in served:
                yield table.problem(("scopes", name), f"no field of {table.id} serves {name!r}, so it has no scope here")
