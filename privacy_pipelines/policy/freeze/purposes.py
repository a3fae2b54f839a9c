"""Purposes and what starts and ends their clocks."""

from __future__ import annotations

from privacy_pipelines.policy.documents import PurposeDocument
from privacy_pipelines.policy.documents.purpose import PublishBlock
from privacy_pipelines.policy.freeze.shared import frozen_ceiling, frozen_text
from privacy_pipelines.policy.model import EndedBy, Publish, Purpose, StartingPoint, Version


def freeze_purpose(document: PurposeDocument) -> Purpose:
    """The purpose; a ceiling or early end without a window of its own gets the purpose's."""
    missing = document.on_missing_event
    return Purpose(
        name=document.purpose,
        title=frozen_text(document.title),
        reason=frozen_text(document.reason),
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
        on_missing_event=frozen_ceiling(missing, document.execution_window) if missing else None,
        recipients=document.recipients,
        justification=document.justification,
        art9_ground=document.art9_ground,
        source=document.source,
        effective_from=document.effective_from,
        approved_by=document.approved_by,
        review=document.review,
        subjects=document.subjects or (),
        objections=tuple(sorted((document.objections or {}).items())),
        publish=_publish(document),
        legitimate_interest=frozen_text(document.legitimate_interest or {}),
        without=frozen_text(document.without or {}),
        earlier=_earlier(document),
    )


def _starting_point(document: PurposeDocument) -> StartingPoint:
    point = document.starting_point
    return StartingPoint(point.event, point.consent, point.of or "subject", point.offset, point.order or "offset_then_period")


def _publish(document: PurposeDocument) -> Publish | None:
    said = PublishBlock() if document.publish is True else document.publish
    return Publish(said.format, tuple(sorted(said.tables or ()))) if said else None


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
