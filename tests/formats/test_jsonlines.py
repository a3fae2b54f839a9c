"""JSON lines: exact numbers, one value for each key, and a line that cannot be read costs that line only."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tests.readers.desk import Landed, land

FIELDS = """
id: {category: system.operations}
number: {category: system.operations, type: integer}
amount: {category: system.operations, type: decimal}
note: {category: system.operations}
"""


def read(root: Path, text: str | bytes, fields: str = FIELDS, **more: str) -> Landed:
    content = text.encode() if isinstance(text, str) else text
    extract = ", ".join(["format: jsonl", *(f"{key}: {value}" for key, value in more.items())])
    return land(root, content, fields, extract=extract, suffix=".jsonl")


def one(**values: object) -> str:
    return json.dumps({"id": "a", "number": 1, "amount": 1, "note": "x", **values})


BROKEN = {
    "a_key_twice": ('{"id": "a", "id": "b", "number": 1}', "a key stands twice in an object"),
    "a_nested_key_twice": ('{"id": "a", "note": {"x": 1, "x": 2}}', "a key stands twice in an object"),
    "a_comma_too_many": ('{"id": "a",}', "not a JSON object"),
    "no_object": ('["a"]', "not a JSON object"),
    "two_objects": ('{"id": "a"} {"id": "b"}', "not a JSON object"),
    "not_a_number": ('{"id": "a", "amount": NaN}', "NaN is no JSON number"),
    "infinity": ('{"id": "a", "amount": -Infinity}', "-Infinity is no JSON number"),
    "single_quotes": ("{'id': 'a'}", "not a JSON object"),
    "a_leading_zero": ('{"id": "a", "number": 01}', "not a JSON object"),
    "cut": ('{"id": "a", "number"', "not a JSON object"),
    "nested_in_a_number": ('{"id": "a", "number": [1]}', "a nested value in number"),
    "half_a_surrogate": ('{"id": "a", "note": "\\ud800"}', "a text that is no Unicode"),
    "a_nul": ('{"id": "a", "note": "x\\u0000y"}', "a NUL byte"),
    "too_deep": ('{"id": "a", "note": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
    "rounded": ('{"id": "b", "amount": 0.12345}', "unreadable decimal in amount"),
    "no_integer": ('{"id": "b", "number": 1.5}', "unreadable integer in number"),
    "no_key": ('{"number": 1}', "unreadable key"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_line_that_cannot_be_read_is_quarantined_with_its_number_and_reason(tmp_path: Path, case: str) -> None:
    text, reason = BROKEN[case]
    found = read(tmp_path, f"{one()}\n\n{text}\n{one(id='c')}\n")
    assert found.arrival.refused == ""
    assert found.faults == [(3, reason)]
    assert sorted(row["id"] for row in found.rows) == ["a", "c"]


def test_numbers_lose_no_digit(tmp_path: Path) -> None:
    text = '{"id": 12345678901234567890123, "number": 9223372036854775807, "amount": 12345678901234.5678, "note": 1.50}\n'
    (row,) = read(tmp_path, text).rows
    assert row == {
        "id": "12345678901234567890123", "number": 9223372036854775807, "amount": Decimal("12345678901234.5678"), "note": "1.50",
    }  # fmt: skip


def test_a_key_that_an_object_has_not_is_null_and_a_key_that_no_object_has_is_missing(tmp_path: Path) -> None:
    found = read(tmp_path / "some", '{"id": "a", "number": 1, "amount": null}\n{"id": "b", "note": "x"}\n')
    assert found.rows == [
        {"id": "a", "number": 1, "amount": None, "note": None}, {"id": "b", "number": None, "amount": None, "note": "x"},
    ]  # fmt: skip
    refused = read(tmp_path / "none", '{"id": "a", "numbr": 1}\n').arrival.refused
    assert refused == "declared columns are missing, no object has them: amount, note, number"


def test_an_increment_need_not_hold_every_key(tmp_path: Path) -> None:
    found = read(tmp_path, '{"id": "a"}\n', mode="increment", deletes="none")
    assert found.rows == [{"id": "a", "number": None, "amount": None, "note": None}]


def test_undeclared_keys_are_named_and_stay_outside(tmp_path: Path) -> None:
    found = read(tmp_path, f"{one(religion='canary')}\n{one(id='b', union={'x': 1})}\n")
    assert found.arrival.undeclared == ("religion", "union")
    assert "canary" not in repr(found.rows)


def test_nested_values_are_kept_as_text_where_text_is_declared(tmp_path: Path) -> None:
    (row,) = read(tmp_path, '{"id": "a", "number": 1, "amount": 1, "note": {"b": [1.50, "å", null, true]}}\n').rows
    assert row["note"] == '{"b":[1.50,"å",null,true]}'


def test_a_decimal_comma_of_the_policy_does_not_change_json_numbers(tmp_path: Path) -> None:
    (row,) = read(tmp_path, f"{one(amount=1234.5)}\n", decimal='","', thousands='"."').rows
    assert row["amount"] == Decimal("1234.5")


def test_booleans_speak_the_declared_words(tmp_path: Path) -> None:
    fields = FIELDS + "active: {category: system.operations, type: boolean, true_values: [ja], false_values: [nej]}\n"
    found = read(tmp_path, f"{one(active=True)}\n{one(id='b', active='nej')}\n", fields)
    assert {row["id"]: row["active"] for row in found.rows} == {"a": True, "b": False}


@pytest.mark.parametrize("text", [f"\ufeff{one()}\r\n{one(id='b')}\r\n", f"{one()}\n{one(id='b')}", f"\n \n{one()}\n\n{one(id='b')}\n\n\n"])
def test_marks_line_ends_and_blank_lines_change_nothing(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert (sorted(row["id"] for row in found.rows), found.faults, found.arrival.trusted) == (["a", "b"], [], True)


def test_a_file_that_ends_inside_a_line_is_refused_whole(tmp_path: Path) -> None:
    assert read(tmp_path, f"{one()}\n{one(id='b')[:-4]}").arrival.refused == "truncated: the last line is cut"


def test_a_file_in_another_encoding_is_refused_whole(tmp_path: Path) -> None:
    assert read(tmp_path, '{"id": "å"}\n'.encode("latin-1")).arrival.refused.startswith("not utf-8")


ARRAYS = {
    "cut": ('[{"id": "a"}, {"id": "b"', "on line 1 the array of JSON objects is broken"),
    "cut_between": ('[{"id": "a"},', "truncated: at its end the array"),
    "not_closed": ('[{"id": "a"}\n', "truncated: at its end the array"),
    "no_objects": ("[1, 2]", "on line 1 the array"),
    "more_behind": ('[{"id": "a"}]\n{"id": "b"}', "on line 2 the array"),
    "a_comma_too_many": ('[{"id": "a"},\n]', "on line 2 the array"),
    "broken_inside": ('[{"id": "a"},\n{"id" "b"}]', "on line 2 the array"),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_an_array_that_is_broken_is_refused_whole(tmp_path: Path, case: str) -> None:
    text, reason = ARRAYS[case]
    assert reason in read(tmp_path, text).arrival.refused


def test_an_array_is_read_object_by_object_and_a_faulty_one_costs_only_itself(tmp_path: Path) -> None:
    big = json.dumps({"id": "c", "number": 3, "amount": 3, "note": "x" * 3_000_000}, indent=1)
    found = read(tmp_path, f'[\n{one()},\n {{"id": "b", "id": "b"}}, \n{big}\n]\n')
    assert (sorted(row["id"] for row in found.rows), found.faults) == (["a", "c"], [(3, "a key stands twice in an object")])
    assert read(tmp_path / "empty", "[ ]").rows == []


VALUES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    st.sampled_from(["\r\n", '"', ' "x" ']),
)


@given(texts=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=20))
@settings(max_examples=40)
def test_every_text_comes_out_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str | None, str | None]]
) -> None:
    fields = "id: {category: system.operations, type: integer}\none: {category: system.operations}\ntwo: {category: system.operations}"
    lines = [json.dumps({"id": number, "one": one, "two": two}) for number, (one, two) in enumerate(texts)]
    found = read(tmp_path_factory.mktemp("texts"), "\n".join(lines) + "\n", fields)
    rows = sorted(found.rows, key=lambda row: row["id"])
    assert [(row["one"], row["two"]) for row in rows] == [(one or None, two or None) for one, two in texts]
