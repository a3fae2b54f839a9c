"""Small wrong turns in a room's source: one mutant for each place and turn. Beside Python's own, those of the trees that become SQL.

Annotations, decorators and docstrings are left alone, and so are texts but for those that something is compared with.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.RShift: ast.LShift,
    ast.LShift: ast.RShift,
}  # fmt: skip
_PAIRS = (
    ("min", "max"), ("any", "all"), ("all_of", "any_of"), ("least", "greatest"), ("is_null", "not_null"), ("true", "false"),
    ("GT", "GTE"), ("LT", "LTE"), ("EQ", "NEQ"), ("Max", "Min"), ("LogicalOr", "LogicalAnd"), ("BitwiseAnd", "BitwiseOr"), ("Add", "Sub"),
)  # fmt: skip
_NAMES = {**dict(_PAIRS), **{right: left for left, right in _PAIRS}}
_WRAPPERS = ("not_", "sure", "known", "sorted", "reversed", "_first_day")
"""Calls that may be left out: their argument is of the same kind."""
_GATHERING = ("all_of", "any_of", "least", "greatest", "case", "where", "max", "min", "call")
"""Calls of which each argument, or each member of the one that is a list, may be left out."""

_NO_ANSWER = ("copy", "maxsize")
"""Arguments that change how long an answer takes, and no answer."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A room's source with one wrong turn."""

    line: int
    said: str
    source: str


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every mutant, in the order of the source."""
    for place, node in enumerate(_nodes(ast.parse(source))):
        for turn, wrong in enumerate(_turns(node)):
            tree = ast.parse(source)
            old = list(_nodes(tree))[place]
            swapped = ast.fix_missing_locations(_Swap(old, list(_turns(old))[turn]).visit(tree))
            said = f"{_short(node)}  ->  {_short(wrong)}"
            at = node.target if isinstance(node, ast.comprehension) else node
            yield Mutant(getattr(at, "lineno", 0), said, ast.unparse(swapped))


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Top-down, without what no mutant is made of."""
    if isinstance(node, ast.keyword) and node.arg in _NO_ANSWER:
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list", "type_comment", "ops", "op"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _nodes(child)


def _turns(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _turned_comparisons(node)
        case ast.Call():
            yield from _turned_calls(node)
        case ast.If() | ast.IfExp() | ast.comprehension() | ast.Break() | ast.Continue() | ast.Raise() | ast.AugAssign() | ast.Expr():
            yield from _turned_ways(node)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _COUNTED:
            yield ast.BinOp(left, _COUNTED[type(op)](), right)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.keyword(arg="join_type"):
            yield ast.keyword("join_type", ast.Constant("inner" if ast.literal_eval(node.value) == "left" else "left"))


def _turned_comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for n, one in enumerate(node.ops):
        yield ast.Compare(node.left, [*node.ops[:n], _COMPARED[type(one)](), *node.ops[n + 1 :]], node.comparators)
    for n, other in enumerate(node.comparators):
        if isinstance(other, ast.Constant) and isinstance(other.value, str):
            another = ast.Constant(other.value + "?")
            yield ast.Compare(node.left, node.ops, [*node.comparators[:n], another, *node.comparators[n + 1 :]])


def _turned_ways(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.IfExp(test=test) if not _turned_itself(test):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), node.body, node.orelse)
        case ast.If(test=test) if not _turned_itself(test):
            yield ast.If(ast.UnaryOp(ast.Not(), test), node.body, node.orelse)
        case ast.comprehension(ifs=ifs) if ifs:
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.Break() | ast.Continue():
            yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()
        case ast.Raise() | ast.AugAssign() | ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()


def _turned_itself(test: ast.expr) -> bool:
    """Whether a turn of the condition is its opposite already."""
    opposites = ast.Eq | ast.NotEq | ast.Is | ast.IsNot | ast.In | ast.NotIn
    return isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], opposites)


def _turned_calls(call: ast.Call) -> Iterator[ast.AST]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in _NAMES:
        func = deepcopy(call.func)
        setattr(func, "attr" if isinstance(func, ast.Attribute) else "id", _NAMES[name])
        yield ast.Call(func, call.args, call.keywords)
    if name in _WRAPPERS and len(call.args) == 1:
        yield call.args[0]
    if name in _GATHERING:
        lists = [n for n, one in enumerate(call.args) if isinstance(one, ast.Tuple | ast.List) and name != "case"]
        for n in lists:
            one = call.args[n]
            assert isinstance(one, ast.Tuple | ast.List)
            for left_out in range(len(one.elts) if len(one.elts) > 1 else 0):
                members = [member for m, member in enumerate(one.elts) if m != left_out]
                yield ast.Call(call.func, [*call.args[:n], type(one)(members, ast.Load()), *call.args[n + 1 :]], call.keywords)
        first = 1 if name == "call" else 0
        for n in range(first, len(call.args)) if not lists and len(call.args) > first + 1 else ():
            yield ast.Call(call.func, [*call.args[:n], *call.args[n + 1 :]], call.keywords)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 110 else text[:107] + "..."
