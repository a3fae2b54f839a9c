"""What a policy may say of a dialect, and what it is told where it says something that means nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load
from tests.readers.desk import land, plain

FIELDS = plain("id", "name")
WRONG = {
    "delimiter: ';', quote: ';'": "delimiter and quote of crm.t are both ';'",
    "quote: '\"', escape: '\"'": "quote and escape of crm.t are both '\"'",
    "comment: '#', delimiter: '#'": "delimiter and comment of crm.t are both '#'",
    r'delimiter: "\n"': "holds a sign that ends a line",
    "delimiter: '12345'": "delimiter",
    "decimal: ',', thousands: ','": "thousands ',' of crm.t has another meaning in numbers",
    "thousands: '0'": "thousands '0' of crm.t has another meaning in numbers",
    "encoding: utf-9": "unknown encoding 'utf-9'. Did you mean 'utf-8'?",
    "encoding: base64": "'base64' is no encoding of text",
    "header: false": "crm.t has no header and names no columns",
    "columns: [id, name]": "the header of crm.t names its columns",
    "header: false, columns: [id, nmae]": "'name' is none of the columns of crm.t. Did you mean 'nmae'?",
    "header: false, columns: [id, name, id]": "'id' stands twice in the columns of crm.t",
    "header: 0": "'header': is true, false, or how many rows are header",
    "skip_before: -1": "skip_before",
    "ragged: drop": "ragged",
    "repeated_header: keep": "repeated_header",
    "line_end: lfcr": "line_end",
    "null_values: [null]": "null_values",
    "format: parquet, ragged: pad": "`ragged` says nothing of parquet",
}


@pytest.mark.parametrize("keys", WRONG)
def test_a_dialect_that_means_nothing_is_told(tmp_path: Path, keys: str) -> None:
    with pytest.raises(PolicyErrors) as raised:
        land(tmp_path, b"", FIELDS, extract=keys, suffix=".parquet" if "parquet" in keys else ".csv")
    assert WRONG[keys] in str(raised.value)
    assert "sources/crm.yaml:" in str(raised.value)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (f"{FIELDS}\nother: {{category: system.operations, header: name}}", "'name' and 'other' of crm.t are one column of the extract"),
        ("id: {category: system.operations, header: 0}", "is the column's name in the extract, or its position from 1"),
        ("id: {category: system.operations, type: integer, format: '%Y'}", "which has no format"),
        ("id: {category: system.operations, type: date, format: ['%d.%m.%Y', '%m.%Y']}", "'%m.%Y' is no strptime format of a day"),
        ("id: {category: system.operations, type: date, format: []}", "format"),
        ("id: {category: system.operations, true_values: [x], false_values: [y]}", "which is neither true nor false"),
        ("id: {category: system.operations, type: boolean, true_values: [x]}", "needs both `true_values` and `false_values`"),
        ("id: {category: system.operations, type: boolean, true_values: [j], false_values: [J]}", "'j' of field 'id' of crm.t is true"),
    ],
)  # fmt: skip
def test_a_field_that_means_nothing_is_told(tmp_path: Path, fields: str, problem: str) -> None:
    with pytest.raises(PolicyErrors) as raised:
        land(tmp_path, b"", fields)
    assert problem in str(raised.value)


def test_a_policy_that_says_none_of_it_keeps_its_version(tmp_path: Path) -> None:
    """The document is what it was before there were these keys: another version would decide every record anew."""
    land(tmp_path, b"", "id: {category: system.operations, type: date, format: '%d.%m.%Y'}")
    policy = load(tmp_path / "policies")
    for key in ("escape", "header", "null_values", "true_values", "thousands", "ragged", "trim"):
        assert f'"{key}"' not in policy.document
    assert '"format":"%d.%m.%Y"' in policy.document
