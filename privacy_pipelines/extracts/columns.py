"""Which column of a file is which declared field. A header may itself be somebody's data, so names are only told where some are known."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.readers.reader import column_name, column_place
from privacy_pipelines.policy.model import Column, Table

QUOTES = ("'", '"', "`", "|")


@dataclass(frozen=True, slots=True)
class Columns:
    """`relation` says which of a relation's columns each declared one is, `named` what the header calls it where it has a name."""

    relation: dict[str, str]
    named: dict[str, str]
    undeclared: tuple[str, ...]
    """What the header names beside them, sorted; a column without a name by its position."""
    marker: str = ""
    """The relation's column that marks deleted rows, where one is declared."""

    @property
    def in_order(self) -> tuple[str, ...]:
        """The declared columns as they follow one another in the file."""
        return tuple(sorted(self.relation, key=lambda name: column_place(self.relation[name])))

    def are_all(self, header: tuple[str, ...]) -> bool:
        """Whether the file has the declared columns and nothing else."""
        return not self.marker and len(header) == len(self.relation) == len(set(self.relation.values()))


def matched(table: Table, header: tuple[str, ...]) -> Columns:
    """Raises ExtractError where a declared column is missing, or cannot be told from another."""
    places = {column.name: _places(column, header) for column in table.read}
    missing = [column for column in table.read if not places[column.name]]
    if missing:
        raise ExtractError(_missing(table, missing, header))
    twice = sorted(_called(column) for column in table.read if len(places[column.name]) > 1)
    if twice:
        raise ExtractError(f"declared columns stand twice in the header: {', '.join(twice)}. Say which by its position: header: 3")
    at = {name: found[0] for name, found in places.items()}
    marker = _marker(table, header)
    claimed = {*at.values(), marker}
    unclaimed = [place for place, name in enumerate(header) if place not in claimed and name not in table.not_read]
    return Columns(
        {name: column_name(place) for name, place in at.items()},
        {name: header[place] for name, place in at.items() if header[place]},
        tuple(sorted({header[place].strip() or f"(column {place + 1}, without a name)" for place in unclaimed})),
        column_name(marker) if marker is not None else "",
    )


def _marker(table: Table, header: tuple[str, ...]) -> int | None:
    """The place of the column that marks deleted rows, where one is declared. Raises ExtractError."""
    if table.extract.deletes is None:
        return None
    name = table.extract.deletes.column
    found = [place for place, other in enumerate(header) if other == name]
    if len(found) != 1:
        raise ExtractError(f"the delete marker {name} stands {len(found)} times in the header")
    return found[0]


def _called(column: Column) -> str:
    return f"number {column.header}" if isinstance(column.header, int) else column.header or column.name


def _places(column: Column, header: tuple[str, ...]) -> list[int]:
    if isinstance(column.header, int):
        return [column.header - 1] if column.header <= len(header) else []
    found = [place for place, name in enumerate(header) if name == (column.header or column.name)]
    return found or [place for place, name in enumerate(header) if name == column.renamed_from]


def _missing(table: Table, missing: list[Column], header: tuple[str, ...]) -> str:
    plain = {_plain(name) for name in header}
    if len(missing) == len(table.read) and not any(_plain(_called(column)) in plain for column in missing):
        few = " Is the delimiter right?" if len(header) == 1 and len(table.read) > 1 else ""
        what = f"none of the {len(missing)} declared columns is among the {len(header)} of the header line."
        return f"{what}{few} If the file has no header, declare header: false and columns"
    known = {_called(column) for column in table.read}
    unknown = [name for name in header if name not in known]
    names = sorted(_called(column) for column in missing)
    if any(name[:1] in QUOTES and name[:1] == name[-1:] and name[1:-1] in known for name in unknown):
        return f"declared columns are missing: {', '.join(names)}. Is the quote declared?"
    near = [(name, other) for name in names if (other := _nearest(name, unknown))]
    hint = "".join(
        f". Is {name} the column {other!r}? Then declare header: {other!r}, or rename the field with renamed_from: {name}"
        for name, other in near[:3]
    )
    return f"declared columns are missing: {', '.join(names)}{hint}"


def _renamed(name: str, other: str) -> str:
    return f". Is {name} the column {other!r}? Then declare header: {other!r}, or rename the field with renamed_from: {name}"


def _nearest(name: str, others: list[str]) -> str | None:
    """The one that differs in case, blanks and signs only, else one that is nearly alike."""
    plain = {_plain(other): other for other in others if other.strip()}
    wanted = _plain(name)
    if wanted in plain:
        return plain[wanted]
    near = difflib.get_close_matches(wanted, plain, n=1, cutoff=0.8)
    return plain[near[0]] if near else None


def _plain(name: str) -> str:
    """A name without what people write differently: case, blanks, signs."""
    return re.sub(r"[\W_]+", "", name).casefold()
