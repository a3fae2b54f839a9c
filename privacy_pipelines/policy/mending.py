"""Stand-ins for what cannot be read, so that the rest of a broken file is still checked and every problem comes at once.

A mended document never becomes policy: it only exists where there are problems already.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from privacy_pipelines.policy.documents.terms import Document
from privacy_pipelines.policy.explaining import field_at
from privacy_pipelines.policy.reading import Place, Step

D = TypeVar("D", bound=Document)
ROUNDS = 5


def mend(model: type[D], data: object, errors: Iterable[ErrorDetails]) -> D | None:
    """The document with examples for what is wrong or missing; None where too little is left."""
    data = copy.deepcopy(data)
    for _ in range(ROUNDS):
        for error in errors:
            _mend_one(model, data, error)
        try:
            return model.model_validate(data)
        except ValidationError as again:
            errors = again.errors()
    return None


def _mend_one(model: type[Document], data: object, error: ErrorDetails) -> None:
    place: Place = tuple(error["loc"])
    if place and place[-1] == "[key]":
        place = place[:-1]
    while place and not _replaced(model, data, place):
        place = place[:-1]


def _replaced(model: type[Document], data: object, place: Place) -> bool:
    """Whether something at this place could be replaced or left out; if not, what is around it goes."""
    holder = _holder(data, place)
    if holder is None:
        return False
    key, field = str(place[-1]), field_at(model, place)
    if field is not None and field.is_required():
        if not field.examples:
            return False
        holder[key] = copy.deepcopy(field.examples[0])
    else:
        holder.pop(key, None)
    return True


def _holder(data: object, place: Iterable[Step]) -> dict[str, object] | None:
    *around, last = place
    for step in around:
        data = _inside(data, step)
    return data if isinstance(data, dict) and isinstance(last, str) else None


def _inside(data: object, step: Step) -> object:
    if isinstance(data, list) and isinstance(step, int):
        return data[step] if step < len(data) else None
    return data.get(step) if isinstance(data, dict) else None
