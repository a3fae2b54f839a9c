"""The words from which statements are built: SQLGlot trees in the subset that DuckDB and Spark share.

Names from a policy become quoted identifiers and values become literals here, so no policy text is ever pasted into a statement.
Dates are compared, never computed: the calendar is Python's (`retention.calendar`), so there is one calendar.

Trees are built once, rendered once and thrown away, so nothing is copied on the way (`copy=False`): a node may stand in two places, and
whoever changes one in place copies it before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from sqlglot import exp

Sql = exp.Expr
BLANKS = " \t\r\n\u00a0\u2007\u200b\u202f\ufeff"
"""What stands around a value and is no part of it: blanks, those that do not break or have no width, and byte order marks."""


def ident(name: str) -> exp.Identifier:
    """A quoted identifier."""
    return exp.to_identifier(name, quoted=True)


def col(name: str, of: str | None = None) -> exp.Column:
    """A column, optionally of an alias.

    >>> col("e mail", "r").sql("duckdb")
    'r."e mail"'
    """
    return exp.Column(this=ident(name), table=exp.to_identifier(of) if of else None)


def table(schema: str, name: str, *, catalog: str | None = None, alias: str | None = None) -> exp.Table:
    """`catalog.schema.name`, everything quoted."""
    found = exp.Table(this=ident(name), db=ident(schema), catalog=ident(catalog) if catalog else None)
    return exp.alias_(found, alias, table=True) if alias else found  # type: ignore[return-value]


def lit(value: date | int | str | bool | None) -> Sql:
    """A literal of the right type.

    >>> lit(date(2026, 1, 31)).sql("duckdb")
    "CAST('2026-01-31' AS DATE)"
    """
    if value is None:
        return exp.null()
    if isinstance(value, date):
        return cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.convert(value)


def cast(value: Sql, kind: str) -> Sql:
    """`CAST(value AS kind)`.

    >>> cast(col("n"), "DECIMAL(18, 4)").sql("duckdb")
    'CAST("n" AS DECIMAL(18, 4))'
    """
    return exp.Cast(this=value, to=_kind(kind))


def try_cast(value: Sql, kind: str) -> Sql:
    """`TRY_CAST(value AS kind)`: NULL where the value is none of that kind."""
    return exp.TryCast(this=value, to=_kind(kind))


@cache
def _kind(name: str) -> exp.DataType:
    """Parsed once: a night asks for some hundred, of a dozen kinds."""
    return exp.DataType.build(name, dialect="duckdb")


def named(value: Sql, name: str, *, quoted: bool | None = None) -> Sql:
    """`value AS name`."""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=quoted))


def select(*columns: Sql) -> exp.Select:
    """`SELECT columns`."""
    return exp.select(*columns, copy=False)


def union_all(parts: Sequence[exp.Query]) -> exp.Query:
    """The rows of all of them, one after the other; the one alone where there is no other."""
    return exp.union(*parts, distinct=False, copy=False) if len(parts) > 1 else parts[0]


def one_form(value: Sql) -> Sql:
    """A text in one Unicode form (NFC) and without case."""
    return call("LOWER", call("NFC_NORMALIZE", value))


def folded(value: Sql) -> Sql:
    """A text as it is compared with another that may mean the same: in one form, without case and outer blanks. The one place that says
    when two spellings of an identifier are one (LAW scenario 53).

    Blanks are only looked for where an end may be one: that takes ten times as long as all the rest.

    >>> folded(col("email", "r")).sql("duckdb").endswith("ELSE TRIM(LOWER(NFC_NORMALIZE(r.\\"email\\")), '" + BLANKS + "') END")
    True
    """
    bare = all_of((_plain(value), _plain(call("RIGHT", value.copy(), lit(1)))))
    return case((bare, one_form(value.copy())), default=exp.Anonymous(this="TRIM", expressions=[one_form(value.copy()), lit(BLANKS)]))


def _plain(value: Sql) -> Sql:
    """Whether a text begins with a letter, digit or sign of ASCII: no blank, and no character that another could be composed with."""
    return all_of((exp.GTE(this=value.copy(), expression=lit("!")), exp.LTE(this=value.copy(), expression=lit("~~"))))


def call(name: str, *args: Sql) -> Sql:
    """A function call."""
    return exp.func(name, *args, copy=False)


def all_of(conditions: Iterable[Sql]) -> Sql:
    """Conjunction; TRUE for none."""
    return exp.and_(*conditions, copy=False) if (conditions := list(conditions)) else exp.true()


def any_of(conditions: Iterable[Sql]) -> Sql:
    """Disjunction; FALSE for none."""
    return exp.or_(*conditions, copy=False) if (conditions := list(conditions)) else exp.false()


def case(*branches: tuple[Sql, Sql], default: Sql | None = None) -> Sql:
    """`CASE WHEN … THEN … ELSE default END`; the default alone where there is no branch."""
    if not branches:
        return default if default is not None else exp.null()
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches], default=default)


def is_null(value: Sql) -> Sql:
    """`value IS NULL`."""
    return exp.Is(this=value, expression=exp.null())


def not_null(value: Sql) -> Sql:
    """`NOT value IS NULL`."""
    return exp.not_(is_null(value), copy=False)


def greatest(values: Sequence[Sql]) -> Sql:
    """The largest non-NULL value; both engines skip NULLs."""
    return values[0] if len(values) == 1 else exp.Greatest(this=values[0], expressions=list(values[1:]), ignore_nulls=True)


def least(values: Sequence[Sql]) -> Sql:
    """The smallest non-NULL value; both engines skip NULLs."""
    return values[0] if len(values) == 1 else exp.Least(this=values[0], expressions=list(values[1:]), ignore_nulls=True)


def same_key(columns: Sequence[str], left: str, right: str) -> Sql:
    """Equality over a (composite) key. Keys are never NULL: such rows were quarantined on arrival."""
    return all_of(exp.EQ(this=col(name, left), expression=col(name, right)) for name in columns)


def bit(mask: Sql, number: int) -> Sql:
    """Whether a bit of an integer mask is set; FALSE for a NULL mask."""
    anded = exp.Paren(this=exp.BitwiseAnd(this=mask, expression=exp.convert(1 << number)))
    return exp.Coalesce(this=exp.NEQ(this=anded, expression=exp.convert(0)), expressions=[exp.false()])


def bit_any(mask: Sql) -> Sql:
    """Whether any bit of an integer mask is set; FALSE for a NULL mask."""
    return exp.Coalesce(this=exp.NEQ(this=mask, expression=exp.convert(0)), expressions=[exp.false()])


def bits_of(left: Sql, right: Sql) -> Sql:
    """The bits that two integer masks share."""
    return exp.Paren(this=exp.BitwiseAnd(this=left, expression=right))


def count_if(condition: Sql) -> Sql:
    """How many rows meet a condition; 0, not NULL, over none."""
    return exp.Coalesce(this=exp.CountIf(this=condition), expressions=[exp.convert(0)])


def text(statement: Sql, dialect: str = "duckdb") -> str:
    """The statement as the engine reads it."""
    return statement.sql(dialect=dialect, copy=False)
