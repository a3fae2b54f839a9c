"""The small company's policy and extracts, and a naive reading of what its second night must come to: plain Python over the extracts and
the two generations. It shares no code with the product.
"""

from __future__ import annotations

import csv
import io
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

FIRST, SECOND = date(2026, 1, 10), date(2026, 4, 20)
FILES, LETTERS, CONSENTED = 40, 60, 15
COMPANY = "departed_expiry: P200D"
POLICY = """
tables:
  files:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: kept}
      name: {category: user.name, serves: kept}
      phone: {category: user.contact.phone_number, serves: kept}
      closed_on: {category: user.workplace, serves: kept, type: date}
      unused: {category: user.content, serves: kept}
    events: {closed: closed_on}
  letters:
    key: id
    subject: writer
    fields:
      id: {category: user.unique_id, serves: [news, sent]}
      name: {category: user.name, serves: [news, sent]}
      email: {category: user.contact.email, serves: [news, sent], type: email}
      text: {category: user.content, serves: sent, free_text: true}
      sent_on: {category: user.workplace, serves: sent, type: date}
    events: {was_sent: sent_on}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: news}
      email: {category: user.contact.email, serves: news, type: email}
      status: {category: user.privacy_preferences, serves: news}
      given_at: {category: user.privacy_preferences, serves: news, type: date}
consents:
  news: {table: consents, match: {email: [letters.email]}, status: status, valid: [Given], from: given_at}
"""
PURPOSES = {
    "kept": "starting_point: {event: closed, of: record}\nperiod: P1M\nexecution_window: P30D\nreview: true",
    "sent": "starting_point: {event: was_sent, of: record}\nperiod: P1M\nexecution_window: P6M",
    "news": "starting_point: {consent: news}\nlegal_basis: eu-gdpr:A6-1-a\nexecution_window: P30D",
}


def files() -> str:
    """One of them cannot be read, and a column that nobody declared comes along."""
    rows = [[f"F{n:02}", f"Name {n}", f"+46 70 {n:07}", str(FIRST + timedelta(10 + 2 * n)), "", f"size {n}"] for n in range(FILES)]
    return _text(["id", "name", "phone", "closed_on", "unused", "shoe"], [*rows, ["F99", "Name", "", "no day", "", "size 99"]])


def letters(day: date) -> str:
    """Of one the text changes for the second night, and holds an address that must be masked."""
    rows = [
        [
            f"L{n:02}",
            f"Writer {n}",
            f"w{n}@x.example",
            "See me at who@y.example" if n == 50 and day == SECOND else f"Letter {n}",
            str(_sent(n)),
        ]
        for n in range(LETTERS)
    ]
    return _text(["id", "name", "email", "text", "sent_on"], rows)


def consents() -> str:
    """The first writers want news."""
    return _text(["id", "email", "status", "given_at"], [[f"C{n}", f"w{n}@x.example", "Given", "2025-06-01"] for n in range(CONSENTED)])


@dataclass(frozen=True)
class Naive:
    """What the second night must come to."""

    numbers: dict[str, float]
    due: dict[tuple[str, str, str], int]
    """(month, table, cluster) → record clusters."""


def month_later(day: date, months: int = 1) -> date:
    """By the calendar: the same day number, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def naive(before: dict[str, list[dict[str, object]]], after: dict[str, list[dict[str, object]]]) -> Naive:
    """From the extracts, and the rows of the two generations by table."""
    ends = {f"F{n:02}": month_later(FIRST + timedelta(10 + 2 * n)) for n in range(FILES)}
    late = {key: (SECOND - (end + timedelta(30))).days for key, end in ends.items() if end + timedelta(30) < SECOND}
    waiting = [key for key, end in ends.items() if end < SECOND]
    over = {n: (SECOND - month_later(_sent(n))).days for n in range(LETTERS) if month_later(_sent(n)) < SECOND}
    stored = {row["id"] for row in before["letters"]}
    gone = [n for n in over if f"L{n:02}" in stored and n >= CONSENTED]  # the whole row: text, name, address
    stripped = [n for n in over if f"L{n:02}" in stored and n < CONSENTED and month_later(_sent(n)) >= FIRST]  # its text alone
    waits = sorted([over[n] for n in gone for _ in ("sent", "news+sent")] + [over[n] for n in stripped])
    sent = list(csv.reader(io.StringIO(files())))[1:]
    outside, every = sum(len(row[-1].encode()) for row in sent), sum(len(cell.encode()) for row in sent for cell in row)
    size, kept_out = len(files().encode()), round(len(files().encode()) * outside / every)
    sizes = size + len(letters(SECOND).encode()) + len(consents().encode())
    columns, rows = 6 + 5 + 4, FILES + 1 + LETTERS + CONSENTED
    asked = sum(month_later(_sent(n)) < FIRST for n in range(LETTERS))  # over on the first night already: their text was refused then
    due, clusters = _due(ends), _clusters(after, waiting)
    known = clusters["keep"] + clusters["restrict"]
    total = sum(clusters.values())
    numbers: dict[str, float] = {
        "staged": rows, "quarantined": 1, "refused_files": 0, "undeclared_columns": 1,
        "rule_coverage": (columns - 1) / columns, "columns_kept_out": 1 / columns, "rows_kept_out": 0,
        "bytes_kept_out": kept_out, "bytes_kept_out_share": kept_out / sizes,
        "masked": 1, "undeclared_personal": 0, "never_filled": 1, "refused": 0, "refused_cells": asked,
        "kept": sum(map(len, after.values())), "purpose_coverage": known / total,
        "consent_coverage": CONSENTED / len(after["letters"]), "restricted": clusters["restrict"],
        "restricted_share": clusters["restrict"] / total, "undetermined": 0, "undetermined_share": 0,
        "erased": len(gone), "erased_cells": 5 * len(gone) + len(stripped), "erased_late": 0,
        "erased_after_p50": _nearest(waits, 50), "erased_after_p95": _nearest(waits, 95), "erased_after_max": max(waits),
        "overdue": len(late), "overdue_oldest": max(late.values()), "overdue_record_days": sum(late.values()),
        "over_retention": 4 * sum(late.values()), "due_in_a_year": sum(due.values()), "returned": 0, "resurrections": 0,
        "withheld": 1, "withheld_cells": 4 * len(waiting), "holds": 0, "holds_past_review": 0, "suspended": 0,
        "to_delete": len(gone) + len(stripped) + asked, "deleted_at_source": 0, "overdue_at_source": asked,
        "oldest_at_source": (SECOND - FIRST).days, "cells_without_a_ground": 0, "verification_faults": 0,
    }  # fmt: skip
    return Naive(numbers, due)


def _sent(n: int) -> date:
    return date(2025, 11, 1) + timedelta(5 * n)


def _nearest(values: list[int], percent: int) -> int:
    return values[-(-percent * len(values) // 100) - 1]


def _due(ends: dict[str, date]) -> dict[tuple[str, str, str], int]:
    """What is still to end, by the month of the first day on which it may go."""
    found: Counter[tuple[str, str, str]] = Counter()
    for end in ends.values():
        found[_month(end), "crm.files", "kept"] += end >= SECOND
    for n in range(LETTERS):
        end = month_later(_sent(n))
        if end >= SECOND:
            found[_month(end), "crm.letters", "sent"] += 1
            found[_month(end), "crm.letters", "news+sent"] += n >= CONSENTED
    return {key: rows for key, rows in found.items() if rows}


def _month(end: date) -> str:
    return f"{end + timedelta(1):%Y-%m}"


def _clusters(after: dict[str, list[dict[str, object]]], waiting: list[str]) -> dict[str, int]:
    """Record clusters that stay by state; what waits for a person has ended and is none of them."""
    keep = len(after["files"]) - len(waiting) + len(after["consents"]) + len(after["letters"])
    keep += sum(row["text"] is not None for row in after["letters"])
    return {"keep": keep, "restrict": 0}


def _text(header: list[str], rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, *rows])
    return written.getvalue()
