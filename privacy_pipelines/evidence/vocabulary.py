"""What may be written into the evidence log: declared kinds, declared fields, declared shapes, and nothing else.

The log outlives the people whose erasure it proves, so no value of a record may get in (LAW §3: "forbid name, e-mail, pnr, unkeyed
hash, free text, and exact counts of 1", see `buckets.py`). A new kind is one line in `ENTRY_KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from privacy_pipelines.errors import PrivacyPipelinesError
from privacy_pipelines.evidence.buckets import SMALL, is_bucket
from privacy_pipelines.evidence.entries import JsonValue

_SIX_DIGITS = re.compile(r"\d{6}")
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d\d)?\d{6}[-+ ]?\d{4}(?!\d)")


class NotEvidence(PrivacyPipelinesError, TypeError):
    """A kind, field or value that the vocabulary does not have. The message never holds the value."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field's value must look like."""

    expected: str
    fits: Callable[[JsonValue], bool]


@dataclass(frozen=True, slots=True)
class EntryKind:
    """A declared kind of entry: its fields and their shapes. `optional` names the fields that may be left out."""

    name: str
    fields: tuple[tuple[str, Shape], ...]
    optional: tuple[str, ...] = ()


def checked(kind: str, body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A plain copy of `body`, known to hold only what `kind` declares.

    Raises:
        NotEvidence: an unknown kind or field, a missing field, or a value of another shape.
    """
    declared = _DECLARED.get(kind)
    if declared is None:
        raise NotEvidence(f"evidence log: unknown kind of entry. Known: {', '.join(_DECLARED)}")
    return _checked_fields(declared, body)


def _checked_fields(kind: EntryKind, body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for name, shape in kind.fields:
        if name in body:
            value = body[name]
            if not shape.fits(value):
                raise NotEvidence(f"evidence log: {kind.name}.{name} is not {shape.expected}")
            found[name] = _checked_steps(value) if shape is STEPS else value
        elif name not in kind.optional:
            raise NotEvidence(f"evidence log: {kind.name} lacks {name}")
    if len(found) != len(body):
        names = ", ".join(name for name, _ in kind.fields)
        raise NotEvidence(f"evidence log: {kind.name} has a field that is not declared. Declared: {names}")
    if "cells" in kind.optional and "cells" in found and found["rows"] == SMALL:
        raise NotEvidence(f"evidence log: {kind.name} of a few rows does not say how many cells: bucketed() leaves them out")
    return found


def _checked_steps(steps: JsonValue) -> JsonValue:
    return [_checked_fields(STEP, step) for step in steps if isinstance(step, Mapping)] if isinstance(steps, Sequence) else steps


def _spelled(expected: str, pattern: str, *, longest: int = 200) -> Shape:
    whole = re.compile(pattern, re.ASCII)

    def fits(value: JsonValue) -> bool:
        return isinstance(value, str) and len(value) <= longest and whole.fullmatch(value) is not None

    return Shape(expected, _remembered(fits))


def _remembered(fits: Callable[[JsonValue], bool]) -> Callable[[JsonValue], bool]:
    """The same, asked once of each text: the entries of a batch say the same few over and over."""
    known = lru_cache(maxsize=1024)(fits)
    return lambda value: known(value) if type(value) is str else fits(value)


def _is_whole_number(value: JsonValue) -> bool:
    return type(value) is int and value >= 0


def _is_day(value: JsonValue) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_words(value: JsonValue) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 500 and value.isprintable() and not _has_personal_number(value)


def _has_personal_number(text: str) -> bool:
    """Six digits in a row first: most texts have none, and that is asked in a fraction of the time."""
    return _SIX_DIGITS.search(text) is not None and _PERSONAL_NUMBER.search(text) is not None


def _is_reason(value: JsonValue) -> bool:
    return isinstance(value, str) and _is_words(value) and "@" not in value


def _is_file_name(value: JsonValue) -> bool:
    return _PATH.fits(value) and isinstance(value, str) and not _has_personal_number(value)


def _is_steps(value: JsonValue) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(step, Mapping) for step in value)


_NAME = r"[a-z][a-z0-9_]*"
_PATH = _spelled("", r"[A-Za-z0-9_][A-Za-z0-9_./-]*")

COUNT = Shape("a count made by bucket(): 0, '<5', or a class such as '10-49'", _remembered(is_bucket))
SIZE = Shape("a whole number", _is_whole_number)
DAY = Shape("an ISO date such as 2026-03-01", _remembered(_is_day))
CODE = _spelled("a lower-case name such as customer_relationship", _NAME)
CLUSTER = _spelled("a cluster: lower-case names joined by '+', ',' or '.'", rf"{_NAME}(?:[+,.]{_NAME})*", longest=1000)
TABLE = _spelled("a table id such as crm.contacts", rf"{_NAME}\.{_NAME}")
DIGEST = _spelled("a digest of 16 to 64 lower-case hex digits", r"[0-9a-f]{16,64}")
GENERATION = _spelled("a generation's file name such as gen-000123.duckdb", r"gen-[0-9]{6,}\.duckdb")
RUN = _spelled("a run id: a UUID, or lower-case letters, digits, '-' and '_' after a letter",
               r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z][a-z0-9_-]*", longest=64)  # fmt: skip
FILE = Shape("a plain relative file name without a personal number", _remembered(_is_file_name))
DISPOSABLE = _spelled("generation, extract, staging, published or worklist", "generation|extract|staging|published|worklist")
MEDIUM = _spelled("store, extracts or backups", "store|extracts|backups")
METHOD = _spelled("clear, purge or destroy (NIST SP 800-88 Rev. 2)", "clear|purge|destroy")
HOW = _spelled("rotated or lost", "rotated|lost")
KEY = _spelled("a public key: 64 lower-case hex digits", r"[0-9a-f]{64}")
LEVEL = _spelled("left_behind or disposed", "left_behind|disposed")
BY = Shape("one line of at most 500 characters without a personal number", _is_words)
REASON = Shape("one line of at most 500 characters without a personal number or an e-mail address", _is_reason)
STEPS = Shape("a list of steps", _is_steps)

STEP = EntryKind("night_completed.steps", (
    ("table", TABLE), ("cluster", CLUSTER), ("action", CODE), ("rows", COUNT), ("cells", COUNT), ("overdue", COUNT),
), optional=("cells",))  # fmt: skip

ENTRY_KINDS: tuple[EntryKind, ...] = (
    EntryKind("night_completed", (
        ("run", RUN), ("as_of", DAY), ("generation", GENERATION), ("policy_version", DIGEST), ("plan_digest", DIGEST),
        ("rows_kept", COUNT), ("trigger", CODE), ("steps", STEPS), ("notice", DIGEST), ("file", DIGEST), ("repeats", RUN),
    ), optional=("notice", "file", "repeats")),  # `file`: the generation's keyed hash; `repeats`: a quiet night's full one
    EntryKind("night_withheld", (
        ("run", RUN), ("as_of", DAY), ("table", TABLE), ("purpose", CODE), ("digest", DIGEST), ("reason", CODE), ("cells", COUNT),
    )),
    EntryKind("dates_corrected", (
        ("run", RUN), ("as_of", DAY), ("table", TABLE), ("event", CODE), ("cause", CODE), ("earlier", COUNT), ("later", COUNT),
    )),
    EntryKind("disposed", (("what", DISPOSABLE), ("name", FILE), ("level", LEVEL), ("bytes", COUNT))),
    # What a person did to a device; `through` is the newest generation of which nothing is left on it.
    EntryKind("sanitised", (("what", MEDIUM), ("through", GENERATION), ("method", METHOD), ("how", REASON), ("by", BY))),
    EntryKind("published", (("generation", GENERATION), ("purpose", CODE), ("files", COUNT), ("rows", COUNT))),
    # A backup, replayed against the index of the departed; `generation` is what the next night decides over, `lost` what it stands in for.
    EntryKind("restored", (
        ("run", RUN), ("generation", GENERATION), ("backup", GENERATION), ("as_of", DAY), ("index", CODE), ("rows", COUNT),
        ("lost", GENERATION), ("by", BY), ("reason", REASON),
    ), optional=("lost",)),
    EntryKind("approved", (("digest", DIGEST), ("by", BY), ("reason", REASON))),
    EntryKind("intent_completed", (("run", RUN), ("generation", GENERATION))),
    EntryKind("certified", (("run", RUN), ("digest", DIGEST))),
    EntryKind("log_repaired", (("cut_bytes", SIZE), ("unsigned", SIZE))),
    EntryKind("key_rotated", (("how", HOW), ("old", KEY), ("new", KEY), ("by", BY), ("reason", REASON))),
    # A hold on a class stands in the policy. `subject` is a keyed hash; ground and owner never name the person.
    EntryKind("hold_added", (
        ("hold", CODE), ("table", TABLE), ("subject", DIGEST), ("ground", REASON), ("owner", REASON), ("review_by", DAY), ("by", BY),
        ("purposes", CLUSTER),
    ), optional=("purposes",)),
    EntryKind("hold_released", (("hold", CODE), ("by", BY), ("reason", REASON))),
    EntryKind("suspended_erased", (
        ("run", RUN), ("as_of", DAY), ("table", TABLE), ("hold", CODE), ("trigger", CODE), ("rows", COUNT), ("cells", COUNT),
    ), optional=("cells",)),
)  # fmt: skip
_DECLARED = {kind.name: kind for kind in ENTRY_KINDS}
