"""The promises, and whether each was kept tonight: what the controller said to people, read off the night's own numbers. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from privacy_pipelines.metrics.registry import measure
from privacy_pipelines.nights.record import Record
from privacy_pipelines.observing.points import Number
from privacy_pipelines.report.tongue import Tongue

Numbers = dict[str, Number]


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise tonight: whether it was kept, by what that is known, and what to do where it was not."""

    title: str
    kept: bool
    said: str
    advice: str
    anchor: str


@dataclass(frozen=True, slots=True)
class _Asked:
    title: str
    broken: tuple[str, ...]
    """Metrics that must all be 0."""
    said: str
    shows: Callable[[Numbers, Tongue], dict[str, str]]
    advice: str
    anchor: str


def promises(record: Record, say: Tongue) -> tuple[Promise, ...]:
    """Every one, in the order of the founding sentence."""
    found = measure(record)
    return tuple(_told(one, found, say) for one in _PROMISES)


def _told(one: _Asked, found: Numbers, say: Tongue) -> Promise:
    kept = not any(found[name] for name in one.broken)
    return Promise(say(one.title), kept, say(one.said, **one.shows(found, say)), "" if kept else say(one.advice), one.anchor)


def _rows(**names: str) -> Callable[[Numbers, Tongue], dict[str, str]]:
    return lambda found, say: {key: say.number(found[name]) for key, name in names.items()}


def _covered(found: Numbers, say: Tongue) -> dict[str, str]:
    covered = say.share(found["purpose_coverage"]) if "purpose_coverage" in found else say("nothing stored")
    return {"cells": say.number(found["cells_without_a_ground"]), "share": covered}


_REPORT = "keep the store as it is, run privacy-pipelines verify, and report it"
_PROMISES = (
    _Asked(
        "We take only what we need", (), "Kept out tonight: undeclared columns {columns}, rows {rows}.",
        _rows(columns="undeclared_columns", rows="refused"), "", "refused",
    ),
    _Asked(
        "We use it only for what we said", ("cells_without_a_ground",),
        "Cells without a ground: {cells}, by deciding again over the new store. A known purpose has {share}.", _covered, _REPORT, "proof",
    ),
    _Asked(
        "We keep it no longer than we said", ("overdue", "over_retention"),
        "Rows past their deadline: {rows}. Person-field-days too long: {days}.", _rows(rows="overdue", days="over_retention"),
        "see what keeps them: approve the parts that are right, have the rest corrected at the source", "withheld",
    ),
    _Asked(
        "What is erased stays erased", ("resurrections",), "Erased rows that are back without a ground: {back}; with one: {new}.",
        _rows(back="resurrections", new="returned"), _REPORT, "proof",
    ),
    _Asked(
        "Nobody loses what must be kept", ("withheld",), "Parts that wait for a person: {parts}. Holds that suspend erasing: {holds}.",
        _rows(parts="withheld", holds="holds"), "look at each part, then approve exactly it or have the extract corrected", "withheld",
    ),
    _Asked(
        "Holds are reviewed in time", ("holds_past_review",), "Holds past their review: {late} of {holds}.",
        _rows(late="holds_past_review", holds="holds"), "release the hold, or add it again with a new day of review", "holds",
    ),
    _Asked(
        "The sources delete it too", ("overdue_at_source",),
        "Open in the work lists: {open}, overdue {late}, the oldest {days} days old.",
        _rows(late="overdue_at_source", open="to_delete", days="oldest_at_source"),
        "send the owner of the source its work list", "worklists",
    ),
    _Asked(
        "We can prove it", ("verification_faults",), "Faults of the proof and of the evidence log: {faults}.",
        _rows(faults="verification_faults"), _REPORT, "proof",
    ),
)  # fmt: skip
