"""Checks of extract formats: each key says something of the format that it stands beside, and a file's ending says what it is."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.lint.context import Context
from privacy_pipelines.policy.lint.extracts import extract_problem, extracts
from privacy_pipelines.policy.model import ENDINGS

KEYS_OF_FORMATS = {
    "compression": ("csv", "jsonl"),
    "sheet": ("excel",),
    "connection": ("database",),
    "relation": ("database",),
    "delimiter": ("csv",),
    "quote": ("csv",),
    "escape": ("csv",),
    "comment": ("csv",),
    "line_end": ("csv",),
    "ragged": ("csv",),
    "header": ("csv",),
    "columns": ("csv",),
    "skip_before": ("csv",),
    "skip_after": ("csv",),
    "preamble": ("csv",),
    "footer": ("csv",),
}
"""Key → the formats of which it says something."""
WRITTEN_ENDINGS = {"parquet": ".parquet", "excel": ".xlsx", "database": ".parquet"}


def keys_fit_the_format(context: Context) -> Iterator[Problem]:
    """A table's own key for another format would say nothing. A source may say keys for the tables that they fit."""
    for table, extract in extracts(context):
        for key, formats in KEYS_OF_FORMATS.items():
            if getattr(table.block.extract, key) is not None and extract.format not in formats:
                what = f"`{key}` says nothing of {extract.format}"
                yield table.problem(("extract", key), what, f"It is for {' and '.join(formats)}")
    for file in context.documents.sources:
        formats_here = {extract.format for table, extract in extracts(context) if table.located is file.located}
        for key, formats in KEYS_OF_FORMATS.items():
            if getattr(file.content.extract, key) is not None and not formats_here & set(formats):
                yield file.located.problem(("extract", key), f"`{key}` says nothing of {' and '.join(sorted(map(str, formats_here)))}")


def endings_fit_the_format(context: Context) -> Iterator[Problem]:
    """Parquet and Excel files are compressed inside; a database's table is written as Parquet."""
    for table, extract in extracts(context):
        path = (extract.path or "").lower()
        wanted = WRITTEN_ENDINGS.get(extract.format or "csv")
        if extract.path and wanted and not path.endswith(wanted):
            what = f"{table.id} is {extract.format}, so path {extract.path!r} must end in {wanted}"
            hint = "Leave `path` out, and it is {table}-{day}.parquet" if extract.format == "database" else ""
            yield extract_problem(table, "path", what, hint)
        said = next((kind for ending, kind in ENDINGS if path.endswith(ending)), None)
        if said and extract.compression and said != extract.compression:
            yield extract_problem(
                table, "compression", f"path {extract.path!r} ends as {said}, and `compression` says {extract.compression}"
            )
        if path.endswith((".part", ".tmp")):
            yield extract_problem(table, "path", f"path {extract.path!r} ends as a file does that is still being written")


def databases_are_complete(context: Context) -> Iterator[Problem]:
    """A database needs the variable with its address, and tells all its rows each night."""
    for table, extract in extracts(context):
        if extract.format != "database":
            continue
        if extract.connection is None:
            what = f"{table.id} is a table of a database and needs `connection`"
            yield extract_problem(table, "format", what, "The name of the environment variable with its address, for example CRM_DATABASE")
        if extract.mode == "increment":
            yield extract_problem(table, "mode", f"{table.id} is fetched whole every night, so its mode is snapshot")


def markers_are_no_keys(context: Context) -> Iterator[Problem]:
    """The delete marker is read and not kept, unless it is declared; a key cannot be one."""
    for table, extract in extracts(context):
        if extract.deletes and extract.deletes.column in table.block.key:
            what = f"{extract.deletes.column!r} is in the key of {table.id} and cannot mark deleted rows"
            yield extract_problem(table, "deletes", what)
