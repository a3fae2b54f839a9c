"""One JSON object, read exactly (RFC 8259): no digit is lost, no key is taken twice, and nothing that is no JSON passes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Fault(Exception):
    """Why an object cannot be read; never what stands in it."""


def read_object(text: str) -> dict[str, Any] | str:
    """The object that the text is, or why it is none.

    >>> read_object('{"a": 1.50}'), read_object('{"a": 1, "a": 2}'), read_object('{"a": 1,}')
    ({'a': '1.50'}, 'a key stands twice in an object', 'not a JSON object')
    """
    try:
        found = DECODER.decode(text)
    except Fault as fault:
        return str(fault)
    except RecursionError:
        return "nested too deeply"
    except ValueError:
        return "not a JSON object"
    return found if isinstance(found, dict) else "not a JSON object"


def nested_text(value: object) -> str:
    """A nested value as JSON without blanks, its numbers as they were written.

    >>> nested_text({"a": [Number("1.50"), None, True, "x"]})
    '{"a":[1.50,null,true,"x"]}'
    """
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{nested_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(nested_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Fault("a key stands twice in an object")
    return found


def _refuse(constant: str) -> None:
    raise Fault(f"{constant} is no JSON number")


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=_refuse)
LENIENT = json.JSONDecoder()
"""Tells where a faulty object ends."""
