"""A draft of files that nobody here wrote, given nothing but an owner and one purpose, reads every row of its own files.

So its dialect, names, types, formats, scales and keys are right; what it was unsure of, it said. And it holds none of their values.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from privacy_pipelines.drafting.folder import HOLDS
from privacy_pipelines.drafting.sample import read_sample
from privacy_pipelines.drafting.text import draft
from privacy_pipelines.pipeline import Paths, last_night, night
from tests.examples.sets import DATA

DAY = "2026-03-10"
SETS = (
    "adventureworks_consumers_packt", "adventureworks_dbt_seed", "adventureworks_dw", "adventureworks_oltp", "chinook", "northwind",
    "npsp_1k", "npsp_trailhead", "oracle_hr", "pii_freetext_disjoint", "swedish_ids",
)  # fmt: skip
COMPANY = """
controller: {name: A, contact: a@a.example, dpo: b@a.example}
zone: Europe/Stockholm
languages: [en]
fiscal_year_end: "12-31"
undetermined: {restrict: P12M, from: first_seen}
guards: {unexpected_share: 0.001, unexpected_count: 20, row_drop: 0.20, vanished_share: 0.05, clock_lead: P2D}
"""
PURPOSE = """
purpose: use
title: {en: Use}
reason: {en: It is needed.}
data_use: essential.service
legal_basis: eu-gdpr:A6-1-f
nature: policy
starting_point: {event: listed, of: record}
period: P0D
settle: P14D
execution_window: P3M
on_missing_event: {restrict: P12M, from: first_seen}
justification: a test
art9_ground: eu-gdpr:A9-2-a
source: a test
effective_from: 2020-01-01
approved_by: dpo
"""
WITHOUT_A_KEY = {
    "bank_number_specs", "personnummer_meta_structured", "skatteverket_testpersonnummer_2014",
}  # fmt: skip
"""Tables in which nothing identifies a row; their drafts say so."""


@pytest.mark.parametrize("name", SETS)
def test_a_completed_draft_reads_every_row_of_its_files(tmp_path: Path, name: str) -> None:
    if not (DATA / name).is_dir():
        pytest.skip(f"the published files of {name} are not beside the project")
    paths = Paths(tmp_path / "policies", tmp_path / "store", tmp_path / "extracts")
    files = sorted(path for path in (DATA / name).glob("*.csv") if read_sample(path, DATA).table not in WITHOUT_A_KEY)
    text = draft("set", files, DATA / name)
    assert not [value for value in _telling_values(files) if value in text]
    _complete(paths, text)
    for path in files:
        shutil.copyfile(path, paths.extracts / f"{path.stem}-{DAY}.csv")
    at = datetime.fromisoformat(f"{DAY}T02:00:00+00:00").astimezone(UTC)
    for _ in night(paths, run="night", as_of=at.date(), at=at, first_load=True):
        pass
    last = last_night(paths)
    assert last is not None
    inbox = last.record["inbox"]
    assert {one["file"]: (one["refused"], one["undeclared"]) for one in inbox["arrivals"]} == {
        f"{path.stem}-{DAY}.csv": ("", []) for path in files
    }
    doubted = {(table, column) for table, column in _doubts(text)}
    unsaid = [one for one in inbox["quarantined"] if (one["table"].split(".")[1], one["reason"].split()[-1]) not in doubted]
    assert unsaid == []


def _complete(paths: Paths, text: str) -> None:
    """What a person would decide, decided by nobody: an owner, a purpose for all, and rows that are in force while listed."""
    text = text.replace("owner:   #", "owner: us   #").replace("mode: snapshot}", "mode: snapshot, keep: P7D, freshness: P2D}", 1)
    text = re.sub(r"\{(category: user[a-z_.]*)", r"{\1, serves: use", text)
    text = re.sub(r"^    links: .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(
        r"^    key: \[?([^\s,\]]*).*\n(?=(?:.*\n)*?    fields:\n      (\w+))",
        lambda key: f"{key[0]}    events:\n      listed: {{open_if: '{_always(key[1].strip('[') or key[2])}'}}\n",
        text,
        flags=re.MULTILINE,
    )
    for file, content in (("company", COMPANY), ("holds", HOLDS), ("purposes/use", PURPOSE), ("sources/set", text)):
        path = paths.policies / f"{file}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    paths.extracts.mkdir()


def _always(column: str) -> str:
    """A condition that every row meets, over a column that there is."""
    return f"{column} IS NULL OR {column} IS NOT NULL"


def _doubts(text: str) -> list[tuple[str, str]]:
    """(table, column) of which the draft says that some values do not read."""
    found, table = [], ""
    for line in text.splitlines():
        if head := re.match(r"  ([a-z0-9_]+):", line):
            table = head[1]
        elif "do not read as" in line:
            found.append((table, line.strip().split(":")[0]))
        elif "repeat it or lack it" in line:
            found.append((table, "key"))
    return found


def _telling_values(files: list[Path]) -> set[str]:
    """Values that cannot be mistaken for a word of the draft: with an @, or long and with a digit or a blank in them."""
    values: set[str] = set()
    names: set[str] = set()
    for path in files:
        header, *rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))[:200]
        names |= set(header)
        values |= {cell for row in rows for cell in row if "@" in cell or (len(cell) > 11 and re.search(r"\d", cell))}
    return values - names
