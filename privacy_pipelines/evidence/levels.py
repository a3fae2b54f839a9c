"""How far what was left behind is gone: left behind, disposed of, sanitised. Each is known from its own entry, and none from another. Pure.

A flip leaves behind, an unlinked file is disposed of, and only a person can say what was done to the device: the product sees no block of
it. Until somebody says so, nothing is claimed (NIST SP 800-88 Rev. 2: clear, purge, destroy).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from privacy_pipelines.evidence.entries import Entry

MEDIA = ("store", "extracts", "backups")
"""What can be sanitised: the device under the store, that under the drop folder, and the backups of the store."""


@dataclass(frozen=True, slots=True)
class Sanitised:
    """What a person said was done to a medium: `through` is the newest generation of which nothing is left on it."""

    medium: str
    through: str
    method: str
    at: str


@dataclass(frozen=True, slots=True)
class Levels:
    """The generations that were disposed of, oldest first, with the moment; and the newest sanitising of each medium."""

    disposed: tuple[tuple[str, str], ...]
    sanitised: tuple[Sanitised, ...]

    def sanitised_on(self, medium: str) -> Sanitised | None:
        """The last that was said of a medium; None where nothing was."""
        return next((one for one in self.sanitised if one.medium == medium), None)

    def remaining_on(self, medium: str) -> tuple[str, ...]:
        """The generations that were disposed of and whose bytes may still be on a medium."""
        names = [name for name, _ in self.disposed]
        last = self.sanitised_on(medium)
        return tuple(names[names.index(last.through) + 1 :] if last and last.through in names else names)


def levels(entries: Iterable[Entry]) -> Levels:
    """What the log says."""
    disposed: dict[str, str] = {}
    said: dict[str, Sanitised] = {}
    for entry in entries:
        if entry.kind == "disposed" and entry.body["what"] == "generation":
            disposed.setdefault(str(entry.body["name"]), entry.at)
        elif entry.kind == "sanitised":
            medium, through, method = (str(entry.body[name]) for name in ("what", "through", "method"))
            said[medium] = Sanitised(medium, through, method, entry.at)
    return Levels(tuple(disposed.items()), tuple(said[medium] for medium in MEDIA if medium in said))
