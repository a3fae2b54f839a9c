"""Which declared column is which of a file, for formats that have names and types of their own."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.policy.model import Column, Table


def named_columns(table: Table) -> dict[str, Column | None]:
    """The names that a file must have, each with its declaration; the marker of deleted rows may have none. Raises ExtractError."""
    found: dict[str, Column | None] = {}
    for column in table.read:
        if isinstance(column.header, int):
            raise ExtractError(f"{column.name} is declared by its position, and the keys of {table.extract.format} have none. Name it")
        found[column.header or column.name] = column
    if table.extract.deletes is not None:
        found.setdefault(table.extract.deletes.column, None)
    return found


def columns_at(table: Table, header: tuple[str, ...]) -> Iterator[tuple[str, Column | None] | None]:
    """For each column of a file its name and declaration, or None where it is not declared."""
    at = {column.header: column for column in table.read if isinstance(column.header, int)}
    named = {column.header or column.name: column for column in table.read if not isinstance(column.header, int)}
    marker = table.extract.deletes.column if table.extract.deletes else None
    for place, name in enumerate(header, start=1):
        column = at.get(place) or named.get(name)
        yield (name or str(place), column) if column is not None or name == marker else None


def boolean_text(value: bool, column: Column | None) -> str:
    """The declared word for a value that is a boolean already."""
    words = (column.true_values if value else column.false_values) if column is not None else ()
    return words[0] if words else str(value).lower()
