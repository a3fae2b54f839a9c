"""One record and what its dates are found over: the rows that its links name, what its persons said, its subjects' facts. Nothing else of
the store is read, so asking for one record does not grow with the tables.

A frame over these rows is a frame over all of them, cut down to the record. Only what follows what (merged records, continued events) is
gathered whole: a chain may lead anywhere in its table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.forecast import stored_facts
from privacy_pipelines.deciding.gather import framed
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.registers import following, register_statement
from privacy_pipelines.retention.rowdates import Sources, who
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.ways import IDENTITY, Hop
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import FACTS, NEAR, STORED, STORED_CONSENTS, STORED_FACTS
from privacy_pipelines.store.views import stored_views


def gather_near(session: Session, rules: Rules, rule: TableRule, wanted: exp.Select, day: date) -> Sources:
    """`near`, and the facts and registers of the record whose key `wanted` gives. Raises StoreError."""
    for schema in (STORED, NEAR, FACTS, STORED_FACTS, STORED_CONSENTS):
        session.schema(schema)
    sources = Sources(rules.policy, day, NEAR, FACTS, STORED_CONSENTS)
    found = _Near(session, rules, sources)
    found.view({*_tables(framed(sources, rule), rule), *(found.register_table(name) for name in _registers(rule))})
    found.follow(day)
    found.add(rule.table, sql.same_key(rule.table.key, "w", "t"), wanted)
    if rule.table.merged:
        (key,) = rule.table.key
        found.add(rule.table, exp.EQ(this=col("at", "w"), expression=col(key, "t")), found.meant(rule.table.id, wanted, key))
    for hops in sorted({reach.hops for reach in rule.reaches} | set(rule.standing), key=len):
        found.walk(rule.table, hops)
    for reach in rule.reaches:
        if reach.kind is Kind.CONSENT:
            found.add_register(rule.table, reach)
    found.make()
    found.facts(rule)
    for name in _registers(rule):
        session.create(sql.table(STORED_CONSENTS, name), register_statement(sources, name))
    return sources


@dataclass(slots=True)
class _Near:
    """Tables of the neighbourhood, each with the conditions under which a row belongs to it."""

    session: Session
    rules: Rules
    sources: Sources
    conditions: dict[str, list[Sql]] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)

    def view(self, table_ids: Iterable[str]) -> None:
        """What the store has of these tables, and so far nothing near."""
        tables = tuple(self.rules.policy.table(table_id) for table_id in sorted(set(table_ids)))
        stored_views(self.session, replace(self.rules.policy, tables=tables))
        self.conditions = {table.id: [] for table in tables}

    def add(self, table: Table, on: Sql, rows: exp.Query) -> None:
        """Rows `t` of the table belong to it that meet one of `rows`, called `w`."""
        meeting = exp.Exists(this=exp.select(exp.convert(1)).from_(rows.subquery("w")).where(on))
        self.conditions[table.id].append(meeting)

    def follow(self, day: date) -> None:
        """The registers of what follows what."""
        names = following(self.rules.policy)
        if names:
            stored_views(self.session, self.rules.policy)
        whole = Sources(self.rules.policy, day, STORED, STORED_FACTS, STORED_CONSENTS)
        for name in names:
            self.session.create(sql.table(STORED_CONSENTS, name), register_statement(whole, name))

    def meant(self, table_id: str, rows: exp.Query, column: str) -> exp.Select:
        """`at`: the keys of the records that these rows mean, who name them in a column."""
        names = exp.select(col("at", "i")).from_(sql.table(STORED_CONSENTS, f"{IDENTITY}{table_id}", alias="i"))
        return names.join(rows.subquery("n"), on=exp.EQ(this=col("name", "i"), expression=col(column, "n")))

    def walk(self, table: Table, hops: tuple[Hop, ...]) -> None:
        """The rows to which these steps lead."""
        here, rows = table, None
        for hop in hops:
            self.make()
            if hop.to.startswith(IDENTITY):
                rows = self.meant(hop.to.removeprefix(IDENTITY), self._rows(here, hop.columns), hop.columns[0])
                continue
            on = sql.all_of(exp.EQ(this=col(a, "w"), expression=col(b, "t")) for a, b in zip(hop.columns, hop.to_columns, strict=True))
            to = self.rules.policy.table(hop.to)
            self.add(to, on, rows or self._rows(here, hop.columns))
            here, rows = to, None

    def add_register(self, table: Table, reach: Reach) -> None:
        """Everything that the persons said whom the record's value names, or that of the row over which it is found."""
        self.make()
        asking = [self._who(at, column) for at, column in self._asking(table, reach)]
        persons = sorted({value for rows in asking for (value,) in self.session.rows(rows) if value is not None})
        if persons:
            said = self.rules.policy.table(self.register_table(reach.name))
            self.conditions[said.id].append(_said_by(said, self._column(reach.name), persons))

    def make(self) -> None:
        """`near` as far as it is known by now."""
        for table_id, conditions in self.conditions.items():
            if self.made.get(table_id) != len(conditions):
                ways = [
                    exp.select(exp.Star()).from_(sql.table(STORED, table_id, alias="t")).where(one) for one in conditions or [exp.false()]
                ]
                rows = exp.union(*ways) if len(ways) > 1 else ways[0]  # each a semi-join, which the engine can narrow its scan by
                self.session.create(sql.table(NEAR, table_id), rows)
                self.made[table_id] = len(conditions)

    def facts(self, rule: TableRule) -> None:
        """What is kept of the record's data subjects."""
        wanted = [reach for reach in rule.reaches if reach.kind is Kind.SUBJECT]
        subjects = {reach.at for reach in wanted}
        stored_facts(self.session, replace(self.rules, facts=tuple(one for one in self.rules.facts if one[0] in subjects)))
        for subject_id in sorted(subjects):
            subject = self.rules.policy.table(subject_id)
            of = exp.union(*ways) if len(ways := list(self._keys(rule, wanted, subject))) > 1 else ways[0]
            meeting = exp.select(exp.convert(1)).from_(of.subquery("w")).where(sql.same_key(subject.key, "w", "f"))
            kept = exp.select(exp.Star()).from_(sql.table(STORED_FACTS, subject_id, alias="f")).where(exp.Exists(this=meeting))
            self.session.create(sql.table(FACTS, subject_id), kept)

    def register_table(self, name: str) -> str:
        """The table in which a consent or objection is recorded."""
        policy = self.rules.policy
        return next((one.table for one in policy.objections if one.register == name), None) or policy.consent(name).table

    def _column(self, name: str) -> str:
        policy = self.rules.policy
        return next((one.column for one in policy.objections if one.register == name), None) or policy.consent(name).column

    def _asking(self, table: Table, reach: Reach) -> Iterator[tuple[Table, str]]:
        yield self.rules.policy.table(reach.at), reach.column
        last = _last_step(reach)
        if last is not None and last.to_columns == (reach.column,):
            yield (self.rules.policy.table(reach.hops[-2].to) if len(reach.hops) > 1 else table), last.columns[0]

    def _who(self, table: Table, column: str) -> exp.Select:
        return exp.select(sql.named(who(table, column, "r"), "who")).distinct().from_(sql.table(NEAR, table.id, alias="r"))

    def _keys(self, rule: TableRule, reaches: Iterable[Reach], subject: Table) -> Iterator[exp.Select]:
        """Keys of the record's subjects of one table: of their rows, and as the last step to them says, for a row may be gone."""
        for reach in reaches:
            if reach.at == subject.id:
                yield self._rows(subject, subject.key)
                last = _last_step(reach)
                if last is not None and set(last.to_columns) == set(subject.key):
                    before = self.rules.policy.table(reach.hops[-2].to) if len(reach.hops) > 1 else rule.table
                    names = dict(zip(last.to_columns, last.columns, strict=True))
                    keys = [sql.named(col(names[key]), key, quoted=True) for key in subject.key]
                    yield exp.select(*keys).from_(sql.table(NEAR, before.id))

    def _rows(self, table: Table, columns: Iterable[str]) -> exp.Select:
        return exp.select(*(col(name) for name in dict.fromkeys(columns))).from_(sql.table(NEAR, table.id))


def _said_by(table: Table, column: str, persons: list[str]) -> Sql:
    """Whether row `t` is of one of these persons. Blanks are taken off only where the value holds one of theirs: that is what costs."""
    among = exp.In(this=who(table, column, "t"), expressions=[lit(one) for one in persons])
    if table.column(column).type != "email":
        return among
    text = sql.one_form(sql.cast(col(column, "t"), "TEXT"))
    holding = sql.any_of(sql.call("CONTAINS", text.copy(), lit(one)) for one in persons)
    return sql.all_of((holding, among))


def _last_step(reach: Reach) -> Hop | None:
    """None where it does not lead from a row: over the names of merged records, whose rows are there."""
    over_names = len(reach.hops) > 1 and reach.hops[-2].to.startswith(IDENTITY)
    return reach.hops[-1] if reach.hops and not over_names else None


def _registers(rule: TableRule) -> list[str]:
    return sorted({reach.name for reach in rule.reaches if reach.kind is Kind.CONSENT})


def _tables(frame: exp.Select, rule: TableRule) -> set[str]:
    """Those that the frame reads, and those over which it finds what it reads."""
    ways = (*(reach.hops for reach in rule.reaches), *rule.standing)
    steps = {hop.to for hops in ways for hop in hops if not hop.to.startswith(IDENTITY)}
    return (
        {rule.table.id}
        | steps
        | {found.name for found in frame.find_all(exp.Table) if found.db == NEAR}
        | {reach.at for reach in rule.reaches}
    )
