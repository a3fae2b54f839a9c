"""A hold is added and released in the evidence log. What stands there is a keyed hash of the person's key: nothing of the person.

The log is the only place where it stands, and the night reads it again before it copies and before it flips. So the order here is:
write the entry, then look whether the record is still there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import InputError, StoreError
from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.evidence.holds import PersonHold, person_holds, standing_holds
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.explaining.asking import as_stored, key_of, with_key
from privacy_pipelines.holding.asked import Asked, require_complete, require_person
from privacy_pipelines.policy.hints import did_you_mean
from privacy_pipelines.policy.model import Table
from privacy_pipelines.sql import col
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import hash_of
from privacy_pipelines.store.layout import HOLDS_KEY, STORED
from privacy_pipelines.store.reading import Reader, reader
from privacy_pipelines.store.views import stored_views

IDENTIFYING = ("user.name", "user.contact.email", "user.contact.phone_number", "user.government_id")
SHORTEST_WORD = 3
TOO_LATE = "The record had left the store before the hold was added"


def add_hold(store: Store, asked: Asked, *, today: date, at: datetime) -> PersonHold:
    """Hold a person, from now on. Nothing is written where it is refused.

    Raises:
        InputError: it says too little, names the person, or the store knows no such record.
        StoreError: there is no generation yet, or the store or its log cannot be used.
    """
    require_complete(asked, today)
    with _opened(store) as current:
        table = require_person(current.intent.rules_document(), asked)
        values = as_stored(current, table, key_of(table, asked.key))
        if not _is_stored(current, table, values):
            raise InputError(
                f"hold add: the store has no such record in {table.id}. A hold keeps what is there; 'explain' says what became of it"
            )
        _require_nameless(current, table, values, asked)
        seen = current.generation
    standing = standing_holds(store.evidence)
    key = store.kept_secret(HOLDS_KEY) if standing else store.secret(HOLDS_KEY)
    name = _unused_name(store)
    _log(store, "hold_added", _body(name, asked, hash_of(key, table.id, values)), at)
    if store.current() != seen:
        with _opened(store) as current:
            if not _is_stored(current, table, values):
                _log(store, "hold_released", {"hold": name, "by": asked.by, "reason": TOO_LATE}, at)
                raise InputError(f"hold add: {table.id}: a night ended meanwhile, and the record left with it. The hold came too late")
    return next(hold for hold in person_holds(store.evidence) if hold.name == name)


def release_hold(store: Store, name: str, *, by: str, reason: str, at: datetime) -> PersonHold:
    """End a hold: the next night finishes what it had suspended. Raises InputError where no such hold stands, StoreError."""
    if not by or not reason:
        raise InputError("hold release: --by and --reason must say something. Who decided, and why it is over")
    every = person_holds(store.evidence)
    found = next((hold for hold in every if hold.name == name), None)
    if found is None:
        known = [hold.name for hold in every if not hold.released]
        hint = did_you_mean(name, known, legal="Standing") if known else "None stands. A class-wide hold ends in policies/holds.yaml"
        raise InputError(f"hold release: no hold on a person is called '{name}'. {hint}")
    if found.released:
        raise InputError(f"hold release: '{name}' was released already. Ask what stands with: privacy-pipelines hold list")
    _log(store, "hold_released", {"hold": name, "by": by, "reason": reason}, at)
    return found


@contextmanager
def _opened(store: Store) -> Iterator[Reader]:
    """The current generation, with its tables as `stored`. Raises StoreError where there is none yet."""
    with reader(store) as current:
        if current is None:
            raise StoreError(
                f"{store.root}: no night has been completed yet, so there is nobody to hold. Run 'privacy-pipelines nightly' first"
            )
        stored_views(current.session, current.intent.rules_document())
        yield current


def _is_stored(current: Reader, table: Table, values: tuple[str, ...]) -> bool:
    there = exp.select(exp.Count(this=exp.Star())).from_(sql.table(STORED, table.id, alias="t")).where(with_key(table, values, "t"))
    return bool(current.session.one(there)[0])


def _require_nameless(current: Reader, table: Table, values: tuple[str, ...], asked: Asked) -> None:
    """The log outlives the person: what is said of the hold must not say who it is. Raises InputError."""
    columns = [column.name for column in table.columns if column.category.startswith(IDENTIFYING)]
    row = (
        exp.select(*(sql.cast(col(name), "TEXT") for name in columns))
        .from_(sql.table(STORED, table.id, alias="t"))
        .where(with_key(table, values, "t"))
    )
    said = {*values, *(value for value in (current.session.one(row) if columns else ()) if value)}
    theirs = {word for value in said for word in _words(value)}
    for option, text in (("--ground", asked.ground), ("--owner", asked.owner)):
        if theirs & _words(text):
            what = "names the person, and the evidence log outlives them"
            raise InputError(f"hold add: {option} {what}. Say it without a name, key, address or number of theirs")


def _words(text: str) -> set[str]:
    """Words of three letters or more, without case; an address is also a word as a whole."""
    return {word for word in (*re.findall(r"\w+", text.casefold()), *text.casefold().split()) if len(word) >= SHORTEST_WORD}


def _unused_name(store: Store) -> str:
    used = {hold.name for hold in person_holds(store.evidence)}
    while (name := f"hold_{secrets.token_hex(3)}") in used:
        continue
    return name


def _log(store: Store, kind: str, body: Mapping[str, JsonValue], at: datetime) -> None:
    EvidenceLog(store.evidence).append(kind, body, at=at)


def _body(name: str, asked: Asked, subject: str) -> dict[str, JsonValue]:
    body: dict[str, JsonValue] = {
        "hold": name, "table": asked.table, "subject": subject, "ground": asked.ground, "owner": asked.owner,
        "review_by": str(asked.review_by), "by": asked.by,
    }  # fmt: skip
    return {**body, "purposes": "+".join(sorted(asked.purposes))} if asked.purposes else body
