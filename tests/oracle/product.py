"""What the product says, through the real way: a night from files, its frames and verdicts, explanations, and the next generation.

Nothing here decides. Dates and levels are those of `explain`, asked for every record of a night and not only for one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from privacy_pipelines import pipeline, sql
from privacy_pipelines.nights.rehearsal import rehearse as rehearsing
from privacy_pipelines.policy.load import load, load_document
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.stations.arriving import arrive_tonight, check_tonight
from privacy_pipelines.stations.deciding import decide_tonight, gather_tonight, plan_tonight
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import TONIGHT
from privacy_pipelines.store.night import Night, Pin, open_night
from privacy_pipelines.store.reading import reader
from privacy_pipelines.store.views import stored_views
from privacy_pipelines.values import Paths
from tests.oracle.records import Key, Record, Told, records


def run(paths: Paths, as_of: date, *, first_load: bool, again: tuple[date, ...] = ()) -> Told:
    """A whole night on a day, station by station as Dagster takes it: what was decided is looked at on the way."""
    at, run = datetime(as_of.year, as_of.month, as_of.day, 2, tzinfo=UTC), f"night-{as_of}"
    pipeline.inbox(paths, run=run, as_of=as_of, at=at, first_load=first_load, again=again)
    pipeline.check(paths, run)
    pipeline.gather(paths, run)
    pipeline.decide(paths, run)
    plan = pipeline.make_plan(paths, run)
    decided, before = _decided(paths, as_of)
    pipeline.collect(paths, run)
    pipeline.finish(paths, run, at=at)
    pipeline.publish(paths, at=at)
    with reader(Store(paths.store)) as current:
        assert current is not None
        rules = compile_rules(current.intent.rules_document())
        after = {
            table.id: {tuple(row[k] for k in table.key): row for row in _rows(current.session, "cur", table.id)}
            for table in rules.policy.tables
        }
        record = current.record()
    return Told(decided, before, after, plan, record)


def rehearse(paths: Paths, as_of: date) -> Told:
    """As far as the plan, over the current generation; the same stations as a night's, and nothing is kept."""
    policy, store = load(paths.policies), Store(paths.store)
    rules, current = compile_rules(policy), store.current()
    pin = Pin("rehearsal", as_of, current.name if current else "", policy.version, True)
    with rehearsing(store, pin) as opened:
        stored_views(opened.session, policy)
        arrive_tonight(paths.extracts, opened, rules, ())
        check_tonight(opened, rules)
        gather_tonight(opened, rules)
        decide_tonight(opened, rules, None)
        plan = plan_tonight(opened, rules)
        decided, before = _of_night(opened, rules, as_of)
    return Told(decided, before, {}, plan, {})


def _decided(paths: Paths, as_of: date) -> tuple[dict[tuple[str, Key], Record], dict[str, list[dict[str, Any]]]]:
    with open_night(Store(paths.store)) as opened:
        return _of_night(opened, compile_rules(load_document(opened.note("policy"))), as_of)


def _of_night(opened: Night, rules: Rules, as_of: date) -> tuple[dict[tuple[str, Key], Record], dict[str, list[dict[str, Any]]]]:
    before = {table.id: _rows(opened.session, TONIGHT, table.id) for table in rules.policy.tables}
    found = {}
    for rule in rules.tables:
        for key, record in records(opened.session, rules, rule, as_of, before[rule.table.id]):
            found[rule.table.id, key] = record
    return found, before


def _rows(session: Session, schema: str, table: str) -> list[dict[str, Any]]:
    name = sql.text(sql.table(schema, table)) if schema != "cur" else 'cur.{}."{}"'.format(*table.split("."))
    columns = [column for column, *_ in session.rows(f"DESCRIBE {name}")]
    return [dict(zip(columns, row, strict=True)) for row in session.rows(f"SELECT * FROM {name}")]
