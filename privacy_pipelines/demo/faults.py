"""The planted faults: which there are, where they go, and how a night's frames are spoiled by them.

The world itself stays sound: faults are laid over the frames just before they are written, by key, so that a fault of the source
comes back every night, as it does in life, until the row is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from privacy_pipelines.demo.calendar import Span
from privacy_pipelines.demo.draw import scattered, stream
from privacy_pipelines.demo.frames import Frame, Ints, append, change, filled, take
from privacy_pipelines.demo.manifest import Fault
from privacy_pipelines.demo.night import rows_of_keys
from privacy_pipelines.demo.recipes import RECIPES, Recipe, always, any_row
from privacy_pipelines.demo.schema import sheet
from privacy_pipelines.demo.world import World

TRUNCATED_TABLE = "crm.contracts"
UNDECLARED_COLUMN = "shoe_size"
_UNTOUCHED = ("ragged_row", "no_contract")  # faults that no cell shows


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault with the keys that it was given on the first night."""

    recipe: Recipe
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A frame as it is written, the rows that lose their last column, and what was done."""

    frame: Frame
    ragged: Ints
    faults: tuple[Fault, ...]


def plant(seed: int, world: World) -> tuple[Planted, ...]:
    """Chooses the rows of each recipe; no row gets two faults, and none that the later nights correct."""
    taken = {*world.quiet.contacts.tolist(), *world.quiet.contracts.tolist()}
    planted = []
    for number, recipe in enumerate(RECIPES):
        frame = world.tables[recipe.table]
        key = frame[sheet(recipe.table).columns[0]]
        free = np.flatnonzero(recipe.where(frame))
        rows = scattered(stream(seed, f"fault {number}"), free, max(1, round(len(key) * recipe.share)) + len(taken))
        chosen = [each for each in key[stream(seed, f"order {number}").permutation(rows)].tolist() if each not in taken]
        keys = tuple(sorted(chosen[: max(1, round(len(key) * recipe.share))]))
        taken.update(keys)
        planted.append(Planted(recipe, keys))
    return (*planted, *_without_contract(world))


def spoil(frame: Frame, table: str, day: date, span: Span, planted: tuple[Planted, ...]) -> Spoiled:
    """The frame with this night's faults laid over it."""
    faults, ragged = [], np.array([], dtype=np.int64)
    for each in planted:
        recipe = each.recipe
        if recipe.table != table or not recipe.strikes(day, span):
            continue
        rows = _spoilable(frame, recipe, each.keys)
        if not len(rows):
            continue
        keys = tuple(frame[sheet(table).columns[0]][rows].tolist())
        faults.append(Fault(recipe.kind, table, day, recipe.column, keys, len(keys)))
        if recipe.kind == "ragged_row":
            ragged = np.concatenate([ragged, rows])
        elif recipe.kind not in _UNTOUCHED:
            frame = _spoiled(frame, rows, recipe)
    if table == "crm.contacts" and day == span.days[-1]:
        count = len(frame["contact_id"])
        frame = frame | {UNDECLARED_COLUMN: filled("42", count)}
        faults.append(Fault("undeclared_column", table, day, UNDECLARED_COLUMN, (), count))
    return Spoiled(frame, ragged, tuple(faults))


def left_after_cut(spoiled: Spoiled, table: str, rows: int) -> Iterator[Fault]:
    """The faults that are still in the first `rows` rows of a file that breaks off."""
    key = spoiled.frame[sheet(table).columns[0]]
    whole = set(key[:rows].tolist())
    for fault in spoiled.faults:
        keys = tuple(each for each in fault.keys if each in whole)
        if keys:
            yield replace(fault, keys=keys, count=len(keys))


def is_cut(table: str, day: date, span: Span) -> bool:
    """Whether this file breaks off: one table's, on the last night but one."""
    return table == TRUNCATED_TABLE and day in span.days[-2:-1]


def _without_contract(world: World) -> Iterator[Planted]:
    """Customers who never had a contract, and their contacts: no event will ever start their clock."""
    under_contract = set(world.tables["crm.contracts"]["account_id"].tolist())
    for table in ("crm.accounts", "crm.contacts"):
        frame, key = world.tables[table], sheet(table).columns[0]
        pairs = zip(frame[key].tolist(), frame["account_id"].tolist(), strict=True)
        found = tuple(key for key, account in pairs if account not in under_contract)
        yield Planted(Recipe("no_contract", table, "account_id", always(""), any_row), found)


def _spoilable(frame: Frame, recipe: Recipe, keys: tuple[str, ...]) -> Ints:
    """The rows that are still there and that the fault would change: a name that was corrected may have lost its å."""
    rows = rows_of_keys(frame[sheet(recipe.table).columns[0]], keys)
    cells = frame[recipe.column][rows].tolist()
    return rows[[recipe.kind in _UNTOUCHED or recipe.spoil(cell) != cell for cell in cells]]


def _spoiled(frame: Frame, rows: Ints, recipe: Recipe) -> Frame:
    values = np.array([recipe.spoil(cell) for cell in frame[recipe.column][rows].tolist()], dtype=object)
    if recipe.kind == "duplicate_key":
        return append(frame, take(frame, rows) | {recipe.column: values})
    return change(frame, rows, {recipe.column: values})
