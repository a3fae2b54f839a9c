"""Rows as extracts write them, drawn around the days on which something of a policy changes."""

from __future__ import annotations

import csv
from datetime import UTC, date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from tests.oracle.days import instant, plus, span
from tests.oracle.facts import Row
from tests.oracle.law import Json, listed
from tests.oracle.policies import Policy

Text = dict[str, str]
EDGES = [
    "2024-02-29",
    "2023-02-28",
    "2020-02-29",
    "2025-01-31",
    "2025-08-31",
    "2024-12-31",
    "2025-12-24",
    "2018-07-01",
    "2018-06-30",
    "2019-12-31",
]
ODD = ["9999-12-31", "1900-01-01", "0001-01-01", "1929-12-31", "2120-01-01", "1955-03-31"]
CLOCKS = ["T22:30:00Z", "T23:30:00Z", "T00:15:00+02:00", "T12:00:00Z", "T21:59:59Z", " 23:30:00", "T23:59:59+01:00"]
SUMMER = [
    "2025-03-30T01:30:00Z",
    "2025-03-30 02:30:00",
    "2025-10-26 02:30:00",
    "2025-10-25T22:30:00Z",
    "2025-10-26T22:59:00Z",
    "2025-10-26T23:00:00Z",
]
"""Around the hours that the clocks skip and show twice."""
STATUSES = ["Given", "Given", "Given", "RenewedConsentGiven", "Withdrawn", "Withdrawn", "Requested", "Refused", "Unknown", "Expired"]


def rows(policy: Policy, seed: int, people: int) -> dict[str, list[Text]]:
    """Every table's rows as text, for so many people of each group."""
    draw = _Draw(policy, Random(seed))  # noqa: S311  facts, not keys
    tables = {name: maker(draw, people) for name, maker in MAKERS.items() if name in policy.source["tables"]}
    return {name: [dict(zip(policy.source["tables"][name]["fields"], one, strict=True)) for one in found] for name, found in tables.items()}


def write(policy: Policy, folder: Path, found: dict[str, list[Text]], day: date) -> None:
    """The day's extracts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in found.items():
        with (folder / f"{name}-{day}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(policy.source["tables"][name]["fields"]))
            writer.writeheader()
            writer.writerows(table)


def typed(table: Json, row: Text, zone: str) -> dict[str, Any]:
    """A row's values as what they are declared to be."""
    return {name: _typed(said, row[name], zone) for name, said in table["fields"].items()}


def as_rows(policy: Policy, found: dict[str, list[Text]], seen: date) -> dict[str, list[Row]]:
    """The rows of a first night."""
    tables = policy.source["tables"]
    answer = {}
    for name, table in found.items():
        key = listed(tables[name]["key"])
        values = [typed(tables[name], row, policy.company["zone"]) for row in table]
        answer[f"crm.{name}"] = [Row(f"crm.{name}", tuple(one[k] for k in key), one, seen) for one in values]
    return answer


def _typed(said: Json, text: str, zone: str) -> Any:
    if not text:
        return None
    kind = said.get("type", "text")
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "timestamp":
        return instant(text, said.get("zone", zone)).astimezone(UTC)
    return int(text) if kind == "integer" else text


class _Draw:
    """Values of one policy's facts."""

    def __init__(self, policy: Policy, random: Random) -> None:
        self.random = random
        self.as_of = policy.as_of
        spans = [said["period"] for said in policy.purposes.values()] + ["P12M", "P1M", "P0D"]
        self.back = [span(text) for text in spans]
        self.further = [0, 0, 0, 1, -1, 2, 14, 15, 27, 28, 30, 31, 45, 90]

    def one(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def day(self, *, empty: float = 0.12) -> str:
        """A day near a boundary, on an edge of the calendar, in the past or to come; or none that is usable."""
        luck = self.random.random()
        if luck < empty:
            return ""
        if luck < empty + 0.05:
            return self.one(*ODD)
        if luck < empty + 0.15:
            return self.one(*EDGES)
        if luck < empty + 0.25:
            return (self.as_of + timedelta(days=self.random.randrange(-10, 400))).isoformat()
        if luck < empty + 0.45:
            return (self.as_of - timedelta(days=self.random.randrange(0, 4500))).isoformat()
        months, days = self.one(*self.back)
        moved = self.as_of - timedelta(days=days + self.one(*self.further))
        year, month = divmod(moved.year * 12 + moved.month - 1 - months, 12)
        number = moved.day
        return plus(date(year, month + 1, 1), f"P{number - 1}D").isoformat()

    def stamp(self, *, empty: float = 0.4) -> str:
        """An instant, often near midnight."""
        day = self.day(empty=empty)
        if self.random.random() < 0.05:
            return self.one(*SUMMER)
        return day and day + ("T00:00:00Z" if day in ODD else self.one(*CLOCKS))

    def some(self, text: str) -> str:
        """A text, or nothing."""
        return text if self.random.random() < 0.8 else ""


def _accounts(draw: _Draw, people: int) -> list[list[str]]:
    return [[f"A{n}", f"{100 + n - (draw.random.random() < 0.08)}"] for n in range(people)]


def _contacts(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            f"C{n}",
            draw.one("", "99", *[f"{100 + draw.random.randrange(people)}"] * 10),
            draw.some("Ada"),
            draw.some("070"),
            draw.some("x"),
            draw.day(empty=0.7),
        ]
        for n in range(people)
    ]


def _contracts(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            draw.one("SE", "DK"),
            str(n),
            draw.one("", *[f"A{draw.random.randrange(people)}"] * 9),
            draw.one("active", "ended", "ended", "ended", ""),
            draw.some("t"),
            draw.day(),
            draw.stamp(empty=0.8),
        ]
        for n in range(people)
    ]


def _invoices(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            f"I{n}",
            draw.one("1000", "1001", "beta", "beta", "gamma", ""),
            draw.one("", "C999", *[f"C{draw.random.randrange(people)}"] * 12),
            draw.some("1"),
            draw.some("e"),
            draw.day(),
            draw.stamp(),
        ]
        for n in range(people)
    ]


def _lines(draw: _Draw, people: int) -> list[list[str]]:
    pairs = sorted({(draw.random.randrange(people + 3), draw.random.randrange(1, 4)) for _ in range(people)})
    return [[f"I{invoice}", str(no), draw.some("w"), draw.some("9")] for invoice, no in pairs]


def _parties(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            ("SE", "DK")[n % 2],
            str(n // 2),
            draw.one("EM", "SP", "IN", "IN", "VC", ""),
            draw.some("n"),
            draw.some("b"),
            draw.stamp(empty=0.3),
        ]
        for n in range(people)
    ]


def _dealings(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            f"D{n}",
            draw.one("SE", "DK"),
            draw.one("", *[str(draw.random.randrange(people // 2 + 1))] * 9),
            draw.one("call", "mail_open", "call", ""),
            draw.some("t"),
            draw.day(),
            draw.one("1000", "beta", "beta", "gamma"),
        ]
        for n in range(people + people // 2)
    ]


def _readers(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [f"R{n}", draw.one("", *[f"r{n}@x.example", f"R{n}@X.example"] * 4), draw.some("c"), draw.some("1"), draw.day()]
        for n in range(people)
    ]


def _letters(draw: _Draw, people: int) -> list[list[str]]:
    return [[f"L{n}", draw.one("", *[f"R{draw.random.randrange(people + 2)}"] * 9), draw.some("t"), draw.some("p")] for n in range(people)]


def _permissions(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            f"S{n}",
            f"r{draw.random.randrange(people)}@x.example",
            draw.one("letters", "letters", "pictures", ""),
            draw.one(*STATUSES),
            draw.stamp(empty=0.1),
            draw.day(),
            draw.stamp(empty=0.6),
        ]
        for n in range(people + people // 2)
    ]


def _refusals(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            f"O{n}",
            f"r{draw.random.randrange(people)}@x.example",
            draw.one("mail", "profile"),
            draw.one("Objected", "Objected", "Lifted", ""),
            draw.day(),
            draw.day(empty=0.7),
        ]
        for n in range(people // 2)
    ]


def _suppliers(draw: _Draw, people: int) -> list[list[str]]:
    return [[f"V{n}", draw.one("open", "closed", ""), draw.some("n")] for n in range(people // 2)]


def _firms(draw: _Draw, people: int) -> list[list[str]]:
    return [[f"F{n}", draw.some("f"), draw.day(empty=0.6)] for n in range(people // 3 + 1)]


def _members(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            f"M{n}",
            draw.one("", "F9999", *[f"F{draw.random.randrange(people // 3 + 1)}"] * 9),
            draw.one(*[""] * 7, f"M{draw.random.randrange(people)}", f"M{n + 1}", f"M{n}"),
            draw.some("n"),
            draw.some("070"),
            draw.day(empty=0.5),
        ]
        for n in range(people)
    ]


def _merges(draw: _Draw, people: int) -> list[list[str]]:
    return [
        [
            f"G{n}",
            draw.one("", f"M{people + draw.random.randrange(20)}", *[f"M{draw.random.randrange(people)}"] * 3),
            draw.one("", f"M{people + draw.random.randrange(20)}", *[f"M{draw.random.randrange(people)}"] * 5),
        ]
        for n in range(people // 4 + 1)
    ]


def _agreements(draw: _Draw, people: int) -> list[list[str]]:
    found = []
    for n in range(people + people // 2):
        found.append(
            [
                f"K{n}",
                draw.one("", *[f"M{draw.random.randrange(people)}"] * 8, f"M{people + draw.random.randrange(20)}"),
                draw.one("", "", "K99999", f"K{draw.random.randrange(people)}", f"K{n + 1}", f"K{n + 1}"),
                draw.one("active", "ended", "ended", "ended", ""),
                draw.some("t"),
                draw.day(),
                draw.day(),
                draw.day(empty=0.5),
            ]
        )
    # A successor begins, often as not, on the day after the end of the one before.
    for before, after in pairwise(found):
        if before[6][:1] in ("1", "2") and draw.random.random() < 0.4:
            after[5] = (date.fromisoformat(before[6]) + timedelta(days=draw.one(0, 1, 1, 2))).isoformat()
    return found


def _remarks(draw: _Draw, people: int) -> list[list[str]]:
    named = {"F": people // 3 + 1, "M": people + 10, "A": people + people // 2}
    letters = {"F": "F", "M": "M", "A": "K"}
    found = []
    for n in range(people):
        kind = draw.one("F", "M", "M", "A", "A", "X", "")
        to = f"{letters[kind]}{draw.random.randrange(named[kind])}" if kind in named else f"M{draw.random.randrange(people)}"
        found.append([f"R{n}", kind, draw.one("", *[to] * 9), draw.some("t"), draw.some("p")])
    return found


MAKERS = {
    "accounts": _accounts,
    "contacts": _contacts,
    "contracts": _contracts,
    "invoices": _invoices,
    "lines": _lines,
    "parties": _parties,
    "dealings": _dealings,
    "readers": _readers,
    "letters": _letters,
    "permissions": _permissions,
    "refusals": _refusals,
    "suppliers": _suppliers,
    "firms": _firms,
    "members": _members,
    "merges": _merges,
    "agreements": _agreements,
    "remarks": _remarks,
}
