"""Seals: which cohorts were decided, on which policy, facts and day. What is not sealed is not collected."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.weigh import Weighed, tally_cohorts
from privacy_pipelines.errors import NotSealed
from privacy_pipelines.retention.cohorts import COHORTS, name_of, number_of
from privacy_pipelines.retention.decide import judge
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.layout import NIGHT
from privacy_pipelines.store.night import Night


@dataclass(frozen=True, slots=True)
class CohortCount:
    """A decided cohort: its records, and those with a data cluster that has ended."""

    cohort: str
    records: int
    ended: int


def seal(
    night: Night, rules: Rules, weigh: Callable[[list[int] | None], tuple[Weighed, ...]], cohorts: Collection[str] | None
) -> tuple[CohortCount, ...]:
    """Decide some cohorts, or all, and seal them. Raises NotSealed where the facts are not gathered."""
    digest = _facts(night)
    numbers = None if cohorts is None or set(cohorts) == set(COHORTS) else sorted(number_of(name) for name in cohorts)
    session = night.session
    session.run(f"CREATE TABLE IF NOT EXISTS {NIGHT}.codes (tab VARCHAR, cohort INT, code BIGINT, rows BIGINT)")
    session.run(
        f"CREATE TABLE IF NOT EXISTS {NIGHT}.seals (cohort INT, policy VARCHAR, facts VARCHAR, as_of VARCHAR, records BIGINT, ended BIGINT)"
    )
    session.run("BEGIN TRANSACTION")
    weighed = weigh(numbers)
    counts = tally_cohorts(weighed)
    sealed = numbers if numbers is not None else [number_of(name) for name in COHORTS]
    for name in ("codes", "seals"):
        among = exp.In(this=col("cohort"), expressions=[lit(number) for number in sealed])
        session.run(exp.delete(sql.table(NIGHT, name), where=among))
    session.insert(sql.table(NIGHT, "codes"), [[item.table, item.cohort, item.verdict.code, item.rows] for item in weighed])
    pin = night.pin
    session.insert(
        sql.table(NIGHT, "seals"), [[n, pin.policy_version, digest, pin.as_of.isoformat(), *counts.get(n, (0, 0))] for n in sealed]
    )
    session.run("COMMIT")
    return tuple(CohortCount(name_of(number), *counts.get(number, (0, 0))) for number in sealed)


def require_sealed(night: Night, rules: Rules) -> None:
    """Raises NotSealed where a cohort is not decided on this policy, these facts and this day."""
    missing = out_of_date(night)
    if missing:
        raise NotSealed(
            f"{len(missing)} of {len(COHORTS)} cohorts are not decided on tonight's policy, facts and day. Decide them first (decisions)"
        )


def out_of_date(night: Night) -> tuple[str, ...]:
    """Cohorts whose seal is not the one that tonight asks for."""
    found = night.session.columns(_catalog(night), NIGHT, "seals")
    seals = night.session.rows(f"SELECT cohort, policy, facts, as_of FROM {NIGHT}.seals") if found else []
    wanted = (night.pin.policy_version, _facts(night), night.pin.as_of.isoformat())
    good = {cohort for cohort, *seal in seals if tuple(seal) == wanted}
    return tuple(name for name in COHORTS if number_of(name) not in good)


def weighed_tonight(night: Night, rules: Rules) -> tuple[Weighed, ...]:
    """What the sealed cohorts counted, judged again: a verdict is a pure function of its code."""
    rows = night.session.rows(f"SELECT tab, cohort, code, rows FROM {NIGHT}.codes")
    return tuple(Weighed(table, cohort, judge(rules.of(table), code), count) for table, cohort, code, count in rows)


def sealed_counts(night: Night) -> tuple[CohortCount, ...]:
    """Every sealed cohort with its counts."""
    rows = night.session.rows(f"SELECT cohort, records, ended FROM {NIGHT}.seals ORDER BY cohort")
    return tuple(CohortCount(name_of(cohort), records, ended) for cohort, records, ended in rows)


def _facts(night: Night) -> str:
    digest = night.note("facts_digest")
    if digest is None:
        raise NotSealed(f"{night.store.staging}: tonight's facts are not gathered. Run the station before (facts)")
    return str(digest)


def _catalog(night: Night) -> str:
    return str(night.session.one("SELECT current_database()")[0])
