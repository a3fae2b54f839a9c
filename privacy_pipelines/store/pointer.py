"""Which generation is current, and which numbers were given out: the two small files CURRENT and HIGHEST. CURRENT is the truth; the link
`current.duckdb` follows it, for who opens the file itself under a name that stays.

CURRENT is never absent from a store that was created: a lost pointer is an error, not an empty store, since the sweep of an empty
store would take every generation for an unfinished one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.durable import create_once, point, write_whole

CURRENT = "CURRENT"
HIGHEST = "HIGHEST"
LINK = "current.duckdb"
_NAME = re.compile(r"gen-([0-9]{6,})\.duckdb")
_NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class Generation:
    """One immutable file of the store, whether or not it is there."""

    number: int
    path: Path

    @property
    def name(self) -> str:
        """The file name, which is also the generation's name everywhere else."""
        return self.path.name


def generation_named(root: Path, name: str) -> Generation:
    """The generation of that name.

    >>> generation_named(Path("store"), "gen-000123.duckdb").number
    123

    Raises:
        StoreError: it is not a generation's name.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise StoreError(f"{root}: not a generation's name. Expected for example gen-000123.duckdb")
    return Generation(int(match[1]), root / name)


def generations_in(root: Path) -> tuple[Generation, ...]:
    """Every generation file that is there, oldest first."""
    names = [path.name for path in root.glob("gen-*") if _NAME.fullmatch(path.name)]
    return tuple(sorted(generation_named(root, name) for name in names))


def create_pointer(root: Path) -> None:
    """Make CURRENT and HIGHEST of a new store; what is there stays.

    Raises:
        StoreError: there are generations and no pointer, or HIGHEST is damaged.
    """
    if not (root / CURRENT).exists() and generations_in(root):
        raise StoreError(f"{root / CURRENT}: missing. {_restore_hint(root)}")
    if not (root / HIGHEST).exists():
        create_once(root / CURRENT, f"{_NONE}\n".encode())
        create_once(root / HIGHEST, b"0\n")
    _highest(root)


def read_current(root: Path) -> Generation | None:
    """The current generation; None before the first flip.

    Raises:
        StoreError: the pointer is gone, unreadable, or names a generation that is not there.
    """
    generation = read_pointer(root)
    if generation is not None and not generation.path.is_file():
        raise StoreError(f"{generation.path}: missing, and CURRENT names it. {_restore_hint(root)}")
    return generation


def read_pointer(root: Path) -> Generation | None:
    """The generation that CURRENT names, whether or not its file is there; None before the first flip.

    Raises:
        StoreError: the pointer is gone or unreadable.
    """
    pointer = root / CURRENT
    if not pointer.exists():
        if (root / HIGHEST).exists():
            raise StoreError(f"{pointer}: missing. {_restore_hint(root)}")
        return None
    name, newline, rest = pointer.read_bytes().decode("ascii", "replace").partition("\n")
    if not newline or rest or (name != _NONE and _NAME.fullmatch(name) is None):
        raise StoreError(f"{pointer}: does not name a generation. {_restore_hint(root)}")
    return generation_named(root, name) if name != _NONE else None


def write_current(root: Path, generation: Generation) -> None:
    """Point to `generation`, atomically and durably."""
    write_whole(root / CURRENT, f"{generation.name}\n".encode())
    link_current(root, generation)


def link_current(root: Path, generation: Generation) -> None:
    """Have the link follow: a crash right after the flip leaves it at the generation before, which goes next."""
    link = root / LINK
    if not (link.is_symlink() and link.readlink().name == generation.name):
        point(link, generation.name)


def take_number(root: Path) -> int:
    """A number that was never given out before, and never will be again.

    Raises:
        StoreError: HIGHEST is damaged.
    """
    number = max(_highest(root), *(generation.number for generation in generations_in(root)), 0) + 1
    write_whole(root / HIGHEST, f"{number}\n".encode())
    return number


def _highest(root: Path) -> int:
    """What HIGHEST says; 0 where it is not there. Raises StoreError."""
    highest = root / HIGHEST
    text = highest.read_bytes().strip() if highest.exists() else b"0"
    if not text.isdigit():
        raise StoreError(f"{highest}: not a number. Write the highest generation number that was ever used into it")
    return int(text)


def _restore_hint(root: Path) -> str:
    names = ", ".join(generation.name for generation in generations_in(root)) or "none, so restore the store from a backup"
    return f"Write the right generation's name into CURRENT, or restore a backup ('privacy-pipelines restore'); there are: {names}"
