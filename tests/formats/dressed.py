"""One small table in every dress: as each format would hold it, with types of its own where it has some."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
import zstandard

from tests.way.house import Company

FIELDS = """
      id: {category: user.unique_id, serves: use}
      number: {category: user.unique_id, serves: use, type: integer}
      name: {category: user.name, serves: use}
      made_on: {category: user.content, serves: use, type: date}
      seen_at: {category: user.behavior, serves: use, type: timestamp, zone: UTC}
      amount: {category: user.financial, serves: use, type: decimal}
      active: {category: user.content, serves: use, type: boolean}
"""
USE = "starting_point: {event: made, of: record}\nperiod: P60Y\nsettle: P14D"
NAMES = ("id", "number", "name", "made_on", "seen_at", "amount", "active", "secret")
Row = tuple[Any, ...]
ROWS: tuple[Row, ...] = (
    (
        "0071",
        7,
        'Åsa "Q" O\'Hara; Ltd,\nline two',
        date(2026, 1, 10),
        datetime(2026, 1, 10, 12, 30, 15),
        Decimal("12.5001"),
        True,
        "canary",
    ),
    ("A-2", -3, " spaced ", date(2000, 2, 29), datetime(2026, 1, 10, 23, 59, 59), Decimal("-0.2503"), False, "canary"),
    ("A-3", None, None, date(2026, 1, 1), None, None, None, None),
    ("A-4", 123456789012345, "😀 ß", date(1999, 12, 31), datetime(2001, 9, 9, 1, 46, 40), Decimal("99999999.9999"), True, "canary"),
)


def policy(company: Company, path: str, kind: str) -> Company:
    """The policy that reads the table in this format."""
    source = f"""
extract: {{path: "{path}", format: {kind}, keep: P30D, freshness: P9D}}
tables:
  notes:
    key: id
    fields:{FIELDS}
    events: {{made: made_on}}
"""
    return company.policy(source, use=USE)


def text_of(value: Any) -> str:
    """A value as a CSV file holds it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def csv_text(rows: tuple[Row, ...] = ROWS) -> bytes:
    lines = [
        ",".join('"' + text_of(value).replace('"', '""') + '"' if value is not None else "" for value in row) for row in (NAMES, *rows)
    ]
    return ("\n".join(lines) + "\n").encode()


def json_text(rows: tuple[Row, ...] = ROWS) -> bytes:
    return ("\n".join(_object(row) for row in rows) + "\n").encode()


def write_csv(path: Path) -> None:
    path.write_bytes(csv_text())


def write_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(csv_text()))


def write_zstd(path: Path) -> None:
    content = csv_text()
    half = len(content) // 2
    path.write_bytes(zstandard.compress(content[:half]) + zstandard.compress(content[half:]))


def write_json(path: Path) -> None:
    path.write_bytes(json_text())


def write_json_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(json_text()))


def write_array(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf[\n" + b",\n  ".join(_object(row).encode() for row in ROWS) + b"\n]\n")


def write_parquet(path: Path) -> None:
    """With the types that the values have."""
    kinds = ("VARCHAR", "BIGINT", "VARCHAR", "DATE", "TIMESTAMP", "DECIMAL(18, 4)", "BOOLEAN", "VARCHAR")
    _parquet(path, kinds, ROWS)


def write_zoned_parquet(path: Path) -> None:
    """As other tools write it: stamps are instants, whole numbers and dates are what a frame makes of columns with gaps."""
    kinds = ("VARCHAR", "DOUBLE", "VARCHAR", "TIMESTAMP", "TIMESTAMPTZ", "DOUBLE", "BOOLEAN", "VARCHAR")
    rows = tuple((*row[:4], row[4].replace(tzinfo=UTC) if row[4] else None, *row[5:]) for row in ROWS)
    _parquet(path, kinds, rows)


def write_text_parquet(path: Path) -> None:
    """Every value as text, and empty text where there is none."""
    _parquet(path, ("VARCHAR",) * len(NAMES), tuple(tuple(text_of(value) for value in row) for row in ROWS))


def write_excel(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    sheet, hidden = book.add_worksheet("Notes"), book.add_worksheet("Lists")
    hidden.hide()
    day, stamp = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.write_row(0, 0, NAMES)
    for number, row in enumerate(ROWS, start=1):
        for place, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, place, value, stamp)
            elif isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            elif isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                sheet.write(number, place, value if isinstance(value, bool) else float(value))
    book.close()


DRESSES: dict[str, tuple[str, str, Callable[[Path], None]]] = {
    "csv": ("csv", ".csv", write_csv),
    "csv.gz": ("csv", ".csv.gz", write_gzip),
    "csv.zst": ("csv", ".csv.zst", write_zstd),
    "jsonl": ("jsonl", ".jsonl", write_json),
    "jsonl.gz": ("jsonl", ".jsonl.gz", write_json_gzip),
    "json": ("jsonl", ".json", write_array),
    "parquet": ("parquet", ".parquet", write_parquet),
    "zoned parquet": ("parquet", ".parquet", write_zoned_parquet),
    "text parquet": ("parquet", ".parquet", write_text_parquet),
    "excel": ("excel", ".xlsx", write_excel),
}
"""Name → format, ending and writer."""


def _object(row: Row) -> str:
    """A key without a value is left out, as many sources do; a decimal stays as many digits as it has."""
    values = {
        name: float(value) if isinstance(value, Decimal) else str(value) if isinstance(value, date) else value
        for name, value in zip(NAMES, row, strict=True)
        if value is not None
    }
    return json.dumps(values, ensure_ascii=False)


def _parquet(path: Path, kinds: tuple[str, ...], rows: tuple[Row, ...]) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Europe/Stockholm'")
        connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in zip(NAMES, kinds, strict=True))})")
        connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(NAMES))})", rows)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
