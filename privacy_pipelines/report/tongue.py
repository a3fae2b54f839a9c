"""In which language the report speaks. English is written where it is meant; another language is a table of the same phrases. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from privacy_pipelines.observing.points import Number, Unit
from privacy_pipelines.policy.model import Text
from privacy_pipelines.report.retelling import retold

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")

_MONTHS_SV = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december")


def _phrases(language: str) -> dict[str, str]:
    """The phrases of a language by their English ones."""
    found: dict[str, str] = json.loads(Path(__file__).with_name(f"phrases.{language}.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: its code, its phrases by their English ones, and how it writes numbers."""

    language: str
    phrases: Mapping[str, str]
    thousands: str
    decimal: str
    conjunction: str
    months: Sequence[str]

    def __call__(self, text: str, /, **values: object) -> str:
        """A phrase, with values in its braces; one that the language does not have stays English, and a test finds it.

        >>> SWEDISH_TONGUE("Good night"), ENGLISH("of {of} rows", of=3)
        ('En bra natt', 'of 3 rows')
        """
        said = self.phrases.get(text, text)
        return said.format(**values) if values else said

    def retell(self, text: str) -> str:
        """What a station wrote, in this language.

        >>> SWEDISH_TONGUE.retell("required name is empty"), ENGLISH.retell("required name is empty")
        ('obligatoriska name är tom', 'required name is empty')
        """
        return retold(text, self.language)

    def number(self, value: Number) -> str:
        """With its thousands apart.

        >>> ENGLISH.number(12345), SWEDISH_TONGUE.number(12345)
        ('12,345', '12\\xa0345')
        """
        return f"{value:,}".replace(",", self.thousands)

    def share(self, value: Number) -> str:
        """In hundredths.

        >>> ENGLISH.share(0.1234), SWEDISH_TONGUE.share(0.1234)
        ('12.3 %', '12,3 %')
        """
        return f"{100 * value:.1f} %".replace(".", self.decimal)

    def measured(self, value: Number, unit: Unit) -> str:
        """A number of that unit."""
        return self.share(value) if unit is Unit.SHARE else self.number(value)

    def count(self, number: Number, one: str, many: str = "") -> str:
        """A number with its noun.

        >>> ENGLISH.count(1, "row"), ENGLISH.count(2400, "row"), SWEDISH_TONGUE.count(2, "row")
        ('1 row', '2,400 rows', '2 rader')
        """
        return f"{self.number(number)} {self(one if number == 1 else many or one + 's')}"

    def listed(self, parts: Sequence[str]) -> str:
        """An enumeration.

        >>> ENGLISH.listed(["a"]), SWEDISH_TONGUE.listed(["a", "b", "c"])
        ('a', 'a, b och c')
        """
        *first, last = parts or [""]
        return f"{', '.join(first)} {self.conjunction} {last}" if first else last

    def text(self, text: Text) -> str:
        """The policy's own text in this language, or in whatever language there is.

        >>> SWEDISH_TONGUE.text((("en", "Send news"), ("sv", "Skicka nyheter"))), ENGLISH.text((("sv", "Skicka nyheter"),))
        ('Skicka nyheter', 'Skicka nyheter')
        """
        return dict(text).get(self.language) or next((words for _, words in text), "")

    def day(self, day: date) -> str:
        """As people write it.

        >>> ENGLISH.day(date(2026, 3, 1)), SWEDISH_TONGUE.day(date(2026, 3, 1))
        ('1 March 2026', '1 mars 2026')
        """
        return f"{day.day} {self.months[day.month - 1]} {day.year}"


ENGLISH = Tongue("en", MappingProxyType({}), ",", ".", "and", _MONTHS)
SWEDISH_TONGUE = Tongue("sv", MappingProxyType(_phrases("sv")), "\xa0", ",", "och", _MONTHS_SV)
TONGUES: tuple[Tongue, ...] = (ENGLISH, SWEDISH_TONGUE)


def tongues(languages: Sequence[str]) -> tuple[Tongue, ...]:
    """Those of a company's languages that the report speaks, in the company's order; English where it speaks none.

    >>> [one.language for one in tongues(("sv", "fi", "en"))], [one.language for one in tongues(("fi",))]
    (['sv', 'en'], ['en'])
    """
    known = {one.language: one for one in TONGUES}
    return tuple(known[name] for name in languages if name in known) or (ENGLISH,)
