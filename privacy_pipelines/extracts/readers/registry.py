"""Which reader reads which `extract.format`."""

from __future__ import annotations

from privacy_pipelines.extracts.readers.csv import CsvReader
from privacy_pipelines.extracts.readers.excel import ExcelReader
from privacy_pipelines.extracts.readers.jsonlines import JsonLinesReader
from privacy_pipelines.extracts.readers.parquet import ParquetReader
from privacy_pipelines.extracts.readers.reader import Reader
from privacy_pipelines.policy.model import Extract

READERS: tuple[tuple[str, Reader], ...] = (
    ("csv", CsvReader()),
    ("parquet", ParquetReader()),
    ("jsonl", JsonLinesReader()),
    ("excel", ExcelReader()),
    ("database", ParquetReader()),
)


def reader_of(extract: Extract) -> Reader:
    """The reader of the declared format."""
    return dict(READERS)[extract.format]
