"""COLLECT, facts: what is known of each data subject's events, kept beside the data. It holds dates, and no row that said them."""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.facts import first_step, latest_events
from privacy_pipelines.retention.leaving import Leaving
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import FactRoute, Rules
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, FACTS, KEPT_FACTS, NEXT, TONIGHT


def keep_facts(rules: Rules, sources: Sources, subject_id: str, routes: tuple[FactRoute, ...], session: Session) -> None:
    """Facts of living subjects only. What rows said that are found no more after tonight stays as evidence without the row: the latest day
    in `_gone`, and in `_lost` since when one of them had no date; an open event among them is missing from tonight."""
    facts = _facts(sources, Leaving(ACTIONS, rules), sources.policy.table(subject_id), routes)
    session.create(sql.table(KEPT_FACTS, subject_id, catalog=NEXT), facts)


def _facts(sources: Sources, leaving: Leaving, subject: Table, routes: tuple[FactRoute, ...]) -> exp.Select:
    living = sql.table(subject.source, subject.name, catalog=NEXT, alias="l")
    statement = exp.select(*(col(key, "f") for key in subject.key)).from_(sql.table(FACTS, subject.id, alias="f"))
    statement = statement.join(living, on=sql.same_key(subject.key, "f", "l"))
    for number, route in enumerate(routes):
        alias, name = f"g{number}", route.name
        found = _leaving_facts(sources, leaving, subject, route)
        statement = statement.join(found.subquery(alias), on=sql.same_key(subject.key, "f", alias), join_type="left")
        since, lost = col(f"{name}_since", "f"), col(f"{name}_lost", "f")
        without = sql.case((col("missing", alias), sql.call("COALESCE", since, lit(sources.as_of))))
        values = {
            "_since": sql.call("COALESCE", since.copy(), without),
            "_gone": sql.greatest([col(f"{name}_gone", "f"), col("latest", alias)]),
            "_lost": sql.call("COALESCE", lost, without.copy()),
        }
        kept = (sql.named(value, f"{name}{part}", quoted=True) for part, value in values.items())
        statement = statement.select(col(name, "f"), *kept)
    return statement


def _leaving_facts(sources: Sources, leaving: Leaving, subject: Table, route: FactRoute) -> exp.Select:
    """(key, latest, missing): what is found no more after tonight about each data subject. It is little, so it is found first."""
    events = latest_events(sources, route.hops, route.event, entity=route.entity, leaving=leaving)
    on = first_step(route.hops[0], "t", "v")
    found = exp.select(*(col(key, "t") for key in subject.key), col("latest", "v"), col("missing", "v"))
    return found.from_(sql.table(TONIGHT, subject.id, alias="t")).join(events.subquery("v"), on=on)
