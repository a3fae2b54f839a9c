"""What is measured of a night: a visible tuple of small functions over its record. A new metric is one function and one line.

Names, units and "what good looks like" are for people; every number counts records, cells or days and is never a value of one.
"""

from __future__ import annotations

from privacy_pipelines.metrics import counting
from privacy_pipelines.metrics.metric import Breakdown, Metric
from privacy_pipelines.nights.record import Record
from privacy_pipelines.observing.points import Number, Point, Unit
from privacy_pipelines.retention.decide import State

U = Unit
_STAYS_KNOWN = (State.KEEP, State.RESTRICT)

METRICS: tuple[Metric, ...] = (
    Metric("staged", U.ROWS, "Rows staged", "what the sources sent", "GDPR Art. 5(1)(d)", counting.staged),
    Metric("quarantined", U.ROWS, "Rows quarantined", "0", "GDPR Art. 5(1)(d)", lambda r: len(r.inbox.quarantined)),
    Metric("refused_files", U.FILES, "Extracts refused", "0", "GDPR Art. 32", counting.refused_files),
    Metric("undeclared_columns", U.COLUMNS, "Undeclared columns seen", "0", "GDPR Art. 5(1)(c), 25(2)", counting.undeclared),
    Metric("rule_coverage", U.SHARE, "Columns seen that a rule covers", "100 %", "GDPR Art. 5(2), 24(1)", counting.rule_coverage),
    Metric("columns_kept_out", U.SHARE, "Columns that never entered", "what nobody needs", "GDPR Art. 25(2)", counting.columns_outside),
    Metric("rows_kept_out", U.SHARE, "Rows that never entered", "what nobody needs", "GDPR Art. 25(2)", counting.rows_outside),
    Metric("bytes_kept_out", U.BYTES, "Bytes that never entered", "what nobody needs", "GDPR Art. 25(2)", counting.bytes_outside),
    Metric("bytes_kept_out_share", U.SHARE, "Share of the bytes that never entered", "what nobody needs", "GDPR Art. 25(2)",
           counting.bytes_outside_share),
    Metric("masked", U.CELLS, "Identifiers masked in free text", "0", "GDPR Art. 5(1)(c)",
           lambda r: sum(one.masked for one in r.inbox.arrivals)),
    Metric("undeclared_personal", U.CELLS, "Personal data where none was declared", "0", "GDPR Art. 5(1)(c)", counting.undeclared_personal),
    Metric("never_filled", U.COLUMNS, "Declared fields that nothing fills", "0", "GDPR Art. 5(1)(c)", lambda r: len(r.seen.never_filled)),
    Metric("refused", U.ROWS, "Rows refused at the door", "falling", "GDPR Art. 5(1)(c), 25(2)", counting.copied("refused")),
    Metric("refused_cells", U.CELLS, "Cells refused at the door", "falling", "GDPR Art. 5(1)(c)", counting.cells(counting.REFUSES)),
    Metric("kept", U.ROWS, "Rows kept", "what a living purpose needs", "GDPR Art. 5(1)(e)", counting.copied("kept")),
    Metric("purpose_coverage", U.SHARE, "Record clusters with a known purpose", "100 %", "GDPR Art. 5(1)(b)",
           counting.tallied_share(*_STAYS_KNOWN)),
    Metric("consent_coverage", U.SHARE, "Data subjects whose consent stands, where one is asked for", "what people said", "GDPR Art. 7(1)",
           counting.consented),
    Metric("restricted", U.CLUSTERS, "Record clusters restricted", "only duties and claims", "GDPR Art. 18",
           counting.tallied(State.RESTRICT)),
    Metric("restricted_share", U.SHARE, "Share restricted", "only duties and claims", "GDPR Art. 18",
           counting.tallied_share(State.RESTRICT)),
    Metric("undetermined", U.CLUSTERS, "Record clusters undetermined", "falling", "GDPR Art. 5(2)", counting.tallied(State.UNDETERMINED)),
    Metric("undetermined_share", U.SHARE, "Share undetermined", "falling", "GDPR Art. 5(2)", counting.tallied_share(State.UNDETERMINED)),
    Metric("erased", U.ROWS, "Rows erased", "as forecast", "GDPR Art. 17(1)(a)", counting.copied("erased")),
    Metric("erased_cells", U.CELLS, "Cells erased", "as forecast", "GDPR Art. 17(1)(a)", counting.cells(counting.ERASES)),
    Metric("erased_after_p50", U.DAYS, "From the end of the purpose to erased: half within", "within the execution window",
           "GDPR Art. 5(1)(e)", counting.waited(50)),
    Metric("erased_after_p95", U.DAYS, "From the end of the purpose to erased: 95 % within", "within the execution window",
           "GDPR Art. 5(1)(e)", counting.waited(95)),
    Metric("erased_after_max", U.DAYS, "From the end of the purpose to erased: the longest", "within the execution window",
           "GDPR Art. 5(1)(e)", counting.waited(100)),
    Metric("erased_late", U.ROWS, "Erased after their deadline", "0", "LAW §1 erase_by", lambda r: sum(s.overdue for s in r.plan.steps)),
    Metric("overdue", U.ROWS, "Rows past their deadline", "0", "LAW §1 erase_by", lambda r: r.proof.overdue_rows),
    Metric("overdue_oldest", U.DAYS, "The oldest past its deadline", "0", "LAW §1 erase_by", counting.oldest_late),
    Metric("overdue_record_days", U.RECORD_DAYS, "Record-days past the deadline", "0", "LAW §1 erase_by", counting.late("row_days")),
    Metric("over_retention", U.FIELD_DAYS, "Over-retention", "0", "GDPR Art. 5(1)(e)", counting.late("cell_days")),
    Metric("due_in_a_year", U.CLUSTERS, "Record clusters that fall due within twelve months", "as forecast", "GDPR Art. 5(1)(e)",
           counting.due_total),
    Metric("returned", U.ROWS, "Rows that came back on a ground of their own", "what the sources did", "GDPR Art. 5(1)(a)",
           lambda r: r.seen.returned),
    Metric("resurrections", U.ROWS, "Erased rows that are back without a ground", "0", "GDPR Art. 17(1)", lambda r: r.seen.resurrected),
    Metric("withheld", U.PARTS, "Parts withheld", "0", "LAW scenario 61", counting.waiting),
    Metric("withheld_cells", U.CELLS, "Cells withheld", "0", "LAW scenario 61", counting.withheld_cells),
    Metric("holds", U.HOLDS, "Holds active", "each reviewed in time", "LAW E-5", lambda r: len(r.holds)),
    Metric("holds_past_review", U.HOLDS, "Holds past their review", "0", "LAW scenario 58", lambda r: sum(h.past_review for h in r.holds)),
    Metric("suspended", U.CLUSTERS, "Record clusters suspended", "only what a hold names", "GDPR Art. 17(3)",
           counting.tallied(State.SUSPENDED)),
    Metric("to_delete", U.ITEMS, "Open in the sources' work lists", "falling", "GDPR Art. 5(1)(e)", counting.listed("open")),
    Metric("deleted_at_source", U.ITEMS, "Done by the sources", "what was open", "GDPR Art. 5(1)(e)", counting.listed("done")),
    Metric("overdue_at_source", U.ITEMS, "Overdue in the sources", "0", "GDPR Art. 5(1)(e)", counting.listed("overdue")),
    Metric("oldest_at_source", U.DAYS, "Oldest open item of the sources", "below source_cleanup", "GDPR Art. 5(1)(e)",
           counting.oldest_listed),
    Metric("cells_without_a_ground", U.CELLS, "Cells without a ground", "0", "GDPR Art. 5(1)(b), 6", counting.ungrounded),
    Metric("verification_faults", U.FAULTS, "Faults of the proof and of the evidence log", "0", "GDPR Art. 5(2), 32(1)(d)",
           counting.faults),
)  # fmt: skip

BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown("due", U.CLUSTERS, "Record clusters that fall due, by month, table and cluster", "as forecast", "GDPR Art. 5(1)(e)",
              counting.due),
)  # fmt: skip


def measure(record: Record) -> dict[str, Number]:
    """Every metric of a night that has a value, by name."""
    found = ((metric.name, metric.measure(record)) for metric in METRICS)
    return {name: value for name, value in found if value is not None}


def points(record: Record) -> tuple[Point, ...]:
    """All of it, as the generation keeps it."""
    units = {metric.name: metric.unit for metric in METRICS}
    whole = (Point(name, value, units[name]) for name, value in measure(record).items())
    return (*whole, *(point for one in BREAKDOWNS for point in one.measure(record)))
