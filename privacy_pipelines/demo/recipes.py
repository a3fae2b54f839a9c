"""The recipes of the faults that are planted by key: what is done to which column of which rows, and on which nights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from privacy_pipelines.demo.calendar import Span
from privacy_pipelines.demo.frames import Flags, Frame
from privacy_pipelines.demo.swedish import identity_numbers

Spoil = Callable[[str], str]


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


def double_encoded(codepage: str) -> Spoil:
    """UTF-8 that was once read in `codepage`.

    >>> double_encoded("cp1252")("Åsa")
    'Ã…sa'
    """
    return lambda text: text.encode().decode(codepage)


def always(value: str) -> Spoil:
    """The same value, whatever stood there."""
    return lambda _: value


def any_row(frame: Frame) -> Flags:
    """Every row will do."""
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
    Recipe("unreadable_date", "crm.prospects", "last_inbound_on", always("2026-13-45"), _filled("last_inbound_on")),
    Recipe("unreadable_date", "hr.absences", "end_on", always("31/12 2025"), any_row),
    Recipe("unreadable_date", "crm.contracts", "end_date", always("2026-02-30"), _running, when="last"),
    Recipe("sentinel_date", "crm.contracts", "end_date", always("9999-12-31"), _is("status", "ended"), share=0.01),
    Recipe("sentinel_date", "crm.contacts", "created_on", always("1900-01-01"), any_row, share=0.003),
    Recipe("sentinel_date", "crm.prospects", "created_on", always("1900-01-01"), _is("last_inbound_on", ""), share=0.004),
    Recipe("sentinel_date", "hr.employments", "end_on", always("9999-12-31"), _open_ended, share=0.03),
    Recipe("double_encoded", "crm.contacts", "full_name", double_encoded("cp1252"), _has("full_name", "åäöéÅÄÖ", "ÁÍÏÐÝ"), share=0.003),
    Recipe("double_encoded", "hr.employees", "full_name", double_encoded("latin-1"), _has("full_name", "åäöé", "ÅÄÖÉ"), share=0.01),
    Recipe("duplicate_key", "crm.prospects", "phone", always("031-3900600"), any_row),
    Recipe("duplicate_key", "hr.candidates", "city", always("Kiruna"), any_row),
    Recipe("orphan", "crm.contracts", "account_id", always("A9999999"), _is("status", "active")),
    Recipe("orphan", "crm.activities", "contact_id", always("C9999999"), _filled("contact_id")),
    Recipe("orphan", "crm.invoices", "account_id", always("A9999998"), any_row),
    Recipe("orphan", "hr.payroll", "employee_id", always("E9999999"), any_row),
    Recipe("orphan", "hr.applications", "recruitment_id", always("J9999999"), any_row),
    Recipe("personal_data_in_text", "crm.contacts", "notes", always(_sensitive(1)), any_row, share=0.002),
    Recipe("personal_data_in_text", "crm.activities", "body", always(_sensitive(2)), any_row, share=0.001),
    Recipe("personal_data_in_text", "hr.employees", "notes", always(_sensitive(3)), any_row, share=0.01),
    Recipe("personal_data_in_text", "hr.applications", "cv_text", always(_sensitive(4)), any_row, share=0.01),
    Recipe("ragged_row", "hr.next_of_kin", "phone", always(""), any_row, when="last but one"),
    Recipe("empty_required", "crm.contacts", "full_name", always(""), any_row),
    Recipe("empty_required", "hr.next_of_kin", "full_name", always(""), any_row),
    Recipe("not_accepted", "crm.contracts", "status", always("paused"), _is("status", "active")),
    Recipe("not_accepted", "hr.applications", "outcome", always("kanske"), any_row),
    Recipe("malformed_email", "crm.contacts", "email", always("saknas"), any_row),
)
"""Every fault that is planted by key; the undeclared column and the truncated file concern a whole file."""
