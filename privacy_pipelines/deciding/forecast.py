"""What yesterday knew would go tonight: yesterday's policy over yesterday's rows and facts, on tonight's day. Nothing that arrived counts.

There is no stored forecast to go stale: the same statements decide, over the current generation alone, for the rows in question.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import framed, gather_consents, kept_facts
from privacy_pipelines.deciding.prior import key_before
from privacy_pipelines.retention.decide import Verdict, judge
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import BEFORE, EXCEPTIONS, EXPECTED, STORED, STORED_CONSENTS, STORED_FACTS
from privacy_pipelines.store.views import stored_views


def forecast(session: Session, rules: Rules, before: Rules, as_of: date) -> None:
    """`expected`: for each stored row that loses something tonight, what `before` (yesterday's rules) foresaw, in tonight's numbering:
    `ended` clusters, purposes still `alive`, and whether it was `undetermined`."""
    losing = {rule.table.id for rule in rules.tables if loses(session, rule)}
    sources = _yesterday(session, before, as_of) if losing else None
    known = {rule.table.id: rule for rule in before.tables if rule.table.id in losing}
    for rule in rules.tables:
        _keep(session, rules, rule, known.get(rule.table.id), sources)


def foresee(session: Session, rules: Rules, rule: TableRule, before: Rules, as_of: date) -> None:
    """`expected` of one table anew, of which more rows lose something than when the forecast was made."""
    known = {old.table.id: old for old in before.tables}
    _keep(session, rules, rule, known.get(rule.table.id), _yesterday(session, before, as_of))


def _yesterday(session: Session, before: Rules, as_of: date) -> Sources:
    """The current generation under yesterday's policy, on tonight's day."""
    sources = Sources(before.policy, as_of, BEFORE, STORED_FACTS, STORED_CONSENTS)
    stored_views(session, before.policy, BEFORE)
    gather_consents(session, sources)
    stored_facts(session, before)
    return sources


def _keep(session: Session, rules: Rules, rule: TableRule, old: TableRule | None, sources: Sources | None) -> None:
    comparable = old is not None and key_before(rule, old) is not None
    select = _foreseen(session, rules, rule, old, sources) if old and sources and comparable else _nothing(rule)
    session.create(sql.table(EXPECTED, rule.table.id), select)


def loses(session: Session, rule: TableRule) -> bool:
    """Whether a cell of this table that is in the store would go tonight."""
    lost = exp.select(exp.Count(this=exp.Star())).from_(sql.table(EXCEPTIONS, rule.table.id)).where("in_store AND lost <> 0")
    return bool(session.one(lost)[0])


def stored(rules: Rules, as_of: date) -> Sources:
    """The current generation alone."""
    return Sources(rules.policy, as_of, STORED, STORED_FACTS, STORED_CONSENTS)


def stored_facts(session: Session, rules: Rules) -> None:
    """Views on the facts that the current generation keeps; empty where it keeps none."""
    for subject_id, routes in rules.facts:
        subject = rules.policy.table(subject_id)
        known, old = kept_facts(session, subject, routes)
        empty = sql.cast(exp.null(), "DATE")
        columns = [
            sql.named(col(f"{route.name}{part}") if route.name in known else empty.copy(), f"{route.name}{part}", quoted=True)
            for route in routes
            for part in ("", "_since", "_gone", "_lost")
        ]
        keys = [col(key) for key in subject.key]
        statement = (
            exp.select(*keys, *columns).from_(old) if old is not None else exp.select(*keys, *columns).from_(sql.table(STORED, subject_id))
        )
        session.view(sql.table(STORED_FACTS, subject_id), statement)


def _foreseen(session: Session, rules: Rules, rule: TableRule, old: TableRule, sources: Sources) -> exp.Select:
    keys = tuple(zip(rule.table.key, key_before(rule, old) or (), strict=True))
    wanted = (col(key) if key == was else sql.named(col(key), was, quoted=True) for key, was in keys)
    losing = exp.select(*wanted).from_(sql.table(EXCEPTIONS, rule.table.id)).where("in_store AND lost <> 0")
    code = sql.named(code_expression(old, sources.as_of, sources.policy.company), "code")
    named = (col(key) if key == was else sql.named(col(was), key, quoted=True) for key, was in keys)
    frame = exp.select(*named, code).from_(framed(sources, old, losing).subquery("f"))
    session.create(exp.to_table("foreseen"), frame, temporary=True)
    codes = [judge(old, row[0]) for row in session.rows("SELECT DISTINCT code FROM foreseen")]
    session.run("CREATE OR REPLACE TEMPORARY TABLE foreseen_codes (code BIGINT, ended BIGINT, alive BIGINT, undetermined BOOLEAN)")
    session.insert(exp.to_table("foreseen_codes"), [[v.code, _ended(rule, old, v), _alive(rule, old, v), v.undetermined] for v in codes])
    columns = [*(col(key, "f") for key in rule.table.key), *(col(name, "c") for name in ("ended", "alive", "undetermined"))]
    return exp.select(*columns).from_(exp.to_table("foreseen").as_("f")).join(exp.to_table("foreseen_codes").as_("c"), on="f.code = c.code")


def _ended(rule: TableRule, old: TableRule, verdict: Verdict) -> int:
    """Tonight's clusters all of whose fields yesterday's rule had already ended."""
    was = {column: number for number, cluster in enumerate(old.clusters) for column in cluster.columns}
    mask = 0
    for number, cluster in enumerate(rule.clusters):
        before = {was[named] for column in cluster.columns if (named := rule.table.stored_as(column, was))}
        foreseen = all(verdict.ended >> n & 1 for n in before) if before else verdict.row_ended
        mask |= foreseen << number
    return mask


def _alive(rule: TableRule, old: TableRule, verdict: Verdict) -> int:
    names = {purpose.purpose.name for number, purpose in enumerate(old.purposes) if verdict.alive >> number & 1}
    return sum(1 << number for number, purpose in enumerate(rule.purposes) if purpose.purpose.name in names)


def _nothing(rule: TableRule) -> exp.Select:
    columns = [*(col(key) for key in rule.table.key), *(sql.named(sql.cast(lit(0), "BIGINT"), name) for name in ("ended", "alive"))]
    return exp.select(*columns, sql.named(exp.false(), "undetermined")).from_(sql.table(STORED, rule.table.id)).where(exp.false())
