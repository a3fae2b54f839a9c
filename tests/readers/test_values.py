"""What a text means in its declared type: exactly that, or the row is quarantined. Nothing is rounded, guessed or cut."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.readers.desk import land

UNREADABLE = object()


def read(root: Path, field: str, texts: list[str], *, extract: str = "") -> list[Any]:
    """What each text became in a field with these keys; UNREADABLE where its row was quarantined for that."""
    kind = next(part.split(":")[1].strip() for part in field.split(",") if part.strip().startswith("type:"))
    rows = "".join(f'{number},"{value}"\n' for number, value in enumerate(texts))
    landed = land(
        root, f"id,v\n{rows}".encode(), f"id: {{category: system.operations}}\nv: {{category: system.operations, {field}}}", extract=extract
    )
    assert landed.arrival.refused == ""
    assert {reason for _, reason in landed.faults} <= {f"unreadable {kind} in v"}
    values = {row["id"]: row["v"] for row in landed.rows}
    assert {line - 2 for line, _ in landed.faults} == set(range(len(texts))) - {int(key) for key in values}
    return [values.get(str(number), UNREADABLE) for number in range(len(texts))]


def test_whole_numbers(tmp_path: Path) -> None:
    fine = {"7": 7, " 7 ": 7, "007": 7, "+7": 7, "-7": -7, "": None, "9223372036854775807": 2**63 - 1}
    bad = ["1.7", "1.0", "1e3", "0x1F", "1_000", "1,000", "1 000", "seven", "9223372036854775808", "--1", "1-", "٣"]
    assert read(tmp_path, "type: integer", [*fine, *bad]) == [*fine.values(), *([UNREADABLE] * len(bad))]


def test_decimals_keep_every_digit_or_are_not_read(tmp_path: Path) -> None:
    fine = {
        "1.5": "1.5",
        "1.2345": "1.2345",
        "1.234500000": "1.2345",
        "-.5": "-0.5",
        "5.": "5",
        "0012.10": "12.1",
        "99999999999999.9999": None,
    }
    fine["99999999999999.9999"] = "99999999999999.9999"
    bad = ["1.23456", "1e3", "0.00000000000000000001", "100000000000000", "1,5", "1 000.5", "nan", "inf", "1.5.5", ".", "1_0.5"]
    answer = read(tmp_path, "type: decimal", [*fine, *bad])
    assert answer == [*map(Decimal, fine.values()), *([UNREADABLE] * len(bad))]


@pytest.mark.parametrize(
    ("keys", "fine", "bad"),
    [
        ("decimal: ','", {"1,5": "1.5", "-1234,5678": "-1234.5678", "7": "7"}, ["1.5", "1.234,5", "1,5,5"]),
        (
            "decimal: ',', thousands: '.'",
            {"1.234.567,5": "1234567.5", "1234567,5": "1234567.5", "12": "12"},
            ["1.5", "1.23,5", "12.34.567", ".5"],
        ),
        (
            "decimal: ',', thousands: ' '",
            {"1 234,5": "1234.5", "1\u00a0234": "1234", "1\u202f234,25": "1234.25"},
            ["1 23", "12 34,5", "1  234"],
        ),
        ("thousands: ','", {"1,234,567.50": "1234567.5", "-1,234": "-1234", "999": "999"}, ["1,5", "1,23", "12,34.5", "1,2345"]),
        ('thousands: "\'"', {"1'234.5": "1234.5"}, ["1,234.5", "'234"]),
    ],
)
def test_numbers_with_other_signs(tmp_path: Path, keys: str, fine: dict[str, str], bad: list[str]) -> None:
    """1.5 may be one and a half or a wrong fifteen: only what is declared is read."""
    assert read(tmp_path, "type: decimal", [*fine, *bad], extract=keys) == [*map(Decimal, fine.values()), *([UNREADABLE] * len(bad))]


def test_thousands_of_whole_numbers(tmp_path: Path) -> None:
    assert read(tmp_path, "type: integer", ["1 234", "1234", "12 34"], extract="thousands: ' '") == [1234, 1234, UNREADABLE]


def test_booleans(tmp_path: Path) -> None:
    fine = {"true": True, "F": False, "1": True, "0": False, "Yes": True, "n": False, " TRUE ": True, "": None}
    assert read(tmp_path, "type: boolean", [*fine, "ja", "2", "-1"]) == [*fine.values(), UNREADABLE, UNREADABLE, UNREADABLE]


def test_booleans_in_declared_words(tmp_path: Path) -> None:
    field = "type: boolean, true_values: [Ja, x], false_values: [Nej, '']"
    assert read(tmp_path, field, ["ja", "X", "NEJ", "", "true", "1"]) == [True, True, False, None, UNREADABLE, UNREADABLE]


def test_days(tmp_path: Path) -> None:
    fine = {"2026-01-31": date(2026, 1, 31), " 2024-02-29 ": date(2024, 2, 29), "": None, "9999-12-31": date(9999, 12, 31)}
    bad = ["2026-02-30", "2025-02-29", "31/01/2026", "2026-01-31 10:00", "infinity", "epoch", "today", "20260131"]
    assert read(tmp_path, "type: date", [*fine, *bad]) == [*fine.values(), *([UNREADABLE] * len(bad))]


def test_the_first_format_that_fits_reads_a_day(tmp_path: Path) -> None:
    texts = ["31/01/2026", "2026-01-31", "1/2/2026", "13/13/2026", "31 Jan 2026"]
    day = date(2026, 1, 31)
    answer = read(tmp_path, 'type: date, format: ["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d %b %Y"]', texts)
    assert answer == [day, day, date(2026, 2, 1), UNREADABLE, day]


def test_a_year_of_two_digits_is_never_later_than_the_extract(tmp_path: Path) -> None:
    """The extract is of 1 February 2026."""
    answer = read(tmp_path, 'type: date, format: "%d.%m.%y"', ["01.02.26", "02.02.26", "31.12.68", "01.01.69", "29.02.28", "29.02.00"])
    assert answer == [date(2026, 2, 1), date(1926, 2, 2), date(1968, 12, 31), date(1969, 1, 1), date(1928, 2, 29), date(2000, 2, 29)]


def test_a_year_of_two_digits_of_a_time(tmp_path: Path) -> None:
    answer = read(tmp_path, 'type: timestamp, zone: UTC, format: ["%d.%m.%y %H:%M", "%d.%m.%Y"]', ["31.12.30 10:00", "31.12.2030"])
    assert answer == [datetime(1930, 12, 31, 10), datetime(2030, 12, 31)]


def test_times_without_offset_are_of_their_zone(tmp_path: Path) -> None:
    """An hour that the clocks skip is the one after it; of an hour that they show twice it is the second."""
    times = {
        "2026-01-31 10:00:00": datetime(2026, 1, 31, 9),
        "2026-07-31T10:00": datetime(2026, 7, 31, 8),
        "2026-07-31": datetime(2026, 7, 30, 22),
        "2026-03-29 02:30:00": datetime(2026, 3, 29, 1, 30),
        "2026-03-29 03:30:00": datetime(2026, 3, 29, 1, 30),
        "2026-10-25 02:30:00": datetime(2026, 10, 25, 1, 30),
        "2026-10-25 02:30:00+02:00": datetime(2026, 10, 25, 0, 30),
        "2026-01-31T10:00:00Z": datetime(2026, 1, 31, 10),
        "2026-01-31T10:00:00-05": datetime(2026, 1, 31, 15),
    }
    bad = ["infinity", "-infinity", "epoch", "2026-02-30 10:00", "10:00"]
    assert read(tmp_path, "type: timestamp", [*times, *bad]) == [*times.values(), *([UNREADABLE] * len(bad))]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_format_with_an_offset_needs_no_zone(tmp_path: Path, zone: str) -> None:
    answer = read(tmp_path, f'type: timestamp, zone: {zone}, format: "%d.%m.%Y %H:%M %z"', ["31.01.2026 10:00 +0200", "31.01.2026 10:00"])
    assert answer == [datetime(2026, 1, 31, 8), UNREADABLE]


def test_words_for_nothing_and_blanks_count_in_every_type(tmp_path: Path) -> None:
    for kind, text, value in (("integer", "7", 7), ("date", "2026-01-31", date(2026, 1, 31)), ("text", "a b", "a b")):
        answer = read(
            tmp_path / kind, f"type: {kind}", [f" {text} ", " NULL ", "-", "  "], extract="trim: true, null_values: ['NULL', '-']"
        )
        assert answer == [value, None, None, None]


def test_text_is_kept_to_the_letter(tmp_path: Path) -> None:
    texts = [" a ", "NULL", "0012", "A\u030a", "\u200b", "\ufeffx", "=1+1"]
    assert read(tmp_path, "type: text", texts) == texts
