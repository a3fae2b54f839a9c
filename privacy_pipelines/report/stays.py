"""What stays and why: the tallies per table and data cluster, and the cohorts by year. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from privacy_pipelines.nights.record import Record
from privacy_pipelines.report.rulebook import Cited, Rulebook
from privacy_pipelines.report.tongue import Tongue


@dataclass(frozen=True, slots=True)
class Share:
    """How many rows keep a cluster, in each of the states that stay."""

    cluster: Cited
    keep: int
    restrict: int
    undetermined: int
    suspended: int

    @property
    def rows(self) -> int:
        """All of them."""
        return self.keep + self.restrict + self.undetermined + self.suspended


@dataclass(frozen=True, slots=True)
class TableStays:
    """One table with what stays of it. In a personal one without shares nothing lives: what is there waits for a person."""

    table: str
    rows: int
    shares: tuple[Share, ...]
    personal: bool


@dataclass(frozen=True, slots=True)
class Years:
    """Cohorts put together: records by the year of their latest starting point, and those with something that has ended."""

    name: str
    records: int
    ended: int


def stays(record: Record, book: Rulebook) -> tuple[TableStays, ...]:
    """Every table that has something; one without personal data has no clusters and stays whole."""
    counts: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for tally in record.plan.tallies:
        counts[tally.table][tally.cluster][tally.state] += tally.rows
    copied = sorted(record.copied, key=lambda one: one.table)
    return tuple(
        TableStays(one.table, one.kept, _shares(one.table, counts[one.table], book), book.policy.table(one.table).personal)
        for one in copied
    )


def years(record: Record, say: Tongue) -> tuple[Years, ...]:
    """The cohorts, months folded into years, empty ones left out."""
    found: dict[str, tuple[int, int]] = {}
    for one in record.cohorts:
        name = _year(one.cohort, say)
        records, ended = found.get(name, (0, 0))
        found[name] = (records + one.records, ended + one.ended)
    return tuple(Years(name, *counts) for name, counts in found.items() if counts[0])


def _year(cohort: str, say: Tongue) -> str:
    """`2026-11` is of 2026; the others are called by name."""
    if cohort[:4].isdigit():
        return cohort[:4]
    named, _, year = cohort.partition("-")
    if not year:
        return say(cohort)
    return say("before {year}", year=year) if named == "before" else say("after {year}", year=year)


def _shares(table: str, counts: Mapping[str, Mapping[str, int]], book: Rulebook) -> tuple[Share, ...]:
    return tuple(_share(book.cluster(table, name), states) for name, states in sorted(counts.items()))


def _share(cluster: Cited, states: Mapping[str, int]) -> Share:
    return Share(cluster, states.get("keep", 0), states.get("restrict", 0), states.get("undetermined", 0), states.get("suspended", 0))
