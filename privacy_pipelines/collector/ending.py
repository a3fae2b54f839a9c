"""Rows that end with another row: when what they name is left behind tonight, or was on an earlier night, so are they, and what names them.

What a row names is decided, guarded and perhaps withheld before the row itself, so that nothing ends with what stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.linking import ending_links, gone_targets, keys_of, names, other_names, standing
from privacy_pipelines.collector.orphans import of_link
from privacy_pipelines.deciding.forecast import foresee
from privacy_pipelines.deciding.prior import waiting
from privacy_pipelines.deciding.weigh import exceptions_of
from privacy_pipelines.policy.model import Link
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import EXCEPTIONS, EXPECTED, FRAME, TONIGHT, VERDICTS


@dataclass(frozen=True, slots=True)
class Cascade:
    """What ending with another row needs: tonight's rules and yesterday's, the day, and the key of the departed."""

    session: Session
    rules: Rules
    before: Rules
    as_of: date
    key: bytes

    def extend(self, rule: TableRule) -> None:
        """Put the rows that end with one that leaves tonight among the table's exceptions, and say which of them yesterday foresaw.
        Everything that the table's rows end with must have its actions by now."""
        links = dict(ending_links(self.rules, rule))
        if not links:
            return
        orphans = (of_link(rule, number) for number in links)
        self.session.create(_ENDING, _either([ending_rows(self.rules, rule), *orphans]), temporary=True)
        if not self.session.one("SELECT count(*) FROM ending")[0]:
            return
        verdicts = sql.table(VERDICTS, f"{rule.table.id}, ending")
        self.session.create(verdicts, _with_the_ending(rule))
        self.session.create(sql.table(EXCEPTIONS, rule.table.id), exceptions_of(self.session, rule, self.key, verdicts))
        foresee(self.session, self.rules, rule, self.before, self.as_of)
        self.session.create(sql.table(EXPECTED, rule.table.id), self._foreseen(rule, links.values()))

    def _foreseen(self, rule: TableRule, links: Iterable[Link]) -> exp.Select:
        """What yesterday foresaw of each row, its ending with another included."""
        foreseen = _either(_foreseen_over(self.rules, rule, link) for link in links)
        first = rule.table.key[0]
        ended = sql.case((sql.not_null(col(first, "f")), lit(_every(rule))), default=col("ended", "e"))
        columns = [*(col(name, "e") for name in rule.table.key), sql.named(sql.cast(ended, "BIGINT"), "ended"), col("alive", "e")]
        rows = exp.select(*columns, col("undetermined", "e")).from_(sql.table(EXPECTED, rule.table.id, alias="e"))
        return rows.join(foreseen.subquery("f"), on=sql.same_key(rule.table.key, "e", "f"), join_type="left")


def ending_rows(rules: Rules, rule: TableRule) -> exp.Query:
    """Keys of the rows that name a row that leaves; and of those that wait since an earlier night, when it left. For a table that has such
    links, when everything that they lead to has its actions."""
    return _either(_ending(rules, rule, link) for _, link in ending_links(rules, rule))


_ENDING = exp.to_table("ending")


def _ending(rules: Rules, rule: TableRule, link: Link) -> exp.Query:
    key = [col(name, "t") for name in rule.table.key]
    rows = exp.select(*key).from_(sql.table(TONIGHT, rule.table.id, alias="t"))
    leaving = rows.copy().join(gone_targets(rules, link).subquery("g"), on=names(link, "t", "g"))
    waits = rows.join(waiting(rule).subquery("w"), on=sql.same_key(rule.table.key, "t", "w"))
    waits = waits.where(*(sql.not_null(col(name, "t")) for name in link.columns), exp.not_(exp.Paren(this=standing(rules, link, "t"))))
    if link.kind:
        waits = waits.where(exp.EQ(this=col(link.kind[0], "t"), expression=lit(link.kind[1])))
    return exp.union(leaving, waits)


def _with_the_ending(rule: TableRule) -> exp.Query:
    """The table's verdicts, with every cluster of a row that ends with another ended."""
    key = rule.table.key
    ending = exp.select(exp.convert(1)).from_(_ENDING.as_("x"))
    others = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("v"))).from_(sql.table(VERDICTS, rule.table.id, alias="v"))
    others = others.where(exp.not_(exp.Exists(this=ending.where(sql.same_key(key, "x", "v")))))
    zero = sql.cast(lit(0), "BIGINT")
    said: dict[str, Sql] = {
        "ended": sql.cast(lit(_every(rule)), "BIGINT"),
        "overdue": sql.call("COALESCE", col("overdue", "v"), zero),
        "over": sql.call("COALESCE", col("over", "v"), zero.copy()),
        "unknown": zero.copy(),
        "undetermined": exp.false(),
        "row_ended": exp.true(),
        "row_without_unknown": exp.true(),
    }
    columns = [*(col(name, "f") for name in (*key, "in_store", "cohort")), *(sql.named(value, name) for name, value in said.items())]
    ended = exp.select(*columns).from_(sql.table(FRAME, rule.table.id, alias="f"))
    ended = ended.join(_ENDING.as_("x"), on=sql.same_key(key, "f", "x"))
    ended = ended.join(sql.table(VERDICTS, rule.table.id, alias="v"), on=sql.same_key(key, "f", "v"), join_type="left")
    return exp.union(others, ended, distinct=False)


def _foreseen_over(rules: Rules, rule: TableRule, link: Link) -> exp.Select:
    """Keys of the rows that name one whose end yesterday foresaw."""
    to = rules.of(link.to)
    whole = next(number for number, cluster in enumerate(to.clusters) if len(cluster.purposes) == len(to.purposes))
    named = [sql.named(col(column, "o"), key) for column, key in zip(link.to_columns, keys_of(link), strict=True)]
    gone = exp.select(*named).from_(sql.table(TONIGHT, link.to, alias="o"))
    gone = gone.join(sql.table(EXPECTED, link.to, alias="e"), on=sql.same_key(to.table.key, "o", "e")).where(
        sql.bit(col("ended", "e"), whole)
    )
    by_key = to.table.merged is not None and link.to_columns == to.table.key
    targets = exp.union(gone, other_names(to.table, gone)) if by_key else gone
    rows = exp.select(*(col(name, "t") for name in rule.table.key)).distinct().from_(sql.table(TONIGHT, rule.table.id, alias="t"))
    return rows.join(targets.subquery("g"), on=names(link, "t", "g"))


def _either(queries: Iterable[exp.Query]) -> exp.Query:
    """The rows of all of them, each once."""
    every = list(queries)
    return exp.union(*every) if len(every) > 1 else every[0]


def _every(rule: TableRule) -> int:
    return (1 << len(rule.clusters)) - 1
