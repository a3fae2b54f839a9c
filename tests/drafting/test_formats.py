"""`init` reads what the nights read: a table's draft says the same of it in every format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from privacy_pipelines.drafting.text import draft
from privacy_pipelines.errors import ExtractError
from privacy_pipelines.policy.reading import read_text
from tests.formats.dressed import DRESSES, NAMES

EXACT = {name: dress for name, dress in DRESSES.items() if name not in ("zoned parquet", "text parquet")}


def drafted(folder: Path, *names: str) -> dict[str, Any]:
    found = read_text("draft", draft("shop", [folder / name for name in names], folder))
    assert not found.problems
    assert isinstance(found.data, dict)
    return found.data


@pytest.mark.parametrize("dress", EXACT)
def test_columns_and_types_are_seen_in_every_format(tmp_path: Path, dress: str) -> None:
    kind, ending, write = EXACT[dress]
    write(tmp_path / f"notes-2026-03-10{ending}")
    found = drafted(tmp_path, f"notes-2026-03-10{ending}")
    assert (found["extract"]["path"], found["extract"]["format"]) == (f"{{table}}-{{day}}{ending}", kind)
    fields = found["tables"]["notes"]["fields"]
    assert set(fields) == set(NAMES)
    types = {name: field.get("type", "text") for name, field in fields.items()}
    assert {name: types[name] for name in ("number", "made_on", "seen_at", "active")} == {
        "number": "integer", "made_on": "date", "seen_at": "timestamp", "active": "boolean",
    }  # fmt: skip
    assert ("delimiter" in found["extract"]) is (kind == "csv")


def test_a_source_of_several_formats_says_the_others_at_their_tables(tmp_path: Path) -> None:
    for name, (_, ending, write) in {"a": DRESSES["csv.gz"], "b": DRESSES["csv.gz"], "c": DRESSES["parquet"]}.items():
        write(tmp_path / f"{name}-2026-03-10{ending}")
    found = drafted(tmp_path, "a-2026-03-10.csv.gz", "b-2026-03-10.csv.gz", "c-2026-03-10.parquet")
    assert (found["extract"]["path"], found["extract"]["format"]) == ("{table}-{day}.csv.gz", "csv")
    assert found["tables"]["c"]["extract"] == {"path": "{table}-{day}.parquet", "format": "parquet"}
    assert "extract" not in found["tables"]["a"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.parquet", b"PAR1 and no more", "truncated: the end of the Parquet file is missing"),
        ("x.xlsx", b"no workbook", "not an .xlsx file"),
        ("x.csv.gz", b"no gzip", "not gzip, or damaged"),
        ("x.jsonl", b"", "empty"),
        ("x.dat", b"\0\1\2", "init knows other formats by their endings: .parquet, .xlsx, .jsonl, .gz, .zst"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExtractError) as caught:
        drafted(tmp_path, name)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert said in str(caught.value)
