"""The policy as the other rooms see it: frozen values, already checked against each other.

`load.py` makes them from YAML; nobody else does. Names are the YAML's own (DESIGN §2), terms are ISO/IEC 27555's and DIN 66398's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from privacy_pipelines.values import Period

Nature = Literal["policy", "claims", "duty"]
Scope = Literal["record", "subject"]
Offset = Literal["end_of_month", "end_of_calendar_year", "end_of_fiscal_year", "end_of_vacation_year"]
ColumnType = Literal["text", "date", "timestamp", "integer", "decimal", "boolean", "email", "personal_number"]
ExtractFormat = Literal["csv", "parquet", "jsonl", "excel", "database"]
Compression = Literal["gzip", "zstd"]
PACKABLE = ("csv", "jsonl")
"""The formats whose files may be compressed as a whole; the others are compressed inside."""
ENDINGS: tuple[tuple[str, Compression], ...] = ((".gz", "gzip"), (".gzip", "gzip"), (".zst", "zstd"), (".zstd", "zstd"))
"""What the ending of a file's name says of its compression, in lower case."""
OnObjection = Literal["end", "restrict"]
WhenTargetEnds = Literal["clear", "keep_key", "end_too"]
LineEnd = Literal["lf", "crlf", "cr"]
Ragged = Literal["refuse", "quarantine", "pad"]
RepeatedHeader = Literal["quarantine", "skip"]
OBJECTION = "objection: "
"""What an objection's register is called, before the objection's own name: no consent has such a name."""
Text = tuple[tuple[str, str], ...]
"""A text per language, e.g. (("en", "Hold seminars"), ("sv", "Genomföra seminarier"))."""


@dataclass(frozen=True, slots=True)
class IrregularYear:
    """A fiscal year that is not twelve months, or did not end with the others: its first and its last day."""

    first: date
    last: date


FiscalYears = tuple[tuple[int, int] | IrregularYear, ...]
"""(month, day) on which each fiscal year ends; where that changed, the next such day follows after the irregular years between."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A legal entity with fiscal years of its own; extracts call it one of `values`."""

    name: str
    values: tuple[str, ...]
    fiscal_year_end: tuple[int, int]
    fiscal_changes: FiscalYears


@dataclass(frozen=True, slots=True)
class EntityOf:
    """Which legal entity a table's rows belong to: the one that `column` names, or `always` one."""

    column: str | None
    always: str | None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How long something undetermined is kept, restricted, counted from the night on which it was first seen so."""

    restrict: Period
    execution_window: Period


@dataclass(frozen=True, slots=True)
class EndedBy:
    """An event that ends a purpose before its own clock runs out (LAW P2: the contact left the customer)."""

    event: str
    period: Period
    execution_window: Period


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """What starts the clock of a purpose: an event, or the end of a consent. Exactly one of the two is set."""

    event: str | None
    consents: tuple[str, ...]
    of: Scope
    offset: tuple[Offset, ...]
    order: Literal["offset_then_period", "period_then_offset"]


@dataclass(frozen=True, slots=True)
class Merged:
    """Where a source says which record of a table was merged into which: the rows of `table` whose column `name` holds the key of the
    one that was given up, and `into` that of the one that stays."""

    table: str
    name: str
    into: str


@dataclass(frozen=True, slots=True)
class Version:
    """What a purpose's rule said before: from its first day until the next version's."""

    effective_from: date
    period: Period
    offset: tuple[Offset, ...]
    order: Literal["offset_then_period", "period_then_offset"]
    roll: Literal["none", "next_weekday"]
    source: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """A declared purpose and the deletion rule that ends it (GDPR Art. 5(1)(b) and (e))."""

    name: str
    title: Text
    reason: Text
    data_use: str
    legal_basis: str
    nature: Nature
    starting_point: StartingPoint
    ended_by: tuple[EndedBy, ...]
    requires_consent: str | None
    """This consent must stand: without it the purpose never applied, and its end ends the purpose."""
    admitted_by_consent: str | None
    """This consent must have stood at some time: without it the purpose never applied."""
    period: Period
    settle: Period
    execution_window: Period
    roll: Literal["none", "next_weekday"]
    on_missing_event: Ceiling | None
    recipients: tuple[str, ...]
    justification: str | None
    art9_ground: str | None
    source: str
    effective_from: date
    approved_by: str
    review: bool
    subjects: tuple[str, ...] = ()
    """The kinds of data subject it is for; empty: every kind that it reaches."""
    objections: tuple[tuple[str, OnObjection], ...] = ()
    """Objection → what it does to the purpose."""
    earlier: tuple[Version, ...] = ()
    """Earlier versions of its rule, the oldest first."""

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every version of its rule, the oldest first and the newest last."""
        point = self.starting_point
        newest = Version(self.effective_from, self.period, point.offset, point.order, self.roll, self.source, self.approved_by)
        return (*self.earlier, newest)

    @property
    def needs_consent(self) -> bool:
        """Whether this purpose cannot apply to a person who never gave a consent."""
        return bool(self.starting_point.consents or self.requires_consent or self.admitted_by_consent)

    @property
    def is_marketing(self) -> bool:
        """Whether an objection always ends it (GDPR Art. 21(2), (3))."""
        return self.data_use.split(".")[0] == "marketing"


@dataclass(frozen=True, slots=True)
class Column:
    """A declared field of a table."""

    name: str
    category: str
    serves: tuple[str, ...]
    header: str | int | None
    """Its name in the extract, or its position there from 1; None: the field's own name."""
    type: ColumnType
    formats: tuple[str, ...]
    """strptime formats, of which the first that fits reads a value; none: ISO 8601."""
    true_values: tuple[str, ...]
    false_values: tuple[str, ...]
    zone: str | None
    """IANA zone of a naive timestamp; None: the company's."""
    required: bool
    free_text: bool
    contains: tuple[str, ...]
    """Categories that free text may hold, e.g. a CV its own e-mail address; what is not named here is masked on arrival."""
    accepted: tuple[str, ...]
    scale: int | None = None
    renamed_from: str | None = None
    """What stored cells, and extracts until they are told, still call it."""
    """Digits after the decimal sign of a decimal; None: four."""

    @property
    def format(self) -> str | None:
        """The first format: the one in which a value is written that has a type already."""
        return self.formats[0] if self.formats else None

    @property
    def personal(self) -> bool:
        """Whether this field is personal data (fideslang: everything below `user`)."""
        return self.category.split(".")[0] == "user"


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of data subject that a table's rows are, e.g. `customer`: all of them, or those that meet `when`."""

    kind: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """`columns` of this table hold the `to_columns` of `to` (a table id); with a `kind` only where that column holds that value."""

    name: str
    """As the policy names it: its column, or a name of its own where it has several."""
    columns: tuple[str, ...]
    to: str
    to_columns: tuple[str, ...]
    kind: tuple[str, str] | None = None
    optional: bool = False
    when_target_ends: WhenTargetEnds | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an event's path: the table that it leads to, and the link that it takes where two do."""

    table: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """How a row names another of its table that goes on where the earlier one ends."""

    columns: tuple[tuple[str, str], ...]
    """(column, key): what the naming row holds, and the part of the named row's key that it is."""
    forward: bool
    """Whether the earlier row names the later one; else the later one names the earlier."""
    begins: str | None
    """The column with the first day of the later row: one that begins after a gap continues nothing."""


@dataclass(frozen=True, slots=True)
class Event:
    """Where a table holds a reference event: the first of `at` that is filled, or the latest of them; no date at all where `at` is empty.

    `when` says whether the row carries the event at all; `open_if` is asked first and means that the clock has not started.
    Both are SQL conditions over this table's fields, already checked to be nothing more.
    """

    name: str
    at: tuple[str, ...]
    open_if: str | None
    when: str | None
    latest: bool = False
    succession: Succession | None = None


@dataclass(frozen=True, slots=True)
class Deletes:
    """A row of an increment whose `column` holds one of `values` says that its key was deleted at the source."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """How a table's extract arrives."""

    path: str
    format: ExtractFormat
    compression: Compression | None
    """What the policy says; the ending of a file's name says it first."""
    sheet: str | None
    connection: str | None
    """The environment variable with a database's address."""
    relation: str | None
    """The database's table or view; None: the table's name."""
    mode: Literal["snapshot", "increment"]
    deletes: Deletes | None
    delimiter: str
    quote: str
    """Empty where fields are never quoted."""
    escape: str
    """Empty where a quote inside quotes is doubled."""
    header: int
    """How many rows are header; the last of them names the columns, unless `columns` does."""
    columns: tuple[str, ...]
    skip_before: int
    skip_after: int
    comment: str
    """How a line begins that is no row; empty where every line is one."""
    line_end: LineEnd | None
    """None: any of them, mixed too."""
    ragged: Ragged
    repeated_header: RepeatedHeader
    null_values: tuple[str, ...]
    """Texts that stand for nothing, beside the empty one."""
    trim: bool
    encoding: str
    decimal: Literal[".", ","]
    thousands: str
    """Empty where numbers have no sign between groups of digits."""
    keep: Period
    freshness: Period


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
    collected: tuple[str, ...] = ()
    """Columns of which the first filled one is the day on which the row was collected; else it is the night that first saw it."""
    merged: Merged | None = None
    not_read: tuple[str, ...] = ()
    """Columns of its extracts that stay outside on purpose, sorted."""

    @property
    def id(self) -> str:
        """`source.table`: how every other room, file and report names this table."""
        return f"{self.source}.{self.name}"

    @property
    def personal(self) -> bool:
        """Whether retention applies: a table with no subject and no personal field is copied whole."""
        return bool(self.subjects) or any(column.personal for column in self.columns)

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
class Consent:
    """Where a consent is recorded, and how a person's records find it."""

    name: str
    table: str
    column: str
    """The consent table's matching column: rows with an equal value are one person's consent history."""
    matches: tuple[tuple[str, str], ...]
    """(table id, column) pairs whose value finds the consent; the consent table's own `column` always does."""
    status: str
    valid: tuple[str, ...]
    given: tuple[str, ...]
    """Columns of which the first filled one is when the consent was given."""
    until: str | None
    valid_for: Period | None
    when: str | None


@dataclass(frozen=True, slots=True)
class Objection:
    """Where a person's objection is recorded (GDPR Art. 21), and how the person's records find it."""

    name: str
    table: str
    column: str
    matches: tuple[tuple[str, str], ...]
    status: str | None
    valid: tuple[str, ...]
    """Statuses in which it stands; without a status every row does."""
    given: tuple[str, ...]
    until: str | None
    when: str | None

    @property
    def register(self) -> str:
        """What the register of those who objected is called, beside the consents'."""
        return f"{OBJECTION}{self.name}"


@dataclass(frozen=True, slots=True)
class Hold:
    """A class-wide deletion suspension: everything in `tables` stays, and nobody uses it for anything else."""

    name: str
    ground: str
    owner: str
    review_by: date
    tables: tuple[str, ...]
    effective_from: date


@dataclass(frozen=True, slots=True)
class Guards:
    """What a night may lose that yesterday did not foresee. Shares are of a table's cells for one purpose."""

    unexpected_share: float
    unexpected_count: int
    withdrawn_share: float
    withdrawn_count: int
    row_drop: float
    vanished_share: float
    clock_lead: Period


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone to whom a purpose discloses data (GDPR Art. 4(9))."""

    name: str
    title: Text
    country: str


@dataclass(frozen=True, slots=True)
class Company:
    """What holds for the whole company."""

    name: str
    contact: str
    dpo: str
    zone: str
    languages: tuple[str, ...]
    fiscal_year_end: tuple[int, int]
    """(month, day) on which each fiscal year ends, or first ended."""
    vacation_year_end: tuple[int, int]
    unknown_dates: tuple[date, ...]
    earliest_date: date
    dates_ahead: Period
    """A date further than this after as_of is implausible."""
    undetermined: Ceiling
    guards: Guards
    departed_expiry: Period
    recipients: tuple[Recipient, ...]
    fiscal_changes: FiscalYears = ()
    """What followed on the years that end on `fiscal_year_end`."""
    entities: tuple[Entity, ...] = ()

    def entity(self, name: str) -> Entity:
        """Raises KeyError for an entity that is not declared."""
        for entity in self.entities:
            if entity.name == name:
                return entity
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class NotRead:
    """A table whose extracts stay outside on purpose: `path` is their file name, with {day}."""

    table: str
    path: str
    reason: str


@dataclass(frozen=True)
class Policy:
    """The law in force, checked. `document` is the canonical JSON of every file; `version` is its SHA-256."""

    company: Company
    purposes: tuple[Purpose, ...]
    tables: tuple[Table, ...]
    consents: tuple[Consent, ...]
    holds: tuple[Hold, ...]
    document: str
    version: str
    objections: tuple[Objection, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    @cached_property
    def _purposes(self) -> dict[str, Purpose]:
        return {purpose.name: purpose for purpose in self.purposes}

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.id: table for table in self.tables}

    def purpose(self, name: str) -> Purpose:
        """Raises KeyError for a purpose that is not declared."""
        return self._purposes[name]

    def table(self, table_id: str) -> Table:
        """Raises KeyError for a table that is not declared; `table_id` is `source.table`."""
        return self._tables[table_id]

    def objection(self, name: str) -> Objection:
        """Raises KeyError for an objection that is not declared."""
        for objection in self.objections:
            if objection.name == name:
                return objection
        raise KeyError(name)

    def consent(self, name: str) -> Consent:
        """Raises KeyError for a consent that is not declared."""
        for consent in self.consents:
            if consent.name == name:
                return consent
        raise KeyError(name)
