"""Excel: what a person sees in a cell comes out, or the row says why it cannot."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from privacy_pipelines.extracts.readers import limits, workbook
from tests.readers.desk import Landed, land

FIELDS = "id: {category: system.operations}\nx: {category: system.operations, SAID}"
Build = Callable[[Any, Any], None]


def book(build: Build, header: tuple[str, ...] = ("id", "x"), **options: object) -> bytes:
    """A workbook whose sheet `Data` has the header id, x; `build` gets the book and the sheet."""
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True, **options})
    sheet = made.add_worksheet("Data")
    sheet.write_row(0, 0, header)
    build(made, sheet)
    made.close()
    return content.getvalue()


def read(root: Path, content: bytes, said: str = "type: text", extract: str = "format: excel", fields: str = FIELDS) -> Landed:
    return land(root, content, fields.replace("SAID", said), extract=extract, suffix=".xlsx")


def cell(root: Path, write: Callable[[Any, Any], None], said: str = "type: text", **options: object) -> object:
    """The one value `x`, or the reason why there is none. `write` writes cell B2."""

    def build(made: Any, sheet: Any) -> None:
        sheet.write(1, 0, "a")
        write(made, sheet)

    found = read(root, book(build, **options), said)
    return found.arrival.refused or (found.faults[0][1] if found.faults else found.rows[0]["x"])


def stamp(form: str, value: dt.datetime | dt.timedelta) -> Build:
    return lambda made, sheet: sheet.write_datetime(1, 1, value, made.add_format({"num_format": form}))


def number(value: float, form: str = "General") -> Build:
    return lambda made, sheet: sheet.write_number(1, 1, value, made.add_format({"num_format": form}))


CELLS: dict[str, tuple[Build, str, str]] = {
    "an_id_that_is_a_number": (number(1234.0), "type: text", "1234"),
    "an_id_shown_with_zeros_has_none": (number(71.0, "0000"), "type: text", "71"),
    "an_id_that_is_text": (lambda _, sheet: sheet.write_string(1, 1, "0071"), "type: text", "0071"),
    "fifteen_digits": (number(999999999999999), "type: integer", "999999999999999"),
    "sixteen_digits_were_rounded": (
        number(1234567890123456),
        "type: text",
        "a number of more than fifteen digits in x: Excel has rounded it",
    ),
    "a_sum_of_floats_as_excel_shows_it": (number(0.1 + 0.2), "type: decimal", "0.3000"),
    "a_number_is_no_integer": (number(1.5), "type: integer", "unreadable integer in x"),
    "a_percentage_is_its_share": (number(0.125, "0.0%"), "type: decimal", "0.1250"),
    "a_date": (stamp("d mmm yyyy", dt.datetime(2026, 1, 10)), "type: date", "2026-01-10"),
    "a_date_with_a_format": (stamp("yyyy-mm-dd", dt.datetime(2026, 1, 10)), "type: date, format: '%d.%m.%Y'", "2026-01-10"),
    "a_date_before_the_leap_day_that_never_was": (stamp("yyyy-mm-dd", dt.datetime(1900, 2, 28)), "type: date", "1900-02-28"),
    "a_stamp": (stamp("yyyy-mm-dd hh:mm:ss", dt.datetime(2026, 1, 10, 12, 30, 15)), "type: timestamp, zone: UTC", "2026-01-10 12:30:15"),
    "midnight": (stamp("yyyy-mm-dd hh:mm:ss", dt.datetime(2026, 1, 10)), "type: timestamp, zone: UTC", "2026-01-10 00:00:00"),
    "an_hour_is_no_date": (stamp("yyyy-mm-dd hh:mm", dt.datetime(2026, 1, 10, 1)), "type: date", "unreadable date in x"),
    "a_serial_number_is_no_date": (number(46032), "type: date", "unreadable date in x"),
    "a_duration": (stamp("[h]:mm", dt.timedelta(hours=30)), "type: text", "1 day, 6:00:00"),
    "a_boolean": (lambda _, sheet: sheet.write_boolean(1, 1, True), "type: boolean", "True"),
    "a_boolean_with_words": (
        lambda _, sheet: sheet.write_boolean(1, 1, False),
        "type: boolean, true_values: [ja], false_values: [nej]",
        "False",
    ),
    "a_formulas_value": (lambda _, sheet: sheet.write_formula(1, 1, "=1+1", None, 2), "type: integer", "2"),
    "a_formulas_text": (lambda _, sheet: sheet.write_formula(1, 1, '="a"&"b"', None, "ab"), "type: text", "ab"),
    "an_error": (lambda _, sheet: sheet.write_formula(1, 1, "=NA()", None, "#N/A"), "type: text", "an error value in x"),
    "an_empty_cell": (lambda _, sheet: sheet.write_blank(1, 1, None), "type: integer", "None"),
    "line_breaks_and_quotes": (lambda _, sheet: sheet.write_string(1, 1, 'a\r\n"b", c'), "type: text", 'a\r\n"b", c'),
    "merged": (lambda _, sheet: sheet.merge_range("B2:C2", "x"), "type: text", "merged cells in x"),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_comes_out_as_it_is_shown_or_with_a_reason(tmp_path: Path, case: str) -> None:
    write, said, expected = CELLS[case]
    found = str(cell(tmp_path, write, said))
    assert found == expected or (len(expected) > 40 and found.startswith(expected)), found


def test_dates_of_the_other_epoch_are_the_same_days(tmp_path: Path) -> None:
    assert str(cell(tmp_path, stamp("yyyy-mm-dd", dt.datetime(2026, 1, 10)), "type: date", date_1904=True)) == "2026-01-10"


def test_a_formula_that_was_never_calculated_is_no_empty_cell(tmp_path: Path) -> None:
    """As a library writes it that does not calculate: a formula, and no value."""
    content = book(lambda _, sheet: (sheet.write(1, 0, "a"), sheet.write_formula(1, 1, "=1+1", None, 7)))  # type: ignore[arg-type, return-value]
    bare = rewritten(content, "xl/worksheets/sheet1.xml", b"<v>7</v>", b"")
    assert read(tmp_path, bare).faults == [(2, "a formula that was never calculated in x")]


def test_faults_in_undeclared_columns_cost_nothing(tmp_path: Path) -> None:
    def build(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["id", "x", "canary"])
        sheet.write_row(1, 0, ["a", "b"])
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")

    found = read(tmp_path, book(build))
    assert (found.rows, found.arrival.undeclared) == ([{"id": "a", "x": "b"}], ("canary",))


def test_rows_are_numbered_as_the_sheet_numbers_them_and_empty_ones_are_none(tmp_path: Path) -> None:
    def build(_: Any, sheet: Any) -> None:
        for row, values in {3: ("a", 1), 6: (None, 2), 7: ("b", "three"), 9: ("c", 3)}.items():
            sheet.write_row(row, 0, values)

    found = read(tmp_path, book(build), "type: integer")
    assert found.faults == [(7, "unreadable key"), (8, "unreadable integer in x")]
    assert sorted(row["id"] for row in found.rows) == ["a", "c"]


def test_a_table_may_begin_anywhere_in_its_sheet(tmp_path: Path) -> None:
    def build(_: Any, sheet: Any) -> None:
        sheet.write_row(4, 3, ["id", "x"])
        sheet.write_row(5, 3, ["a", "b"])

    found = read(tmp_path, book(build, header=()))
    assert (found.rows, found.arrival.undeclared) == ([{"id": "a", "x": "b"}], ())


def test_a_value_beside_the_table_is_no_part_of_it(tmp_path: Path) -> None:
    found = read(tmp_path, book(lambda _, sheet: sheet.write_row(1, 0, ["a", "b", "", "note to self"])))
    assert found.faults == [(2, "a value outside the columns that the header names")]


def test_the_sheet_is_the_only_visible_one_or_the_one_that_is_declared(tmp_path: Path) -> None:
    def build(made: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["a", "b"])
        other = made.add_worksheet("Other")
        other.write_row(0, 0, ["id", "x"])
        other.write_row(1, 0, ["c", "d"])

    def hide(made: Any, sheet: Any) -> None:
        build(made, sheet)
        made.get_worksheet_by_name("Other").hide()

    assert read(tmp_path / "two", book(build)).arrival.refused == "has 2 visible sheets. Say `sheet`"
    assert read(tmp_path / "named", book(build), extract="format: excel, sheet: Other").rows == [{"id": "c", "x": "d"}]
    assert read(tmp_path / "hidden", book(hide)).rows == [{"id": "a", "x": "b"}]
    assert read(tmp_path / "asked", book(hide), extract="format: excel, sheet: Other").rows == [{"id": "c", "x": "d"}]
    assert read(tmp_path / "none", book(hide), extract="format: excel, sheet: Daten").arrival.refused == "has no sheet 'Daten'"


def test_merged_rows_are_quarantined_and_their_neighbours_stand(tmp_path: Path) -> None:
    def build(_: Any, sheet: Any) -> None:
        for row in range(1, 6):
            sheet.write_row(row, 0, [f"k{row}", "v"])
        sheet.merge_range("B3:B4", "both")

    found = read(tmp_path, book(build))
    assert found.faults == [(3, "merged cells in x"), (4, "merged cells in x")]
    assert sorted(row["id"] for row in found.rows) == ["k1", "k4", "k5"]


def test_a_file_that_is_cut_damaged_or_no_workbook_is_refused_whole(tmp_path: Path) -> None:
    content = book(lambda _, sheet: [sheet.write_row(row, 0, [f"k{row}", "v"]) for row in range(1, 500)])  # type: ignore[arg-type, return-value]
    for length in (10, 100, len(content) // 2, len(content) - 1, len(content) - 30):
        assert "not a whole .xlsx file" in read(tmp_path / str(length), content[:length]).arrival.refused
    assert read(tmp_path / "text", b"id,x\na,b\n").arrival.refused == "not an .xlsx file"
    damaged = bytearray(content)
    start = content.index(b"xl/worksheets/sheet1.xml") + 200
    damaged[start : start + 50] = bytes(50)
    assert "not a whole .xlsx file" in read(tmp_path / "damaged", bytes(damaged)).arrival.refused
    entity = rewritten(content, "xl/worksheets/sheet1.xml", b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet')
    assert "not a whole .xlsx file" in read(tmp_path / "entity", entity).arrival.refused


def test_a_sheet_that_would_fill_the_memory_is_refused_before_it_is_laid_out(tmp_path: Path) -> None:
    """Two cells in opposite corners: 17 thousand million cells."""
    content = book(lambda _, sheet: (sheet.write(1, 0, "a"), sheet.write(1_048_575, 16_383, "b")))  # type: ignore[arg-type, return-value]
    refused = read(tmp_path, content).arrival.refused
    assert refused.startswith("a sheet of 1,048,576 rows and 16,384 columns, more than 20,000,000 cells")


def test_a_workbook_that_unpacks_too_far_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = book(lambda _, sheet: [sheet.write_row(row, 0, ["k", "v"]) for row in range(1, 5000)])  # type: ignore[arg-type, return-value]
    with monkeypatch.context() as patched:
        patched.setattr(workbook, "MOST_BYTES", 100_000)
        assert "more than the 100,000 that an Excel file may have" in read(tmp_path / "large", content).arrival.refused
    monkeypatch.setattr(limits, "UNPACKED_FREELY", 1000)
    monkeypatch.setattr(limits, "UNPACKED_PER_BYTE", 2)
    assert "perhaps a decompression bomb" in read(tmp_path / "bomb", content).arrival.refused


def rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with a text in one of its parts replaced."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            body = source.read(entry)
            assert entry.filename != part or old in body
            target.writestr(entry.filename, body.replace(old, new, 1) if entry.filename == part else body)
    return changed.getvalue()
