"""Consents, one row per person: since when each does not stand. Pure: trees in, trees out."""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.conditions import parse_condition
from privacy_pipelines.policy.model import Consent, Objection
from privacy_pipelines.retention.rowdates import Sources, day_of, first_day, known, names_of, sure, who
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.values import OPEN

ONCE_GIVEN = ("Withdrawn", "Revoked", "Expired", "Invalidated")
"""DPV consent states that say that a consent stood and ended; any other state that is not valid proves nothing (LAW §1)."""
STATES = ("Given", "RenewedConsentGiven", "Requested", "RequestDeferred", "Refused", "Unknown", *ONCE_GIVEN)
"""All of DPV's: the words of a status whose column declares none, if those that are valid are among them."""


def objection_statement(sources: Sources, objection: Objection) -> exp.Select:
    """One row per person who objects: `who`, and `ends`, the first day on which the objection stood. One that was taken back is none.

    It counts without a date, and from a row that its source no longer sends: nobody has to object twice (GDPR Art. 21(3)). A date of
    lifting that stands for an unknown one, or is yet to come, lifts nothing (LAW C10).
    """
    table = sources.policy.table(objection.table)
    made = known(sources, first_day(sources, table, objection.given))
    by_now = sql.case((exp.LTE(this=made, expression=lit(sources.as_of)), made.copy()))
    stands = [_not_yet(sources, known(sources, day_of(sources, table, objection.until, "r")))] if objection.until else []
    if objection.status:
        stands.append(_among(objection.status, objection.valid))
    if objection.when:
        stands.append(parse_condition(objection.when, names_of(table)))
    rows = exp.select(
        sql.named(who(table, objection.column, "r"), "who"), sql.named(sql.call("COALESCE", by_now, col("_first_seen", "r")), "made")
    )
    rows = rows.from_(sql.table(sources.rows, table.id, alias="r")).where(*stands)
    found = exp.select(col("who"), sql.named(exp.Min(this=col("made")), "ends")).from_(rows.subquery("e"))
    return found.where(sql.not_null(col("who"))).group_by(col("who"))


def consent_statement(sources: Sources, consent: Consent) -> exp.Select:
    """One row per person: `who` (the matching value) and `ends`, the first day on which the consent does not stand.

    Of several entries the latest act decides, and on one day the withdrawal does: consent must be as easy to withdraw as to give
    (GDPR Art. 7(3)). No row says "never given"; a consent without a known date of giving cannot be proved and was not given (Art. 7(1)).
    What has ended by itself, or is no longer in its source, withdraws no other entry.
    """
    withdrawn = exp.Window(this=exp.Max(this=col("act")), partition_by=[col("who")])
    entries = exp.select(col("who"), col("valid"), col("stood"), col("given"), col("ends"), sql.named(withdrawn, "withdrawn"))
    entries = entries.from_(_entries(sources, consent).subquery("e"))
    later = sql.all_of((col("valid"), sql.any_of((sql.is_null(col("withdrawn")), exp.GT(this=col("given"), expression=col("withdrawn"))))))
    value = sql.case((later, col("ends")), default=sql.least([col("ends"), col("withdrawn")]))
    return (
        exp.select(col("who"), sql.named(exp.Max(this=value), "ends")).from_(entries.subquery("w")).where(col("stood")).group_by(col("who"))
    )


def refusal_statement(sources: Sources, consent: Consent) -> exp.Select:
    """One row per person of whom an entry says that this consent is not given: `who`, and `ends`, which is today. It says so with a word of
    its status that is not among the valid ones, with a day of withdrawal, or by leaving its source. An empty status, or a word that nobody
    declared, says neither."""
    words = sources.policy.table(consent.table).column(consent.status).accepted or (STATES if set(consent.valid) <= set(STATES) else ())
    word = sql.all_of((_among("status", words) if words else sql.not_null(col("status", "r")), exp.not_(_among("status", consent.valid))))
    said = sql.any_of((word, exp.not_(_not_yet(sources, col("until"))), sql.not_null(col("gone"))))
    found = exp.select(col("who"), sql.named(lit(sources.as_of), "ends")).distinct()
    found = found.from_(_consent_rows(sources, consent).subquery("r"))
    return found.where(said, sql.not_null(col("who")))


def _entries(sources: Sources, consent: Consent) -> exp.Select:
    """Every entry of a consent: was it given once (`stood`), is it valid, the day on which it was withdrawn (`act`), and the
    first day on which it does not stand by itself. One without a known date of giving proves none; its withdrawal is one all the same."""
    given, until, today = col("given"), col("until"), lit(sources.as_of)
    valid = sql.all_of((_among("status", consent.valid), sql.not_null(given), exp.LTE(this=given, expression=today)))
    once = _among("status", ONCE_GIVEN)
    over = sql.least([sql.call("COALESCE", until, given, col("seen")), today])  # what is withdrawn does not stand until a day to come
    act = sql.case((once, over), (exp.not_(_not_yet(sources, until)), until))
    ends = sql.least([sql.case((once.copy(), over.copy()), default=until), expiry(consent, given), col("gone")])
    return (
        exp.select(
            col("who"),
            sql.named(valid, "valid"),
            sql.named(sql.any_of((valid, once)), "stood"),
            given,
            sql.named(act, "act"),
            sql.named(ends, "ends"),
        )
        .from_(_consent_rows(sources, consent).subquery("r"))
        .where(sql.any_of((_among("status", consent.valid), once.copy())), sql.not_null(col("who")))
    )


def _not_yet(sources: Sources, day: Sql) -> Sql:
    """Whether a day has not come, or is not known."""
    return sql.any_of((sql.is_null(day), exp.GT(this=day.copy(), expression=lit(sources.as_of))))


def _consent_rows(sources: Sources, consent: Consent) -> exp.Select:
    """The entries of one consent, their days in the company's zone: that of an instant costs enough to be asked once."""
    table = sources.policy.table(consent.table)
    until = known(sources, day_of(sources, table, consent.until, "r")) if consent.until else sql.cast(exp.null(), "DATE")
    columns = {
        "who": who(table, consent.column, "r"),
        "given": known(sources, first_day(sources, table, consent.given)),
        "until": until,
        "status": col(consent.status, "r"),
        "gone": col("_gone_since", "r"),
        "seen": col("_first_seen", "r"),
    }
    rows = exp.select(*(sql.named(value, name) for name, value in columns.items())).from_(sql.table(sources.rows, table.id, alias="r"))
    if table.column(consent.column).type == "email":
        rows = rows.where(exp.not_(_shared(sources, columns["who"])))
    return rows.where(parse_condition(consent.when, names_of(table))) if consent.when else rows


def _shared(sources: Sources, address: Sql) -> Sql:
    """Whether several people read this mailbox: who said something there cannot be told, so it proves no person's consent. (An objection
    from there counts: nobody has to say who they are to be left alone.)"""
    before_at = exp.Anonymous(this="SPLIT_PART", expressions=[address.copy(), lit("@"), lit(1)])
    return sure(exp.In(this=before_at, expressions=[lit(name) for name in sources.policy.company.shared_mailboxes]))


def expiry(consent: Consent, given: Sql) -> Sql:
    """The first day after the consent's own validity; the only date arithmetic in SQL, and cast back as DuckDB and Spark agree."""
    if consent.valid_for is None:
        return lit(OPEN)
    months = exp.Interval(this=exp.Literal.string(str(consent.valid_for.months)), unit=exp.var("MONTH"))
    days = exp.Interval(this=exp.Literal.string(str(consent.valid_for.days + 1)), unit=exp.var("DAY"))
    moved = sql.cast(exp.Add(this=given.copy(), expression=months), "DATE")
    return sql.cast(exp.Add(this=moved, expression=days), "DATE")


def _among(column: str, values: tuple[str, ...]) -> Sql:
    return sure(exp.In(this=col(column, "r"), expressions=[lit(value) for value in values]))
