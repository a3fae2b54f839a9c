"""Counts as the log may hold them: magnitudes, so that who holds the log can neither read nor work out how few people something concerned.

An exact small count with a table and a night singles someone out (LAW §3), and so does any two exact ones that differ by a few: a total
less the other parts, tonight's rows less yesterday's. So no count is exact, every one is a class of one fixed ladder, and there are no
totals over parts: four parts that are each "<5" under a total of "<5" would each be one. Exact sums stand in the generation, which proves
them and is itself erased. Pure.
"""

from __future__ import annotations

import re

SMALL = "<5"
_CLASS = re.compile(r"1(0+)-4(9+)|5(0*)-9(9*)")


def bucket(n: int) -> int | str:
    """The class of a count: none, fewer than five, then by fives and tens.

    >>> [bucket(n) for n in (0, 1, 4, 5, 9, 10, 70, 499, 500, 123_456)]
    [0, '<5', '<5', '5-9', '5-9', '10-49', '50-99', '100-499', '500-999', '100000-499999']

    Raises:
        ValueError: `n` is negative.
    """
    if n < 0:
        raise ValueError("a count cannot be negative")
    if n < 5:
        return SMALL if n else 0
    power = 10 ** (len(str(n)) - 1)
    low, high = (power, 5 * power) if n < 5 * power else (5 * power, 10 * power)
    return f"{low}-{high - 1}"


def at_least(n: int) -> int:
    """The smallest count of the same class: a class as a number, for who plots or compares it.

    >>> [at_least(n) for n in (0, 1, 4, 5, 9, 10, 70, 499, 123_456)]
    [0, 1, 1, 5, 5, 10, 50, 100, 100000]
    """
    said = str(bucket(n))
    return int(n > 0) if said == SMALL else int(said.partition("-")[0])


def bucketed(rows: int, cells: int) -> dict[str, int | str]:
    """The classes of so many rows and their cells. The cells of few rows are left out: divided by the columns they would tell the rows.

    >>> bucketed(3, 12), bucketed(30, 120)
    ({'rows': '<5'}, {'rows': '10-49', 'cells': '100-499'})
    """
    return {"rows": bucket(rows)} if 0 < rows < 5 else {"rows": bucket(rows), "cells": bucket(cells)}


def is_bucket(value: object) -> bool:
    """Whether `value` is what `bucket` gives for some count.

    >>> [is_bucket(value) for value in (0, "<5", "10-49", "10-48", 7, True, "7")]
    [True, True, True, False, False, False, False]
    """
    if not isinstance(value, str):
        return type(value) is int and value == 0
    match = _CLASS.fullmatch(value)
    return value == SMALL or (match is not None and len(match[1] or match[3] or "") == len(match[2] or match[4] or ""))
