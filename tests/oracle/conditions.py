"""The SQL conditions of a policy, asked of one row as a dictionary: true, false, or unknown (None) as SQL means it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlglot import exp, parse_one

Row = dict[str, Any]


def holds(condition: str | None, row: Row) -> bool:
    """Whether a condition is met; unknown is not met, and no condition always is."""
    return condition is None or _truth(_tree(condition), row) is True


def columns(condition: str | None) -> set[str]:
    """The columns that a condition asks."""
    return {column.name for column in _tree(condition).find_all(exp.Column)} if condition else set()


@cache
def _tree(condition: str) -> exp.Expression:
    return parse_one(condition, dialect="duckdb")


def _truth(node: Any, row: Row) -> bool | None:
    if isinstance(node, exp.Paren):
        return _truth(node.this, row)
    if isinstance(node, exp.Not):
        found = _truth(node.this, row)
        return None if found is None else not found
    if isinstance(node, exp.And | exp.Or):
        return _joined(node, _truth(node.this, row), _truth(node.expression, row))
    if isinstance(node, exp.Is):
        assert isinstance(node.expression, exp.Null)
        return _value(node.this, row) is None
    if isinstance(node, exp.In):
        return _any_of([_compared("=", _value(node.this, row), _value(one, row)) for one in node.expressions])
    signs = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
    return _compared(signs[type(node)], _value(node.this, row), _value(node.expression, row))


def _joined(node: exp.Expression, one: bool | None, other: bool | None) -> bool | None:
    decides = isinstance(node, exp.Or)
    if decides in (one, other):
        return decides
    return None if None in (one, other) else not decides


def _any_of(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


def _compared(sign: str, one: Any, other: Any) -> bool | None:
    if one is None or other is None:
        return None
    return {"=": one == other, "<>": one != other}[sign] if sign in ("=", "<>") else {
        "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other,
    }[sign]  # fmt: skip


def _value(node: Any, row: Row) -> Any:
    if isinstance(node, exp.Column):
        return row[node.name]
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else int(node.this)
    assert isinstance(node, exp.Boolean | exp.Null)
    return node.this if isinstance(node, exp.Boolean) else None
