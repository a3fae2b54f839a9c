"""What a certificate says of a night: who, which rules, what was erased, what was looked for afterwards, and what was not erased and why.

Counted from the outcome that the night measured in its two generations, and given in magnitudes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.collector.suspending import HELD
from privacy_pipelines.evidence.buckets import bucket, bucketed
from privacy_pipelines.evidence.deed import Controller, Deed, Erased, Exempt, Residual, Rule, Scope
from privacy_pipelines.nights.record import Record
from privacy_pipelines.nights.standing import Standing
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.report import words
from privacy_pipelines.report.rulebook import Clause, Rulebook, rulebook
from privacy_pipelines.report.tongue import ENGLISH
from privacy_pipelines.retention.plan import Part
from privacy_pipelines.values import Period


def deed_of(record: Record, policy: Policy) -> Deed | None:
    """The deed; None for a night that erased nothing. Raises PolicyErrors where today's product no longer reads the night's policy."""
    if not record.outcomes:
        return None
    book, pin, company = rulebook(policy), record.pin, policy.company
    erased = tuple(_erased(record, book))
    return Deed(
        run=pin.run, as_of=pin.as_of.isoformat(), generation=record.generation, base=pin.base, trigger=record.plan.author,
        policy_version=pin.policy_version, controller=Controller(company.name, company.contact, company.dpo),
        scope=tuple(_scope(record)), erased=erased, rules=tuple(_rules(erased, book)),
        checks=tuple(Residual(one.name, words.called(words.CHECKS, one.name, ENGLISH), one.found) for one in record.proof.checks),
        exceptions=tuple(_exempt(part, record, book) for part in record.plan.withheld),
        extracts_tail=str(_longest_keep(record, policy)), backup_tail=str(company.backup_tail or ""),
    )  # fmt: skip


def _scope(record: Record) -> Iterator[Scope]:
    tables = {one.table for one in record.outcomes}
    for one in record.copied:
        if one.table in tables:
            yield Scope(one.table, *(str(bucket(number)) for number in (one.before, one.kept, one.erased)))


def _erased(record: Record, book: Rulebook) -> Iterator[Erased]:
    for one in record.outcomes:
        cited, counts = book.cluster(one.table, one.cluster), bucketed(one.rows, one.cells)
        purposes = tuple(clause.name for clause in cited.clauses)
        told = (str(counts["rows"]), str(counts.get("cells", "")))
        yield Erased(one.table, one.cluster, cited.fields, purposes, one.action, *told)


def _rules(erased: tuple[Erased, ...], book: Rulebook) -> Iterator[Rule]:
    for name in sorted({name for one in erased for name in one.purposes}):
        clause: Clause = book.clause(name)
        yield Rule(name, clause.title, clause.rule, clause.basis, clause.source)


def _exempt(part: Part, record: Record, book: Rulebook) -> Exempt:
    hold = next((one for one in record.holds if part.reason == HELD and one.name == part.purpose), None)
    ground = hold.ground if hold else words.called(words.REASONS, part.reason, ENGLISH)
    owner = hold.owner if hold else book.owner(part.table)
    return Exempt(part.reason, part.purpose, part.table, ground, owner, _review(hold), str(bucket(part.cells)))


def _review(hold: Standing | None) -> str:
    return hold.review_by.isoformat() if hold else ""


def _longest_keep(record: Record, policy: Policy) -> Period:
    """For how long a landed extract of these tables may stay; what it holds is what the source sent, not what the store kept."""
    tables = {one.table for one in record.outcomes}
    keeps = [table.extract.keep for table in policy.tables if table.id in tables]
    return max(keeps, key=lambda keep: keep.months * 31 + keep.days, default=Period())
