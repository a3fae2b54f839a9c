"""Every phrase that the report's templates and rooms say, found in their text: what another language must have."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

from privacy_pipelines import report
from privacy_pipelines.metrics.registry import METRICS
from privacy_pipelines.observing.points import Unit
from privacy_pipelines.report import words

ROOM = Path(report.__file__).parent
_WORDS = (words.ACTIONS, words.REASONS, words.ADVICE, words.CHECKS, words.BASES, words.NATURES, words.OFFSETS)


def phrases() -> frozenset[str]:
    """All of them."""
    found = {phrase for file in ROOM.glob("*.html") for phrase in _in_template(file.read_text(encoding="utf-8"))}
    found |= {phrase for file in ROOM.glob("*.py") if file.name != "tongue.py" for phrase in _in_room(file.read_text(encoding="utf-8"))}
    found |= {text for some in _WORDS for text in some.values()}
    found |= {text for metric in METRICS for text in (metric.title, metric.good, metric.unit.value)} - {Unit.SHARE.value}
    return frozenset(found)


def _in_template(text: str) -> Iterator[str]:
    for call in Environment(autoescape=True).parse(text).find_all(nodes.Call):
        names = call.args if isinstance(call.node, nodes.Name) and call.node.name == "_" else ()
        if isinstance(call.node, nodes.Getattr) and isinstance(call.node.node, nodes.Name) and call.node.node.name == "_":
            names = call.args[1:]
        yield from (one.value for one in names if isinstance(one, nodes.Const))


def _in_room(text: str) -> Iterator[str]:
    for call in (one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Call)):
        said = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if _named(call.func) == "say":
            yield from said[:1]
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "count" and _named(call.func.value) == "say":
            yield from said if len(said) != 1 else (said[0], f"{said[0]}s")
        elif _named(call.func) == "_Asked":
            yield from (one for one in said if " " in one)


def _named(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
