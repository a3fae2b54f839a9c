"""How a table's extract arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from privacy_pipelines.values import Period

ExtractFormat = Literal["csv", "parquet", "jsonl", "excel", "database"]
Compression = Literal["gzip", "zstd"]
PACKABLE = ("csv", "jsonl")
"""The formats whose files may be compressed as a whole; the others are compressed inside."""
ENDINGS: tuple[tuple[str, Compression], ...] = ((".gz", "gzip"), (".gzip", "gzip"), (".zst", "zstd"), (".zstd", "zstd"))
"""What the ending of a file's name says of its compression, in lower case."""
LineEnd = Literal["lf", "crlf", "cr"]
Ragged = Literal["refuse", "quarantine", "pad"]
RepeatedHeader = Literal["quarantine", "skip"]


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
    preamble: str
    """Regular expression: how the lines before the header begin; empty where `skip_before` counts them."""
    footer: str
    """Regular expression: how the lines at the end begin that are no rows; empty where `skip_after` counts them."""
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
