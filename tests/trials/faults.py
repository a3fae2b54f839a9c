"""Extracts that went wrong on their way, drawn at random: what a truncated transfer, a mixed-up month or a shifted column looks like. Pure.

A fault takes the right lines of every table and gives the bytes of the files.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.trials.company import HEADERS

Lines = dict[str, list[str]]
"""Table → its lines, without the header."""
Files = dict[str, bytes]


def drawn(draw: Random, right: Lines, wrong_month: Lines) -> tuple[str, Files]:
    """The name of a fault, and the files in which it happened to one table or two."""
    name, fault = draw.choice(FAULTS)
    files = {table: whole(table, lines) for table, lines in right.items()}
    for table in draw.sample(sorted(right), draw.choice((1, 1, 2))):
        files[table] = fault(draw, table, right, wrong_month)
    return name, files


def whole(table: str, lines: list[str]) -> bytes:
    """The file as it should be."""
    return "".join(f"{line}\n" for line in (HEADERS[table], *lines)).encode()


def _cut(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    content = whole(table, right[table])
    return content[: draw.randrange(len(content))]


def _cut_and_ended(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    """Some lines short, with an end that looks right."""
    return whole(table, right[table][: draw.randrange(len(right[table]))])


def _empty(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    return draw.choice((b"", whole(table, []), b"\n", b"\0" * 512))


def _of_another_month(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    return whole(table, wrong_month[table])


def _of_another_table(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    other = draw.choice([name for name in sorted(right) if name != table])
    return draw.choice((whole(other, right[other]), whole(table, right[other])))


def _shifted(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    by = draw.choice((-1, 1))
    rows = [line.split(",") for line in right[table]]
    return whole(table, [",".join(row[by:] + row[:by]) for row in rows])


def _renamed(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    """Two columns have each other's name."""
    names = HEADERS[table].split(",")
    one, other = draw.sample(range(len(names)), 2) if len(names) > 1 else (0, 0)
    names[one], names[other] = names[other], names[one]
    return whole(table, right[table]).replace(HEADERS[table].encode(), ",".join(names).encode(), 1)


def _lost(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    share = draw.uniform(0.01, 0.10)
    return whole(table, [line for line in right[table] if draw.random() > share])


def _unreadable(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    share, lines = draw.uniform(0.01, 0.10), list(right[table])
    for number, line in enumerate(lines):
        if draw.random() < share:
            fields = line.split(",")
            place = draw.randrange(len(fields))
            fields[place] = draw.choice(("??", '"open', "a,b", "\0", "31/31/2026", ""))
            lines[number] = ",".join(fields)
    return whole(table, lines)


def _garbled(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    content = bytearray(whole(table, right[table]))
    for _ in range(draw.choice((1, 10, 100))):
        content[draw.randrange(len(content))] = draw.randrange(256)
    return bytes(content)


def _twice(draw: Random, table: str, right: Lines, wrong_month: Lines) -> bytes:
    return whole(table, [*right[table], *draw.choices(right[table], k=draw.choice((1, 20, len(right[table]))))])


Fault = Callable[[Random, str, Lines, Lines], bytes]
FAULTS: tuple[tuple[str, Fault], ...] = (
    ("cut at a byte", _cut),
    ("lines missing at the end", _cut_and_ended),
    ("emptied", _empty),
    ("another month's", _of_another_month),
    ("another table's", _of_another_table),
    ("columns shifted", _shifted),
    ("columns renamed", _renamed),
    ("rows lost", _lost),
    ("rows unreadable", _unreadable),
    ("bytes garbled", _garbled),
    ("rows twice", _twice),
)
