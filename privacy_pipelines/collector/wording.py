"""How an identifier is found in free text: as a word or a number of its own, however it is written there. Pure.

An e-mail address is compared as spellings of it are; of everything else only letters and digits count, so that `070-123 45 67` is
`0701234567`. What is too short, or has too few digits, stands in texts by chance: it is not looked for.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.sql import Sql, lit

MAIL = r"[\p{L}0-9._%+-]+@[\p{L}0-9.-]+\.\p{L}{2,}"
NUMBER = r"\+?[0-9](?:[ ()./-]{0,2}[0-9]){6,}"
WORD = r"[\p{L}0-9][\p{L}0-9._:-]*[0-9]{3}[\p{L}0-9]*"
IBAN = r"\b[A-Z]{2}[0-9]{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?\b"
SHORTEST, FEWEST_DIGITS = 7, 4


def as_quoted(value: Sql) -> Sql:
    """The form in which an identifier is compared with what stands in a text; NULL where it cannot be told from chance."""
    plain = _letters_and_digits(value)
    digits = _call("LENGTH", _call("REGEXP_REPLACE", plain, lit("[^0-9]"), lit(""), lit("g")))
    long = exp.GTE(this=_call("LENGTH", plain.copy()), expression=lit(SHORTEST))
    telling = sql.all_of((long, exp.GTE(this=digits, expression=lit(FEWEST_DIGITS))))
    return sql.case((_call("CONTAINS", value.copy(), lit("@")), sql.folded(value.copy())), (telling, plain.copy()))


def candidates(text: Sql) -> Sql:
    """Everything in a text that may be an identifier, as a list of texts."""
    found = [_call("REGEXP_EXTRACT_ALL", text.copy(), lit(pattern)) for pattern in (MAIL, IBAN, NUMBER, WORD)]
    return _call("LIST_CONCAT", *found)


def may_quote(text: Sql) -> Sql:
    """A cheap test: whether a text may hold an identifier at all."""
    return sql.any_of((_call("CONTAINS", text.copy(), lit("@")), _call("REGEXP_MATCHES", text.copy(), lit("[0-9]{2}"))))


def without(text: Sql, words: Sql, mark: str) -> Sql:
    """The text with each of some words (a column of rows that are grouped) replaced by a mark, longer ones first."""
    longest = exp.Order(this=lit("|"), expressions=[exp.Ordered(this=_call("LENGTH", words.copy()), desc=True)])
    pattern = _call("STRING_AGG", _call("REGEXP_ESCAPE", words), longest)
    return _call("REGEXP_REPLACE", text, pattern, lit(mark), lit("g"))


def _letters_and_digits(value: Sql) -> Sql:
    return _call("REGEXP_REPLACE", sql.one_form(value), lit(r"[^\p{L}0-9]"), lit(""), lit("g"))


def _call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))
