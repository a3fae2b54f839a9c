"""What one policy gathers, as statements, and whether another policy gathers the same: what both do is done once.

Two statements give the same rows where they are the same text and read the same: the same columns of stored tables, in the same types,
and facts and consents that are the same in turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import framed, kept_facts
from privacy_pipelines.retention.facts import facts_statement
from privacy_pipelines.retention.registers import register_statement, registers
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CONSENTS, FACTS, FRAME, TONIGHT
from privacy_pipelines.store.views import stored_statement

Name = tuple[str, str]
"""(schema, table) of something gathered."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One gathered table: its text, what it reads, and every column that it mentions."""

    text: str
    reads: frozenset[Name]
    mentions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Statements:
    """Everything that one policy would gather."""

    gathered: dict[Name, Statement]
    rows: dict[str, dict[str, str]]
    """Table id → its stored columns as the policy reads them; with '' for where they are read."""

    def behind(self, names: Iterable[Name]) -> set[Name]:
        """The facts and registers from which these are made, and from which those are."""
        found: set[Name] = set()
        waiting = list(names)
        while waiting:
            new = {read for read in self.gathered[waiting.pop()].reads if read[0] != TONIGHT} - found
            found |= new
            waiting += new
        return found


@dataclass(frozen=True, slots=True)
class Alike:
    """Answers whether two policies gather the same under one name."""

    old: Statements
    new: Statements
    known: dict[Name, bool] = field(default_factory=dict)

    def __call__(self, name: Name) -> bool:
        """Whether the two tables of this name hold the same rows."""
        if name not in self.known:
            one, other = self.old.gathered.get(name), self.new.gathered.get(name)
            self.known[name] = one is not None and other is not None and one.text == other.text and self._reads_alike(one)
        return self.known[name]

    def _reads_alike(self, statement: Statement) -> bool:
        return all(self._rows_alike(name, statement) if schema == TONIGHT else self((schema, name)) for schema, name in statement.reads)

    def _rows_alike(self, table_id: str, statement: Statement) -> bool:
        one, other = self.old.rows[table_id], self.new.rows[table_id]
        return all(one.get(name) == other.get(name) for name in (*statement.mentions, ""))


def statements_of(session: Session, rules: Rules, sources: Sources) -> Statements:
    """The statements of one policy over the attached generation. Nothing is run but questions about columns."""
    trees: dict[Name, exp.Expr] = {(CONSENTS, name): register_statement(sources, name) for name in registers(rules.policy)}
    for subject_id, routes in rules.facts:
        subject = rules.policy.table(subject_id)
        trees[FACTS, subject_id] = facts_statement(sources, subject, routes, *kept_facts(session, subject, routes))
    trees |= {(FRAME, rule.table.id): framed(sources, rule) for rule in rules.tables}
    rows = {table.id: _columns(stored_statement(session, table)) for table in rules.policy.tables}
    return Statements({name: _statement(tree) for name, tree in trees.items()}, rows)


def _statement(tree: exp.Expr) -> Statement:
    ours = (TONIGHT, FACTS, CONSENTS)
    reads = frozenset((found.db, found.name) for found in tree.find_all(exp.Table) if found.db in ours and not found.catalog)
    return Statement(sql.text(tree), reads, frozenset(found.name for found in tree.find_all(exp.Column)))


def _columns(view: exp.Select) -> dict[str, str]:
    whence = " ".join(sql.text(part) for part in (view.args.get("from_") or view.args.get("from"), view.args.get("where")) if part)
    return {"": whence, **{column.alias_or_name: sql.text(column) for column in view.selects}}
