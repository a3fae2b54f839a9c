"""A row's text: its fields as one line of CSV, quoted only where they must be (RFC 4180). Pure.

Two rows with one text are one row, so its hash stands for the row. A writer that quotes only where it must writes the same line, so the
hash of that line, which costs no splitting, is the row's.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Extract
from privacy_pipelines.sql import Sql, col, lit

PLAIN = "_plain"
"""The column in which `written` finds what `joined` gives: computed once, looked at often."""


def signs(extract: Extract) -> tuple[str, str]:
    """Delimiter and quote: those of the file where they are one plain sign each, else those of RFC 4180."""
    declared = (extract.delimiter, extract.quote)
    return declared if all(len(sign) == 1 and sign.isascii() for sign in declared) else (",", '"')


def joined(extract: Extract, fields: Sequence[Sql]) -> Sql:
    """The fields with delimiters between them, nothing for NULL."""
    delimiter, _ = signs(extract)
    parts: list[Sql] = []
    for field in fields:
        parts += [lit(delimiter), field] if parts else [field]
    return exp.Anonymous(this="CONCAT", expressions=parts)


def written(extract: Extract, fields: Sequence[Sql]) -> Sql:
    """The row's text. Nearly always it is the fields joined: where no sign with a meaning is in one of them."""
    delimiter, quote = signs(extract)
    plain = col(PLAIN)
    without = _call("REPLACE", plain, lit(delimiter), lit(""))
    between = exp.EQ(this=exp.Sub(this=_call("STRLEN", plain), expression=_call("STRLEN", without)), expression=lit(len(fields) - 1))
    alone = sql.all_of((exp.not_(_holds(plain, (quote, "\n", "\r")), copy=False), between))
    return sql.case((alone, plain), default=joined(extract, [_quoted(field, delimiter, quote) for field in fields]))


def _quoted(field: Sql, delimiter: str, quote: str) -> Sql:
    doubled = _call("REPLACE", field, lit(quote), lit(quote * 2))
    around = _call("CONCAT", lit(quote), doubled, lit(quote))
    return sql.case((_holds(field, (delimiter, quote, "\n", "\r")), around), default=field)


def _holds(text: Sql, some: Sequence[str]) -> Sql:
    return exp.Paren(this=sql.any_of(_call("CONTAINS", text, lit(sign)) for sign in some))


def _call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))
