"""What a station wrote in English, told again in another language: the sentence that it was made of is found again, and so is what stands
in it. The night's record stays as it was written. Pure.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_BRACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One that a station writes, as an expression, and the other language's."""

    expression: re.Pattern[str]
    said: str


def retold(text: str, language: str) -> str:
    """In this language; what no sentence fits stays as it was written, and a test finds it.

    >>> retold("crm/people.csv: refused, empty. A newer one has landed since", "sv")
    'crm/people.csv: avvisat, tom. Ett nyare har kommit sedan dess'
    >>> retold("no such sentence", "sv"), retold("duplicate key", "en")
    ('no such sentence', 'duplicate key')
    """
    whole, made = _sentences(language)
    if text in whole:
        return whole[text]
    if " " in text:
        for sentence in made:
            found = sentence.expression.fullmatch(text)
            if found is not None:
                return sentence.said.format(**{name: retold(value, language) for name, value in found.groupdict().items()})
    return text


@cache
def _sentences(language: str) -> tuple[dict[str, str], tuple[_Sentence, ...]]:
    """Those without values in them, and those with, in the order in which they are tried."""
    file = Path(__file__).with_name(f"findings.{language}.json")
    said: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    made = sorted((one for one in said if _BRACES.search(one)), key=_around)
    return {one: said[one] for one in said if one not in made}, tuple(_Sentence(_expression(one), said[one]) for one in made)


def _around(sentence: str) -> tuple[bool, int, str]:
    """Those that are around others begin with a place and end with words of their own: they are tried first, of each sort the wordiest."""
    around = sentence.startswith("{") and not sentence.endswith("}")
    return not around, -len(_BRACES.sub("", sentence)), sentence


def _expression(sentence: str) -> re.Pattern[str]:
    """Words as they are, and for each pair of braces as little as will do."""
    parts = _BRACES.split(sentence)
    every = (re.escape(part) if number % 2 == 0 else f"(?P<{part}>.+?)" for number, part in enumerate(parts))
    return re.compile("".join(every), re.DOTALL)
