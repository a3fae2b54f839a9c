"""Where consents and objections are recorded."""

from __future__ import annotations

from collections.abc import Iterable

from privacy_pipelines.policy.documents import SourceDocument
from privacy_pipelines.policy.documents.registers import ConsentBlock, ObjectionBlock
from privacy_pipelines.policy.freeze.naming import column_path, table_id
from privacy_pipelines.policy.model import Consent, Objection


def freeze_consents(sources: Iterable[SourceDocument]) -> tuple[Consent, ...]:
    """Every consent of every source, by name."""
    consents = (_consent(document.source, name, block) for document in sources for name, block in document.consents.items())
    return tuple(sorted(consents, key=lambda consent: consent.name))


def freeze_objections(sources: Iterable[SourceDocument]) -> tuple[Objection, ...]:
    """Every objection of every source, by name."""
    objections = (_objection(document.source, name, block) for document in sources for name, block in (document.objections or {}).items())
    return tuple(sorted(objections, key=lambda objection: objection.name))


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
