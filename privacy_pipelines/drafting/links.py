"""Likely keys of the files, and likely links between them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from privacy_pipelines.drafting.profile import Profile
from privacy_pipelines.drafting.sample import Sample

_LIKE_A_KEY = re.compile(r"(^|_)(id|nr|no|number|key|guid|uuid)$|id$", re.IGNORECASE)
_WIDEST_LOOK = 8
"""Composite keys are looked for among so many columns from the left."""


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that may identify a row; `repeats` is how many rows of the sample say otherwise. No columns: nothing was found."""

    columns: tuple[str, ...] = ()
    repeats: int = 0


def likely_key(sample: Sample, columns: Sequence[Profile]) -> Key:
    """What identifies a row of the sample: columns that are named like a key before others, one before two."""
    named = [column for column in columns if _LIKE_A_KEY.search(column.name) and not column.kind]
    for column in named:
        if column.could_be_key or (column is named[0] and column.nearly_a_key):
            return Key((column.name,), column.rows - column.distinct)
    return _pair(sample, columns, named) or _alone(columns) or _pair(sample, columns, columns[:_WIDEST_LOOK]) or Key()


def likely_links(keys: Mapping[str, Key], samples: Sequence[Sample]) -> dict[str, dict[str, str]]:
    """Table → column → the table whose whole key has the same name."""
    owners = {key.columns[0]: table for table, key in keys.items() if len(key.columns) == 1}
    return {
        sample.table: {name: owners[name] for name in sample.header if owners.get(name, sample.table) != sample.table} for sample in samples
    }


def _alone(columns: Sequence[Profile]) -> Key | None:
    return next((Key((column.name,)) for column in columns if column.could_be_key and not column.kind), None)


def _pair(sample: Sample, columns: Sequence[Profile], among: Sequence[Profile]) -> Key | None:
    position = {column.name: number for number, column in enumerate(columns)}
    for pair in combinations([column.name for column in among if column.filled == column.rows > 0], 2):
        if len({tuple(row[position[name]] for name in pair) for row in sample.rows}) == len(sample.rows):
            return Key(pair)
    return None
