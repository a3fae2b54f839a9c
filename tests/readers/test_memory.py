"""What a file takes in memory does not grow with it, whichever way it is read."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from privacy_pipelines.extracts.readers.canonical import write_canonical
from privacy_pipelines.extracts.readers.records import Dialect, records
from privacy_pipelines.extracts.readers.shape import Signs, lines_of, shape_of
from privacy_pipelines.extracts.readers.text import Edges, Lines, open_text

ROW = 'å,"a ""b"", c","two\nlines"\n'


def peak(work: Callable[[], object]) -> int:
    """Bytes that Python and numpy held at most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def written(path: Path, rows: int) -> Path:
    path.write_text(ROW * rows, encoding="utf-8")
    return path


def anew(file: Path, aside: Path) -> None:
    aside.mkdir()
    with open_text(file, "utf-8") as stream:
        rows = records(Lines(stream, Edges(after=2)), Dialect(",", '"', "", "", trim=False))
        content = write_canonical(rows, ("a", "b", "c"), "refuse", aside)
    assert content.written == file.stat().st_size // len(ROW.encode()) - 1


@pytest.mark.parametrize("way", ["shape", "lines", "records"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, way: str) -> None:
    small, large = written(tmp_path / "small.csv", 20_000), written(tmp_path / "large.csv", 120_000)
    signs = Signs(ord(","), ord('"'))
    ways: dict[str, Callable[[Path], object]] = {
        "shape": lambda file: shape_of(file, signs),
        "lines": lambda file: lines_of(file, signs, 3, [1, 500, 19_999]),
        "records": lambda file: anew(file, tmp_path / f"aside-{file.stem}"),
    }
    shape_of(small, signs)  # numpy is imported here, and not where it is counted
    first = peak(lambda: ways[way](small))
    assert peak(lambda: ways[way](large)) < first + 1_000_000
