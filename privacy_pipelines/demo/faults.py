"""The planted faults: which there are, where they go, and how a night's frames are spoiled by them.

The world itself stays sound: faults are laid over the frames just before they are written, by key, so that a fault of the source
comes back every night, as it does in life, until the row is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from privacy_pipelines.demo.calendar import Span
from privacy_pipelines.demo.draw import scattered, stream
from privacy_pipelines.demo.frames import Flags, Frame, Ints, append, change, filled, take
from privacy_pipelines.demo.manifest import Fault
from privacy_pipelines.demo.night import rows_of_keys
from privacy_pipelines.demo.schema import sheet
from privacy_pipelines.demo.swedish import identity_numbers
from privacy_pipelines.demo.world import World

Spoil = Callable[[str], str]
TRUNCATED_TABLE = "crm.contracts"
UNDECLARED_COLUMN = "shoe_size"
_UNTOUCHED = ("ragged_row", "no_contract")  # faults that no cell shows


@dataclass(frozen=True, slots=True)
class Recipe:
    """A kind of fault: in which column of which rows, how many, and on which nights."""

    kind: str
    table: str
    column: str
    spoil: Spoil
    where: Callable[[Frame], Flags]
    share: float = 0.0005
    when: Literal["every", "last", "last but one"] = "every"

    def strikes(self, day: date, span: Span) -> bool:
        """Whether the files of this night have the fault. With a single night, that one stands for the last but one."""
        return self.when == "every" or day == (span.days[-1] if self.when == "last" else span.days[-2:][0])


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


def double_encoded(codepage: str) -> Spoil:
    """UTF-8 that was once read in `codepage`.

    >>> double_encoded("cp1252")("Åsa")
    'Ã…sa'
    """
    return lambda text: text.encode().decode(codepage)


def _without_contract(world: World) -> Iterator[Planted]:
    """Customers who never had a contract, and their contacts: no event will ever start their clock."""
    under_contract = set(world.tables["crm.contracts"]["account_id"].tolist())
    for table in ("crm.accounts", "crm.contacts"):
        frame, key = world.tables[table], sheet(table).columns[0]
        pairs = zip(frame[key].tolist(), frame["account_id"].tolist(), strict=True)
        found = tuple(key for key, account in pairs if account not in under_contract)
        yield Planted(Recipe("no_contract", table, "account_id", _always(""), _any), found)


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


def _always(value: str) -> Spoil:
    return lambda _: value


def _any(frame: Frame) -> Flags:
    return np.ones(len(next(iter(frame.values()))), dtype=bool)


def _is(column: str, value: str) -> Callable[[Frame], Flags]:
    return lambda frame: np.asarray(frame[column] == value, dtype=bool)


def _filled(column: str) -> Callable[[Frame], Flags]:
    return lambda frame: np.asarray(frame[column] != "", dtype=bool)


def _has(column: str, letters: str, never: str = "") -> Callable[[Frame], Flags]:
    wanted, unwanted = set(letters), set(never)
    return lambda frame: np.array([bool(wanted & set(cell)) and not unwanted & set(cell) for cell in frame[column].tolist()], dtype=bool)


def _running(frame: Frame) -> Flags:
    return np.asarray((frame["status"] == "active") & (frame["end_date"] != ""), dtype=bool)


def _open_ended(frame: Frame) -> Flags:
    return np.asarray((frame["status"] == "active") & (frame["end_on"] == ""), dtype=bool)


def _sensitive(number: int) -> str:
    identity = identity_numbers(200_000 + number, 1)[0][0]
    return f"Nås privat på privat.person{number}@postlada.example, personnummer {identity}."


RECIPES: tuple[Recipe, ...] = (
    Recipe("unreadable_date", "crm.prospects", "last_inbound_on", _always("2026-13-45"), _filled("last_inbound_on")),
    Recipe("unreadable_date", "hr.absences", "end_on", _always("31/12 2025"), _any),
    Recipe("unreadable_date", "crm.contracts", "end_date", _always("2026-02-30"), _running, when="last"),
    Recipe("sentinel_date", "crm.contracts", "end_date", _always("9999-12-31"), _is("status", "ended"), share=0.01),
    Recipe("sentinel_date", "crm.contacts", "created_on", _always("1900-01-01"), _any, share=0.003),
    Recipe("sentinel_date", "crm.prospects", "created_on", _always("1900-01-01"), _is("last_inbound_on", ""), share=0.004),
    Recipe("sentinel_date", "hr.employments", "end_on", _always("9999-12-31"), _open_ended, share=0.03),
    Recipe("double_encoded", "crm.contacts", "full_name", double_encoded("cp1252"), _has("full_name", "åäöéÅÄÖ", "ÁÍÏÐÝ"), share=0.003),
    Recipe("double_encoded", "hr.employees", "full_name", double_encoded("latin-1"), _has("full_name", "åäöé", "ÅÄÖÉ"), share=0.01),
    Recipe("duplicate_key", "crm.prospects", "phone", _always("031-3900600"), _any),
    Recipe("duplicate_key", "hr.candidates", "city", _always("Kiruna"), _any),
    Recipe("orphan", "crm.contracts", "account_id", _always("A9999999"), _is("status", "active")),
    Recipe("orphan", "crm.activities", "contact_id", _always("C9999999"), _filled("contact_id")),
    Recipe("orphan", "crm.invoices", "account_id", _always("A9999998"), _any),
    Recipe("orphan", "hr.payroll", "employee_id", _always("E9999999"), _any),
    Recipe("orphan", "hr.applications", "recruitment_id", _always("J9999999"), _any),
    Recipe("personal_data_in_text", "crm.contacts", "notes", _always(_sensitive(1)), _any, share=0.002),
    Recipe("personal_data_in_text", "crm.activities", "body", _always(_sensitive(2)), _any, share=0.001),
    Recipe("personal_data_in_text", "hr.employees", "notes", _always(_sensitive(3)), _any, share=0.01),
    Recipe("personal_data_in_text", "hr.applications", "cv_text", _always(_sensitive(4)), _any, share=0.01),
    Recipe("ragged_row", "hr.next_of_kin", "phone", _always(""), _any, when="last but one"),
    Recipe("empty_required", "crm.contacts", "full_name", _always(""), _any),
    Recipe("empty_required", "hr.next_of_kin", "full_name", _always(""), _any),
    Recipe("not_accepted", "crm.contracts", "status", _always("paused"), _is("status", "active")),
    Recipe("not_accepted", "hr.applications", "outcome", _always("kanske"), _any),
    Recipe("malformed_email", "crm.contacts", "email", _always("saknas"), _any),
)
"""Every fault that is planted by key; the undeclared column and the truncated file concern a whole file."""
