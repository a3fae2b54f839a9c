"""A raw text in its declared type, or NULL where it does not read as that type exactly: nothing is rounded, guessed or cut. Pure.

The engine's own casts are only let near what was seen to be written plainly: they round 1.7 to 2, and read 1e3, 0x1F, 1_000, `infinity` and
`epoch` as numbers and days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Column, Extract
from privacy_pipelines.sql import Sql, lit
from privacy_pipelines.store.views import engine_type, places_of

_SPACES = " \u00a0\u202f"
"""Between groups of digits a space may be one that does not break, wide or narrow."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meaning of a text depends on beside its column."""

    extract: Extract
    zone: str
    """The company's: of a timestamp without offset in a column that names no zone."""
    day: date
    """The extract's: a year of two digits lies in the hundred years before."""


def typed_value(reading: Reading, column: Column, raw: Sql) -> Sql:
    """The value, or NULL. Instants become UTC."""
    trimmed = sql.call("TRIM", raw.copy())
    if column.type == "date":
        return _written(_first([_parsed(reading, trimmed, text, "DATE") for text in column.formats or ("%Y-%m-%d",)]), trimmed)
    if column.type == "timestamp":
        return _written(_instant(reading, column, trimmed), trimmed)
    if column.type in ("decimal", "integer"):
        return _number(reading.extract, column, trimmed)
    if column.type == "boolean":
        return _boolean(column, trimmed)
    return raw.copy()


def _parsed(reading: Reading, text: Sql, form: str, kind: str) -> Sql:
    """A day or time in one form. A year of two digits that would lie behind the extract's day is the one a century before."""
    value = _try_cast(_call("TRY_STRPTIME", text.copy(), lit(form)), kind)
    if "%y" not in form.replace("%%", ""):
        return value
    earlier = _try_cast(exp.Sub(this=value.copy(), expression=exp.Interval(this=lit("100"), unit=exp.var("YEAR"))), kind)
    return sql.case((exp.GT(this=_try_cast(value.copy(), "DATE"), expression=lit(reading.day)), earlier), default=value)


def _instant(reading: Reading, column: Column, text: Sql) -> Sql:
    """A stamp with an offset is an instant; one without is read in the column's zone. Kept as UTC without a zone.

    An hour that the clocks skipped counts as the one after it, an hour that they showed twice as the second one (winter time).
    """
    zone = column.zone or reading.zone
    if column.formats:
        return _first([_formed(reading, text, form, zone) for form in column.formats])
    absolute = exp.AtTimeZone(this=_try_cast(text.copy(), "TIMESTAMPTZ"), zone=exp.Literal.string("UTC"))
    has_offset = _call("REGEXP_MATCHES", text.copy(), lit(r"(Z|[+-]\d{2}(:?\d{2})?)$"))
    looks_timed = _call("CONTAINS", text.copy(), lit(":"))
    return sql.case((sql.all_of((has_offset, looks_timed)), absolute), default=_in_utc(_try_cast(text.copy(), "TIMESTAMP"), zone))


def _formed(reading: Reading, text: Sql, form: str, zone: str) -> Sql:
    if "%z" in form.replace("%%", ""):
        return exp.AtTimeZone(this=_call("TRY_STRPTIME", text.copy(), lit(form)), zone=exp.Literal.string("UTC"))
    return _in_utc(_parsed(reading, text, form, "TIMESTAMP"), zone)


def _in_utc(local: Sql, zone: str) -> Sql:
    return exp.AtTimeZone(this=exp.AtTimeZone(this=local, zone=exp.Literal.string(zone)), zone=exp.Literal.string("UTC"))


def _written(value: Sql, text: Sql) -> Sql:
    """NULL for words: the engine reads `infinity` and `epoch` as instants, and by any format as 1 January 1900."""
    digit = (exp.GTE(this=text.copy(), expression=lit("0")), exp.LT(this=text.copy(), expression=lit(":")))
    holds = _call("REGEXP_MATCHES", text.copy(), lit("[0-9]"))
    return sql.case((sql.all_of(digit), value), (holds, value.copy()))  # most texts begin with a digit, which is asked faster


def _number(extract: Extract, column: Column, text: Sql) -> Sql:
    """Digits in the declared form, as many as the type holds; zeros in front of them and behind the decimals change nothing."""
    kind, places = engine_type(column), places_of(column)
    whole, sign = r"\d+", re.escape(extract.decimal)
    if extract.thousands:
        between = f"[{_SPACES}]" if extract.thousands == " " else re.escape(extract.thousands)
        whole = rf"(?:\d{{1,3}}(?:{between}\d{{3}})+|\d+)"
    form = rf"[+-]?{whole}"
    if kind != "BIGINT":
        form = rf"[+-]?(?:{whole}(?:{sign}\d{{0,{places}}}0*)?|{sign}\d{{1,{places}}}0*)"
    plain = text.copy()
    if extract.thousands:
        for blank in _SPACES if extract.thousands == " " else extract.thousands:
            plain = sql.call("REPLACE", plain, lit(blank), lit(""))
    if kind != "BIGINT" and extract.decimal != ".":
        plain = sql.call("REPLACE", plain, lit(extract.decimal), lit("."))
    return sql.case((_call("REGEXP_FULL_MATCH", text.copy(), lit(form)), _try_cast(plain, kind)))


def _boolean(column: Column, text: Sql) -> Sql:
    """The declared words, case aside; else true, t, yes, y, 1 and their opposites."""
    if not column.true_values:
        return _try_cast(text, "BOOLEAN")
    lowered = sql.call("LOWER", text)
    true, false = ([lit(word.strip().lower()) for word in words] for words in (column.true_values, column.false_values))
    return sql.case((exp.In(this=lowered, expressions=true), exp.true()), (exp.In(this=lowered.copy(), expressions=false), exp.false()))


def _first(values: list[Sql]) -> Sql:
    return values[0] if len(values) == 1 else sql.call("COALESCE", *values)


def _call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _try_cast(value: Sql, to: str) -> Sql:
    return sql.try_cast(value, to)
