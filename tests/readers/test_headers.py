"""Columns under the names that extracts have: with blanks, dots, other letters, empty, repeated, or none at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.readers.desk import land


def field(name: str, header: str | int) -> str:
    return f"{name}: {{category: system.operations, header: {json.dumps(header)}}}"


@pytest.mark.parametrize(
    "name", ["First Name", "e.mail", "Kund#", " padded ", 'with "quotes"', "a,b", "Förnamn", "_id", "1st", "two\nlines", "null"]
)
def test_a_field_names_its_column_as_the_extract_does(tmp_path: Path, name: str) -> None:
    written = '"' + name.replace('"', '""') + '"'
    landed = land(tmp_path, f"id,{written},other\n1,a,b\n".encode(), f"id: {{category: system.operations}}\n{field('first_name', name)}")
    assert (landed.arrival.refused, landed.rows) == ("", [{"id": "1", "first_name": "a"}])
    assert landed.arrival.undeclared == ("other",)


def test_a_key_may_have_another_name_in_the_extract(tmp_path: Path) -> None:
    landed = land(tmp_path, b"Customer No,Name\n7,a\n7,b\n8,c\n", f"{field('id', 'Customer No')}\n{field('name', 'Name')}")
    assert landed.rows == [{"id": "8", "name": "c"}]
    assert landed.faults == [(2, "duplicate key"), (3, "duplicate key")]


def test_columns_that_repeat_or_have_no_name_are_named_by_their_place(tmp_path: Path) -> None:
    fields = "\n".join((field("id", "id"), field("home", 2), field("work", 3), field("note", 4)))
    landed = land(tmp_path, b"id,phone,phone,\n1,111,222,n\nid,phone,phone,\n", fields)
    assert landed.rows == [{"id": "1", "home": "111", "work": "222", "note": "n"}]
    assert landed.faults == [(3, "the header again")]


def test_without_a_header_places_are_enough(tmp_path: Path) -> None:
    fields = "\n".join((field("id", 1), field("name", 3)))
    landed = land(tmp_path, b"1,x,Ada\n2,x,Bo\n3,x\n", fields, extract="header: false")
    assert sorted(row["name"] for row in landed.rows) == ["Ada", "Bo"]
    assert landed.faults == [(3, "too few columns: 2 fields where the header has 3")]
    assert landed.arrival.undeclared == ("(column 2, without a name)",)


def test_a_place_behind_the_last_column_is_missing(tmp_path: Path) -> None:
    landed = land(tmp_path, b"id,a\n1,x\n", "\n".join((field("id", "id"), field("name", 3))))
    assert landed.arrival.refused == "declared columns are missing: number 3"


def test_names_of_the_policy_stand_for_a_missing_header(tmp_path: Path) -> None:
    fields = f"id: {{category: system.operations}}\n{field('name', 'Full Name')}"
    landed = land(tmp_path, b"1,Ada,x\n2,Bo,y\n", fields, extract="header: false, columns: [id, Full Name, shoe]")
    assert sorted(row["name"] for row in landed.rows) == ["Ada", "Bo"]
    assert landed.arrival.undeclared == ("shoe",)


def test_a_header_that_was_declared_missing_is_told(tmp_path: Path) -> None:
    fields = "id: {category: system.operations}\nname: {category: system.operations}"
    landed = land(tmp_path, b"id,name\n1,Ada\n", fields, extract="header: false, columns: [id, name]")
    assert landed.faults == [(1, "the header again")]
    assert landed.rows == [{"id": "1", "name": "Ada"}]
