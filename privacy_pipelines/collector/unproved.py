"""GUARD, consents that are lost without a word: one stood yesterday, and today no entry says that it was given, nor anything that arrived
that it is not. Nobody withdrew it: a state was garbled, an address mistyped, a date lost. Without proof it is no ground (GDPR
Art. 7(1)), so nothing is done with what rests on it; but it stays, until the source says it again, says otherwise, or a person approves.

What is asked of a row is whether it would live if such consents still stood: whatever else ends it needs nobody's leave.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import framed, tonight
from privacy_pipelines.policy.model import OBJECTION, Consent, Table
from privacy_pipelines.retention.consents import consent_statement, refusal_statement
from privacy_pipelines.retention.decide import judge
from privacy_pipelines.retention.frames import reach_statement
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.plan import Part
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.registers import registers
from privacy_pipelines.retention.rules import PurposeRule, Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import (
    BLAME,
    CHANGES,
    CONSENTS,
    FRAME,
    GONE,
    PRIOR,
    REFUSALS,
    STORED,
    STORED_CONSENTS,
    TONIGHT,
    UNSAID,
)
from privacy_pipelines.values import OPEN

UNPROVED = "consent_unproved"
_FROM = " unproved from "
"""Stands between a purpose and the night in the name under which a row waits; no purpose and no hold has a blank in its name."""
_FOUND, _CODES = exp.to_table("standing"), exp.to_table("standing_codes")


def unproved(purpose: str, since: str) -> str:
    """The name under which rows wait.

    >>> unproved("newsletter", "2026-11-23")
    'newsletter unproved from 2026-11-23'
    """
    return f"{purpose}{_FROM}{since}"


def told_apart(name: str) -> tuple[str, str]:
    """The purpose of a name under which rows are blamed or wait, and the night since when it wants a proof, or ''.

    >>> told_apart("newsletter unproved from 2026-11-23"), told_apart("newsletter")
    (('newsletter', '2026-11-23'), ('newsletter', ''))
    """
    purpose, _, since = name.partition(_FROM)
    return purpose, since


def blamed_as(part: Part) -> str:
    """The name under which the rows of a part of the guard's are blamed and wait."""
    return unproved(part.purpose, part.since) if part.reason == UNPROVED else part.purpose


@dataclass(slots=True)
class Unproved:
    """What telling such rows apart needs: tonight's rules and yesterday's, the day, and whether the registers were gathered for it."""

    session: Session
    rules: Rules
    before: Rules
    as_of: date
    gathered: bool = False

    def set_apart(self, rule: TableRule, waits: Collection[str]) -> None:
        """In `blame`, what a purpose loses for want of a proof alone has a name of its own; `waits` are the names under which rows of the
        table wait already. What began to wait on another night keeps that night's."""
        numbers = [number for number, reach in enumerate(rule.reaches) if _is_consent(reach)]
        asked = {number: purpose.purpose.name for number, purpose in enumerate(rule.purposes) if _rests(rule, purpose, numbers)}
        wanting = _wanting(rule, asked.values(), numbers)
        if not asked or self.session.one(exp.select(exp.Count(this=exp.Star())).from_(wanting.subquery("s"))) == (0,):
            return
        self._gather()
        self._judge(rule, numbers, wanting, [name for name in waits if told_apart(name)[1]])
        for number, name in asked.items():
            living = exp.select(*_keys(rule)).from_(_FOUND).where(sql.bit(col("alive"), number))
            for label in [one for one in waits if one.startswith(unproved(name, ""))]:
                waiting = exp.select(*_keys(rule)).from_(sql.table(PRIOR, rule.table.id))
                waiting = waiting.where(exp.EQ(this=col("purpose"), expression=lit(label)))
                self._rename(rule, name, label, exp.intersect(living, waiting))
            self._rename(rule, name, unproved(name, self.as_of.isoformat()), living)

    def _rename(self, rule: TableRule, name: str, label: str, keys: exp.Query) -> None:
        here = exp.tuple_(*_keys(rule)) if len(rule.table.key) > 1 else _keys(rule)[0]
        mine = sql.all_of((exp.EQ(this=col("purpose"), expression=lit(name)), exp.In(this=here, query=keys.subquery(copy=False))))
        self.session.run(exp.update(sql.table(BLAME, rule.table.id), {"purpose": lit(label)}, where=mine))

    def _judge(self, rule: TableRule, numbers: Collection[int], wanting: exp.Select, labels: Collection[str]) -> None:
        """`standing`: of each of these rows, the purposes that it would live for (`alive`) if what was lost without a word still stood."""
        sources = tonight(self.rules, self.as_of)
        supposed = framed(replace(sources, consents=UNSAID), rule, wanting)
        yesterday = reach_statement(replace(sources, rows=STORED, consents=UNSAID), rule, numbers, wanting)
        refused = reach_statement(replace(sources, consents=REFUSALS), rule, numbers, wanting, either=True)
        waiting = exp.select(*_keys(rule), sql.named(exp.true(), "waits")).distinct().from_(sql.table(PRIOR, rule.table.id))
        waiting = waiting.where(exp.In(this=col("purpose"), expressions=[lit(label) for label in labels]) if labels else exp.false())
        days = [exp.alias_(_supposed(number), f"d{number}") for number in numbers]
        frame = exp.select(exp.Column(this=exp.Star(replace=days), table=exp.to_identifier("f"))).from_(supposed.subquery("f"))
        for rows, alias in ((yesterday, "y"), (refused, "r"), (waiting, "w")):
            frame = frame.join(rows.subquery(alias), on=sql.same_key(rule.table.key, "f", alias), join_type="left", copy=False)
        code = sql.named(code_expression(rule, self.as_of, self.rules.policy.company), "code")
        self.session.create(_FOUND, exp.select(*_keys(rule), code).from_(frame.subquery("f")), temporary=True)
        judged = [[code, judge(rule, code).alive] for (code,) in self.session.rows(exp.select(col("code")).distinct().from_(_FOUND))]
        self.session.run("CREATE OR REPLACE TEMPORARY TABLE standing_codes (code BIGINT, alive BIGINT)")
        self.session.insert(_CODES, judged)
        joined = exp.select(*_keys(rule, "s"), col("alive", "c")).from_(_FOUND.as_("s")).join(_CODES.as_("c"), on="s.code = c.code")
        self.session.create(_FOUND, joined, temporary=True)

    def _gather(self) -> None:
        """The registers twice more, once a night: of each consent who says in what arrived, or went, tonight that it is not given; and who
        has it, with those of whom nothing is said. A policy that is not yesterday's reads every entry anew."""
        if self.gathered:
            return
        self.gathered = True
        consents = {consent.name: consent for consent in self.rules.policy.consents}
        for table_id in {consent.table for consent in consents.values()}:
            self.session.view(sql.table(REFUSALS, table_id), self._arrived(self.rules.policy.table(table_id)))
        arrived = replace(tonight(self.rules, self.as_of), rows=REFUSALS)
        for name in registers(self.rules.policy):
            same = exp.select(exp.Star()).from_(sql.table(CONSENTS, name))
            if name not in consents:
                self.session.view(sql.table(REFUSALS, name), same)
                self.session.view(sql.table(UNSAID, name), same)
                continue
            self.session.create(sql.table(REFUSALS, name), refusal_statement(arrived, consents[name]))
            self.session.create(sql.table(UNSAID, name), exp.union(same, self._silent(consents[name]), distinct=False))

    @property
    def _changed(self) -> bool:
        return self.before.policy.version != self.rules.policy.version

    def _arrived(self, table: Table) -> exp.Select:
        rows = exp.select(exp.Star()).from_(sql.table(TONIGHT, table.id, alias="t"))
        if self._changed:
            return rows
        changed = exp.select(exp.convert(1)).from_(sql.table(CHANGES, table.id, alias="c")).where(sql.same_key(table.key, "c", "t"))
        went = exp.select(exp.convert(1)).from_(sql.table(GONE, table.id, alias="g"))
        went = went.where(sql.all_of((sql.same_key(table.key, "g", "t"), sql.not_null(col("_gone_since", "g")))))
        return rows.where(sql.any_of((exp.Exists(this=changed), exp.Exists(this=went))))

    def _silent(self, consent: Consent) -> exp.Select:
        """Whose consent stood yesterday, by tonight's policy too, and of whom no register says anything today: what a policy takes for no
        consent any more was not lost by anybody."""
        stood = exp.select(col("who"), sql.named(lit(OPEN), "ends"))
        if self._changed:
            yesterday = replace(tonight(self.rules, self.as_of), rows=STORED)
            stood = stood.from_(consent_statement(yesterday, consent).subquery("s"))
        else:
            stood = stood.from_(sql.table(STORED_CONSENTS, consent.name, alias="s"))
        stood = stood.where(exp.GT(this=col("ends", "s"), expression=lit(self.as_of)))
        for schema in (CONSENTS, REFUSALS):
            same = exp.EQ(this=col("who", "o"), expression=col("who", "s"))
            said = exp.select(exp.convert(1)).from_(sql.table(schema, consent.name, alias="o")).where(same)
            stood = stood.where(exp.not_(exp.Exists(this=said)))
        return stood


def _supposed(number: int) -> Sql:
    """A consent's day as it is with what nobody said taken for said, by tonight's row or yesterday's; of a row that waits for such a proof,
    as long as nothing says otherwise."""
    name = f"d{number}"
    still = sql.case((sql.all_of((sql.not_null(col("waits", "w")), sql.is_null(col(name, "r")))), lit(OPEN)))
    return sql.call("COALESCE", col(name, "f"), col(name, "y"), still)


def _is_consent(reach: Reach) -> bool:
    return reach.kind is Kind.CONSENT and not reach.name.startswith(OBJECTION)


def _rests(rule: TableRule, purpose: PurposeRule, numbers: Collection[int]) -> bool:
    """Whether the purpose lives by a consent."""
    asked = {rule.reaches[number] for number in numbers}
    return not asked.isdisjoint((*purpose.starts, *purpose.gates, *(reach for reach, _ in purpose.ends)))


def _wanting(rule: TableRule, names: Collection[str], numbers: Collection[int]) -> exp.Select:
    """The keys of the rows that these purposes are blamed for, and of which some consent is not to be found."""
    rows = exp.select(*_keys(rule, "b")).distinct().from_(sql.table(BLAME, rule.table.id, alias="b"))
    rows = rows.join(sql.table(FRAME, rule.table.id, alias="f"), on=sql.same_key(rule.table.key, "b", "f"))
    mine = exp.In(this=col("purpose", "b"), expressions=[lit(name) for name in sorted(names)])
    return rows.where(mine, sql.any_of(sql.is_null(col(f"d{number}", "f")) for number in numbers))


def _keys(rule: TableRule, alias: str | None = None) -> list[Sql]:
    return [col(key, alias) for key in rule.table.key]
