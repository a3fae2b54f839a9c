"""gzip and zstd: unpacked beside the store before anything looks inside, so that every format reads a compressed file as any other.

A stream that ends early, is damaged, or unpacks to far more than its size is refused as a whole.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.drop import ExtractFile
from privacy_pipelines.extracts.readers.limits import unpacks_too_far
from privacy_pipelines.policy.model import ENDINGS, PACKABLE, Compression, Extract

_CHUNK = 1 << 20
_SMALL = 1 << 12
"""Bytes of zstd at a time: one block of four bytes unpacks to 128 KiB."""


def compression_of(name: str, extract: Extract) -> Compression | None:
    """What a file's ending says, else what the policy does. Formats that are compressed inside have none.

    >>> from types import SimpleNamespace as Extract
    >>> compression_of("people-2026-02-01.CSV.GZ", Extract(format="csv", compression=None))
    'gzip'
    """
    if extract.format not in PACKABLE:
        return None
    said = (compression for ending, compression in ENDINGS if name.lower().endswith(ending))
    return next(said, extract.compression)


def unpacked(file: ExtractFile, extract: Extract, aside: Path) -> ExtractFile:
    """The file itself, or what it holds, unpacked into `aside`. Raises ExtractError."""
    compression = compression_of(file.name, extract)
    if compression is None or not file.path.is_file():
        return file
    unpack(file.path, compression, aside / "unpacked")
    return replace(file, path=aside / "unpacked")


def unpack(packed: Path, compression: Compression, into: Path) -> None:
    """Write what `packed` holds into the new file `into`. Raises ExtractError."""
    written = 0
    try:
        size = packed.stat().st_size
        with packed.open("rb") as source, into.open("xb") as target:
            for chunk in _STREAMS[compression](source):
                written += len(chunk)
                fault = unpacks_too_far(size, written)
                if fault:
                    raise ExtractError(fault)
                target.write(chunk)
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            raise ExtractError("not gzip, or damaged") from None
        raise ExtractError(f"cannot be unpacked: {error.strerror}") from None


def _gzip(source: BinaryIO) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=source) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except EOFError:
        raise ExtractError("truncated: the gzip stream does not end") from None
    except zlib.error:
        raise ExtractError("not gzip, or damaged") from None


def _zstd(source: BinaryIO) -> Iterator[bytes]:
    """Frame by frame: the library's own reader takes a stream that ends early for a whole one."""
    import zstandard

    frame, chunk = None, source.read(_SMALL)
    try:
        while chunk:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(chunk)
            chunk, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
            chunk = chunk or source.read(_SMALL)
    except zstandard.ZstdError:
        raise ExtractError("not zstd, or damaged") from None
    if frame is not None:
        raise ExtractError("truncated: the zstd stream does not end")


_STREAMS = {"gzip": _gzip, "zstd": _zstd}
