"""What stations write in English is told in Swedish: the sentences are collected where they are written, or had from who writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import privacy_pipelines
from privacy_pipelines.checks.found import Circle, Orphans, Outside, Shared, TableCheck, sentences
from privacy_pipelines.extracts.arrivals import Arrival
from privacy_pipelines.extracts.landing import findings_of
from privacy_pipelines.report.retelling import retold
from privacy_pipelines.scanning.kinds import KINDS
from privacy_pipelines.scanning.scan import Found

PRODUCT = Path(privacy_pipelines.__file__).parent
ROOMS = ("extracts", "databases")
RAISED = ("ExtractError", "Fault")
BEFORE_A_NIGHT = "Point --extracts at"
"""Said to who starts a night, which then is none and has no report."""
ENGLISH = re.compile(r"\b(?:the|of|and|is|are|was|were|with|that|which|from|not|cannot|have|has|its|it|this|as|by|no|rows|columns?)\b")
"""Words that Swedish does not have."""


def raised() -> Iterator[str]:
    """What is raised over a file or a row, with a number for every value in it."""
    for room in ROOMS:
        for file in sorted((PRODUCT / room).rglob("*.py")):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in RAISED and call.args:
                    yield from (one for one in (_filled(call.args[0]),) if one and BEFORE_A_NIGHT not in one)


def _filled(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return ""


RAISED_HERE = sorted({one for one in raised() if re.search("[a-z]", one)})


def test_they_are_found_where_they_are_written() -> None:
    assert len(RAISED_HERE) > 40


@pytest.mark.parametrize("sentence", RAISED_HERE)
def test_what_is_wrong_with_a_file_or_a_row_is_said_in_swedish(sentence: str) -> None:
    assert ENGLISH.search(retold(sentence, "sv")) is None
    assert retold(sentence, "sv") != sentence


def test_what_is_found_of_extracts_is_said_in_swedish() -> None:
    day = date(2026, 11, 30)
    found = tuple(Found("city", kind.name, 3) for kind in KINDS)
    read = Arrival("crm.people", day, "crm/people.csv", "", undeclared=("a", "b"), quarantined=2, trusted=False, masked=4, found=found)
    refused = Arrival("crm.people", day, "crm/people.csv", "", refused="truncated: 3 rows where the extract of 2026-11-29 had 30")
    older = Arrival("crm.people", date(2026, 11, 29), "crm/older.csv", "", refused="empty")
    said = [*findings_of((), (read,)), *findings_of((), (refused,)), *findings_of((), (read, older))]
    assert len(said) > len(KINDS) + 6
    assert [one for one in said if ENGLISH.search(retold(one, "sv"))] == []


def test_what_is_found_of_whole_tables_is_said_in_swedish() -> None:
    check = TableCheck(
        "crm.people", 300, 1, 2, 90, 100, (Orphans("account", "crm.accounts", 4, 3),), (Outside("kind", 5, 1),), (),
        (Outside("about", 6, 2),), (Shared("email", "crm.contacts", ("email",), 7, 1),), (Circle("merged", 8, 9),),
    )  # fmt: skip
    said = list(sentences(check, 0.5))
    assert len(said) == 9
    assert [one for one in said if ENGLISH.search(retold(one, "sv"))] == []


def test_values_stay_and_sentences_in_sentences_are_told_too() -> None:
    hints = "declared columns are missing: a, b. Is a the column 'A'? Then declare header: 'A', or rename the field with renamed_from: a"
    more = ". Is b the column 'B'? Then declare header: 'B', or rename the field with renamed_from: b"
    told = retold(f"crm/people.csv: refused, {hints}{more}. Yesterday's rows stand; have it sent again", "sv")
    assert told == (
        "crm/people.csv: avvisat, deklarerade kolumner saknas: a, b. Är a kolumnen 'A'? Deklarera då header: 'A', eller byt namn på fältet "
        "med renamed_from: a. Är b kolumnen 'B'? Deklarera då header: 'B', eller byt namn på fältet med renamed_from: b. Gårdagens rader "
        "gäller; låt skicka om det"
    )
