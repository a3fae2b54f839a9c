"""From checked documents to the frozen policy. Decides nothing: what a document leaves out gets its documented default here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from privacy_pipelines.policy.documents import CompanyDocument, HoldsDocument, PurposeDocument, SourceDocument
from privacy_pipelines.policy.documents.company import CeilingBlock
from privacy_pipelines.policy.documents.extract import NO_MARKER, ExtractBlock
from privacy_pipelines.policy.documents.fields import EventBlock, FieldBlock, Latest
from privacy_pipelines.policy.documents.fiscal import EntityBlock
from privacy_pipelines.policy.documents.holds import HoldBlock
from privacy_pipelines.policy.documents.registers import ConsentBlock, ObjectionBlock
from privacy_pipelines.policy.documents.relations import LinkBlock
from privacy_pipelines.policy.documents.source import TableBlock
from privacy_pipelines.policy.model import (
    Ceiling,
    Column,
    Company,
    Consent,
    Deletes,
    EndedBy,
    Entity,
    EntityOf,
    Event,
    Extract,
    FiscalYears,
    Guards,
    Hold,
    IrregularYear,
    Link,
    Merged,
    NotRead,
    Objection,
    Purpose,
    Recipient,
    StartingPoint,
    Step,
    Subject,
    Succession,
    Table,
    Text,
    Version,
)
from privacy_pipelines.values import Period

FETCHED_PATH = "{table}-{day}.parquet"
"""Where a database's table is fetched to, unless the policy says otherwise."""
UNDETERMINED_WINDOW = Period(days=30)
EXTRACT_DEFAULTS = ExtractBlock(
    format="csv", mode="snapshot", delimiter=",", quote='"', header=True, skip_before=0, skip_after=0, ragged="quarantine",
    repeated_header="quarantine", trim=False, encoding="utf-8", decimal=".",
)  # fmt: skip


def freeze_company(document: CompanyDocument) -> Company:
    """The company's values, recipients by name."""
    return Company(
        name=document.controller.name,
        contact=document.controller.contact,
        dpo=document.controller.dpo,
        zone=document.zone,
        languages=document.languages,
        fiscal_year_end=_first_year_end(document.fiscal_year_end),
        fiscal_changes=document.fiscal_year_end[1:],
        entities=tuple(_entity(name, block) for name, block in sorted((document.entities or {}).items())),
        vacation_year_end=document.vacation_year_end,
        unknown_dates=tuple(sorted(document.unknown_dates)),
        earliest_date=document.plausible_dates.earliest,
        dates_ahead=document.plausible_dates.ahead,
        undetermined=_ceiling(document.undetermined, UNDETERMINED_WINDOW),
        guards=Guards(**dict(document.guards)),
        departed_expiry=document.departed_expiry,
        recipients=tuple(Recipient(name, _text(block.title), block.country) for name, block in sorted(document.recipients.items())),
    )


def freeze_purpose(document: PurposeDocument) -> Purpose:
    """The purpose; a ceiling or early end without a window of its own gets the purpose's."""
    missing = document.on_missing_event
    return Purpose(
        name=document.purpose,
        title=_text(document.title),
        reason=_text(document.reason),
        data_use=document.data_use,
        legal_basis=document.legal_basis,
        nature=document.nature,
        starting_point=_starting_point(document),
        ended_by=tuple(EndedBy(end.event, end.period, end.execution_window or document.execution_window) for end in document.ended_by),
        requires_consent=document.requires_consent,
        admitted_by_consent=document.admitted_by_consent,
        period=document.period,
        settle=document.settle,
        execution_window=document.execution_window,
        roll=document.roll,
        on_missing_event=_ceiling(missing, document.execution_window) if missing else None,
        recipients=document.recipients,
        justification=document.justification,
        art9_ground=document.art9_ground,
        source=document.source,
        effective_from=document.effective_from,
        approved_by=document.approved_by,
        review=document.review,
        subjects=document.subjects or (),
        objections=tuple(sorted((document.objections or {}).items())),
        earlier=_earlier(document),
    )


def freeze_tables(sources: Mapping[str, SourceDocument]) -> tuple[Table, ...]:
    """Every table of every source, by id. Link targets must exist (`lint` has seen to it)."""
    keys = {f"{source}.{name}": block.key for source, document in sources.items() for name, block in document.tables.items()}
    tables = (_table(document, name, keys) for document in sources.values() for name in document.tables)
    return tuple(sorted(tables, key=lambda table: table.id))


def freeze_consents(sources: Iterable[SourceDocument]) -> tuple[Consent, ...]:
    """Every consent of every source, by name."""
    consents = (_consent(document.source, name, block) for document in sources for name, block in document.consents.items())
    return tuple(sorted(consents, key=lambda consent: consent.name))


def freeze_not_read(sources: Iterable[SourceDocument]) -> tuple[NotRead, ...]:
    """Every table that is deliberately left outside, by id."""
    found = [
        NotRead(table_id(document.source, name), (document.extract.path or "").replace("{table}", name), one.reason)
        for document in sources
        for one in document.not_read or ()
        for name in one.tables
    ]
    return tuple(sorted(found, key=lambda one: one.table))


def freeze_objections(sources: Iterable[SourceDocument]) -> tuple[Objection, ...]:
    """Every objection of every source, by name."""
    objections = (_objection(document.source, name, block) for document in sources for name, block in (document.objections or {}).items())
    return tuple(sorted(objections, key=lambda objection: objection.name))


def freeze_holds(document: HoldsDocument) -> tuple[Hold, ...]:
    """Every class-wide hold, by name."""
    return tuple(sorted(map(_hold, document.holds), key=lambda hold: hold.name))


def table_id(source: str, name: str) -> str:
    """`source.table`, where a file may name a table of its own source without it.

    >>> table_id("hr", "employees"), table_id("hr", "crm.contacts")
    ('hr.employees', 'crm.contacts')
    """
    return name if "." in name else f"{source}.{name}"


def merged_extract(source: ExtractBlock, table: ExtractBlock) -> ExtractBlock:
    """The source's extract with what the table says otherwise, and the defaults below both."""
    said = {key: value for block in (source, table) for key, value in block if value is not None}
    if said.get("format") == "database":
        said = {"path": FETCHED_PATH, **said}
    return EXTRACT_DEFAULTS.model_copy(update=said)


def _text(translations: Mapping[str, str]) -> Text:
    return tuple(sorted(translations.items()))


def _ceiling(block: CeilingBlock, window: Period) -> Ceiling:
    return Ceiling(block.restrict, block.execution_window or window)


def _first_year_end(years: FiscalYears) -> tuple[int, int]:
    first = years[0]
    assert not isinstance(first, IrregularYear), "a list of years begins with a regular one"
    return first


def _entity(name: str, block: EntityBlock) -> Entity:
    return Entity(name, block.values or (name,), _first_year_end(block.fiscal_year_end), block.fiscal_year_end[1:])


def _starting_point(document: PurposeDocument) -> StartingPoint:
    point = document.starting_point
    return StartingPoint(point.event, point.consent, point.of or "subject", point.offset, point.order or "offset_then_period")


def _earlier(document: PurposeDocument) -> tuple[Version, ...]:
    """An earlier version says its period; what else it leaves out is as it is today."""
    point, order = document.starting_point, document.starting_point.order or "offset_then_period"
    versions = (
        Version(
            one.effective_from, one.period, point.offset if one.offset is None else one.offset, one.order or order,
            one.roll or document.roll, one.source or document.source, one.approved_by,
        )
        for one in document.earlier or ()
    )  # fmt: skip
    return tuple(sorted(versions, key=lambda version: version.effective_from))


def _table(document: SourceDocument, name: str, keys: Mapping[str, tuple[str, ...]]) -> Table:
    block, source = document.tables[name], document.source
    return Table(
        source=source,
        name=name,
        key=block.key,
        subjects=tuple(Subject(one.kind, one.when) for one in block.subject or ()),
        legal_persons=any(one.otherwise for one in block.subject or ()),
        columns=tuple(_column(column, field) for column, field in sorted(block.fields.items())),
        links=tuple(link for name, said in sorted(block.links.items()) for link in _links(source, name, said, keys)),
        events=tuple(_event(event, at, block) for event, at in sorted(block.events.items())),
        scopes=tuple(sorted(block.scopes.items())),
        events_via=tuple(
            (event, tuple(Step(table_id(source, step.table), step.link) for step in via)) for event, via in sorted(block.events_via.items())
        ),
        extract=_extract(document, block),
        owner=document.owner,
        not_read=tuple(sorted({name for one in block.not_read or () for name in one.columns})),
        entity=EntityOf(block.entity.column, block.entity.always) if block.entity else None,
        collected=block.collected or (),
        merged=_merged(source, name, block),
    )


def _event(name: str, said: EventBlock, block: TableBlock) -> Event:
    return Event(name, tuple(said.at), said.open_if, said.when, isinstance(said.at, Latest), _succession(said, block))


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


def _column(name: str, block: FieldBlock) -> Column:
    said: dict[str, Any] = dict(block)
    said["formats"] = said.pop("format")
    return Column(name=name, **{**said, **{key: said[key] or () for key in ("formats", "true_values", "false_values")}})


def _links(source: str, name: str, block: LinkBlock, keys: Mapping[str, tuple[str, ...]]) -> Iterator[Link]:
    for value, to in sorted(block.to.items()):
        target = table_id(source, to)
        columns = block.columns or {name: block.column or keys[target][0]}
        kind = (block.kind, value) if block.kind else None
        yield Link(name, tuple(columns), target, tuple(columns.values()), kind, bool(block.optional), block.when_target_ends)


def _extract(document: SourceDocument, block: TableBlock) -> Extract:
    merged = merged_extract(document.extract, block.extract)
    marker = merged.deletes if merged.deletes != NO_MARKER else None
    said = {key: value if value is not None else "" for key, value in merged if key in ("escape", "comment", "thousands")}
    said |= {key: value or () for key, value in merged if key in ("columns", "null_values")}
    said["quote"] = "" if merged.quote == "none" else merged.quote
    said["header"] = int(merged.header or 0)
    return Extract(**{**dict(merged), **said, "deletes": Deletes(marker.column, marker.values) if marker else None})


def _consent(source: str, name: str, block: ConsentBlock) -> Consent:
    ((column, paths),) = block.match.items()
    return Consent(
        name=name,
        table=table_id(source, block.table),
        column=column,
        matches=tuple(sorted(column_path(source, path) for path in paths)),
        status=block.status,
        valid=block.valid,
        given=block.from_,
        until=block.until,
        valid_for=block.valid_for,
        when=block.when,
    )


def _objection(source: str, name: str, block: ObjectionBlock) -> Objection:
    ((column, paths),) = block.match.items()
    return Objection(
        name=name,
        table=table_id(source, block.table),
        column=column,
        matches=tuple(sorted(column_path(source, path) for path in paths)),
        status=block.status,
        valid=block.valid or (),
        given=block.from_ or (),
        until=block.until,
        when=block.when,
    )


def column_path(source: str, path: str) -> tuple[str, str]:
    """`table.column` of the source, or `source.table.column`, as (table id, column).

    >>> column_path("crm", "contacts.email")
    ('crm.contacts', 'email')
    """
    table, _, column = path.rpartition(".")
    return table_id(source, table), column


def _hold(block: HoldBlock) -> Hold:
    return Hold(block.hold, block.ground, block.owner, block.review_by, tuple(sorted(block.tables)), block.effective_from)
