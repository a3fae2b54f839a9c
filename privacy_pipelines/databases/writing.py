"""A Parquet file that has its name only when it is whole: written beside it, mode 0600, made durable, then renamed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.store.durable import fsync_folder

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Part:
    """A whole file that has not its name yet."""

    path: Path

    @staticmethod
    def unfinished(path: Path) -> Path:
        """The name while it is being written: hidden, and with an ending that never counts as an extract.

        >>> Part.unfinished(Path("drop/contacts-2026-02-01.parquet")).as_posix()
        'drop/.contacts-2026-02-01.parquet.part'
        """
        return path.with_name(f".{path.name}.part")

    def drop(self) -> None:
        """Leave nothing of it."""
        self.unfinished(self.path).unlink(missing_ok=True)

    def name(self) -> None:
        """Give it its name, durably. Raises ExtractError."""
        try:
            self.unfinished(self.path).rename(self.path)
            fsync_folder(self.path.parent)
        except OSError as error:
            raise _said(self.path, error) from None


def written(path: Path, batches: pyarrow.RecordBatchReader) -> Part:
    """Write the batches as they come, so that memory holds one of them. Raises ExtractError, and leaves nothing then."""
    from pyarrow.parquet import ParquetWriter

    part, unfinished = Part(path), Part.unfinished(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _said(path, error) from None
    try:
        with os.fdopen(opened, "wb") as stream, ParquetWriter(stream, batches.schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
            writer.close()
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        part.drop()
        if error.errno is None:  # Arrow's own: the batches failed, not the file
            raise
        raise _said(path, error) from None
    except BaseException:
        part.drop()
        raise
    return part


def _said(path: Path, error: OSError) -> ExtractError:
    return ExtractError(f"{path}: {error.strerror}. The drop folder must be one that this user can write")
