"""One answer of `verify`, whatever was asked: right, wrong, or not to be said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """`right` is None where the check could not be made; `what` says why, or what was found."""

    right: bool | None
    what: str


Answered = tuple[str, str, Answer]
"""A check's name, its title, and the answer."""
