"""A small company in which every kind of thing happens on its second night, and whose every value is a mark that occurs nowhere else."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.way.house import Company

FIRST, SECOND, THIRD = "2026-01-20", "2026-01-21", "2026-01-22"
SOURCE = """
extract: {path: "{table}-{day}.csv", keep: P1D, freshness: P5D}
tables:
  accounts:
    key: id
    fields:
      id: {category: system.operations}
  contacts:
    key: id
    subject: customer
    links: {account_id: accounts}
    fields:
      id: {category: user.unique_id, serves: [relationship, newsletter]}
      account_id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
      email: {category: user.contact.email, serves: [relationship, newsletter], type: email}
      hobby: {category: user.behavior, serves: newsletter}
      badge: {category: user.unique_id, serves: relationship, type: integer}
      left_on: {category: user.workplace, serves: relationship, type: date}
    events: {contact_left: left_on}
  contracts:
    key: id
    links: {account_id: accounts}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
      status: {category: user.content, serves: relationship, accepted: [active, ended]}
      ends_on: {category: user.content, serves: relationship, type: date}
    events:
      contract_end: {at: ends_on, open_if: "status = 'active' AND ends_on IS NULL"}
  letters:
    key: id
    links: {contact_id: {to: contacts, when_target_ends: end_too}}
    fields:
      id: {category: user.unique_id, serves: relationship}
      contact_id: {category: user.unique_id, serves: relationship}
      text: {category: user.content, serves: relationship, free_text: true}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: newsletter}
      email: {category: user.contact.email, serves: newsletter, type: email}
      status: {category: user.privacy_preferences, serves: newsletter}
      given_on: {category: user.privacy_preferences, serves: newsletter, type: date}
consents:
  newsletter: {table: consents, match: {email: contacts.email}, status: status, valid: [Given], from: given_on}
"""
RELATIONSHIP = """
starting_point: {event: contract_end, of: subject}
ended_by: [{event: contact_left, period: P0D, execution_window: P30D}]
period: P0D
execution_window: P3M
on_missing_event: {restrict: P12M, from: first_seen}
"""
NEWSLETTER = """
legal_basis: eu-gdpr:A6-1-a
data_use: marketing.communications.email
starting_point: {consent: newsletter}
period: P0D
execution_window: P30D
publish: {format: csv, tables: crm.contacts}
"""
GUARDS = "guards: {unexpected_share: 0.0, unexpected_count: 5, row_drop: 0.2, vanished_share: 0.05, clock_lead: P5D}"
ENDS, LEAVES, WITHDRAWS, VANISHES, MOVES = range(5)
"""What happens to the persons whose number leaves that over when divided by `KINDS`; to the others nothing does."""
KINDS = 25
_LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")
HEADERS = {
    "accounts": "id",
    "contacts": "id,account_id,name,email,hobby,badge,left_on",
    "contracts": "id,account_id,status,ends_on",
    "letters": "id,contact_id,text",
    "consents": "id,email,status,given_on",
}


def mark(what: str, number: int) -> str:
    """Sixteen letters that nothing else says and that do not compress; none of them is a hexadecimal digit."""
    return hashlib.sha256(f"{what} {number}".encode()).hexdigest()[:16].translate(_LETTERS)


def badge(number: int) -> int:
    """A number that nobody else has, and that is as wide as the engine stores one: no compression makes it smaller."""
    return int.from_bytes(hashlib.sha256(f"badge {number}".encode()).digest()[:8], "little") >> 1 | 1 << 62


def build(root: Path, people: int) -> Company:
    """The policy, and the extracts of its first two nights."""
    company = Company(root)
    company.policy(SOURCE, company=GUARDS, relationship=RELATIONSHIP, newsletter=NEWSLETTER)
    for day in (FIRST, SECOND):
        for table, rows in rows_of(people, day).items():
            company.extract(table, day, "\n".join((HEADERS[table], *rows)))
    return company


def rows_of(people: int, day: str) -> dict[str, list[str]]:
    """Each table's lines of a day. On the second some are new, as many as a fiftieth."""
    later = day > FIRST
    here = [n for n in range(people + (people // 50 if later else 0)) if not (later and n % KINDS == VANISHES and n < people)]
    return {
        "accounts": [f"A{n}" for n in here],
        "contacts": [_contact(n, later=later) for n in here],
        "contracts": [f"K{n},A{n},{'ended' if n % KINDS == ENDS else 'active'},{FIRST if n % KINDS == ENDS else ''}" for n in here],
        "letters": [f"L{n},C{n},{mark('text', n)}" for n in here],
        "consents": [_consent(n, later=later) for n in here if n % 2],
    }


def _contact(n: int, *, later: bool) -> str:
    name = mark("name, changed", n) if later and n % KINDS == MOVES else mark("name", n)
    left = "2026-01-19" if later and n % KINDS == LEAVES else ""
    return f"C{n},A{n},{name},{_email(n)},{mark('hobby', n)},{badge(n)},{left}"


def _consent(n: int, *, later: bool) -> str:
    """Of every second person: of the others nothing but their contract keeps anything."""
    return f"S{n},{_email(n)},{'Withdrawn' if later and n % KINDS == WITHDRAWS else 'Given'},2026-01-10"


def _email(n: int) -> str:
    return f"{mark('email', n)}@mail.example"
