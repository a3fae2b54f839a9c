"""What can befall a store's files: each damage changes files as a disk, a person or a restored backup does, and says how it is refused.

`run` is what the house expects of a night over it: the words of the refusal. No damage here may be worked over in silence.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

HEADER, BLOCK = 4096, 256 * 1024
"""Of the engine's file: three headers, of which the later of the second and third counts, and then blocks with a checksum each."""
FIRST_BLOCK = 3 * HEADER


@dataclass(frozen=True, slots=True)
class Damage:
    """`do` gets the store and the store of somebody else; `said` stands in the refusal, and so does the name of what is damaged."""

    name: str
    do: Callable[[Path, Path], None]
    where: str
    said: str


def generation(store: Path) -> Path:
    """The one generation that is there."""
    (found,) = store.glob("gen-*.duckdb")
    return found


def flipped(content: bytes, draw: Random) -> bytes:
    """One bit is another, anywhere."""
    place = draw.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << draw.randrange(8)]) + content[place + 1 :]


def cut(content: bytes, draw: Random) -> bytes:
    """The rest is missing."""
    return content[: draw.randrange(len(content))]


def header_of_before(content: bytes, _: Random | None = None) -> bytes:
    """The last header was never written: the file is what it was a checkpoint earlier, and every checksum is right."""
    one, other = content[HEADER : 2 * HEADER], content[2 * HEADER : FIRST_BLOCK]
    older = min(one, other, key=lambda header: int.from_bytes(header[8:16], "little"))  # the number of the checkpoint, after the checksum
    return content[:HEADER] + older + older + content[FIRST_BLOCK:]


def block_elsewhere(content: bytes, draw: Random) -> bytes:
    """A block went to another one's place; its own checksum is right."""
    one, other = draw.sample(range((len(content) - FIRST_BLOCK) // BLOCK), 2)
    start, put = (FIRST_BLOCK + number * BLOCK for number in (one, other))
    return content[:put] + content[start : start + BLOCK] + content[put + BLOCK :]


def zeroed(content: bytes, draw: Random) -> bytes:
    """A page was never written."""
    start = draw.randrange(len(content) // HEADER) * HEADER
    return content[:start] + bytes(HEADER) + content[start + HEADER :]


SPOILED: tuple[Callable[[bytes, Random], bytes], ...] = (flipped, cut, header_of_before, block_elsewhere, zeroed)
"""What can befall a generation's bytes."""


def _write(name: str, content: bytes) -> Callable[[Path, Path], None]:
    def do(store: Path, _: Path) -> None:
        (store / name).write_bytes(content)

    return do


def _change(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    def do(store: Path, _: Path) -> None:
        path = generation(store) if name == "gen" else store / name
        path.write_bytes(change(path.read_bytes()))

    return do


def _lose(*names: str) -> Callable[[Path, Path], None]:
    def do(store: Path, _: Path) -> None:
        for name in names:
            (store / name).unlink()

    return do


def _open_to_others(name: str) -> Callable[[Path, Path], None]:
    def do(store: Path, _: Path) -> None:
        (store / name).chmod(0o644)

    return do


def _of_other(name: str) -> Callable[[Path, Path], None]:
    def do(store: Path, other: Path) -> None:
        theirs = generation(other) if name == "gen" else other / name
        shutil.copyfile(theirs, generation(store) if name == "gen" else store / name)

    return do


def _older(store: Path, _: Path) -> None:
    """Somebody put the generation of the night before back, and pointed to it."""
    shutil.copyfile(store / "older", store / "gen-000001.duckdb")
    (store / "CURRENT").write_text("gen-000001.duckdb\n")


_KEYS = "Restore it from a backup"
DAMAGES: tuple[Damage, ...] = (
    Damage("pointer empty", _write("CURRENT", b""), "CURRENT", "does not name a generation"),
    Damage("pointer garbage", _write("CURRENT", b"\xff\0gen\n"), "CURRENT", "does not name a generation"),
    Damage("pointer gone", _lose("CURRENT"), "CURRENT", "missing"),
    Damage("pointer to nothing", _write("CURRENT", b"gen-000009.duckdb\n"), "gen-000009.duckdb", "missing, and CURRENT names it"),
    Damage("pointer to what was before", _older, "gen-000001.duckdb", "older than the last night's, gen-000002.duckdb"),
    Damage("high-water mark garbage", _write("HIGHEST", b"many"), "HIGHEST", "not a number"),
    Damage("high-water mark empty", _write("HIGHEST", b""), "HIGHEST", "not a number"),
    Damage("generation empty", _change("gen", lambda _: b""), "gen-000002.duckdb", "damaged"),
    Damage("generation cut", _change("gen", lambda was: was[: len(was) // 3]), "", "damaged"),
    Damage("generation without a name", _change("gen", lambda was: was.replace(b"DUCK", b"DUCE", 1)), "gen-000002", "damaged"),
    Damage("generation of a checkpoint before", _change("gen", header_of_before), "gen-000002", "its night proved"),
    Damage("generation of another store", _of_other("gen"), "gen-000002.duckdb", "does not"),
    Damage("log cut", _change("evidence.jsonl", lambda was: was[:-40]), "evidence.jsonl", "cut off"),
    Damage("log gone", _lose("evidence.jsonl"), "evidence.jsonl", "missing"),
    Damage("log changed", _change("evidence.jsonl", lambda was: was.replace(b"10-49", b"50-99", 1)), "evidence.jsonl", "entry"),
    Damage("heads gone", _lose("evidence.heads.jsonl"), "evidence.heads.jsonl", "missing"),
    Damage("heads changed", _change("evidence.heads.jsonl", lambda was: was[:-9] + b"0" + was[-8:]), "evidence.heads.jsonl", "head"),
    Damage("log and heads gone", _lose("evidence.jsonl", "evidence.heads.jsonl"), "evidence.jsonl", "missing"),
    Damage("key of the departed gone", _lose("keys/departed.key"), "departed.key", _KEYS),
    Damage("key of the departed another's", _of_other("keys/departed.key"), "departed.key", "nobody who left would be found"),
    Damage("key of the departed open to others", _open_to_others("keys/departed.key"), "departed.key", "mode 0600"),
    Damage("key of the departed cut", _write("keys/departed.key", b"short"), "departed.key", "not a key of 32 bytes"),
    Damage("key that signs gone", _lose("keys/evidence.key"), "evidence.key", _KEYS),
    Damage("key that signs another's", _of_other("keys/evidence.key"), "evidence.key", "not the key that signs"),
    Damage("key of the rows open to others", _open_to_others("keys/row_hashes.key"), "row_hashes.key", "mode 0600"),
)  # fmt: skip
