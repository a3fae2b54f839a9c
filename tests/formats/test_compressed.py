"""gzip and zstd: read as what they hold, and refused as a whole where they are cut, damaged, or unpack to far too much."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.readers.compressed import unpack
from tests.readers.desk import Landed, land, plain

CONTENT = b"id,name\n" + b"".join(f"{number},{random.Random(number).random()}\n".encode() for number in range(500))  # noqa: S311
PACKED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstandard.compress}


def read(root: Path, content: bytes, ending: str, extract: str = "") -> Landed:
    return land(root, content, plain("id", "name"), suffix=f".csv{ending}", extract=extract)


@pytest.mark.parametrize("kind", PACKED)
def test_a_compressed_file_is_read_as_what_it_holds(tmp_path: Path, kind: str) -> None:
    packed = PACKED[kind](CONTENT)
    found = read(tmp_path / "one", packed, f".{kind}")
    assert (len(found.rows), found.arrival.refused, found.left) == (500, "", [])
    many = read(tmp_path / "several", PACKED[kind](CONTENT[:100]) + PACKED[kind](CONTENT[100:]), f".{kind}")
    assert len(many.rows) == 500, "several streams behind one another are one file"


@pytest.mark.parametrize("kind", PACKED)
def test_every_cut_of_a_compressed_file_is_refused_whole(tmp_path: Path, kind: str) -> None:
    packed = PACKED[kind](CONTENT)
    for length in (*range(1, 30), len(packed) // 2, *range(len(packed) - 12, len(packed))):
        found = read(tmp_path / str(length), packed[:length], f".{kind}")
        assert "truncated" in found.arrival.refused or "damaged" in found.arrival.refused, length
        assert (found.rows, found.left) == ([], [])


@pytest.mark.parametrize("kind", PACKED)
def test_a_file_that_is_not_what_its_ending_says_is_refused_whole(tmp_path: Path, kind: str) -> None:
    assert read(tmp_path, CONTENT, f".{kind}").arrival.refused == f"not {'gzip' if kind == 'gz' else 'zstd'}, or damaged"


def test_the_policy_says_the_compression_where_the_ending_does_not(tmp_path: Path) -> None:
    assert len(read(tmp_path, gzip.compress(CONTENT), "", extract="compression: gzip").rows) == 500


def test_the_ending_is_read_in_any_case(tmp_path: Path) -> None:
    assert len(read(tmp_path, gzip.compress(CONTENT), ".GZ").rows) == 500


@pytest.mark.parametrize("kind", PACKED)
def test_a_decompression_bomb_is_stopped_before_it_fills_the_disk(tmp_path: Path, kind: str) -> None:
    """Three gigabytes of zeros in a few megabytes or less; the limit is a gigabyte, or a hundred times the file where that is more."""
    bomb, target = tmp_path / "bomb", tmp_path / "unpacked"
    zeros = bytes(1 << 24)
    with bomb.open("wb") as stream:
        if kind == "gz":
            with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1) as packed:
                for _ in range(80):
                    packed.write(zeros)
        else:
            stream.write(zstandard.compress(zeros) * 200)
    with pytest.raises(ExtractError, match="perhaps a decompression bomb"):
        unpack(bomb, "gzip" if kind == "gz" else "zstd", target)
    assert target.stat().st_size <= 1 << 30
