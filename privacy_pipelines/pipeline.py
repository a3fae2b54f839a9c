"""The way through, as a list of calls: Dagster and the command line both take it. It decides nothing.

    inbox ─► check ─► gather ─► decide ─► make_plan ─► collect ─► finish ─► publish

Each station does its part in the night's staging file and leaves it for the next: Dagster's open it one by one, a night on the command
line keeps it open. What the night fixed at its beginning (day, base generation, policy) is read from there, never again from the clock or
the policy folder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from privacy_pipelines.certifying.issue import certify
from privacy_pipelines.checks.expectations import TableExpectations
from privacy_pipelines.checks.found import TableCheck, from_note
from privacy_pipelines.collector.collect import Copied
from privacy_pipelines.databases.fetch import fetch
from privacy_pipelines.deciding.seals import CohortCount, out_of_date
from privacy_pipelines.errors import PolicyErrors, StoreError
from privacy_pipelines.extracts.arrivals import Arrival
from privacy_pipelines.extracts.drop import require_folder
from privacy_pipelines.nights.again import landed as landed_again, try_days, want, wanted
from privacy_pipelines.nights.beginning import check_clock, check_effective, check_forward, require_room, require_secrets
from privacy_pipelines.nights.ending import Finished, recover
from privacy_pipelines.nights.record import Inbox
from privacy_pipelines.nights.rehearsal import rehearse
from privacy_pipelines.nights.whole import require_whole
from privacy_pipelines.observing.points import Number, read_points
from privacy_pipelines.policy.load import load, load_document
from privacy_pipelines.publishing.publish import PublishedFile, publish as publish_current
from privacy_pipelines.quiet.tonight import repeat_of
from privacy_pipelines.restoring.restore import Order, Restored, admit
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.stations import expecting
from privacy_pipelines.stations.arriving import arrive_tonight, check_tonight, repeat_tonight
from privacy_pipelines.stations.collecting import asked_again, collect_tonight, prove_tonight
from privacy_pipelines.stations.deciding import decide_tonight, gather_tonight, make_plan_tonight, plan_tonight
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import ROW_HASHES_KEY
from privacy_pipelines.store.night import Night, Pin, another_has_begun, begin, open_night
from privacy_pipelines.store.reading import Reader, reader
from privacy_pipelines.store.views import stored_views
from privacy_pipelines.values import Paths

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class LastNight:
    """The night that wrote the current generation, as that keeps it: numbers, and its record in plain values."""

    generation: str
    run: str
    as_of: date
    metrics: dict[str, Number]
    record: dict[str, Any]


def inbox(
    paths: Paths,
    *,
    run: str,
    as_of: date,
    at: datetime,
    first_load: bool = False,
    again: Collection[date] = (),
    over: Restored | None = None,
    repeat: bool = True,
) -> Inbox:
    """ARRIVE: begin a night, fetch tonight's tables of databases, and stage every extract that has not landed. `at` is now, with a zone.
    The night decides over the current generation, or `over` a backup. One that would be the night before once more is quiet: the stations
    to come answer what that found (`quiet/`); without `repeat` it is a full one all the same.

    Raises:
        PolicyErrors, ExtractError, ClockError: input that cannot be used; the store is unchanged.
        StoreError, StoreBusy: the store cannot be used.
    """
    policy = load(paths.policies)
    compile_rules(policy)
    check_effective(policy, as_of)
    require_folder(paths.extracts)
    store = Store(paths.store)
    today = at.astimezone(ZoneInfo(policy.company.zone)).date()
    check_clock(policy, as_of, today)
    store.create()
    with store.writing(PATIENCE_S):
        with reader(store) as last:
            check_forward(last, as_of)
            require_whole(store, last)
            recover(store, last, at=at)
            unfinished = (*_late(publish_current, store, last, at), *_late(certify, store, last, at))
        require_secrets(store, policy)
        fetched = fetch(policy, paths.extracts, as_of=as_of, today=today)
        store.sweep()  # what a night left that was cut short, perhaps by a full disk, is not in this one's way
        require_room(store, paths.extracts)
        current = store.current()
        base = store.next_name() if over else current.name if current else ""
        begin(store, Pin(run, as_of, base, policy.version, first_load))
        if over:
            over.write(store, policy, store.generation(base), run=run, at=at)
        with open_night(store) as night:
            night.keep("policy", policy.document)
            asked, said = wanted(store), (*fetched, *unfinished)
            night.keep("again", [day.isoformat() for day in asked])
            if repeat and not (over or again or asked) and (found := repeat_tonight(paths.extracts, night, policy, said)):
                return found
            stored_views(night.session, policy)  # once a night: the base does not change
            return arrive_tonight(paths.extracts, night, compile_rules(policy), {*again, *asked}, said)


def check(paths: Paths, run: str) -> tuple[TableCheck, ...]:
    """CHECK: every table as it would stand tonight. What is found joins the plan's findings; it stops nothing by itself."""
    with _station(paths, run) as (night, rules):
        return check_tonight(night, rules)


def begin_expecting(paths: Paths, run: str) -> None:
    """CHECK, row by row, first part: what `expect` asks of every table with personal data is begun in a process beside the night. A quiet
    night has nothing to begin; the night on the command line does without, for it takes seconds of a core. Raises StoreError."""
    with _station(paths, run) as (night, rules):
        if repeat_of(night) is None:
            expecting.begin_expecting(night, rules, [table.id for table in rules.policy.tables if table.personal])


def expect(paths: Paths, run: str, table_ids: Collection[str]) -> tuple[TableExpectations, ...]:
    """CHECK, row by row: tonight's new and changed rows of these tables, those not declared tonight left out. On a quiet night they
    are those of the full one. The store is not held up while it takes. Raises StoreError."""
    with _station(paths, run) as (night, rules):
        asked = [table.id for table in rules.policy.tables if table.id in table_ids]
        repeat = repeat_of(night)
        if repeat:
            return tuple(repeat.of.expected_of(table) for table in asked)
        begun = expecting.begun(night, rules, asked)
    found = tuple(one for one in begun.answer() if one.table in asked)
    with _station(paths, run) as (night, _):
        expecting.keep_expected(night, found)
    return found


def end_expecting(run: str) -> None:
    """What was begun and nobody has asked for is ended."""
    expecting.end_expecting(run)


def checked(paths: Paths, run: str) -> tuple[TableCheck, ...]:
    """What `check` found this night, again; nothing where it did not look yet."""
    with _station(paths, run) as (night, _):
        return from_note(night.note("checks"))


def gather(paths: Paths, run: str) -> str:
    """DECIDE, first part: consents, facts and frames. The digest of the frames."""
    with _station(paths, run) as (night, rules):
        return gather_tonight(night, rules)


def decide(paths: Paths, run: str, cohorts: Collection[str] | None = None) -> tuple[CohortCount, ...]:
    """DECIDE, second part: judge every record, or those of some cohorts, and seal what was decided."""
    with _station(paths, run) as (night, rules):
        return decide_tonight(night, rules, cohorts)


def undecided(paths: Paths, run: str) -> tuple[str, ...]:
    """Cohorts that tonight has not decided yet, or not on its policy, facts and day; a quiet night has the decisions that it repeats."""
    with _station(paths, run) as (night, _):
        return () if repeat_of(night) else out_of_date(night)


def make_plan(paths: Paths, run: str) -> Plan:
    """GUARD: the plan, with what is withheld. Raises NotSealed where a cohort is not decided."""
    with _station(paths, run) as (night, rules):
        return make_plan_tonight(night, rules)


def collect(paths: Paths, run: str) -> tuple[Copied, ...]:
    """COLLECT: write the next generation; readers still see the current one. A hold that was added since the plan was made has it made
    again, and then it can only keep more. Raises NotSealed, StoreError."""
    with _station(paths, run) as (night, rules):
        return collect_tonight(night, rules)


def finish(paths: Paths, run: str, *, at: datetime) -> Finished:
    """PROVE, then flip: the new generation becomes current only when nothing was found that should not be there.

    Raises StoreError where the proof fails, NotSealed where a hold was added since the copy: nothing was flipped, and yesterday's
    generation stands.
    """
    expecting.end_expecting(run)
    with _station(paths, run) as (night, rules):
        finished, asked = prove_tonight(night, rules), asked_again(night)
    return _flipped(paths, finished, asked, at)


def _flipped(paths: Paths, finished: Finished, asked: Collection[date], at: datetime) -> Finished:
    store = Store(paths.store)
    with store.writing(PATIENCE_S):
        finished.flip(store, paths.extracts, at=at)
        landed_again(store, asked)
    return finished


def publish(paths: Paths, *, at: datetime) -> tuple[PublishedFile, ...]:
    """PUBLISH: what lives for each purpose that asks for it, as files; then the night is certified, for nothing before it is left.

    Raises StoreError: the night stands, and what is missing is made up for by the next start.
    """
    store = Store(paths.store)
    with store.writing(PATIENCE_S), reader(store) as current:
        files = publish_current(store, current, at=at)
        certify(store, current, at=at)
        return files


def night(
    paths: Paths, *, run: str, as_of: date, at: datetime, first_load: bool = False, again: Collection[date] = (), repeat: bool = True
) -> Generator[tuple[str, object]]:
    """The whole way, station by station: yields each one's name and what it returned, so that a caller can show progress. `repeat` as in
    `inbox`."""
    with Store(paths.store).alone(PATIENCE_S):
        yield "inbox", inbox(paths, run=run, as_of=as_of, at=at, first_load=first_load, again=again, repeat=repeat)
        yield from _after_inbox(paths, run, at)


_BEFORE_THE_PROOF: tuple[tuple[str, Callable[[Night, Rules], object]], ...] = (
    ("checks", check_tonight),
    ("facts", gather_tonight),
    ("decisions", partial(decide_tonight, cohorts=None)),
    ("plan", make_plan_tonight),
    ("generation", collect_tonight),
)


def _after_inbox(paths: Paths, run: str, at: datetime) -> Iterator[tuple[str, object]]:
    """The stations one after the other, as Dagster calls them, but the night stays open between them: opening takes as long as a small
    night's station. The lock is taken anew by each, so that who adds a hold waits for one of them and not for the night."""
    store = Store(paths.store)
    with _open(store, run) as (night, rules):
        for name, work in _BEFORE_THE_PROOF:
            with store.writing(PATIENCE_S):
                night.resume()
                answer = work(night, rules)
            yield name, answer
        with store.writing(PATIENCE_S):
            night.resume()
            finished, asked = prove_tonight(night, rules), asked_again(night)
    yield "proof", _flipped(paths, finished, asked, at)
    yield "published", publish(paths, at=at)


def restore(paths: Paths, order: Order, *, run: str, as_of: date, at: datetime) -> Iterator[tuple[str, object]]:
    """A backup, station by station: checked, replayed, decided over like any night, and only then current. What it held never is.

    Raises as `inbox` does; StoreError also where the file may not be restored.
    """
    policy, store = load(paths.policies), Store(paths.store)
    with store.writing(PATIENCE_S):
        restored = admit(store, order, policy, as_of=as_of)
    yield "backup", restored
    with store.alone(PATIENCE_S):
        yield "inbox", inbox(paths, run=run, as_of=as_of, at=at, over=restored)
        yield from _after_inbox(paths, run, at)


def rehearsal(paths: Paths, *, as_of: date, today: date, first_load: bool = False) -> Iterator[tuple[str, object]]:
    """The same way as far as the plan, and nothing done: the store stays as it is, a night in progress is not disturbed, and no database
    is asked.

    Raises as `inbox` does.
    """
    policy = load(paths.policies)
    rules = compile_rules(policy)
    check_effective(policy, as_of)
    require_folder(paths.extracts)
    store = Store(paths.store)
    check_clock(policy, as_of, today)
    with reader(store) as last:
        check_forward(last, as_of)
    current = store.current()
    with rehearse(store, Pin("rehearsal", as_of, current.name if current else "", policy.version, first_load)) as night:
        stored_views(night.session, policy)
        yield "inbox", arrive_tonight(paths.extracts, night, rules, wanted(store))
        yield "checks", check_tonight(night, rules)
        yield "facts", gather_tonight(night, rules)
        yield "decisions", decide_tonight(night, rules, None)
        yield "plan", plan_tonight(night, rules)


def preview(paths: Paths, *, as_of: date, today: date, first_load: bool = False) -> Plan:
    """The plan that a night would make now; its digest is that night's. On a store without a generation the digests are not: there the
    keys are still to be made. Raises as `inbox` does."""
    stations = dict(rehearsal(paths, as_of=as_of, today=today, first_load=first_load))
    plan = stations["plan"]
    assert isinstance(plan, Plan)
    return plan


def pinned(paths: Paths) -> Pin:
    """What the night in progress fixed when it began. Raises NotSealed where there is none."""
    store = Store(paths.store)
    store.create()
    with store.writing(PATIENCE_S), open_night(store) as night:
        return night.pin


def last_night(paths: Paths) -> LastNight | None:
    """The last night that flipped; None where none has. Raises StoreError."""
    with reader(Store(paths.store)) as current:
        if current is None:
            return None
        intent = current.intent
        (measured,) = read_points(current.session, run=intent.run)
        return LastNight(current.generation.name, intent.run, intent.as_of, measured.numbers, current.record())


def land_again(paths: Paths, days: Collection[date]) -> tuple[Arrival, ...]:
    """Try these days' extracts now, and have the next night land them again. A day without an extract has no arrival and is not kept.

    Raises PolicyErrors, ExtractError, StoreError: nothing was asked for.
    """
    policy = load(paths.policies)
    require_folder(paths.extracts)
    store = Store(paths.store)
    store.create()
    arrivals = try_days(store, policy, paths.extracts, days, store.secret(ROW_HASHES_KEY))
    with store.writing(PATIENCE_S):
        want(store, {arrival.day for arrival in arrivals})
    return arrivals


def _late(work: Callable[..., object], store: Store, current: Reader | None, at: datetime) -> tuple[str, ...]:
    """Do what an earlier night could not; that it still cannot be done is a finding, and holds up no erasure."""
    try:
        work(store, current, at=at)
    except (StoreError, PolicyErrors) as error:
        return (str(error),)
    return ()


@contextmanager
def _station(paths: Paths, run: str) -> Iterator[tuple[Night, Rules]]:
    """The open night of this run, under the store's write lock. Raises StoreError where another night has taken over."""
    store = Store(paths.store)
    store.create()
    with store.writing(PATIENCE_S), _open(store, run) as opened:
        yield opened


@contextmanager
def _open(store: Store, run: str) -> Iterator[tuple[Night, Rules]]:
    with open_night(store) as night:
        if night.pin.run != run:
            raise another_has_begun(store)
        yield night, compile_rules(load_document(night.note("policy")))
