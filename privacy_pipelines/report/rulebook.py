"""The policy's words for what the record only names: clusters by their fields, purposes by title, period, basis and source. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.collector.undeclared import UNDECLARED
from privacy_pipelines.policy.model import Notice, Policy, Purpose
from privacy_pipelines.report import words
from privacy_pipelines.report.tongue import ENGLISH, Tongue
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.rules import Cluster, TableRule

UNDETERMINED = "undetermined"
"""What the guard calls the ceiling of the undetermined, which is no purpose."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A purpose as the report cites it."""

    name: str
    title: str
    rule: str
    basis: str
    nature: str
    source: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A data cluster as the report cites it. `key` is set for the one that every purpose of the table is in, the row itself:
    all that lives as long as the row."""

    table: str
    name: str
    fields: tuple[str, ...]
    clauses: tuple[Clause, ...]
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every clause and cluster of a policy, in a tongue."""

    policy: Policy
    say: Tongue
    clauses: dict[str, Clause]
    clusters: dict[tuple[str, str], Cited]

    def clause(self, name: str) -> Clause:
        """The clause of a purpose; a name that the policy does not have is spelled out."""
        return self.clauses.get(name) or Clause(name, words.spaced(name), "", "", "", "")

    def cluster(self, table: str, name: str) -> Cited:
        """The cluster, with its fields where the policy knows it."""
        return self.clusters.get((table, name)) or Cited(table, name, (), tuple(self.clause(one) for one in name.split("+")))

    def called(self, table: str, name: str) -> str:
        """A cluster by its table and the first of the purposes that it serves, for a legend."""
        first, *more = self.cluster(table, name).clauses
        return f"{table}: {first.title}" + (f" (+{len(more)})" if more else "")

    def owner(self, table: str) -> str:
        """Who answers for the table's source; empty for a table that the policy does not have."""
        return next((one.owner for one in self.policy.tables if one.id == table), "")


def rulebook(policy: Policy, say: Tongue = ENGLISH) -> Rulebook:
    """Raises PolicyErrors where today's product no longer compiles the policy."""
    clauses = {purpose.name: _clause(purpose, policy.company.notice, say) for purpose in policy.purposes}
    ceiling = say("restricted, at most {period} from first seen", period=words.period(policy.company.undetermined.restrict, say))
    clauses[UNDETERMINED] = Clause(UNDETERMINED, say("No purpose known"), ceiling, "", say("ceiling"), say("Company policy"))
    clauses[UNDECLARED] = Clause(UNDECLARED, say("What the policy no longer names"), "", "", say("no rule"), "")
    found = (_cited(rule, cluster, clauses) for rule in compile_rules(policy).tables for cluster in rule.clusters)
    return Rulebook(policy, say, clauses, {(one.table, one.name): one for one in found})


def _cited(rule: TableRule, cluster: Cluster, clauses: dict[str, Clause]) -> Cited:
    key = rule.with_row if len(cluster.purposes) == len(rule.purposes) else ()
    return Cited(rule.table.id, cluster.name, cluster.columns, tuple(clauses[one] for one in cluster.name.split("+")), key)


def _clause(purpose: Purpose, notice: Notice, say: Tongue) -> Clause:
    nature = words.called(words.NATURES, purpose.nature, say)
    title, basis = say.text(purpose.title), words.basis(purpose.legal_basis, say)
    return Clause(purpose.name, title, words.rule(purpose, notice, say), basis, nature, purpose.source)
