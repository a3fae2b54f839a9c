"""From frames to exceptions: count each table's codes, judge each once, and name the rows with which anything is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import spans_tonight
from privacy_pipelines.deciding.prior import waiting
from privacy_pipelines.deciding.returning import returning
from privacy_pipelines.retention.decide import Verdict, judge
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CHANGES, EXCEPTIONS, FRAME, PRIOR, STORED, VERDICTS


@dataclass(frozen=True, slots=True)
class Weighed:
    """How many records of a table and cohort have one code, with what it means."""

    table: str
    cohort: int
    verdict: Verdict
    rows: int


def weigh(session: Session, rules: Rules, as_of: date, cohorts: Iterable[int] | None = None) -> tuple[Weighed, ...]:
    """Count the codes of every frame, of some cohorts or all, and keep the eventful rows in `verdicts`."""
    wanted = sorted(cohorts) if cohorts is not None else None
    found: list[Weighed] = []
    for rule, (code, coded) in zip(rules.tables, code_counts(session, rules, as_of, wanted), strict=True):
        weighed = [Weighed(rule.table.id, cohort, judge(rule, number), rows) for cohort, number, rows in coded]
        _keep_verdicts(session, rule, code, weighed, wanted)
        found += weighed
    return tuple(found)


def code_counts(session: Session, rules: Rules, as_of: date, cohorts: list[int] | None) -> list[tuple[Sql, list[tuple[int, int, int]]]]:
    """For each table the code of a row, and (cohort, code, rows): one scan of the frame, comparisons only."""
    spans = spans_tonight(session)

    def counted(rule: TableRule, session: Session) -> tuple[Sql, list[tuple[int, int, int]]]:
        code = code_expression(rule, as_of, rules.policy.company, spans[rule.table.id])
        coded = sql.select(col("cohort"), sql.named(code, "code")).from_(sql.table(FRAME, rule.table.id), copy=False)
        grouped = sql.select(col("cohort"), col("code"), exp.Count(this=exp.Star()))
        grouped = grouped.from_(_of(coded, cohorts).subquery("f", copy=False), copy=False).group_by(col("cohort"), col("code"), copy=False)
        return code, [(cohort, number, rows) for cohort, number, rows in session.rows(grouped)]

    return session.together(partial(counted, rule) for rule in rules.tables)


def find_exceptions(session: Session, rules: Rules, key: bytes) -> None:
    """`exceptions`: the eventful rows with the masks of what they lose (cells in the store) and are refused (cells that arrived).

    A record that nothing is known about does not come back through the door by which it was sent away.
    """

    def found(rule: TableRule, session: Session) -> None:
        verdicts = sql.table(VERDICTS, rule.table.id)
        session.create(sql.table(EXCEPTIONS, rule.table.id), exceptions_of(session, rule, key, verdicts))

    session.together(partial(found, rule) for rule in rules.tables)


def _keep_verdicts(session: Session, rule: TableRule, code: Sql, weighed: list[Weighed], cohorts: list[int] | None) -> None:
    """The frame's rows whose code is eventful, with what their verdict says; cohorts decided before are replaced."""
    name = sql.table(VERDICTS, rule.table.id)
    _judge(session, {item.verdict.code: item.verdict for item in weighed})
    plain = (*rule.table.key, "in_store", "cohort")
    framed = sql.select(*(col(key) for key in plain), sql.named(code, "code")).from_(sql.table(FRAME, rule.table.id), copy=False)
    judged = [col(name, "v") for name in ("ended", "overdue", "over", "unknown", "undetermined", "row_ended", "row_without_unknown")]
    waits = exp.select(exp.convert(1)).from_(sql.table(PRIOR, rule.table.id, alias="w")).where(sql.same_key(rule.table.key, "w", "f"))
    select = sql.select(*(col(key, "f") for key in plain), *judged).from_(_of(framed, cohorts).subquery("f", copy=False), copy=False)
    same = exp.EQ(this=col("code", "f"), expression=col("code", "v"))
    select = select.join(exp.to_table("judged").as_("v"), on=same, copy=False)
    select = select.where(sql.any_of((col("eventful", "v"), exp.Exists(this=waits))), copy=False)
    if cohorts is None:
        with session.hasty():
            session.create(name, select)
        return
    session.run(f"CREATE TABLE IF NOT EXISTS {sql.text(name)} AS {sql.text(select.copy().limit(0))}")
    session.run(exp.delete(name, where=exp.In(this=col("cohort"), expressions=[lit(number) for number in cohorts])))
    session.run(f"INSERT INTO {sql.text(name)} {sql.text(select)}")


def _judge(session: Session, verdicts: dict[int, Verdict]) -> None:
    """What each code means, as a small table beside the frames."""
    session.run(
        "CREATE OR REPLACE TEMPORARY TABLE judged (code BIGINT, eventful BOOLEAN, ended BIGINT, overdue BIGINT, over BIGINT, "
        "unknown BIGINT, undetermined BOOLEAN, row_ended BOOLEAN, row_without_unknown BOOLEAN)"
    )
    rows = [
        [v.code, v.eventful, v.ended, v.overdue, v.over, v.unknown, v.undetermined, v.row_ended, v.row_without_unknown]
        for v in verdicts.values()
    ]
    session.insert(exp.to_table("judged"), rows)


def exceptions_of(session: Session, rule: TableRule, key: bytes, verdicts: exp.Table) -> exp.Select:
    """The exceptions among these verdicts on a table.

    An unknown cluster ends all the same where the record was sent away before, or where it waits since an earlier night.
    """
    table = rule.table
    unknown = col("unknown", "v")
    branches: list[tuple[Sql, Sql]] = [(sql.not_null(col("mask", "w")), exp.BitwiseAnd(this=unknown, expression=col("mask", "w")))]
    departed = returning(session, rule, key)
    if departed is not None:
        branches.insert(0, (sql.not_null(col(table.key[0], "p")), unknown.copy()))
    over = sql.case(*branches, default=lit(0))
    inner = exp.select(
        *(col(name, "v") for name in (*table.key, "in_store", "cohort", "overdue", "over", "unknown", "undetermined")),
        sql.named(exp.BitwiseOr(this=col("ended", "v"), expression=exp.Paren(this=over)), "ended"),
        sql.named(exp.or_(col("row_ended", "v"), _nothing_left(over)), "row_ended"),
    )
    for number, cluster in enumerate(rule.clusters):
        inner = inner.select(
            sql.named(_filled(cluster.columns, "s"), f"had{number}"),
            sql.named(_filled(cluster.columns, "c"), f"came{number}"),
            copy=False,
        )
    inner = inner.select(*(sql.named(_filled(rule.structural, alias), name) for alias, name in (("s", "had_row"), ("c", "came_row"))))
    inner = inner.from_(exp.alias_(verdicts, "v", table=True), copy=False)
    for schema, alias in ((STORED, "s"), (CHANGES, "c")):
        inner = inner.join(sql.table(schema, table.id, alias=alias), on=sql.same_key(table.key, "v", alias), join_type="left", copy=False)
    inner = inner.join(waiting(rule).subquery("w"), on=sql.same_key(table.key, "v", "w"), join_type="left", copy=False)
    if departed is not None:
        inner = inner.join(departed.subquery("p"), on=sql.same_key(table.key, "v", "p"), join_type="left", copy=False)
    return _masked(rule).from_(inner.subquery("x"))


def _nothing_left(over: Sql) -> Sql:
    unknown = col("unknown", "v")
    every = exp.EQ(this=exp.Paren(this=over.copy()), expression=unknown)
    return sql.all_of((exp.NEQ(this=unknown.copy(), expression=lit(0)), every, col("row_without_unknown", "v")))


def _masked(rule: TableRule) -> exp.Select:
    """`lost` and `refused` masks, and the cells behind each bit. What lives as long as the row goes with it, and only with it."""
    lost, refused, cells = [], [], []
    for number in range(len(rule.clusters)):
        over = sql.bit(col("ended"), number)
        with_key = _is_row(rule, number)
        had = _any(f"had{number}", with_key, col("in_store"))
        came = _any(f"came{number}", with_key, exp.not_(col("in_store")))
        lost.append((sql.all_of((over, had)), number))
        refused.append((sql.all_of((over.copy(), exp.not_(exp.Paren(this=had.copy())), came)), number))
        found: Sql = sql.case((had.copy(), col(f"had{number}")), default=col(f"came{number}"))
        if with_key:
            found = exp.Add(this=found, expression=sql.case((col("row_ended"), _with_row(rule)), default=lit(0)))
        cells.append(sql.named(found, f"cells{number}"))
    plain = ("in_store", "cohort", "overdue", "over", "unknown", "undetermined", "ended", "row_ended")
    columns = [col(name) for name in (*rule.table.key, *plain)]
    return exp.select(*columns, sql.named(_sum_bits(lost), "lost"), sql.named(_sum_bits(refused), "refused"), *cells)


def _with_row(rule: TableRule) -> Sql:
    """The cells that go with the row alone: its key, and what dates are found by."""
    others = sql.case((col("in_store"), col("had_row")), default=col("came_row"))
    return exp.Add(this=lit(len(rule.table.key)), expression=others)


def _any(count: str, with_key: bool, there: Sql) -> Sql:
    filled = exp.GT(this=col(count), expression=lit(0))
    return sql.any_of((filled, sql.all_of((col("row_ended"), there)))) if with_key else filled


def _of(statement: exp.Select, cohorts: list[int] | None) -> exp.Select:
    if cohorts is None:
        return statement
    wanted = exp.In(this=col("cohort"), expressions=[lit(number) for number in cohorts]) if cohorts else exp.false()
    return statement.where(wanted, copy=False)


def _filled(names: Iterable[str], alias: str) -> Sql:
    counts = [sql.case((sql.not_null(col(name, alias)), lit(1)), default=lit(0)) for name in names]
    total: Sql = lit(0)
    for count in counts:
        total = exp.Add(this=total, expression=count)
    return total


def _sum_bits(bits: list[tuple[Sql, int]]) -> Sql:
    total: Sql = sql.cast(lit(0), "BIGINT")
    for condition, number in bits:
        total = exp.Add(this=total, expression=sql.case((condition, sql.cast(lit(1 << number), "BIGINT")), default=lit(0)))
    return total


def _is_row(rule: TableRule, number: int) -> bool:
    """The cluster that serves every purpose of the table: what goes with the row belongs to it."""
    return len(rule.clusters[number].purposes) == len(rule.purposes)


def tally_cohorts(weighed: Iterable[Weighed]) -> dict[int, tuple[int, int]]:
    """Per cohort: its records, and those of them with which something is to be done."""
    records: Counter[int] = Counter()
    due: Counter[int] = Counter()
    for item in weighed:
        records[item.cohort] += item.rows
        due[item.cohort] += item.rows if item.verdict.ended else 0
    return {cohort: (records[cohort], due[cohort]) for cohort in records}
