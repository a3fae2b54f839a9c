"""Every station made to fail in every way that can be brought about: what is done to a company before its night, or during it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from privacy_pipelines.cli.exits import Refused, told
from privacy_pipelines.demo.schema import SHEETS, Sheet
from privacy_pipelines.pipeline import night
from privacy_pipelines.values import Paths
from tests.trials.canaries import KEY, PLAIN, SWEDISH

Do = Callable[[Path, date], None]
"""Gets the company's folder and the day of tonight's extracts."""


def file_of(root: Path, sheet: Sheet, day: date) -> Path:
    return root / "extracts" / sheet.path(day)


def _each(change: Callable[[bytes, Sheet], bytes], *names: str) -> Do:
    """Change tonight's extracts of these tables, or of all."""

    def do(root: Path, day: date) -> None:
        for sheet in SHEETS:
            path = file_of(root, sheet, day)
            if path.exists() and (not names or sheet.id in names):
                path.write_bytes(change(path.read_bytes(), sheet))

    return do


def _mark_everywhere(content: bytes, sheet: Sheet) -> bytes:
    """A name in every column of some rows: dates, amounts, states and keys are none."""
    lines = content.split(b"\n")
    mark = SWEDISH.encode(sheet.dialect.encoding)
    width = len(sheet.columns)
    for number in range(2, min(len(lines) - 1, 8)):
        fields = lines[number].split(sheet.dialect.delimiter.encode())
        if len(fields) == width:
            fields[number % width or 1] = mark
            fields[(number + 3) % width or 1] = b"2026-13-45 " + PLAIN.encode()
            fields[0] = KEY.encode() if number % 2 else fields[0]
            lines[number] = sheet.dialect.delimiter.encode().join(fields)
    return b"\n".join(lines)


def _unreadable(content: bytes, sheet: Sheet) -> bytes:
    """Quotes that never close, fields too many and too few, bytes that are no text."""
    lines, mark = content.split(b"\n"), PLAIN.encode()
    bad = [b'"' + mark, mark, mark + b"," + b",;".join([mark] * 40), b"\xff\xfe" + mark, b"\0" + mark, mark * 2000]
    return b"\n".join([*lines[:2], *bad, *lines[2:]])


def _twice(content: bytes, sheet: Sheet) -> bytes:
    """The same keys again, with other values."""
    header, *rows = content.split(b"\n")
    return b"\n".join([header, *rows[:-1], *(row.replace(b"zqv", b"ZQV") for row in rows[:20]), b""])


def _headless(content: bytes, sheet: Sheet) -> bytes:
    """The first person stands where the header should be."""
    return content.split(b"\n", 1)[1]


def _people_as_columns(content: bytes, sheet: Sheet) -> bytes:
    """A column more, named for a person."""
    header, *rows = content.split(b"\n")
    separator = sheet.dialect.delimiter.encode()
    return b"\n".join([header + separator + PLAIN.encode(), *(row + separator + b"1" if row else row for row in rows)])


def _cut(content: bytes, sheet: Sheet) -> bytes:
    return content[: len(content) * 2 // 3]


def _other_encoding(content: bytes, sheet: Sheet) -> bytes:
    return content.decode(sheet.dialect.encoding).encode("utf-16")


def _packed_badly(content: bytes, sheet: Sheet) -> bytes:
    return b"\x1f\x8b" + content


def _policy_error(root: Path, day: date) -> None:
    path = root / "policies" / "sources" / "crm.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("email: {category", "email: {categori", 1), encoding="utf-8")


def _damaged_generation(root: Path, day: date) -> None:
    path = next((root / "store").glob("gen-*.duckdb"))
    content = bytearray(path.read_bytes())
    for start in range(12288 + 100, len(content), 256 * 1024):
        content[start] ^= 1
    path.write_bytes(content)


def _keys_gone(root: Path, day: date) -> None:
    shutil.rmtree(root / "store" / "keys")


def _small_files(root: Path, day: date) -> None:
    """As a full disk: this process may write no file larger than half a generation."""
    limit = next((root / "store").glob("gen-*.duckdb")).stat().st_size // 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _killed(root: Path, day: date) -> None:
    """In the middle of copying: when the next generation's file is there."""

    def kill() -> None:
        while len(list((root / "store").glob("gen-*.duckdb"))) < 2:
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()


def _proof_fails(root: Path, day: date) -> None:
    """A row stands in the next generation that nobody put there. This is the night itself."""
    paths = Paths(root / "policies", root / "store", root / "extracts")
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    try:
        with told():
            for station, _ in night(paths, run="spoiled", as_of=day, at=at):
                if station == "generation":
                    with duckdb.connect(str(max((root / "store").glob("gen-*.duckdb")))) as opened:
                        opened.execute("INSERT INTO crm.contacts SELECT * FROM crm.contacts LIMIT 3")
    except Refused as refused:
        refused.show()
        raise SystemExit(refused.exit_code) from None
    raise AssertionError("the proof passed")


WAYS: tuple[tuple[str, Do], ...] = (
    ("nothing wrong", lambda root, day: None),
    ("values of another kind", _each(_mark_everywhere)),
    ("rows unreadable", _each(_unreadable)),
    ("keys twice", _each(_twice)),
    ("no header", _each(_headless)),
    ("people as columns", _each(_people_as_columns)),
    ("cut off", _each(_cut)),
    ("another encoding", _each(_other_encoding)),
    ("packed badly", _each(_packed_badly)),
    ("policy error", _policy_error),
    ("damaged generation", _damaged_generation),
    ("keys gone", _keys_gone),
    ("proof fails", _proof_fails),
    ("disk full", _small_files),
    ("killed", _killed),
)
