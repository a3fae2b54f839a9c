"""YAML as plain values with the line of every key, so that each problem can say where it is.

YAML 1.2 without its traps: a key that stands twice, an alias, a tag or a key that is not text is a problem, and dates stay text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from privacy_pipelines.errors import Problem

Step = str | int
Place = tuple[Step, ...]

TAG = "tag:yaml.org,2002:"
KEPT_AS_TEXT = {f"{TAG}str", f"{TAG}timestamp"}
DEEPEST = 20
READ_AS_VALUE = {f"{TAG}{kind}" for kind in ("int", "float", "bool", "null")}


@dataclass(slots=True)
class Located:
    """A file's values, and where they stand. `lines` has every mapping entry and list item; `problems` what could not be read."""

    where: str
    data: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it that has one; 0 where lines are not known."""
        return next((self.lines[place[:size]] for size in range(len(place), -1, -1) if place[:size] in self.lines), 0)

    def problem(self, place: Place, what: str, hint: str = "") -> Problem:
        """A problem at a place of this file."""
        return Problem(self.where, self.line(place), what, hint)


def read_file(path: Path) -> Located:
    """The file's values and lines. What cannot be read is a problem of the result, never an exception."""
    where = path.as_posix()
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        return _unreadable(where, 0, "a folder stands where a file should be")
    except FileNotFoundError:
        return _unreadable(where, 0, "there is no such file")
    except OSError as error:
        return _unreadable(where, 0, f"the file cannot be read ({error.strerror})")
    try:
        return read_text(where, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _unreadable(where, content.count(b"\n", 0, error.start) + 1, "the file is not UTF-8", "Save it as UTF-8")


@lru_cache(maxsize=512)  # a night, and a cockpit all day, ask again for files that are as they were; nobody changes what is found
def read_text(where: str, text: str) -> Located:
    """The text's values and lines.

    >>> found = read_text("a.yaml", "zone: UTC\\nlanguages: [sv,\\n  en]\\n")
    >>> found.data, found.line(("languages", 1)), found.line(("languages", "no such thing"))
    ({'zone': 'UTC', 'languages': ['sv', 'en']}, 3, 2)
    """
    try:
        node = cast("Node | None", YAML(typ="safe", pure=True).compose(text))
        return _unreadable(where, 0, "the file is empty") if node is None else _Reading(where).read(node)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return _unreadable(where, line, f"not readable as YAML: {error.problem}", _yaml_hint(error.problem or ""))
    except ReaderError as error:
        return _unreadable(where, text.count("\n", 0, error.position) + 1, "not readable as YAML: a character that text cannot hold")
    except (YAMLError, RecursionError, ValueError):
        return _unreadable(where, 0, "not readable as YAML")


def _unreadable(where: str, line: int, what: str, hint: str = "") -> Located:
    return Located(where, problems=[Problem(where, line, what, hint)])


def _yaml_hint(problem: str) -> str:
    return "Indent with spaces, not tabs" if "\\t" in problem else ""


class _Reading:
    """One walk over a file's nodes; gathers lines and problems on the way."""

    def __init__(self, where: str) -> None:
        self.found = Located(where)
        self.seen: set[int] = set()
        self.yaml = YAML(typ="safe", pure=True)

    def read(self, node: Node) -> Located:
        self.found.lines[()] = _line(node)
        self.found.data = self._value(node, ())
        if not isinstance(node, MappingNode):
            self.found.data = None
            self._problem(node, "a policy file holds keys and values", "Start with a line such as `key: value`")
        return self.found

    def _problem(self, node: Node, what: str, hint: str = "") -> None:
        self.found.problems.append(Problem(self.found.where, _line(node), what, hint))

    def _value(self, node: Node, place: Place) -> object:
        if isinstance(node, MappingNode):
            return {key: self._child(child, (*place, key), key_node) for key, key_node, child in self._entries(node)}
        if isinstance(node, SequenceNode):
            return [self._child(child, (*place, number), child) for number, child in enumerate(node.value)]
        return self._scalar(cast("ScalarNode", node))

    def _child(self, node: Node, place: Place, stands_at: Node) -> object:
        self.found.lines[place] = _line(stands_at)
        if id(node) in self.seen:
            self._problem(stands_at, "an alias hides what this line says", "Write it out")
            return None
        self.seen.add(id(node))
        if len(place) > DEEPEST:
            self._problem(stands_at, "this is nested too deeply")
            return None
        return self._value(node, place)

    def _entries(self, node: MappingNode) -> Iterator[tuple[str, Node, Node]]:
        keys: dict[str, int] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, ScalarNode) or key_node.tag not in KEPT_AS_TEXT:
                self._problem(key_node, "a key that is not text", "Put it in quotes")
            elif key_node.value in keys:
                self._problem(key_node, f"key {key_node.value!r} stands twice", f"It is already in line {keys[key_node.value]}")
            else:
                keys[key_node.value] = _line(key_node)
                yield key_node.value, key_node, child

    def _scalar(self, node: ScalarNode) -> object:
        if node.tag in KEPT_AS_TEXT:
            return node.value
        if node.tag in READ_AS_VALUE:
            return self.yaml.constructor.construct_object(node)
        self._problem(node, f"the tag {node.tag!r} has no meaning here", "Leave it out")
        return None


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
