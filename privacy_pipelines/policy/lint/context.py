"""What the checks look at: the documents, and what the files declare by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents import CompanyDocument, PurposeDocument
from privacy_pipelines.policy.documents.fields import FieldBlock
from privacy_pipelines.policy.documents.registers import ConsentBlock
from privacy_pipelines.policy.documents.source import TableBlock
from privacy_pipelines.policy.files import Documents, File
from privacy_pipelines.policy.freeze import column_path, table_id
from privacy_pipelines.policy.hints import did_you_mean
from privacy_pipelines.policy.reading import Located, Place


@dataclass(frozen=True, slots=True)
class TablePlace:
    """A table of a source file."""

    source: str
    name: str
    block: TableBlock
    located: Located

    @property
    def id(self) -> str:
        """`source.table`."""
        return table_id(self.source, self.name)

    def problem(self, place: Place, what: str, hint: str = "") -> Problem:
        """A problem at a place inside this table."""
        return self.located.problem(("tables", self.name, *place), what, hint)


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field of a table."""

    table: TablePlace
    name: str
    block: FieldBlock

    @property
    def said(self) -> str:
        """How a message names it."""
        return f"field {self.name!r} of {self.table.id}"

    @property
    def personal(self) -> bool:
        """Whether it is personal data."""
        return self.block.category.split(".")[0] == "user"

    def problem(self, key: str, what: str, hint: str = "") -> Problem:
        """A problem at one of this field's keys."""
        return self.table.problem(("fields", self.name, key), what, hint)


@dataclass(frozen=True, slots=True)
class ConsentPlace:
    """A consent of a source file."""

    source: str
    name: str
    block: ConsentBlock
    located: Located

    def problem(self, key: str, what: str, hint: str = "") -> Problem:
        """A problem at one of this consent's keys."""
        return self.located.problem(("consents", self.name, key), what, hint)

    @property
    def table(self) -> str:
        """The id of the table that records it."""
        return table_id(self.source, self.block.table)

    @property
    def matched(self) -> tuple[tuple[str, str], ...]:
        """The (table id, column) pairs that find it."""
        return tuple(column_path(self.source, path) for paths in self.block.match.values() for path in paths)


@dataclass(frozen=True)
class Context:
    """Every document, as the checks go through them.

    Names come from the files as written, not from the documents: a purpose whose period is misspelt is still declared, so that
    one mistake is not reported at every field that serves it.
    """

    documents: Documents

    @property
    def company(self) -> CompanyDocument:
        """The company's document."""
        return self.documents.company.content

    @property
    def purposes(self) -> tuple[File[PurposeDocument], ...]:
        """Every purpose, also those not enabled."""
        return self.documents.purposes

    @cached_property
    def purpose_of(self) -> dict[str, PurposeDocument]:
        """Every purpose by name."""
        return {file.content.purpose: file.content for file in self.purposes}

    @cached_property
    def tables(self) -> tuple[TablePlace, ...]:
        """Every table."""
        return tuple(
            TablePlace(file.content.source, name, block, file.located)
            for file in self.documents.sources
            for name, block in file.content.tables.items()
        )

    @cached_property
    def table_of(self) -> dict[str, TablePlace]:
        """Every table by id."""
        return {table.id: table for table in self.tables}

    @cached_property
    def fields(self) -> tuple[FieldPlace, ...]:
        """Every field."""
        return tuple(FieldPlace(table, name, block) for table in self.tables for name, block in table.block.fields.items())

    @cached_property
    def consents(self) -> tuple[ConsentPlace, ...]:
        """Every consent."""
        return tuple(
            ConsentPlace(file.content.source, name, block, file.located)
            for file in self.documents.sources
            for name, block in file.content.consents.items()
        )

    @cached_property
    def purpose_names(self) -> frozenset[str]:
        """Every purpose that a file declares."""
        written = (_written(file.located, "purpose") for file in self.purposes)
        return frozenset(self.purpose_of) | {name for name in written if isinstance(name, str)}

    @cached_property
    def recipient_names(self) -> frozenset[str]:
        """Every recipient that the company declares."""
        return frozenset(self.company.recipients) | _keys(self.documents.company.located, "recipients")

    @cached_property
    def consent_names(self) -> frozenset[str]:
        """Every consent that a source declares."""
        names = {consent.name for consent in self.consents}
        return frozenset(names).union(*(_keys(file.located, "consents") for file in self.documents.sources))

    @cached_property
    def columns(self) -> dict[str, frozenset[str]]:
        """Table id → the columns that it declares."""
        return {
            table_id(file.content.source, name): _keys(file.located, "tables", name, "fields")
            for file in self.documents.sources
            for name in _keys(file.located, "tables")
        }

    @cached_property
    def event_names(self) -> frozenset[str]:
        """Every event that a table declares."""
        return frozenset[str]().union(*self.events_of.values())

    @cached_property
    def events_of(self) -> dict[str, frozenset[str]]:
        """Table id → the events that it declares."""
        return {
            table_id(file.content.source, name): _keys(file.located, "tables", name, "events")
            for file in self.documents.sources
            for name in _keys(file.located, "tables")
        }

    def links_written(self, table: TablePlace) -> frozenset[str]:
        """The links of a table as the file names them, those that are not readable included."""
        return _keys(table.located, "tables", table.name, "links")

    def column_type(self, table: str, column: str) -> str | None:
        """The declared type of a column; None where it is not declared or not readable."""
        place = self.table_of.get(table)
        block = place.block.fields.get(column) if place else None
        return block.type if block else None

    def accepted_values(self, table: str) -> dict[str, tuple[str, ...]]:
        """Column → its accepted values, for the table's columns that have some."""
        place = self.table_of.get(table)
        return {name: field.accepted for name, field in place.block.fields.items() if field.accepted} if place else {}

    def asks_for_consent(self, file: File[PurposeDocument]) -> bool:
        """Whether the purpose names a consent that must stand, also where its starting point has other faults."""
        written = _written(file.located, "starting_point", "consent")
        return bool(written or file.content.starting_point.consent or file.content.requires_consent)

    def served(self) -> Iterator[tuple[FieldPlace, PurposeDocument]]:
        """Every field with each purpose that it serves, where that is known."""
        for field in self.fields:
            for name in field.block.serves:
                if name in self.purpose_of:
                    yield field, self.purpose_of[name]


def unknown(kind: str, name: str, known: frozenset[str], *, of: str = "") -> tuple[str, str]:
    """What is said of a name that nothing declares.

    >>> unknown("purpose", "newsleter", frozenset({"newsletter"}))
    ("unknown purpose 'newsleter'", "Did you mean 'newsletter'?")
    """
    return f"unknown {kind} {name!r}" + (f" of {of}" if of else ""), did_you_mean(name, known, legal=f"Known {kind}s")


def _written(located: Located, *place: str) -> object:
    here = located.data
    for step in place:
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def _keys(located: Located, *place: str) -> frozenset[str]:
    here = _written(located, *place)
    return frozenset(here) if isinstance(here, Mapping) else frozenset()
