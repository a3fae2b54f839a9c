"""Consents, one row per person: since when each does not stand. Pure: trees in, trees out."""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.conditions import parse_condition
from privacy_pipelines.policy.model import Consent, Objection
from privacy_pipelines.retention.rowdates import Sources, day_of, first_day, names_of, sure, who
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.values import OPEN

ONCE_GIVEN = ("Withdrawn", "Revoked", "Expired", "Invalidated")
"""DPV consent states that say that a consent stood and ended; any other state that is not valid proves nothing (LAW §1)."""


def objection_statement(sources: Sources, objection: Objection) -> exp.Select:
    """One row per person who objects: `who`, and `ends`, the first day on which the objection stood. One that was taken back is none.

    It counts without a date, and from a row that its source no longer sends: nobody has to object twice (GDPR Art. 21(3)).
    """
    table = sources.policy.table(objection.table)
    made = first_day(sources, table, objection.given)
    by_now = sql.case((exp.LTE(this=made, expression=lit(sources.as_of)), made.copy()))
    stands = [sql.is_null(day_of(sources, table, objection.until, "r"))] if objection.until else []
    if objection.status:
        stands.append(_among(objection.status, objection.valid))
    if objection.when:
        stands.append(parse_condition(objection.when, names_of(table)))
    rows = exp.select(
        exp.alias_(who(table, objection.column, "r"), "who"), exp.alias_(sql.call("COALESCE", by_now, col("_first_seen", "r")), "made")
    )
    rows = rows.from_(sql.table(sources.rows, table.id, alias="r")).where(*stands)
    found = exp.select(col("who"), exp.alias_(exp.Min(this=col("made")), "ends")).from_(rows.subquery("e"))
    return found.where(sql.not_null(col("who"))).group_by(col("who"))


def consent_statement(sources: Sources, consent: Consent) -> exp.Select:
    """One row per person: `who` (the matching value) and `ends`, the first day on which the consent does not stand.

    Of several entries the latest act decides, and on one day the withdrawal does: consent must be as easy to withdraw as to give
    (GDPR Art. 7(3)). No row says "never given"; a consent without a date of giving cannot be proved and was not given (Art. 7(1)).
    """
    given, until, gone = col("given"), col("until"), col("gone")
    valid = sql.all_of((_among("status", consent.valid), sql.not_null(given)))
    stands = sql.all_of((valid, sql.is_null(until), sql.is_null(gone)))
    ended = sql.case(
        (valid.copy(), sql.call("COALESCE", until, gone)),
        (_among("status", ONCE_GIVEN), sql.call("COALESCE", until, given, col("seen"))),
    )
    entries = exp.select(
        col("who"),
        exp.alias_(sql.case((stands, given)), "given"),
        exp.alias_(sql.case((stands, _expiry(consent, given))), "expires"),
        exp.alias_(ended, "ended"),
    ).from_(_consent_rows(sources, consent).subquery("r"))
    given_last, ended_last = exp.Max(this=col("given")), exp.Max(this=col("ended"))
    later = sql.any_of((sql.is_null(ended_last), exp.GT(this=given_last.copy(), expression=ended_last.copy())))
    value = sql.case((later, exp.Max(this=col("expires"))), default=ended_last.copy())
    return (
        exp.select(col("who"), exp.alias_(value, "ends")).from_(entries.subquery("e")).where(sql.not_null(col("who"))).group_by(col("who"))
    )


def _consent_rows(sources: Sources, consent: Consent) -> exp.Select:
    """The entries of one consent, their days in the company's zone: that of an instant costs enough to be asked once."""
    table = sources.policy.table(consent.table)
    until = day_of(sources, table, consent.until, "r") if consent.until else exp.cast(exp.null(), "DATE")
    columns = {
        "who": who(table, consent.column, "r"),
        "given": first_day(sources, table, consent.given),
        "until": until,
        "status": col(consent.status, "r"),
        "gone": col("_gone_since", "r"),
        "seen": col("_first_seen", "r"),
    }
    rows = exp.select(*(exp.alias_(value, name) for name, value in columns.items())).from_(sql.table(sources.rows, table.id, alias="r"))
    return rows.where(parse_condition(consent.when, names_of(table))) if consent.when else rows


def _expiry(consent: Consent, given: Sql) -> Sql:
    """The first day after the consent's own validity; the only date arithmetic in SQL, and cast back as DuckDB and Spark agree."""
    if consent.valid_for is None:
        return lit(OPEN)
    months = exp.Interval(this=exp.Literal.string(str(consent.valid_for.months)), unit=exp.var("MONTH"))
    days = exp.Interval(this=exp.Literal.string(str(consent.valid_for.days + 1)), unit=exp.var("DAY"))
    moved = exp.cast(exp.Add(this=given.copy(), expression=months), "DATE")
    return exp.cast(exp.Add(this=moved, expression=days), "DATE")


def _among(column: str, values: tuple[str, ...]) -> Sql:
    return sure(exp.In(this=col(column, "r"), expressions=[lit(value) for value in values]))
