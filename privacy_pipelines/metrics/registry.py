"""What is measured of a night: a visible tuple of small functions over its record. A new metric is one function and one line.

Names, units and "what good looks like" are for people; every number is a count of records or cells, never a value of one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from privacy_pipelines.collector.suspending import HELD
from privacy_pipelines.collector.undeclared import UNDECLARED
from privacy_pipelines.extracts.arrivals import made_good
from privacy_pipelines.nights.record import Record
from privacy_pipelines.retention.plan import Action


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a night."""

    name: str
    unit: str
    title: str
    good: str
    source: str
    measure: Callable[[Record], int]


def measure(record: Record) -> dict[str, int]:
    """Every metric of a night, by name."""
    return {metric.name: metric.measure(record) for metric in METRICS}


def units() -> dict[str, str]:
    """The unit of every metric, by name."""
    return {metric.name: metric.unit for metric in METRICS}


def _staged(record: Record) -> int:
    return sum(arrival.rows for arrival in record.inbox.arrivals if not arrival.refused)


def _tallied(state: str) -> Callable[[Record], int]:
    return lambda record: sum(tally.rows for tally in record.plan.tallies if tally.state == state)


def _ungrounded(record: Record) -> int:
    return next(check.found for check in record.proof.checks if check.name == "cells_without_a_ground")


def _waiting(record: Record) -> int:
    """Parts that a person must look at; a hold is somebody's decision already."""
    return sum(part.reason != HELD for part in record.plan.withheld)


def _refused_files(record: Record) -> int:
    """Extracts refused, less those that a newer one of the same table made good in the same night."""
    arrivals = record.inbox.arrivals
    return sum(bool(arrival.refused) and not made_good(arrival, arrivals) for arrival in arrivals)


def _withheld_cells(record: Record) -> int:
    """Cells whose purposes have ended, and cells of fields that the policy no longer names, which wait for a person."""
    return record.proof.withheld_cells + sum(part.cells for part in record.plan.withheld if part.purpose == UNDECLARED)


def _listed(number: str) -> Callable[[Record], int]:
    return lambda record: sum(getattr(one, number) for one in record.worklists)


def _undeclared_personal(record: Record) -> int:
    """In extracts that were read; how many in which column is said by their findings."""
    return sum(one.count for arrival in record.inbox.arrivals if not arrival.refused for one in arrival.found)


_ERASES = (Action.ERASE_ROW, Action.ERASE_FIELD)
_REFUSES = (Action.REFUSE_ROW, Action.REFUSE_FIELD)

METRICS: tuple[Metric, ...] = (
    Metric("staged", "rows", "Rows staged", "what the sources sent", "GDPR Art. 5(1)(d)", _staged),
    Metric("quarantined", "rows", "Rows quarantined", "0", "GDPR Art. 5(1)(d)", lambda r: len(r.inbox.quarantined)),
    Metric("refused_files", "files", "Extracts refused", "0", "GDPR Art. 32", _refused_files),
    Metric(
        "masked", "cells", "Identifiers masked in free text", "0", "GDPR Art. 5(1)(c)", lambda r: sum(a.masked for a in r.inbox.arrivals)
    ),
    Metric("undeclared_personal", "identifiers", "Personal data where none was declared", "0", "GDPR Art. 5(1)(c)", _undeclared_personal),
    Metric(
        "refused", "rows", "Rows refused at the door", "falling", "GDPR Art. 5(1)(c), 25(2)", lambda r: sum(c.refused for c in r.copied)
    ),
    Metric(
        "refused_cells", "cells", "Cells refused at the door", "falling", "GDPR Art. 5(1)(c)", lambda r: r.plan.total(_REFUSES, "cells")
    ),
    Metric("kept", "rows", "Rows kept", "what a living purpose needs", "GDPR Art. 5(1)(e)", lambda r: sum(c.kept for c in r.copied)),
    Metric("restricted", "clusters", "Record clusters restricted", "only duties and claims", "GDPR Art. 18", _tallied("restrict")),
    Metric("undetermined", "clusters", "Record clusters undetermined", "falling", "GDPR Art. 5(2)", _tallied("undetermined")),
    Metric("erased", "rows", "Rows erased", "as forecast", "GDPR Art. 17(1)(a)", lambda r: sum(c.erased for c in r.copied)),
    Metric("erased_cells", "cells", "Cells erased", "as forecast", "GDPR Art. 17(1)(a)", lambda r: r.plan.total(_ERASES, "cells")),
    Metric("erased_late", "rows", "Erased after their deadline", "0", "LAW §1 erase_by", lambda r: sum(s.overdue for s in r.plan.steps)),
    Metric("overdue", "rows", "Rows past their deadline", "0", "LAW §1 erase_by", lambda r: r.proof.overdue_rows),
    Metric(
        "withheld",
        "parts",
        "Parts withheld",
        "0",
        "LAW scenario 61",
        _waiting,
    ),
    Metric("withheld_cells", "cells", "Cells withheld", "0", "LAW scenario 61", _withheld_cells),
    Metric("holds", "holds", "Holds active", "each reviewed in time", "LAW E-5", lambda r: len(r.holds)),
    Metric("holds_past_review", "holds", "Holds past their review", "0", "LAW scenario 58", lambda r: sum(h.past_review for h in r.holds)),
    Metric("suspended", "clusters", "Record clusters suspended", "only what a hold names", "GDPR Art. 17(3)", _tallied("suspended")),
    Metric("to_delete", "items", "Open in the sources' work lists", "falling", "GDPR Art. 5(1)(e)", _listed("open")),
    Metric("deleted_at_source", "items", "Done by the sources", "what was open", "GDPR Art. 5(1)(e)", _listed("done")),
    Metric("overdue_at_source", "items", "Overdue in the sources", "0", "GDPR Art. 5(1)(e)", _listed("overdue")),
    Metric(
        "oldest_at_source",
        "days",
        "Oldest open item of the sources",
        "below source_cleanup",
        "GDPR Art. 5(1)(e)",
        lambda r: max((one.oldest_days for one in r.worklists), default=0),
    ),
    Metric("cells_without_a_ground", "cells", "Cells without a ground", "0", "GDPR Art. 5(1)(b), 6", _ungrounded),
)
