"""Validation errors in the words of the file: what is wrong, and what to write instead."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents.terms import PATTERN_HINTS
from privacy_pipelines.policy.hints import did_you_mean
from privacy_pipelines.policy.reading import Located, Place, Step

EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "keys and values",
    "float_type": "a number",
    "int_type": "a whole number",
    "model_type": "keys and values",
    "none_required": "null, it is not in use yet",
    "string_type": "text",
    "tuple_type": "a list",
}
"""pydantic's error type → what the key expects."""
BOUNDS = {
    "finite_number": "must be a number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "must be at most {max_length} characters",
    "string_too_short": "must not be empty",
    "too_long": "must hold at most {max_length}",
    "too_short": "must not be empty",
}
"""pydantic's error type → which bound the value breaks."""


def explain(errors: Iterable[ErrorDetails], model: type[BaseModel], located: Located) -> Iterator[Problem]:
    """Validation errors as problems of the file, each at the line of its key. A misspelt key is not also reported as missing."""
    errors = tuple(errors)
    no_keys = {tuple(error["loc"][:-1]) for error in errors if error["loc"][-1:] == ("[key]",)}
    meant = {_meant(error, model) for error in errors if error["type"] == "extra_forbidden"}
    for error in errors:
        place: Place = tuple(error["loc"])
        if (error["type"] != "missing" or place not in meant) and place not in no_keys:
            yield located.problem(place, *_words(error, model, place))


def field_at(model: type[BaseModel], place: Place) -> FieldInfo | None:
    """The model's declaration of the key at a place; None for an entry of a mapping or list, and for what is unknown."""
    *around, last = place
    holder = _model_at(model, around)
    return _fields(holder).get(str(last)) if holder else None


def _meant(error: ErrorDetails, model: type[BaseModel]) -> Place:
    """The place of the key that an unknown one stands for, as far as one can tell."""
    *around, key = error["loc"]
    holder = _model_at(model, around)
    near = difflib.get_close_matches(str(key), list(_fields(holder)) if holder else [], n=1)
    return (*around, *near)


def _words(error: ErrorDetails, model: type[BaseModel], place: Place) -> tuple[str, str]:
    kind, key = error["type"], _key(place)
    if kind == "missing":
        field = field_at(model, place)
        return f"missing key {key!r}", field.description or "" if field else ""
    if kind == "extra_forbidden":
        holder = _model_at(model, place[:-1])
        return f"unknown key {key!r}", did_you_mean(key, _fields(holder) if holder else (), legal="Known keys")
    if error["input"] is None and place and kind != "none_required":
        field = field_at(model, place)
        return f"{key!r} is empty", _legal_values(error) if kind == "literal_error" else field.description or "" if field else ""
    return _value_words(error, key, place)


def _value_words(error: ErrorDetails, key: str, place: Place) -> tuple[str, str]:
    kind = error["type"]
    if kind == "literal_error":
        return f"{error['input']!r} is no legal value of {key!r}", _legal_values(error)
    if kind == "string_pattern_mismatch":
        stands = "be a key here" if key == "[key]" else f"stand in {key!r}"
        if key == "[key]" and " " in str(error["input"]):
            return f"{error['input']!r} cannot {stands}", "A text with a comma in it stands in quotes"
        return f"{error['input']!r} cannot {stands}", PATTERN_HINTS.get(error["ctx"]["pattern"], "")
    if kind in EXPECTED:
        hint = "Put it in quotes" if kind == "string_type" and isinstance(error["input"], bool | int | float) else ""
        return f"{key!r} expects {EXPECTED[kind]}", hint
    return f"{key!r}: {_own_words(error)}" if place else _own_words(error), ""


def _legal_values(error: ErrorDetails) -> str:
    legal = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    near = difflib.get_close_matches(str(error["input"]), legal, n=1)
    return f"Legal values: {', '.join(legal)}" + (f". Did you mean {near[0]!r}?" if near else "")


def _own_words(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] in BOUNDS:
        return BOUNDS[error["type"]].format(**error.get("ctx", {}))
    return error["msg"][:1].lower() + error["msg"][1:]


def _key(place: Place) -> str:
    return next((step for step in reversed(place) if isinstance(step, str) and step), "")


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_at(model: type[BaseModel], place: Iterable[Step]) -> type[BaseModel] | None:
    here: object = model
    for step in place:
        here = _inside(here, step)
    here = _bare(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _inside(annotation: object, step: Step) -> object:
    annotation = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = _fields(annotation).get(str(step))
        return field.annotation if field else None
    arguments = get_args(annotation)
    if not arguments:
        return None
    return arguments[1] if get_origin(annotation) is dict else arguments[0]


def _bare(annotation: object) -> object:
    """Without `Annotated` and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _bare(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation
