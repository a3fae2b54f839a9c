"""Parquet: the types of its columns against the declared ones; what is not exact, nested or damaged does not enter."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from privacy_pipelines.extracts.readers import limits
from tests.readers.desk import Landed, land


def written(path: Path, select: str) -> bytes:
    path.parent.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def read(root: Path, select: str, fields: str, **more: str) -> Landed:
    content = written(root / "written.parquet", select)
    lines = "\n".join(
        f"{name}: {{category: system.operations, {said}}}" for name, said in (line.split(": ", 1) for line in fields.split("; "))
    )
    extract = ", ".join(["format: parquet", *(f"{key}: {value}" for key, value in more.items())])
    return land(root, content, f"id: {{category: system.operations}}\n{lines}", extract=extract, suffix=".parquet")


def value(root: Path, select: str, said: str, **more: str) -> object:
    """The one value `x`, or the reason why there is none."""
    found = read(root, f"SELECT 'a' AS id, {select} AS x", f"x: {said}", **more)
    if found.arrival.refused or found.faults:
        return found.arrival.refused or found.faults[0][1]
    return found.rows[0]["x"]


EXACT = {
    "a_date": ("DATE '2026-01-10'", "type: date", "2026-01-10"),
    "a_date_with_a_format": ("DATE '2026-01-10'", "type: date, format: '%d/%m/%Y'", "2026-01-10"),
    "midnight_for_a_date": ("TIMESTAMP '2026-01-10 00:00:00'", "type: date", "2026-01-10"),
    "an_hour_is_no_date": ("TIMESTAMP '2026-01-10 01:00:00'", "type: date", "unreadable date in x"),
    "no_date_without_end": ("DATE 'infinity'", "type: date", "unreadable date in x"),
    "a_naive_stamp_is_in_its_zone": ("TIMESTAMP '2026-01-10 12:00:00'", "type: timestamp, zone: Asia/Tokyo", "2026-01-10 03:00:00"),
    "an_instant_is_in_none": ("TIMESTAMPTZ '2026-01-10 12:00:00+09'", "type: timestamp, zone: Europe/Rome", "2026-01-10 03:00:00"),
    "an_instant_is_no_date": (
        "TIMESTAMPTZ '2026-01-10 12:00:00+09'",
        "type: date",
        "column x is TIMESTAMP WITH TIME ZONE in the file and was",
    ),
    "an_instant_has_no_format": (
        "TIMESTAMPTZ '2026-01-10 12:00:00+09'",
        "type: timestamp, format: '%Y-%m-%d'",
        "column x is an instant in the file, which has no format",
    ),
    "microseconds": ("TIMESTAMP '2026-01-10 12:00:00.123456'", "type: timestamp, zone: UTC", "2026-01-10 12:00:00.123456"),
    "a_large_integer": ("9223372036854775807::BIGINT", "type: integer", "9223372036854775807"),
    "a_larger_one": ("9223372036854775808::UBIGINT", "type: integer", "unreadable integer in x"),
    "a_whole_float": ("1234.0::DOUBLE", "type: integer", "1234"),
    "a_whole_float_as_a_key": ("1234.0::DOUBLE", "type: text", "1234"),
    "a_float_is_no_integer": ("12.5::DOUBLE", "type: integer", "unreadable integer in x"),
    "a_float_past_exactness": ("9007199254740993::DOUBLE", "type: integer", "column x holds 1 floating-point numbers that are no exact"),
    "no_number_for_a_key": ("'nan'::DOUBLE", "type: text", "column x holds 1 floating-point numbers that are no exact"),
    "an_exact_float": ("12.25::DOUBLE", "type: decimal", "12.2500"),
    "an_inexact_float": ("0.1::DOUBLE + 0.2::DOUBLE", "type: decimal", "unreadable decimal in x"),
    "no_number": ("'nan'::DOUBLE", "type: decimal", "unreadable decimal in x"),
    "a_decimal": ("12345678901234.5678::DECIMAL(18, 4)", "type: decimal", "12345678901234.5678"),
    "a_decimal_of_more_places": ("1.00001::DECIMAL(18, 5)", "type: decimal", "unreadable decimal in x"),
    "a_boolean": ("true", "type: boolean", "True"),
    "a_boolean_with_words": ("false", "type: boolean, true_values: [ja], false_values: [nej]", "False"),
    "a_number_is_no_boolean": ("2", "type: boolean", "unreadable boolean in x"),
    "a_uuid": ("uuid '00000000-0000-0000-0000-00000000000a'", "type: text", "00000000-0000-0000-0000-00000000000a"),
    "a_list_as_text": ("[1, 2]", "type: text", "[1,2]"),
    "a_list_as_anything_else": ("[1, 2]", "type: integer", "column x is a nested value in the file and was declared integer"),
    "a_structure": ("{'a': 1.5::DOUBLE, 'b': 'x'}", "type: text", '{"a":1.5,"b":"x"}'),
    "nested_decimals": ("[12345678901234567890.12]", "type: text", "[12345678901234567890.12]"),
    "binary": ("'\\xff'::BLOB", "type: text", "column x is binary in the file and was declared text"),
    "a_date_is_no_integer": ("DATE '2026-01-10'", "type: integer", "column x is DATE in the file and was declared integer"),
    "empty_text_is_nothing": ("''", "type: text", "None"),
}


@pytest.mark.parametrize("case", EXACT)
def test_a_value_comes_out_exactly_or_with_a_reason(tmp_path: Path, case: str) -> None:
    select, said, expected = EXACT[case]
    found = str(value(tmp_path, select, said))
    assert found == expected or (len(expected) > 35 and found.startswith(expected)), found


def test_a_decimal_comma_of_the_policy_does_not_change_numbers(tmp_path: Path) -> None:
    assert value(tmp_path, "1234.5::DECIMAL(8, 2)", "type: decimal", decimal='","', thousands='"."') == Decimal("1234.5")


def test_columns_are_found_by_their_name_in_the_file(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """SELECT 'a' AS id, 1 AS "First Name", 2 AS other, {'x': 1, 'y': {'z': 2}} AS "deep" """,
        "x: type: integer, header: First Name",
    )
    assert (found.rows, found.arrival.undeclared) == ([{"id": "a", "x": 1}], ("deep", "other"))


def test_the_folders_name_makes_no_column(tmp_path: Path) -> None:
    """`day=2026-02-01/` is a partition for other tools; here a file holds its columns itself."""
    found = read(tmp_path / "region=north", "SELECT 'a' AS id, 'x' AS x", "x: type: text")
    assert (found.rows, found.arrival.undeclared) == ([{"id": "a", "x": "x"}], ())


def test_a_quarantined_row_has_its_number_in_the_file(tmp_path: Path) -> None:
    select = "SELECT CASE WHEN i % 2500 <> 0 THEN i::VARCHAR END AS id, i AS x FROM range(1, 10001) AS t(i)"
    assert read(tmp_path, select, "x: type: integer").faults == [(number, "unreadable key") for number in (2500, 5000, 7500, 10000)]


def test_a_file_that_is_cut_or_damaged_is_refused_whole(tmp_path: Path) -> None:
    content = written(tmp_path / "whole.parquet", "SELECT i::VARCHAR AS id, hash(i)::VARCHAR AS x FROM range(20000) AS t(i)")
    fields = "id: {category: system.operations}\nx: {category: system.operations}"
    cut = {4: "truncated", 100: "truncated", len(content) // 2: "truncated", len(content) - 1: "truncated"}
    for length, reason in cut.items():
        assert (
            reason in land(tmp_path / str(length), content[:length], fields, extract="format: parquet", suffix=".parquet").arrival.refused
        )
    assert (
        land(tmp_path / "text", b"id,x\na,b\n", fields, extract="format: parquet", suffix=".parquet").arrival.refused
        == "not a Parquet file"
    )
    damaged = bytearray(content)
    for place in random.Random(7).sample(range(len(content) // 10, len(content) // 2), 200):  # noqa: S311
        damaged[place] ^= 0xFF
    assert "damaged" in land(tmp_path / "damaged", bytes(damaged), fields, extract="format: parquet", suffix=".parquet").arrival.refused
    footer = content[:-200] + bytes(192) + content[-8:]
    assert "damaged" in land(tmp_path / "footer", footer, fields, extract="format: parquet", suffix=".parquet").arrival.refused


def test_a_file_of_more_rows_than_it_could_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column of one value packs to nothing: a million rows in a few kilobytes. Here the limit is a megabyte, else it is a gigabyte."""
    monkeypatch.setattr(limits, "UNPACKED_FREELY", 1_000_000)
    found = read(tmp_path, "SELECT 1::TINYINT AS id, 1::TINYINT AS x FROM range(1000001)", "x: type: integer")
    assert found.arrival.refused == "unpacks to more than 100 times its size: perhaps a decompression bomb"
