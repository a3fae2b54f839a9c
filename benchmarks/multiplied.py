"""More people than the demo writes: one demo company's extracts, several times over, each time with keys and e-mail addresses of its own.

The demo keeps its world in memory and has only so many test identity numbers; ten companies of a million people side by side are ten
million people to the pipeline, which knows them by their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_HERE = b"\x00"
_KEY = re.compile(rb"(?m)(?:(?<=[,;])|^)([A-Z])(?=\d{7}(?:[,;\r\n]|$))")
_BLOCK = 1 << 26


def multiply(source: Path, folder: Path, times: int) -> None:
    """Write every extract of `source` into `folder`, `times` times its rows under one header."""
    for path in sorted(source.rglob("*.csv")):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        header, blocks = _template(path.read_bytes())
        with target.open("wb") as out:
            out.write(header)
            for number in range(times):
                out.writelines(block.replace(_HERE, b"%d" % number) for block in blocks)


def _template(content: bytes) -> tuple[bytes, list[bytes]]:
    """The header, and the rows with a mark in every key and every address, where the number of the copy goes."""
    header, rows = content[: content.index(b"\n") + 1], content[content.index(b"\n") + 1 :]
    return header, [_KEY.sub(rb"\1" + _HERE, block).replace(b"@", _HERE + b"@") for block in _blocks(rows)]


def _blocks(rows: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(rows):
        end = rows.find(b"\n", start + _BLOCK) + 1 or len(rows)
        yield rows[start:end]
        start = end
