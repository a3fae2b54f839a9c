"""The answer to "why is this still here?": frozen values, and their text for people in Swedish and English."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

from privacy_pipelines.explaining.words import WORDS
from privacy_pipelines.values import OPEN

_SHORT = 12
"""As many digits of a policy's version as people read."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One purpose on one record: what started its clock, by which rule, until when."""

    purpose: str
    title: dict[str, str]
    legal_basis: str
    nature: str
    source: str
    applies: bool
    starting_point: str
    found_in: str
    date: dt.date | None
    missing_since: dt.date | None
    offset: tuple[str, ...]
    period: str
    ended_by: tuple[str, ...]
    retain_until: dt.date | None
    erasable_from: dt.date | None
    collected_from: dt.date | None
    erase_by: dt.date | None
    level: str
    restricted_by: tuple[str, ...] = ()
    """Objections for which the purpose waits, with their day."""
    effective_from: dt.date | None = None
    """The first day on which the rule is in force."""
    approved_by: str = ""
    """Who signed the rule."""
    continued: bool = False
    """Whether the date is that of the last record that continues this one."""
    notice: dt.date | None = None
    """The first day of the version of the rule under which the record was collected, where there were several."""
    cut_on: dt.date | None = None
    """The first day of a shorter version, where the record ended with that and not before."""


@dataclass(frozen=True, slots=True)
class ClusterAnswer:
    """One data cluster: its fields, how many of them are filled, its state and dates, and its clauses."""

    cluster: str
    fields: tuple[str, ...]
    filled: int
    state: str
    retain_until: dt.date | None
    erase_by: dt.date | None
    left_on: dt.date | None
    holds: tuple[str, ...]
    clauses: tuple[Clause, ...]
    status: str = "active"
    """LAW §1: `active`, `restricted`, `undetermined`, `erasable`, `overdue`, `suspended`; and where nothing is stored `empty`, or `gone`
    because it has ended."""
    erasable_from: dt.date | None = None


@dataclass(frozen=True, slots=True)
class EndsWith:
    """A record that this one ends with, and until when that one is kept."""

    link: str
    table: str
    retain_until: dt.date
    erase_by: dt.date


@dataclass(frozen=True, slots=True)
class Suspension:
    """A hold on the record's table or on its person: why, who answers for it, since when, and when it is reviewed."""

    hold: str
    ground: str
    owner: str
    review_by: dt.date
    since: dt.date


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer. `found` is `stored`, `left_behind`, `turned_away` or `no_trace`."""

    table: str
    found: str
    as_of: dt.date
    generation: str
    policy_version: str
    first_seen: dt.date | None = None
    gone_since: dt.date | None = None
    left_on: dt.date | None = None
    expires_on: dt.date | None = None
    standing: str = "person"
    """Whom the record is about: `person`, `nobody` (no ground, for it is none of the declared kinds), or `legal_person`."""
    clusters: tuple[ClusterAnswer, ...] = ()
    ends_with: tuple[EndsWith, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    left_under: str = ""
    """The version of the policy under which a record was left behind or turned away."""
    noticed: dt.date | None = None
    """The day whose privacy notice counts for the record: that on which it was collected, else the night that first saw it."""
    notice: str = ""
    """The version of the privacy notice that was in force on that day; empty where the evidence log does not say."""
    merged: bool = False
    """Whether the record was merged into another, and is decided as that one is."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; an open end is null with `level` in_force."""
        return dict(json.loads(json.dumps(asdict(self), default=lambda day: None if day >= OPEN else day.isoformat())))

    def lines(self, language: str = "en") -> tuple[str, ...]:
        """The answer as sentences. Raises KeyError for a language other than sv and en."""
        words = WORDS[language]
        if self.found != "stored":
            left = {"table": self.table, "left_on": self.left_on, "expires_on": self.expires_on, "policy": self.left_under[:_SHORT]}
            return (words[self.found].format(**left),)
        stored = {"table": self.table, "generation": self.generation, "as_of": self.as_of, "first_seen": self.first_seen}
        head = [words["stored"].format(**stored, policy=self.policy_version[:_SHORT])]
        if self.notice:
            head.append(words["noticed"].format(day=self.noticed, notice=self.notice[:_SHORT]))
        if self.gone_since:
            head.append(words["gone"].format(day=self.gone_since))
        if self.merged:
            head.append(words["merged"])
        if self.standing != "person":
            head.append(words[self.standing])
        if self.standing == "legal_person":
            return tuple(head)
        head += [words["ends_with"].format(link=one.link, table=one.table, until=_day(one.retain_until, words)) for one in self.ends_with]
        head += [words["hold"].format(**asdict(one)) for one in self.suspensions]
        return (*head, *(line for cluster in self.clusters for line in _cluster_lines(cluster, words, language)))


def _cluster_lines(cluster: ClusterAnswer, words: dict[str, str], language: str) -> list[str]:
    fields = ", ".join(cluster.fields) or words["row"]
    days = {"until": cluster.retain_until, "since": cluster.erasable_from, "by": cluster.erase_by}
    said = words["status_" + cluster.status].format(
        **{name: _day(day, words) for name, day in days.items()}, holds=", ".join(cluster.holds)
    )
    lines = [f"{fields}: {said}"]
    if cluster.left_on:
        lines.append("  " + words["left"].format(day=cluster.left_on))
    return lines + ["  - " + _clause_line(clause, words, language) for clause in cluster.clauses]


def _clause_line(clause: Clause, words: dict[str, str], language: str) -> str:
    title = clause.title.get(language, clause.purpose)
    if not clause.applies:
        return words["clause_none"].format(title=title, event=clause.starting_point)
    when = words["missing"].format(day=clause.missing_since) if clause.missing_since and not clause.date else _day(clause.date, words)
    when += words["continued"] if clause.continued else ""
    after = " + ".join((*clause.offset, clause.period))
    ends = words["ends"].format(ends=", ".join(clause.ended_by)) if clause.ended_by else ""
    ends += words["cut_on"].format(day=clause.cut_on) if clause.cut_on else ""
    ends += words["notice"].format(day=clause.notice) if clause.notice else ""
    ends += words["restricted"].format(by=", ".join(clause.restricted_by)) if clause.restricted_by else ""
    return words["clause"].format(
        title=title, event=clause.starting_point, table=clause.found_in, when=when, after=after, until=_day(clause.retain_until, words),
        basis=clause.legal_basis, source=clause.source, ends=ends, since=_day(clause.effective_from, words), by=clause.approved_by,
    )  # fmt: skip


def _day(day: dt.date | None, words: dict[str, str]) -> str:
    if day is None:
        return "–"
    return words["open"] if day >= OPEN else day.isoformat()
