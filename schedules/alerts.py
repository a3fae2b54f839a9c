"""Alerts: a sensor that looks at runs that have ended, and tells a person by webhook or e-mail (docs/alerts.md).

    python -m schedules.alerts        tries every way once: 0 told, 1 not told, 2 a setting that cannot be used

It runs in the daemon, beside the nights: whatever becomes of an alert, no night notices.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import dagster as dg

from assets.tags import AS_OF
from privacy_pipelines.alerting.alert import Alert, Withheld, night_failed, plan_withheld
from privacy_pipelines.alerting.outbox import Outbox
from privacy_pipelines.alerting.sending import attempt
from privacy_pipelines.alerting.settings import Alerting, alerting
from privacy_pipelines.errors import InputError
from schedules.approving import JOB as APPROVE

ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
MOST_LETTERS = 5
"""In one look: it may take a minute, and each letter may take ten seconds over each way."""
WITHHELD = dg.AssetCheckKey(dg.AssetKey("plan"), "nothing_withheld")
MOST_RUNS = 500
NOBODY = "Nobody is told: no webhook and no mail server is set (docs/alerts.md)"


@dg.sensor(
    name="alerts", minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells a person about runs that failed and parts that are withheld, where a webhook or a mail server is set.",
)  # fmt: skip
def alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Look, tell, and keep what could not be told for later."""
    try:
        found = alerting(os.environ)
    except InputError as error:
        return dg.SkipReason(f"Nobody is told: {error}")
    if not found.ways:
        return dg.SkipReason(NOBODY)
    now = time.time()
    box = Outbox.read(context.cursor, now)
    box = box.with_runs(_ended(context.instance, box.since), [name for name, _ in found.ways], now)
    box, said = _told(context.instance, found, box, now)
    context.update_cursor(box.written())
    return dg.SkipReason(". ".join(said) or "Nothing to tell")


def _ended(instance: dg.DagsterInstance, since: float) -> list[str]:
    """Runs that ended since then, but approvals: who launches one sees what became of it."""
    after = dg.RunsFilter(statuses=ENDED, updated_after=datetime.fromtimestamp(since, UTC))
    records = instance.get_run_records(after, limit=MOST_RUNS)
    return [
        one.dagster_run.run_id
        for one in reversed(records)
        if one.dagster_run.job_name != APPROVE and one.end_time is not None and one.end_time > since
    ]


def _told(instance: dg.DagsterInstance, found: Alerting, box: Outbox, now: float) -> tuple[Outbox, list[str]]:
    """What is left after this look, and a sentence about each attempt."""
    said, silent = list[str](), set[str]()
    for letter in box.due(now):
        way, alert = found.way(letter.way), _alert(instance, letter.run, found.ui)
        if way is None or alert is None:
            box = box.after(letter, None)
        elif len(said) < MOST_LETTERS and letter.way not in silent:
            why_not = attempt(alert, way)
            later = letter.again(now) if why_not else None
            box = box.after(letter, later)
            said.append(_sentence(letter.way, alert, why_not, gave_up=later is None))
            silent |= {letter.way} if why_not else set()
    return box, said


def _sentence(way: str, alert: Alert, why_not: str, *, gave_up: bool) -> str:
    if not why_not:
        return f"{way}: told of run {alert.run}"
    return f"{way}: {why_not}; run {alert.run} {'is given up after a day' if gave_up else 'is tried again later'}"


def _alert(instance: dg.DagsterInstance, run_id: str, ui: str) -> Alert | None:
    """What there is to tell about a run; None where it went well, or is no longer kept."""
    run = instance.get_run_by_id(run_id)
    if run is None:
        return None
    as_of, link = run.tags.get(AS_OF, ""), f"{ui}/runs/{run_id}" if ui else ""
    if run.status == dg.DagsterRunStatus.FAILURE:
        said = list(_failures(_events(instance, run_id, dg.DagsterEventType.STEP_FAILURE)))
        return night_failed(run.job_name, run=run_id, as_of=as_of, said=said or ["Its process ended before it could say why."], link=link)
    parts = list(_withheld(_events(instance, run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)))
    return plan_withheld(parts, run=run_id, as_of=as_of, link=link) if parts else None


def _failures(events: Iterable[dg.DagsterEvent]) -> Iterator[str]:
    """Our own words about each step that failed; any other's are not repeated, for they may quote a record."""
    for event in events:
        data = event.step_failure_data.user_failure_data
        yield f"{event.step_key}: {(data.description if data else None) or 'failed, and what it said is withheld. Look at the run'}"


def _withheld(events: Iterable[dg.DagsterEvent]) -> Iterator[Withheld]:
    for event in events:
        evaluation = event.asset_check_evaluation_data
        parts = evaluation.metadata.get("parts")
        if evaluation.asset_check_key == WITHHELD and isinstance(parts, dg.TableMetadataValue):
            for row in (record.data for record in parts.records):
                table, purpose, reason, digest = (str(row[name]) for name in ("table", "purpose", "reason", "digest"))
                yield Withheld(table, purpose, reason, int(str(row["unexpected"])), digest)


def _events(instance: dg.DagsterInstance, run_id: str, kind: dg.DagsterEventType) -> Iterator[dg.DagsterEvent]:
    for record in instance.get_records_for_run(run_id, of_type=kind).records:
        if record.event_log_entry.dagster_event is not None:
            yield record.event_log_entry.dagster_event


def main() -> int:
    """A trial over every way."""
    try:
        found = alerting(os.environ)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    trial = Alert("trial", "A trial: alerts of the privacy pipelines arrive here", link=found.ui)
    answers = {name: attempt(trial, way) for name, way in found.ways}
    for name, why_not in answers.items():
        print(f"{name}: {why_not or 'told'}")
    if not answers:
        print(NOBODY)
    return 1 if any(answers.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
