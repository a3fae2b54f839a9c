"""The report in Swedish: every phrase, and on a real night nothing that was forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from markupsafe import escape

from privacy_pipelines.report.page import page
from privacy_pipelines.report.tongue import SWEDISH_TONGUE
from privacy_pipelines.report.write import render
from tests.report.conftest import Told
from tests.report.phrases import phrases
from tests.report.test_findings import ENGLISH
from tests.report.test_page import DROPPED, HELD, LAWSUIT, NEW_TABLE, UNFORESEEN, withheld

BRACES = re.compile(r"\{(\w+)\}")


class Heard(Mapping[str, str]):
    """The Swedish phrases, and what was asked for beside them."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def __getitem__(self, phrase: str) -> str:
        try:
            return SWEDISH_TONGUE.phrases[phrase]
        except KeyError:
            self.missing.add(phrase)
            raise

    def __iter__(self) -> Iterator[str]:
        return iter(SWEDISH_TONGUE.phrases)

    def __len__(self) -> int:
        return len(SWEDISH_TONGUE.phrases)


def test_every_phrase_has_its_swedish_one() -> None:
    assert len(phrases()) > 300
    assert sorted(phrases() - set(SWEDISH_TONGUE.phrases)) == []


def test_every_swedish_phrase_has_the_same_values_in_it() -> None:
    assert [one for one, other in SWEDISH_TONGUE.phrases.items() if sorted(BRACES.findall(one)) != sorted(BRACES.findall(other))] == []


def test_a_real_night_asks_for_no_phrase_that_is_missing(nights: tuple[Told, ...]) -> None:
    heard = Heard()
    say = replace(SWEDISH_TONGUE, phrases=heard)
    for told in (*nights, withheld(nights[1], UNFORESEEN, NEW_TABLE)):
        text = render(page(told.record, replace(told.policy, holds=(LAWSUIT,)), told.trail, say), say)
        assert '<html lang="sv">' in text
    # what only the policy, the engine or a sum of money says is no phrase of the report
    assert {phrase for phrase in heard.missing if " " in phrase and not phrase[0].isdigit()} == set()


def test_no_english_sentence_is_left(nights: tuple[Told, ...]) -> None:
    """Beside names, commands and what the policy alone says of its sources, nothing on the page has a word that only English has."""
    for told in (*nights, withheld(nights[1], UNFORESEEN, NEW_TABLE), withheld(nights[2], HELD, DROPPED)):
        shown = page(told.record, replace(told.policy, holds=(LAWSUIT,)), told.trail, SWEDISH_TONGUE)
        assert shown.findings
        body = render(shown, SWEDISH_TONGUE).partition("<body>")[2]
        for own in (*(purpose.source for purpose in told.policy.purposes), *(table.owner for table in told.policy.tables)):
            body = body.replace(str(escape(own)), "")
        text = re.sub(r"<[^>]*>", "\n", re.sub(r"<(code|svg)\b.*?</\1>", "", body, flags=re.DOTALL))
        assert [line.strip() for line in text.splitlines() if ENGLISH.search(line)] == []


def test_swedish_numbers_days_and_titles(nights: tuple[Told, ...]) -> None:
    shown = page(nights[2].record, nights[2].policy, nights[2].trail, SWEDISH_TONGUE)
    assert (shown.verdict.headline, shown.day) == ("En bra natt", "22 november 2026")
    kept = next(one for one in shown.numbers if one.name == "kept")
    assert "\xa0" in kept.said
    assert "Administrera kundförhållandet" in {clause.title for clause in shown.clauses}
