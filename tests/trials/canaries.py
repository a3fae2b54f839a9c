"""Marked people: every text of every person in the demo company's extracts says one word that nothing else says, however it is spelled.

The word has a plain form and one with a letter outside of ASCII, so that it is found again in whatever it was turned into.
"""

from __future__ import annotations

import base64
import csv
import html
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from privacy_pipelines.demo.schema import SHEETS, Sheet

PLAIN, SWEDISH, KEY = "zqvanariefisk", "zqvånariefisk", "zqvkeyfisk"
TEXTS = frozenset(
    [
        "full_name",
        "notes",
        "subject",
        "body",
        "description",
        "reference_name",
        "signed_by",
        "street",
        "note",
        "relation",
        "assessment",
        "cv_text",
        "diet",
    ]
)
"""Columns that a person's mark is written into as it is; the rest of the cell stays, so that no value is like another."""
EMAILS = frozenset(["email", "reference_email", "work_email", "private_email"])
NUMBERS = frozenset(["personal_number", "phone", "private_phone", "bank_account", "paid_to_account"])
"""Columns whose own values are marks: they cannot hold a word."""


def mark(folder: Path) -> frozenset[str]:
    """Mark every extract below the folder; the numbers that are marks themselves."""
    numbers: set[str] = set()
    for sheet in SHEETS:
        for path in sorted(folder.glob(f"{sheet.dialect.folder}/{sheet.name}{sheet.dialect.day_mark}*.csv")):
            numbers |= set(_marked(path, sheet))
    return frozenset(numbers)


def _marked(path: Path, sheet: Sheet) -> Iterator[str]:
    with path.open(encoding=sheet.dialect.encoding, newline="") as file:
        rows = list(csv.reader(file, delimiter=sheet.dialect.delimiter))
    for row in rows[1:]:
        for place, name in enumerate(rows[0][: len(row)]):
            if name in NUMBERS and len(re.sub(r"\D", "", row[place])) >= 9:
                yield row[place]
            elif row[place]:
                row[place] = _said(name, row[place])
    with path.open("w", encoding=sheet.dialect.encoding, newline="") as file:
        csv.writer(file, delimiter=sheet.dialect.delimiter, lineterminator="\n").writerows(rows)


def _said(name: str, value: str) -> str:
    if name in EMAILS:
        return f"{PLAIN}.{value.strip()}"  # the same address is the same mark in every table
    return f"{SWEDISH} {PLAIN} {value}" if name in TEXTS else value


def spellings() -> dict[str, re.Pattern[bytes]]:
    """How the word may be written: spelling → pattern."""
    forms: dict[str, set[bytes]] = {
        "as it is": {PLAIN.encode()},
        "UTF-8": {SWEDISH.encode()},
        "a key": {KEY.encode()},
        "Latin-1": {SWEDISH.encode("latin-1")},
        "decomposed": {unicodedata.normalize("NFD", SWEDISH).encode()},
        "UTF-16": {word.encode(code) for word in (PLAIN, SWEDISH) for code in ("utf-16-le", "utf-16-be")},
        "UTF-32": {word.encode(code) for word in (PLAIN, SWEDISH) for code in ("utf-32-le", "utf-32-be")},
        "in an address": {urllib.parse.quote(SWEDISH).encode(), urllib.parse.quote(SWEDISH, encoding="latin-1").encode()},
        "JSON": {json.dumps(SWEDISH)[1:-1].encode()},
        "JSON twice": {json.dumps(json.dumps(SWEDISH))[3:-3].encode()},
        "HTML": {html.escape(SWEDISH).encode("ascii", "xmlcharrefreplace"), SWEDISH.replace("å", "&aring;").encode()},
        "quoted-printable": {SWEDISH.replace("å", "=C3=A5").encode()},
        "hexadecimal": {PLAIN.encode().hex().encode()},
        "base64": {form for word in (PLAIN, SWEDISH) for form in _base64(word.encode())},
    }
    return {name: re.compile(b"|".join(map(re.escape, sorted(each))), re.IGNORECASE) for name, each in forms.items()}


def _base64(word: bytes) -> Iterator[bytes]:
    """Its middle, at each of the three places where it may begin; not told from other letters by their case."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + word)
        yield whole[4 * (before > 0) : len(whole) // 4 * 4 - 4]


class Search:
    """What finds a mark again. The word first, for it is in almost every value; then the numbers."""

    def __init__(self, numbers: frozenset[str]) -> None:
        self._spellings = spellings()
        self._numbers = frozenset(numbers)

    def found(self, content: bytes) -> set[str]:
        """In which spellings a mark is in these bytes; a number by `number`, never by itself."""
        ways = {name for name, pattern in self._spellings.items() if pattern.search(content)}
        runs = {run.decode() for run in re.findall(rb"\+?\d[\d -]{8,}\d", content)}
        return ways | ({"number"} if runs & self._numbers else set())
