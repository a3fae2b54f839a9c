"""Tables with their fields, links and events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from privacy_pipelines.policy.documents import SourceDocument
from privacy_pipelines.policy.documents.fields import EventBlock, FieldBlock, Latest, Parts
from privacy_pipelines.policy.documents.relations import LinkBlock
from privacy_pipelines.policy.documents.source import TableBlock
from privacy_pipelines.policy.freeze.extracts import frozen_extract
from privacy_pipelines.policy.freeze.naming import table_id
from privacy_pipelines.policy.freeze.shared import frozen_text
from privacy_pipelines.policy.model import (
    ROW_KEY,
    Column,
    DateParts,
    EntityOf,
    Event,
    Link,
    Merged,
    NotRead,
    Step,
    Subject,
    Succession,
    Table,
)


def freeze_tables(sources: Mapping[str, SourceDocument]) -> tuple[Table, ...]:
    """Every table of every source, by id. Link targets must exist (`lint` has seen to it)."""
    keys = {f"{source}.{name}": block.key for source, document in sources.items() for name, block in document.tables.items()}
    tables = (_table(document, name, keys) for document in sources.values() for name in document.tables)
    return tuple(sorted(tables, key=lambda table: table.id))


def freeze_not_read(sources: Iterable[SourceDocument]) -> tuple[NotRead, ...]:
    """Every table that is deliberately left outside, by id."""
    found = [
        NotRead(table_id(document.source, name), (document.extract.path or "").replace("{table}", name), one.reason)
        for document in sources
        for one in document.not_read or ()
        for name in one.tables
    ]
    return tuple(sorted(found, key=lambda one: one.table))


def _table(document: SourceDocument, name: str, keys: Mapping[str, tuple[str, ...]]) -> Table:
    block, source = document.tables[name], document.source
    return Table(
        source=source,
        name=name,
        key=block.key or (ROW_KEY,),
        subjects=tuple(Subject(one.kind, one.when) for one in block.subject or ()),
        legal_persons=any(one.otherwise for one in block.subject or ()),
        columns=_columns(block),
        links=tuple(link for name, said in sorted(block.links.items()) for link in _links(source, name, said, keys)),
        events=tuple(_event(event, at, block) for event, at in sorted(block.events.items())),
        scopes=tuple(sorted(block.scopes.items())),
        events_via=tuple(
            (event, tuple(Step(table_id(source, step.table), step.link) for step in via)) for event, via in sorted(block.events_via.items())
        ),
        extract=frozen_extract(document, block),
        owner=document.owner,
        not_read=tuple(sorted({name for one in block.not_read or () for name in one.columns})),
        entity=EntityOf(block.entity.column, block.entity.always) if block.entity else None,
        collected=block.collected or (),
        merged=_merged(source, name, block),
        origin=frozen_text(block.origin or {}),
    )


def _event(name: str, said: EventBlock, block: TableBlock) -> Event:
    succession, fallback = _succession(said, block), said.fallback or ()
    if isinstance(said.at, Parts):
        return Event(name, (), said.open_if, said.when, parts=DateParts(*said.at), succession=succession, fallback=fallback)
    return Event(name, tuple(said.at), said.open_if, said.when, isinstance(said.at, Latest), succession=succession, fallback=fallback)


def _succession(said: EventBlock, block: TableBlock) -> Succession | None:
    continued = said.continued_by or said.continues
    if continued is None:
        return None
    columns = block.links[continued.link].columns or {continued.link: block.key[0]}
    return Succession(tuple(columns.items()), said.continued_by is not None, continued.begins)


def _merged(source: str, name: str, block: TableBlock) -> Merged | None:
    said = block.merged_into
    if said is None:
        return None
    return Merged(table_id(source, said.table or name), said.name or block.key[0], said.into)


def _columns(block: TableBlock) -> tuple[Column, ...]:
    declared = tuple(_column(name, field) for name, field in sorted(block.fields.items()))
    if block.key:
        return declared
    serves = tuple(sorted({purpose for column in declared for purpose in column.serves}))
    # GDPR Art. 4(5): a hash of what tells of a person is a pseudonym, and lives as long as the row
    category = "user.unique_id.pseudonymous" if any(column.personal for column in declared) else "system.operations"
    return (*declared, _column(ROW_KEY, FieldBlock(category=category, serves=serves), of_row=True))


def _column(name: str, block: FieldBlock, *, of_row: bool = False) -> Column:
    said: dict[str, Any] = dict(block)
    said["formats"] = said.pop("format")
    return Column(name=name, of_row=of_row, **{**said, **{key: said[key] or () for key in ("formats", "true_values", "false_values")}})


def _links(source: str, name: str, block: LinkBlock, keys: Mapping[str, tuple[str, ...]]) -> Iterator[Link]:
    for value, to in sorted(block.to.items()):
        target = table_id(source, to)
        columns = block.columns or {name: block.column or keys[target][0]}
        kind = (block.kind, value) if block.kind else None
        ends = block.when_target_ends
        yield Link(name, tuple(columns), target, tuple(columns.values()), kind, bool(block.optional), block.about is None, ends)
