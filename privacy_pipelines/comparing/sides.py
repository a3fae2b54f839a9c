"""One policy over the current generation, in schemas of its own: it gathers what its tables need, or takes it from the other side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.linking import ending_links
from privacy_pipelines.comparing.statements import Name, Statements, statements_of
from privacy_pipelines.deciding.gather import gather_consents, gather_facts, gather_frames, spans_tonight, tonight
from privacy_pipelines.deciding.prior import prior_views
from privacy_pipelines.policy.model import Hold, Table
from privacy_pipelines.retention.levels import Spans, code_expression
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.ways import IDENTITY
from privacy_pipelines.sql import Sql
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CONSENTS, FACTS, FRAME, NIGHT, STAGING_SCHEMAS
from privacy_pipelines.store.views import standing_views, stored_views

OLD, NEW = "old", "new"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies. `session` finds its own tables by their plain names."""

    name: str
    rules: Rules
    as_of: date
    session: Session
    sources: Sources
    statements: Statements

    def rule(self, table_id: str) -> TableRule | None:
        """The rule of a table; None where the policy has no such table, or nothing personal in it."""
        return next((rule for rule in self.rules.tables if rule.table.id == table_id), None)

    def table(self, table_id: str) -> Table | None:
        """A declared table, personal or not."""
        return next((table for table in self.rules.policy.tables if table.id == table_id), None)

    def code(self, rule: TableRule, spans: Spans) -> Sql:
        """The code of a frame row."""
        return code_expression(rule, self.as_of, self.rules.policy.company, spans)

    def holds(self, table_id: str) -> tuple[Hold, ...]:
        """Suspensions in force on a table."""
        return tuple(hold for hold in self.rules.policy.holds if table_id in hold.tables and hold.effective_from <= self.as_of)

    def with_targets(self, table_ids: Collection[str]) -> set[str]:
        """These tables, and all that their rows end with."""
        found: set[str] = set()
        waiting = [table_id for table_id in table_ids if self.rule(table_id)]
        while waiting:
            table_id = waiting.pop()
            rule = self.rule(table_id)
            if rule is not None and table_id not in found:
                found.add(table_id)
                waiting += [link.to for _, link in ending_links(self.rules, rule)]
        return found

    def gather(self, frames: Collection[str], shared: Mapping[Name, str]) -> set[Name]:
        """The frames of these tables and what they are made of; `shared` says which are found in another catalog, and there. What was
        gathered here."""
        wanted: set[Name] = {(FRAME, table_id) for table_id in frames}
        wanted |= self.statements.behind(wanted - shared.keys()) | self._merged(frames)
        for schema, name in sorted(wanted & shared.keys()):
            there = exp.select(exp.Star()).from_(sql.table(schema, name, catalog=shared[schema, name]))
            self.session.view(sql.table(schema, name), there)
        own = wanted - shared.keys()
        gather_consents(self.session, self.sources, {name for schema, name in own if schema == CONSENTS})
        facts = tuple(fact for fact in self.rules.facts if (FACTS, fact[0]) in own)
        gather_facts(self.session, replace(self.rules, facts=facts), self.sources)
        tables = tuple(rule for rule in self.rules.tables if (FRAME, rule.table.id) in own)
        gather_frames(self.session, replace(self.rules, tables=tables), self.sources, digested=False)
        return own

    def _merged(self, table_ids: Collection[str]) -> set[Name]:
        """Who was merged into whom, of the tables with which rows of these end: who names either names the one that stays."""
        targets = {link.to for one in table_ids if (rule := self.rule(one)) for _, link in ending_links(self.rules, rule)}
        return {(CONSENTS, f"{IDENTITY}{to}") for to in targets if self.rules.policy.table(to).merged}

    def spans(self) -> dict[str, Spans]:
        """What this side's own frames hold."""
        return dict(spans_tonight(self.session))


@contextmanager
def both_sides(session: Session, old: Rules, new: Rules, before: Rules, as_of: date) -> Iterator[tuple[Side, Side]]:
    """Both policies over the generation attached to the session; `before` is the policy under which that was written."""
    with ExitStack() as stack:
        sides = []
        for name, rules in ((OLD, old), (NEW, new)):
            session.attach(None, name, read_only=False)
            own = stack.enter_context(session.within(name))
            sides.append(_prepared(name, rules, before, own, as_of))
        yield sides[0], sides[1]


def _prepared(name: str, rules: Rules, before: Rules, session: Session, as_of: date) -> Side:
    for schema in (*STAGING_SCHEMAS, NIGHT):
        session.schema(schema)
    stored_views(session, rules.policy)
    standing_views(session, rules.policy)
    prior_views(session, rules, before)
    sources = tonight(rules, as_of)
    return Side(name, rules, as_of, session, sources, statements_of(session, rules, sources))
