"""The small SQL conditions of a policy (`when`, `open_if`): what may stand in them, and nothing else.

A parsed condition is rebuilt from the few parts that are allowed. What is not understood here cannot come through, so a policy file
can never put a query, a function or a second statement into the compiler.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from privacy_pipelines.policy.hints import did_you_mean

ALLOWED = "Allowed: columns of the table, literals, = <> < <= > >= AND OR NOT IN IS NULL LIKE BETWEEN, lower, upper, trim, coalesce"
LONGEST = 500

COMPARISONS: tuple[type[exp.Expression], ...] = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Like)
CONNECTORS: tuple[type[exp.Expression], ...] = (exp.And, exp.Or)
TEXT_FUNCTIONS: tuple[type[exp.Expression], ...] = (exp.Lower, exp.Upper, exp.Trim)


def parse_condition(text: str, columns: Collection[str]) -> exp.Expression:
    """The condition as a tree of allowed parts, its columns quoted. Raises ValueError that says what is not allowed.

    >>> parse_condition("status = 'active' AND ended_on IS NULL", ["status", "ended_on"]).sql("duckdb")
    '"status" = \\'active\\' AND "ended_on" IS NULL'
    >>> parse_condition("status = 'x'; DROP TABLE people", ["status"])
    Traceback (most recent call last):
    ValueError: not a single SQL condition
    """
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    if not all(character.isprintable() or character in "\n\t" for character in text):
        raise ValueError("a character that cannot be printed")
    try:
        return _Rebuilding(columns).predicate(_parsed(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _parsed(text: str) -> exp.Expression:
    try:
        tree = sqlglot.parse_one(text, into=exp.Condition, dialect="duckdb")
        tokens = sqlglot.tokenize(text, dialect="duckdb")
    except SqlglotError:
        raise ValueError("not a single SQL condition") from None
    if any(token.token_type == TokenType.SEMICOLON for token in tokens):
        raise ValueError("not a single SQL condition")
    if not isinstance(tree, exp.Expression) or any(node.comments for node in tree.walk()):
        raise ValueError("comments cannot stand in a condition")
    return tree


class _Rebuilding:
    """Builds a new tree from the allowed parts of a parsed one."""

    def __init__(self, columns: Collection[str]) -> None:
        self.columns = columns

    def predicate(self, node: exp.Expression) -> exp.Expression:
        """What is true, false or unknown."""
        if isinstance(node, exp.Paren):
            return exp.Paren(this=self.predicate(node.this))
        if isinstance(node, exp.Not):
            return exp.Not(this=self.predicate(node.this))
        if type(node) in CONNECTORS:
            return type(node)(this=self.predicate(node.this), expression=self.predicate(node.expression))
        return self._test(node)

    def _test(self, node: exp.Expression) -> exp.Expression:
        if type(node) in COMPARISONS:
            return type(node)(this=self._compared(node.this), expression=self._compared(node.expression))
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return exp.Is(this=self._value(node.this), expression=exp.Null())
        if isinstance(node, exp.In) and _has_only(node, "this", "expressions") and node.expressions:
            return exp.In(this=self._value(node.this), expressions=[self._literal(item) for item in node.expressions])
        if isinstance(node, exp.Between) and _has_only(node, "this", "low", "high"):
            return exp.Between(**{part: self._compared(node.args[part]) for part in ("this", "low", "high")})
        if isinstance(node, exp.Column | exp.Literal | exp.Boolean | exp.Null):
            raise ValueError("a column or value alone is no condition, compare it with something")
        raise _not_allowed(node)

    def _compared(self, node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Null):
            raise ValueError("nothing equals NULL, write IS NULL or IS NOT NULL")
        return self._value(node)

    def _value(self, node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Paren):
            return self._value(node.this)
        if isinstance(node, exp.Column):
            return self._column(node)
        if type(node) in TEXT_FUNCTIONS and _has_only(node, "this"):
            return type(node)(this=self._value(node.this))
        if isinstance(node, exp.Coalesce) and node.expressions:
            return exp.Coalesce(this=self._value(node.this), expressions=[self._value(item) for item in node.expressions])
        return self._literal(node)

    def _column(self, node: exp.Column) -> exp.Expression:
        if not _has_only(node, "this") or not isinstance(node.this, exp.Identifier):
            raise ValueError("a column stands without its table's name")
        name = node.this.name
        if name not in self.columns:
            raise ValueError(f"unknown column {name!r}. {did_you_mean(name, self.columns, legal='Columns')}".rstrip(". "))
        return exp.Column(this=exp.Identifier(this=name, quoted=True))

    def _literal(self, node: exp.Expression) -> exp.Expression:
        for kind, rebuilt in LITERALS:
            if isinstance(node, kind):
                return rebuilt(node)
        raise _not_allowed(node)


def _plain_literal(node: exp.Expression) -> exp.Expression:
    if node.args.get("is_string"):
        return exp.Literal.string(str(node.this))
    if re.fullmatch(r"\d+(\.\d+)?", str(node.this)):
        return exp.Literal.number(str(node.this))
    raise ValueError("a number is written in digits, for example 12 or 12.50")


def _negative(node: exp.Expression) -> exp.Expression:
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        return exp.Neg(this=_plain_literal(node.this))
    raise _not_allowed(node)


def _boolean(node: exp.Expression) -> exp.Expression:
    return exp.Boolean(this=bool(node.this))


def _date(node: exp.Expression) -> exp.Expression:
    literal = node.this
    is_date = type(node) is exp.Cast and node.args["to"].this == exp.DataType.Type.DATE
    if not is_date or not isinstance(literal, exp.Literal) or not literal.is_string:
        raise _not_allowed(node)
    try:
        day = date.fromisoformat(literal.this)
    except ValueError:
        raise ValueError("a date is written DATE 'YYYY-MM-DD'") from None
    return exp.Cast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("date"))


LITERALS: tuple[tuple[type[exp.Expression], Callable[[exp.Expression], exp.Expression]], ...] = (
    (exp.Literal, _plain_literal),
    (exp.Neg, _negative),
    (exp.Boolean, _boolean),
    (exp.Cast, _date),
)


def _has_only(node: exp.Expression, *parts: str) -> bool:
    return not any(value for part, value in node.args.items() if part not in parts)


def _not_allowed(node: exp.Expression) -> ValueError:
    return ValueError(f"{node.key} cannot stand in a condition. {ALLOWED}")
