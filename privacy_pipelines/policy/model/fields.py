"""The declared fields of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "date", "timestamp", "integer", "decimal", "boolean", "email", "personal_number"]

ROW_KEY = "_row"
"""The key of a row that no column identifies. No declared field begins like this."""


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
    """Digits after the decimal sign of a decimal; None: four."""
    identifies: bool | None = None
    """Whether its values tell one person from all others; None: as its category says."""
    renamed_from: str | None = None
    """What stored cells, and extracts until they are told, still call it."""
    of_row: bool = False
    """Whether no extract has it: it is computed of the whole row, as its key."""

    @property
    def format(self) -> str | None:
        """The first format: the one in which a value is written that has a type already."""
        return self.formats[0] if self.formats else None

    @property
    def personal(self) -> bool:
        """Whether this field is personal data (fideslang: everything below `user`)."""
        return self.category.split(".")[0] == "user"
