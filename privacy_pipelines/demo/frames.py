"""Tables of text: a frame maps each column to an object array of strings, all of one length; a missing value is "".

Strings are what a CSV holds in the end, and rows that share a string from a pool share its memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Texts: TypeAlias = NDArray[np.object_]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Frame: TypeAlias = dict[str, Texts]

MISSING = -(10**6)
"""A day number that stands for no date."""

_POOL_FROM, _POOL_TO = np.datetime64("1900-01-01"), np.datetime64("2101-01-01")


def texts(values: Sequence[str]) -> Texts:
    """An object array of these strings."""
    return np.array(values, dtype=object)


def filled(value: str, count: int) -> Texts:
    """`count` times the same string."""
    return np.full(count, value, dtype=object)


def rows_of(frame: Frame) -> int:
    """How many rows the frame has."""
    return len(next(iter(frame.values())))


def take(frame: Frame, rows: Ints | Flags) -> Frame:
    """These rows, in this order."""
    return {name: column[rows] for name, column in frame.items()}


def append(frame: Frame, more: Frame) -> Frame:
    """`frame` with the rows of `more` at its end. Both have the same columns."""
    return {name: np.concatenate([column, more[name]]) for name, column in frame.items()}


def change(frame: Frame, rows: Ints, values: Mapping[str, Texts | str]) -> Frame:
    """`frame` with other values in these rows; the columns that are not named are shared, not copied."""
    changed = {}
    for name, value in values.items():
        changed[name] = frame[name].copy()
        changed[name][rows] = value
    return frame | changed


def without(frame: Frame, rows: Ints) -> Frame:
    """`frame` without these rows."""
    return {name: np.delete(column, rows) for name, column in frame.items()}


def keys(prefix: str, start: int, count: int) -> Texts:
    """`count` keys of fixed width.

    >>> list(keys("C", 1, 2))
    ['C0000001', 'C0000002']
    """
    return texts([f"{prefix}{number:07d}" for number in range(start, start + count)])


def linked(targets: Texts, rows: Ints) -> Texts:
    """The key that each row links to; a negative row number links to nothing."""
    return np.append(targets, "")[np.where(rows < 0, len(targets), rows)]


def dates(days: Ints) -> Texts:
    """ISO dates of day numbers since 1970; MISSING and anything outside 1900 to 2100 is empty.

    >>> list(dates(np.array([0, MISSING])))
    ['1970-01-01', '']
    """
    pool = _date_pool()
    at = days - int(_POOL_FROM.astype(np.int64))
    return pool[np.where((at < 0) | (at >= len(pool) - 1), len(pool) - 1, at)]


def timestamps(days: Ints, seconds: Ints) -> Texts:
    """UTC instants such as 2026-01-31T08:15:00Z; a missing day gives an empty string."""
    clock = texts([f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z" for s in seconds])
    text = dates(days)
    return np.where(text == "", "", text + clock)


def amounts(ore: Ints, decimal: str) -> Texts:
    """Amounts in kronor with two decimals, from öre.

    >>> list(amounts(np.array([123450]), ","))
    ['1234,50']
    """
    return texts([f"{value // 100}{decimal}{value % 100:02d}" for value in ore.tolist()])


@cache
def _date_pool() -> Texts:
    days = np.arange(_POOL_FROM, _POOL_TO).astype(str).tolist()
    return texts([*days, ""])
