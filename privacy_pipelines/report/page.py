"""The report as a value: everything the page shows, before any markup. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacy_pipelines.collector.collect import Copied
from privacy_pipelines.deciding.corrections import Correction
from privacy_pipelines.extracts.merge import Vanished
from privacy_pipelines.nights.record import Record
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.report import words
from privacy_pipelines.report.arrived import Extract, Unread, extracts, unread
from privacy_pipelines.report.charts import due_chart, trends
from privacy_pipelines.report.classes import DeletionClass, deletion_classes
from privacy_pipelines.report.drawing import Chart
from privacy_pipelines.report.losses import TableLoss, erased, refused
from privacy_pipelines.report.promises import Promise, promises
from privacy_pipelines.report.rulebook import Clause, rulebook
from privacy_pipelines.report.stays import TableStays, Years, stays, years
from privacy_pipelines.report.tongue import ENGLISH, Tongue
from privacy_pipelines.report.trail import Disposal, Logged, Trail
from privacy_pipelines.report.verdict import Told, Verdict, numbers, pronounce, tiles
from privacy_pipelines.report.waits import Passed, Suspended, Waiting, passed, suspended, waiting
from privacy_pipelines.worklists.items import WorkList

FINDINGS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Looked:
    """A check of the proof in plain words."""

    what: str
    found: int


@dataclass(frozen=True, slots=True)
class Proved:
    """The proof, and what ties the page to the evidence log. `whole` says in words what the log's verification found."""

    checks: tuple[Looked, ...]
    sums: tuple[Copied, ...]
    held_elsewhere: int
    masked_texts: int
    withheld_cells: int
    overdue_rows: int
    intact: bool
    whole: str
    head_size: int
    head_root: str
    logged: Logged | None
    disposals: tuple[Disposal, ...]
    base_disposed: Disposal | None
    plan_digest: str
    facts_digest: str


@dataclass(frozen=True, slots=True)
class Page:
    """One night, for a data protection officer."""

    language: str
    company: str
    dpo: str
    as_of: date
    day: str
    run: str
    generation: str
    base: str
    policy_version: str
    verdict: Verdict
    promises: tuple[Promise, ...]
    tiles: tuple[Told, ...]
    numbers: tuple[Told, ...]
    erased: tuple[TableLoss, ...]
    refused: tuple[TableLoss, ...]
    worklists: tuple[WorkList, ...]
    waiting: tuple[Waiting, ...]
    passed: tuple[Passed, ...]
    holds: tuple[Suspended, ...]
    extracts: tuple[Extract, ...]
    unread: tuple[Unread, ...]
    vanished: tuple[Vanished, ...]
    silent: tuple[str, ...]
    stays: tuple[TableStays, ...]
    years: tuple[Years, ...]
    due: Chart
    trends: tuple[Chart, ...]
    corrections: tuple[Correction, ...]
    proof: Proved
    nights: tuple[Logged, ...]
    clauses: tuple[Clause, ...]
    classes: tuple[DeletionClass, ...]
    findings: tuple[str, ...]
    more_findings: int


def page(record: Record, policy: Policy, trail: Trail, say: Tongue = ENGLISH) -> Page:
    """The page of a night in a tongue. Raises PolicyErrors where today's product no longer compiles the night's policy."""
    book, pin, found = rulebook(policy, say), record.pin, numbers(record, say)
    return Page(
        language=say.language, company=policy.company.name, dpo=policy.company.dpo, as_of=pin.as_of, day=say.day(pin.as_of), run=pin.run,
        generation=record.generation, base=pin.base, policy_version=pin.policy_version, verdict=pronounce(record, book, trail),
        promises=promises(record, say), tiles=tiles(found), numbers=found, erased=erased(record, book), refused=refused(record, book),
        worklists=record.worklists, waiting=waiting(record, book), passed=passed(record, book), holds=suspended(record, book),
        extracts=extracts(record), unread=unread(record), vanished=record.inbox.vanished, silent=_silent(record, policy),
        stays=stays(record, book), years=years(record, say), due=due_chart(record.seen, say, book.called),
        trends=trends(trail.history, say), corrections=record.corrections, proof=_proved(record, trail, say), nights=trail.nights,
        clauses=tuple(book.clause(purpose.name) for purpose in policy.purposes), classes=deletion_classes(book),
        findings=tuple(map(say.retell, record.plan.findings[:FINDINGS_SHOWN])),
        more_findings=max(0, len(record.plan.findings) - FINDINGS_SHOWN),
    )  # fmt: skip


def _silent(record: Record, policy: Policy) -> tuple[str, ...]:
    """Tables for which nothing new arrived."""
    spoke = {arrival.table for arrival in record.inbox.arrivals}
    return tuple(table.id for table in policy.tables if table.id not in spoke)


def _proved(record: Record, trail: Trail, say: Tongue) -> Proved:
    proof, checked = record.proof, trail.verification
    return Proved(
        checks=tuple(Looked(words.called(words.CHECKS, check.name, say), check.found) for check in proof.checks),
        sums=tuple(sorted(record.copied, key=lambda one: one.table)), held_elsewhere=proof.held_elsewhere,
        masked_texts=proof.masked_texts, withheld_cells=proof.withheld_cells, overdue_rows=proof.overdue_rows,
        intact=checked.intact, whole=_whole(trail, say),
        head_size=checked.head.size, head_root=checked.head.root, logged=_own(record, trail), disposals=trail.disposals,
        base_disposed=next((one for one in trail.disposals if one.name == record.pin.base), None),
        plan_digest=record.plan.digest, facts_digest=record.plan.facts_digest,
    )  # fmt: skip


def _whole(trail: Trail, say: Tongue) -> str:
    checked = trail.verification
    if checked.intact:
        entries = say.count(checked.entries, "entry", "entries")
        return say("{entries} checked from the first to the last; the signed head stands for them", entries=entries)
    return say("Entry {seq} is wrong: {what}", seq=checked.first_wrong, what=say.retell(checked.what))


def _own(record: Record, trail: Trail) -> Logged | None:
    """The log's own entry of this night; None where there is none, or one of another plan."""
    logged = trail.of(record.pin.run)
    return logged if logged is not None and logged.plan_digest == record.plan.digest else None
