"""The tables of a source: those that are read, and those that stay outside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from privacy_pipelines.policy.model.extracts import Extract
from privacy_pipelines.policy.model.fields import Column
from privacy_pipelines.policy.model.purposes import Purpose
from privacy_pipelines.policy.model.relations import EntityOf, Event, Link, Merged, Step, Subject
from privacy_pipelines.policy.model.terms import Scope, Text


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table of a source."""

    source: str
    name: str
    key: tuple[str, ...]
    subjects: tuple[Subject, ...]
    """The kinds of data subject that rows are; none where a row is not itself a person."""
    legal_persons: bool
    """Whether a row that is no such subject is about a legal person, and so holds no personal data; else it has no ground."""
    columns: tuple[Column, ...]
    links: tuple[Link, ...]
    events: tuple[Event, ...]
    scopes: tuple[tuple[str, Scope], ...]
    events_via: tuple[tuple[str, tuple[Step, ...]], ...]
    """Event or consent → the steps of its path, its own table last."""
    extract: Extract
    owner: str
    entity: EntityOf | None = None
    not_read: tuple[str, ...] = ()
    """Columns of its extracts that stay outside on purpose, sorted."""
    collected: tuple[str, ...] = ()
    """Columns of which the first filled one is the day on which the row was collected; else it is the night that first saw it."""
    merged: Merged | None = None
    origin: Text = ()
    """From whom the data comes where the person did not provide it; empty: from the person."""

    @property
    def id(self) -> str:
        """`source.table`: how every other room, file and report names this table."""
        return f"{self.source}.{self.name}"

    @property
    def personal(self) -> bool:
        """Whether retention applies: a table with no subject and no personal field is copied whole."""
        return bool(self.subjects) or any(column.personal for column in self.columns)

    @property
    def keyless(self) -> bool:
        """Whether no column identifies a row, so that it is what it holds."""
        return any(column.of_row for column in self.columns)

    @property
    def read(self) -> tuple[Column, ...]:
        """The columns that its extracts have."""
        return tuple(column for column in self.columns if not column.of_row)

    @property
    def conditional(self) -> bool:
        """Whether a row may be no data subject although the table holds some."""
        return bool(self.subjects) and all(subject.when for subject in self.subjects)

    @property
    def purposes(self) -> tuple[str, ...]:
        """Names of the purposes that any field here serves, sorted."""
        return tuple(sorted({purpose for column in self.columns for purpose in column.serves}))

    def column(self, name: str) -> Column:
        """Raises KeyError for a column that is not declared."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def stored_as(self, name: str, existing: Collection[str]) -> str | None:
        """What the store, which has these columns, calls a declared one; None where it has none of it."""
        old = self.column(name).renamed_from
        return name if name in existing else old if old in existing else None

    def scope_of(self, purpose: Purpose) -> Scope:
        """This table's own scope for the purpose where it differs, else the purpose's."""
        return dict(self.scopes).get(purpose.name, purpose.starting_point.of)


@dataclass(frozen=True, slots=True)
class NotRead:
    """A table whose extracts stay outside on purpose: `path` is their file name, with {day}."""

    table: str
    path: str
    reason: str
