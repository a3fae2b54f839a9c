"""Checks of CSV dialects and of how values are written: signs that mean two things, names that name nothing, formats that read no day."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.hints import did_you_mean
from privacy_pipelines.policy.lint.context import Context
from privacy_pipelines.policy.lint.extracts import extract_problem, extracts
from privacy_pipelines.policy.lint.fields import DATE_TYPES

DIRECTIVES = frozenset("YymdjHIMSfpzbB%")
"""The strptime directives that Python and DuckDB read alike."""
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "iso8859-15", "cp1250", "cp1251", "cp1252", "cp850", "mac-roman")
"""A few of those that Python knows, to name where one is misspelt."""
SIGNS = ("delimiter", "quote", "escape", "comment")
_IN_NUMBERS = re.compile(r"[0-9+\-eE]")


def signs_differ(context: Context) -> Iterator[Problem]:
    """One sign cannot mean two things; and none of them is a line end, which ends the row."""
    for table, extract in extracts(context):
        said = {key: getattr(extract, key) for key in SIGNS if getattr(extract, key) not in (None, "none")}
        for key, sign in said.items():
            if "\n" in sign or "\r" in sign or "\0" in sign:
                yield extract_problem(table, key, f"{key} {sign!r} of {table.id} holds a sign that ends a line or a file")
            others = [other for other in SIGNS[: SIGNS.index(key)] if other in said and said[other] == sign]
            for other in others:
                yield extract_problem(table, key, f"{other} and {key} of {table.id} are both {sign!r}", "Each needs a sign of its own")


def edges_are_said_once(context: Context) -> Iterator[Problem]:
    """What stands before the header, or behind the last row, is so many lines or lines that begin so."""
    for table, extract in extracts(context):
        for count, pattern in (("skip_before", "preamble"), ("skip_after", "footer")):
            if getattr(extract, count) and getattr(extract, pattern):
                what = f"{table.id} says both `{count}` and `{pattern}`"
                yield extract_problem(table, pattern, what, "How many lines there are, or how they begin")


def numbers_can_be_read(context: Context) -> Iterator[Problem]:
    """The sign between groups of digits is none that numbers have already."""
    for table, extract in extracts(context):
        sign = extract.thousands
        if sign is not None and (sign == extract.decimal or _IN_NUMBERS.match(sign)):
            what = f"thousands {sign!r} of {table.id} has another meaning in numbers"
            yield extract_problem(table, "thousands", what, "For example ',' beside decimal '.', or '.' beside ','")


def encodings_are_known(context: Context) -> Iterator[Problem]:
    """An encoding is one of text that Python knows."""
    for table, extract in extracts(context):
        name = extract.encoding or "utf-8"
        try:
            of_text = getattr(codecs.lookup(name), "_is_text_encoding", True)
        except LookupError:
            yield extract_problem(table, "encoding", f"unknown encoding {name!r}", did_you_mean(name, ENCODINGS, legal="For example"))
            continue
        if not of_text:
            yield extract_problem(table, "encoding", f"{name!r} is no encoding of text", "For example utf-8, cp1252 or utf-16")


def headers_name_columns(context: Context) -> Iterator[Problem]:
    """The names come from the file or from the policy, not from both and not from neither."""
    for table, extract in extracts(context):
        if extract.columns and extract.header in (True, 1):
            what = f"the header of {table.id} names its columns"
            yield extract_problem(table, "columns", what, "Leave `columns` out, or say header: false")
        by_position = all(isinstance(field.header, int) for field in table.block.fields.values())
        if extract.header is False and not extract.columns and not by_position:
            what = f"{table.id} has no header and names no columns"
            yield extract_problem(
                table, "header", what, "Say `columns`, the names in their order, or each field's position as its `header`"
            )
        for twice in sorted({one for one in extract.columns or () if (extract.columns or ()).count(one) > 1}):
            yield extract_problem(table, "columns", f"{twice!r} stands twice in the columns of {table.id}")


def fields_are_columns(context: Context) -> Iterator[Problem]:
    """Where the policy names the columns, every field is one of them."""
    for table, extract in extracts(context):
        for name, field in table.block.fields.items() if extract.columns else ():
            wanted, known = field.header or name, extract.columns or ()
            if isinstance(wanted, int) and wanted > len(known):
                what = f"field {name!r} of {table.id} is said to be column {wanted} of {len(known)}"
                yield table.problem(("fields", name, "header"), what)
            elif isinstance(wanted, str) and wanted not in known:
                hint = did_you_mean(wanted, known, legal="Its columns")
                yield table.problem(("fields", name), f"{wanted!r} is none of the columns of {table.id}", hint)


def fields_differ_in_the_extract(context: Context) -> Iterator[Problem]:
    """Two fields cannot be one column."""
    for table in context.tables:
        seen: dict[object, str] = {}
        for name, block in table.block.fields.items():
            there = block.header if block.header is not None else name
            if there in seen:
                what = f"fields {seen[there]!r} and {name!r} of {table.id} are one column of the extract, {there!r}"
                yield table.problem(("fields", name, "header"), what)
            seen.setdefault(there, name)


def formats_are_dates(context: Context) -> Iterator[Problem]:
    """A format reads dates, and reads the whole day."""
    for field in context.fields:
        for text in field.block.format or ():
            if field.block.type not in DATE_TYPES:
                yield field.problem("format", f"{field.said} is {field.block.type}, which has no format")
            elif not _reads_days(text):
                yield field.problem("format", f"{text!r} is no strptime format of a day", "For example %Y-%m-%d or %d.%m.%Y")


def words_are_of_booleans(context: Context) -> Iterator[Problem]:
    """Both words are said, they differ, and the field is a boolean."""
    for field in context.fields:
        true, false = field.block.true_values, field.block.false_values
        if true is None and false is None:
            continue
        key = "true_values" if true is not None else "false_values"
        if field.block.type != "boolean":
            yield field.problem(key, f"{field.said} is {field.block.type}, which is neither true nor false")
        elif not true or not false:
            yield field.problem(key, f"{field.said} needs both `true_values` and `false_values`")
        for word in sorted({one.casefold() for one in true or ()} & {one.casefold() for one in false or ()}):
            yield field.problem(key, f"{word!r} of {field.said} is true and false", "Case makes no difference")


def _reads_days(text: str) -> bool:
    """Whether strptime gives back the day that strftime wrote.

    >>> _reads_days("%d.%m.%Y"), _reads_days("%m.%Y"), _reads_days("%q"), _reads_days("YYYY-MM-DD")
    (True, False, False, False)
    """
    directives = re.findall(r"%(.?)", text)
    if not DIRECTIVES.issuperset(directives):
        return False
    day = datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)
    try:
        return datetime.strptime(day.strftime(text), text).date() == day.date()
    except ValueError:
        return False
