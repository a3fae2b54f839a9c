"""How the metrics of the registry count, each over one night's record. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from privacy_pipelines.collector.suspending import HELD
from privacy_pipelines.collector.undeclared import UNDECLARED
from privacy_pipelines.extracts.arrivals import Arrival, made_good
from privacy_pipelines.metrics.metric import share
from privacy_pipelines.nights.record import Record
from privacy_pipelines.observing.points import Number, Point, Unit
from privacy_pipelines.observing.seen import percentile
from privacy_pipelines.retention.decide import State
from privacy_pipelines.retention.plan import Action

ERASES = (Action.ERASE_ROW, Action.ERASE_FIELD)
REFUSES = (Action.REFUSE_ROW, Action.REFUSE_FIELD)


def staged(record: Record) -> int:
    """Rows of the extracts that were read."""
    return sum(arrival.rows for arrival in record.inbox.arrivals if not arrival.refused)


def undeclared_personal(record: Record) -> int:
    """Identifiers in columns that declare none, in extracts that were read; their findings say which columns."""
    return sum(one.count for arrival in record.inbox.arrivals if not arrival.refused for one in arrival.found)


def copied(number: str) -> Callable[[Record], int]:
    """Of all tables together."""
    return lambda record: sum(getattr(one, number) for one in record.copied)


def cells(actions: tuple[Action, ...]) -> Callable[[Record], int]:
    """Of the plan's steps with these actions."""
    return lambda record: record.plan.total(actions, "cells")


def tallied(state: State) -> Callable[[Record], int]:
    """Record clusters in a state."""
    return lambda record: sum(tally.rows for tally in record.plan.tallies if tally.state == state)


def tallied_share(*states: State) -> Callable[[Record], float | None]:
    """The share of all record clusters that are in one of these states."""
    return lambda record: share(
        sum(tally.rows for tally in record.plan.tallies if tally.state in states), sum(tally.rows for tally in record.plan.tallies)
    )


def ungrounded(record: Record) -> int:
    """By deciding again over the new generation."""
    return next(check.found for check in record.proof.checks if check.name == "cells_without_a_ground")


def faults(record: Record) -> int:
    """What the proof found that should not be there, and whether the evidence log is wrong."""
    return sum(check.found for check in record.proof.checks) + record.seen.log_faults


def waiting(record: Record) -> int:
    """Parts that a person must look at; a hold is somebody's decision already."""
    return sum(part.reason != HELD for part in record.plan.withheld)


def withheld_cells(record: Record) -> int:
    """Cells whose purposes have ended, and cells of fields that the policy no longer names, which wait for a person."""
    return record.proof.withheld_cells + sum(part.cells for part in record.plan.withheld if part.purpose == UNDECLARED)


def refused_files(record: Record) -> int:
    """Extracts refused, less those that a newer one of the same table made good in the same night."""
    arrivals = record.inbox.arrivals
    return sum(bool(arrival.refused) and not made_good(arrival, arrivals) for arrival in arrivals)


def listed(number: str) -> Callable[[Record], int]:
    """Of the sources' work lists."""
    return lambda record: sum(getattr(one, number) for one in record.worklists)


def oldest_listed(record: Record) -> int:
    """The age of the oldest open item."""
    return max((one.oldest_days for one in record.worklists), default=0)


def late(number: str) -> Callable[[Record], int]:
    """Summed over what is late."""
    return lambda record: sum(getattr(one, number) for one in record.seen.late)


def oldest_late(record: Record) -> int:
    """How long the latest is past its last day."""
    return max((one.oldest_days for one in record.seen.late), default=0)


def waited(percent: int) -> Callable[[Record], int | None]:
    """Within how many days of their end so many percent of tonight's record clusters were erased."""
    return lambda record: percentile(record.seen.waited, percent)


def consented(record: Record) -> float | None:
    """For how many of the data subjects' records that could be used for a purpose with a consent it stands."""
    every = record.seen.consented
    return share(sum(one.stands for one in every), sum(one.records for one in every))


def undeclared(record: Record) -> int:
    """Columns that extracts of tonight have and no policy names."""
    return len({(arrival.table, name) for arrival in record.inbox.arrivals for name in arrival.undeclared})


def rule_coverage(record: Record) -> float | None:
    """The share of the columns seen tonight that the policy names."""
    outside = undeclared(record)
    return share(_columns(record) - outside, _columns(record))


def columns_outside(record: Record) -> float | None:
    """The share of the columns seen tonight that stayed outside for want of a declaration."""
    return share(undeclared(record), _columns(record))


def rows_outside(record: Record) -> float | None:
    """The share of the rows read tonight that were refused at the door."""
    return share(sum(one.refused for one in record.copied), staged(record))


def bytes_outside(record: Record) -> int:
    """Of tonight's extracts: whole files that were refused, and what stands in columns that stay outside."""
    return round(sum(_outside(arrival) for arrival in record.inbox.arrivals))


def bytes_outside_share(record: Record) -> float | None:
    """The same against all bytes of tonight's extracts."""
    return share(bytes_outside(record), sum(arrival.size for arrival in record.inbox.arrivals))


def due(record: Record) -> Iterable[Point]:
    """By month, table and cluster."""
    return (Point("due", one.records, Unit.CLUSTERS, one.table, one.cluster, one.month) for one in record.seen.due)


def due_total(record: Record) -> Number:
    """In the twelve months."""
    return sum(one.records for one in record.seen.due)


def _outside(arrival: Arrival) -> float:
    return arrival.size if arrival.refused else arrival.size * arrival.outside


def _columns(record: Record) -> int:
    """Of each table the columns of its newest extract that was read; those of several days are the same columns."""
    newest: dict[str, Arrival] = {}
    for arrival in record.inbox.arrivals:
        if not arrival.refused:
            newest[arrival.table] = arrival
    return sum(arrival.columns for arrival in newest.values())
