"""What a night came to, for people and for exit codes: one reading of it for `nightly`, `plan` and `status`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from privacy_pipelines.cli.exits import FINDINGS, FINE
from privacy_pipelines.cli.screen import show_list
from privacy_pipelines.collector.guard import FIRST_LOAD
from privacy_pipelines.collector.reviewing import REVIEW
from privacy_pipelines.collector.suspending import HELD
from privacy_pipelines.collector.undeclared import UNDECLARED
from privacy_pipelines.collector.unproved import UNPROVED
from privacy_pipelines.observing.points import Number
from privacy_pipelines.retention.plan import Part

MUST_BE_ZERO = ("quarantined", "refused_files", "overdue", "withheld", "holds_past_review", "cells_without_a_ground")
"""Metrics that need a person as soon as they are not zero."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts, sentences and withheld parts; no values."""

    metrics: Mapping[str, Number]
    findings: tuple[str, ...]
    withheld: tuple[Part, ...]

    @property
    def code(self) -> int:
        """0 where nobody has to do anything; what a hold keeps is somebody's decision already."""
        alarming = any(self.metrics.get(name, 0) for name in MUST_BE_ZERO)
        waiting = any(part.reason != HELD for part in self.withheld)
        return FINDINGS if alarming or self.findings or waiting else FINE

    def show(self) -> None:
        """The lists that ask for a person."""
        show_list("Withheld: it stays in the store until somebody has looked", (line for part in self.withheld for line in advice(part)))
        show_list("Findings", self.findings)

    def to_json(self) -> dict[str, object]:
        """The same for programs."""
        parts = [{**asdict(part), "what_to_do": advice(part)[-1]} for part in self.withheld]
        return {"metrics": dict(self.metrics), "findings": list(self.findings), "withheld": parts, "exit_code": self.code}


def advice(part: Part) -> tuple[str, str]:
    """What is withheld, and what to do about it."""
    approve = f"privacy-pipelines approve {part.digest} --by … --reason …"
    if part.reason == FIRST_LOAD:
        return f"{part.table}: arrives for the first time and waits for leave", f"→ run nightly with --first-load, or: {approve}"
    if part.reason == HELD:
        return (
            f"{part.table}: {part.unexpected} rows are held by '{part.purpose}'",
            "→ nothing, until the hold is released: see 'hold list'",
        )
    if part.reason == UNDECLARED:
        dropped = f"{part.table}: the policy no longer names what the store holds here, {part.cells} cells"
        return dropped, f"→ name it again in the policy, or, if it shall go: {approve}"
    if part.reason == REVIEW:
        ended = f"{part.table}, {part.purpose}: {part.unexpected} rows have ended since {part.since} and wait to be looked at"
        return ended, f"→ look at them: privacy-pipelines review {part.table}; if nothing is still needed: {approve}"
    if part.reason == UNPROVED:
        rows = f"{part.unexpected} rows rest on consents that are lost since {part.since}, and nothing says that they were withdrawn"
        mend = f"have the source corrected, privacy-pipelines review {part.table} says for whom"
        return f"{part.table}, {part.purpose}: {rows}", f"→ {mend}; or, if they did end: {approve}"
    rows = f"{part.unexpected} of {part.of} rows would end unexpectedly, at most {part.limit} may"
    return f"{part.table}, {part.purpose}: {rows}", f"→ look at the extract; have it sent again, or: {approve}"
