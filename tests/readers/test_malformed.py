"""Real files that are hard to read, with the answers that others wrote down (max-mapper/csv-spectrum, Data-Liberation-Front/csvlint.rb)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.readers.desk import land

SHARED = Path(__file__).parents[3] / "shared" / "data" / "malformed_csv"
SPECTRUM = "comma_in_quotes empty empty_crlf escaped_quotes json location_coordinates newlines newlines_crlf quotes_and_newlines simple"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")


def fields(names: list[str]) -> str:
    """Columns f0, f1 … for whatever names the header has."""
    return "\n".join(f"f{n}: {{category: system.operations, header: {json.dumps(name)}}}" for n, name in enumerate(names))


@pytest.mark.parametrize("name", [*SPECTRUM.split(), "simple_crlf", "utf8"])
def test_csv_spectrum_gives_what_its_json_twin_says(tmp_path: Path, name: str) -> None:
    answer = json.loads((SHARED / "csv_spectrum" / f"json__{name}.json").read_text(encoding="utf-8"))
    answer = answer if isinstance(answer, list) else [answer]
    names, content = list(answer[0]), (SHARED / "csv_spectrum" / f"csvs__{name}.csv").read_bytes()
    if name.endswith("_crlf") and b"\r" not in content:  # their line ends were lost where they were copied
        content = content.replace(b"\n", b"\r\n")
    landed = land(tmp_path, content, fields(names), key="f0")
    assert (landed.arrival.refused, landed.faults) == ("", [])
    if name == "location_coordinates":  # whoever wrote the answer down left somebody's telephone number out
        answer[0]["Contact Phone Number"] = content.splitlines()[1].split(b",")[0].decode()
    rows = [{names[int(column[1:])]: value for column, value in row.items()} for row in landed.rows]
    wanted = [{key: value or None for key, value in row.items()} for row in answer]
    assert sorted(rows, key=str) == sorted(wanted, key=str)


def lint(tmp_path: Path, name: str, names: str, **keys: str):
    content = (SHARED / "csvlint" / f"features__fixtures__{name}").read_bytes()
    return land(tmp_path, content, fields(names.split()), **{"key": "f0", **keys})


THREE = [("Biff", "Baff", "Boff"), ("Qux", "Teaspoon", "Doge")]


def rows(landed) -> list[tuple[str, ...]]:
    return sorted(tuple(row[column] for column in sorted(row)) for row in landed.rows)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("cr-line-endings.csv", "Foo Bar Baz"),
        ("crlf-line-endings.csv", "Foo Bsr Baz"),
        ("lf-line-endings.csv", "Foo Bsr Baz"),
        ("inconsistent-line-endings.csv", "Foo Bsr Baz"),
        ("inconsistent-line-endings-unquoted.csv", "Foo Bsr Baz"),
    ],
)
def test_lines_end_as_they_like(tmp_path: Path, name: str, names: str) -> None:
    landed = lint(tmp_path, name, names)
    assert (landed.arrival.refused, landed.faults, rows(landed)) == ("", [], THREE)


def test_a_title_row_is_told_and_skipped_where_it_is_declared(tmp_path: Path) -> None:
    assert "none of the 3 declared columns" in lint(tmp_path / "a", "title-row.csv", "Foo Bsr Baz").arrival.refused
    landed = lint(tmp_path / "b", "title-row.csv", "Foo Bsr Baz", extract="skip_before: 1")
    assert (landed.arrival.refused, landed.faults, rows(landed)) == ("", [], THREE)


@pytest.mark.parametrize("name", ["valid.csv", "white space in filename.csv"])
def test_valid_files_are_read_whole(tmp_path: Path, name: str) -> None:
    landed = lint(tmp_path, name, "Foo Bar Baz")
    assert (landed.faults, rows(landed)) == ([], [("1", "2", "3"), ("3", "2", "1")])


def test_a_valid_file_of_repeated_rows_has_no_key(tmp_path: Path) -> None:
    """Its rows are alike, so no column of it is a key: each is told, by its line."""
    landed = lint(tmp_path, "valid_many_rows.csv", "Foo Bar Baz")
    assert landed.faults == [(line, "duplicate key") for line in range(2, 8)]


def test_an_invalid_file_tells_each_bad_line(tmp_path: Path) -> None:
    """A quote that ends too late on line 4 swallows nothing; line 8 is empty; line 11 has no key."""
    landed = lint(tmp_path, "invalid_many_rows.csv", "Foo Bar Baz")
    assert (4, "text follows a closing quote") in landed.faults
    assert (11, "unreadable key") in landed.faults
    assert {line for line, _ in landed.faults} | {8, 1} == set(range(1, 13))


def test_a_letter_of_another_encoding_refuses_the_file_until_it_is_declared(tmp_path: Path) -> None:
    """Its header ends in a delimiter as its rows do: a column without a name."""
    names = ["Data", "Dependencia Origem", "Histórico", "Valor"]
    content = (SHARED / "csvlint" / "features__fixtures__invalid-byte-sequence.csv").read_bytes()
    assert "not utf-8" in land(tmp_path / "a", content, fields(names), key="f0").arrival.refused
    landed = land(tmp_path / "b", content, fields(names), key="[f0, f2, f3]", extract="encoding: latin-1")
    assert landed.arrival.refused == ""
    assert landed.arrival.rows == content.count(b"\r\n") - 1
    assert landed.arrival.undeclared == ("(column 7, without a name)", "Data do Balancete", "Número do documento")
    assert {"Saldo Anterior", "Proventos"} < {row["f2"] for row in landed.rows}
