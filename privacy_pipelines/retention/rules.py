"""The compiled policy per table: where each purpose's dates come from, under which rules, and which fields share one fate. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from privacy_pipelines.policy.model import Policy, Purpose, Table
from privacy_pipelines.retention.calendar import Rule
from privacy_pipelines.retention.reach import UNKNOWN, Reach
from privacy_pipelines.retention.ways import Hop


class Standing(IntEnum):
    """Whom a row is about, where that is a question: `frames` writes it, `levels` packs it."""

    PERSON = 0
    NOBODY = 1
    """Its data subject's row meets no condition of a kind: there is no ground for anything personal in it."""
    LEGAL_PERSON = 2
    """The same, where the policy says that such a row is about a legal person: nothing in it is personal, and no clock runs."""


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """One purpose on one table. A record's level is the greatest over `starts`, cut off by the least over `ends`."""

    purpose: Purpose
    starts: tuple[Reach, ...]
    rule: Rule
    missing: Rule | None
    ends: tuple[tuple[Reach, Rule], ...]
    gates: tuple[Reach, ...]
    """Consents, and kinds of data subject, without which the purpose never applied."""
    deleted_at_source: Rule | None
    """Set where a key that vanished from its source ends the purpose: never for a duty or a claim."""
    versions: tuple[tuple[date, Rule], ...] = ()
    """Every version of `rule` with its first day, the oldest first; none where there was only ever one."""

    def by_notice(self, start: Reach, as_of: date) -> tuple[tuple[date, Rule], ...]:
        """(first day of a notice, the rule by which a start is counted for what was collected under it), the newest first; the oldest
        counts for what is older still. What is not in force yet has given no notice."""
        if not self.versions:
            return ((date.min, self.rule_for(start)),)
        in_force = [(first, self._for(rule, start)) for first, rule in self.versions if first <= as_of] or [self.versions[0]]
        return tuple((first, replace(rule, later=tuple(in_force[n + 1 :]))) for n, (first, rule) in reversed(list(enumerate(in_force))))

    def rule_for(self, start: Reach) -> Rule:
        """The rule by which a start is counted: the same for all but where legal entities have fiscal years of their own."""
        return self._for(self.rule, start)

    def _for(self, rule: Rule, start: Reach) -> Rule:
        return replace(rule, entity=start.entity) if start.entity not in ("", UNKNOWN) else rule


@dataclass(frozen=True, slots=True)
class Cluster:
    """Fields of one table that serve one set of purposes and so share one fate (ISO/IEC 27555; DIN 66398 *Datenart*)."""

    name: str
    columns: tuple[str, ...]
    purposes: tuple[int, ...]
    """Positions in `TableRule.purposes`."""
    needs_consent: bool
    """Whether every one of its purposes needs a consent: without one there is nothing to be undetermined about."""
    may_be_empty: bool
    """Whether a row can lawfully have none of these cells because none of its purposes concerns it (an activity with no contact)."""


@dataclass(frozen=True, slots=True)
class TableRule:
    """Everything that decides one table."""

    table: Table
    purposes: tuple[PurposeRule, ...]
    clusters: tuple[Cluster, ...]
    undetermined: Rule
    unexplained: Rule
    """What ends a record to which no purpose applies when its key vanished from its source: who could still have said what it is for has
    deleted it, and nothing keeps it (GDPR Art. 5(1)(e))."""
    standing: tuple[tuple[Hop, ...], ...] = ()
    """The ways to the data subjects that say whether a row is about a person; none where every row is, () for the row itself."""
    structural: tuple[str, ...] = ()
    """Columns by which it is seen whom rows are about and when events were. Like the key they go with their row and keep it no longer."""

    @property
    def with_row(self) -> tuple[str, ...]:
        """The columns that live as long as their row, whatever they serve."""
        return (*self.table.key, *self.structural)

    @property
    def reaches(self) -> tuple[Reach, ...]:
        """Every distinct place a date is read from, in a fixed order: the date columns of this table's frame."""
        every = (reach for rule in self.purposes for reach in (*rule.starts, *(end for end, _ in rule.ends), *rule.gates))
        return tuple(dict.fromkeys(every))

    @property
    def asks_notice(self) -> bool:
        """Whether it matters when a row was collected: whether some purpose's rule was another before."""
        return any(purpose.versions for purpose in self.purposes)

    @property
    def may_be_empty(self) -> tuple[int, ...]:
        """Positions of the clusters of which a frame says whether any cell is filled."""
        return tuple(number for number, cluster in enumerate(self.clusters) if cluster.may_be_empty)


@dataclass(frozen=True, slots=True)
class FactRoute:
    """One event of one kind of data subject: how its rows are found from the subject's own row."""

    event: str
    hops: tuple[Hop, ...]
    entity: str = ""

    @property
    def name(self) -> str:
        """What the facts' columns are called after."""
        return f"{self.event}@{self.entity}" if self.entity else self.event


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled policy: one rule per table that holds personal data, and the facts each subject's table must keep."""

    policy: Policy
    tables: tuple[TableRule, ...]
    facts: tuple[tuple[str, tuple[FactRoute, ...]], ...]

    def of(self, table_id: str) -> TableRule:
        """Raises KeyError for a table without personal data."""
        for rule in self.tables:
            if rule.table.id == table_id:
                return rule
        raise KeyError(table_id)

    @property
    def targets_first(self) -> tuple[TableRule, ...]:
        """The tables in an order in which what a row ends with comes before the row."""
        done: list[TableRule] = []
        for rule in self.tables:
            self._after_its_targets(rule, done)
        return tuple(done)

    def _after_its_targets(self, rule: TableRule, done: list[TableRule]) -> None:
        if rule not in done:
            for link in rule.table.links:
                if link.when_target_ends == "end_too":
                    self._after_its_targets(self.of(link.to), done)
            done.append(rule)
