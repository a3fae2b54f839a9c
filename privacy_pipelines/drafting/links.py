"""Likely keys of the files, and likely links between them: by names, and by values of one column that are keys of another table. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from privacy_pipelines.drafting.guess import plain_name
from privacy_pipelines.drafting.profile import EMPTY_WORDS, Profile
from privacy_pipelines.drafting.sample import Sample

_LIKE_A_KEY = re.compile(r"(^|_)(id|nr|no|number|key|guid|uuid|code)$")
_LIKE_AN_UPPER = re.compile(r"report|manager|parent|superior|boss|chef|överordnad|supervisor")
_WIDEST_LOOK = 8
"""Composite keys are looked for among so many columns from the left."""
_LONGEST_KEY = 4
_FOUND = 0.9
"""This share of a column's values must be keys there: a link may dangle, and a sample does not hold every row."""
_TELLING = 3
"""Fewer distinct values than this are found in any list of numbers."""


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that may identify a row; `repeats` is how many rows of the sample say otherwise. No columns: nothing was found."""

    columns: tuple[str, ...] = ()
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Links:
    """Of one table: column → table where names or values are sure enough, and where a person must say."""

    likely: dict[str, str]
    possible: dict[str, tuple[str, ...]]


def likely_key(sample: Sample, columns: Sequence[Profile]) -> Key:
    """What identifies a row of the sample: columns that are named like a key before others, fewer before more, random ones last."""
    named = [column for column in columns if _LIKE_A_KEY.search(plain_name(column.name)) and column.kind in ("", "organisation_number")]
    whole = [column for column in named if column.could_be_key]
    if whole:
        return Key((min(whole, key=lambda column: not _tells_of(sample.table, column.name)).name,))
    if named and named[0].nearly_a_key:
        return Key((named[0].name,), named[0].rows - named[0].distinct)
    return _composite(sample, columns, named) or _alone(columns) or _composite(sample, columns, columns[:_WIDEST_LOOK]) or Key()


def likely_links(keys: Mapping[str, Key], samples: Sequence[Sample]) -> dict[str, Links]:
    """Table → its links. Only tables with a key of one column can be pointed to."""
    held = {sample.table: _values(sample, keys[sample.table].columns[0]) for sample in samples if len(keys[sample.table].columns) == 1}
    return {sample.table: _links(sample, keys, held) for sample in samples}


def _links(sample: Sample, keys: Mapping[str, Key], held: Mapping[str, frozenset[str]]) -> Links:
    likely: dict[str, str] = {}
    possible: dict[str, tuple[str, ...]] = {}
    for column in sample.columns:
        values = _values(sample, column)
        if not values:
            continue
        fitting = [to for to, known in held.items() if len(values & known) >= _FOUND * len(values)]
        fitting = [
            to for to in fitting if (to, column) != (sample.table, keys[to].columns[0]) and not _same_list(sample, column, to, keys, held)
        ]
        by_name = [to for to in fitting if _named_for(column, to, keys[to].columns[0])]
        if by_name:
            likely[column] = min(by_name, key=lambda to: (not _tells_of(to, column), len(held[to])))
        elif fitting and column not in keys[sample.table].columns:
            _judge(sample, column, values, fitting, held, likely, possible)
    return Links(likely, possible)


def _judge(
    sample: Sample, column: str, values: frozenset[str], fitting: list[str], held: Mapping[str, frozenset[str]],
    likely: dict[str, str], possible: dict[str, tuple[str, ...]],
) -> None:  # fmt: skip
    """Without a name in common, values that only keys have are sure; small numbers are in every list, and only possible."""
    small = all(value.isdecimal() and len(value) < 6 for value in values)
    if sample.table in fitting and _LIKE_AN_UPPER.search(plain_name(column)):
        likely[column] = sample.table
    elif not small and len(values) >= _TELLING and len(fitting) == 1:
        likely[column] = fitting[0]
    elif _LIKE_A_KEY.search(plain_name(column)) or (small and len(fitting) <= _TELLING + 1 and _not_a_measure(column)):
        possible[column] = tuple(sorted(fitting, key=lambda to: len(held[to])))


def _same_list(sample: Sample, column: str, to: str, keys: Mapping[str, Key], held: Mapping[str, frozenset[str]]) -> bool:
    """Two tables with one key each point at each other: the larger list, or the first, is the one that is pointed to."""
    if keys[sample.table].columns != (column,) or to == sample.table:
        return False
    own, other = held[sample.table], held[to]
    return len(own & other) >= _FOUND * len(other) and (len(own), to) >= (len(other), sample.table)


def _named_for(column: str, to: str, key: str) -> bool:
    """The same name as the key, or the name of the table in it."""
    return (plain_name(column) == plain_name(key) and plain_name(key) not in ("id", "sf_id", "key", "name", "code", "nr")) or _tells_of(
        to, column
    )


def _tells_of(table: str, column: str) -> bool:
    """
    >>> _tells_of("person_contact", "npe5__contact__c"), _tells_of("categories", "CategoryID"), _tells_of("orders", "ordered_by")
    (True, True, False)
    """
    words = [word for word in plain_name(column).split("_") if word not in ("id", "key", "nr", "no", "code", "primary", "c")]
    last = [word for word in plain_name(table).split("_") if word != "c"][-1:]
    return bool(words and last) and _singular(last[0]) in ({_singular(word) for word in words} | {_singular("".join(words))})


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _not_a_measure(column: str) -> bool:
    return (
        re.search(r"amount|total|count|qty|quantity|number_of|hours|days|percent|year|month|flag|price|level", plain_name(column)) is None
    )


def _values(sample: Sample, column: str) -> frozenset[str]:
    number = sample.columns.index(column)
    return frozenset(row[number].strip() for row in sample.rows) - EMPTY_WORDS - {""}


def _alone(columns: Sequence[Profile]) -> Key | None:
    return next((Key((column.name,)) for column in columns if column.could_be_key and column.kind in ("", "guid")), None)


def _composite(sample: Sample, columns: Sequence[Profile], among: Sequence[Profile]) -> Key | None:
    """The fewest of these columns that identify a row; a date that is filled everywhere helps a history along."""
    days = [column for column in columns[:_WIDEST_LOOK] if column.type in ("date", "timestamp") and column not in among]
    names = [column.name for column in (*among, *(days if among else ())) if column.filled == column.rows > 0][:_WIDEST_LOOK]
    for names_together in _together(names):
        positions = [sample.columns.index(name) for name in names_together]
        if len({tuple(row[n] for n in positions) for row in sample.rows}) == len(sample.rows):
            return Key(names_together)
    return None


def _together(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(2, _LONGEST_KEY + 1):
        yield from combinations(names, size)
