"""What may be written into the evidence log: declared kinds, declared fields, declared shapes, and nothing else.

The log outlives the people whose erasure it proves, so no value of a record may get in (LAW §3: "forbid name, e-mail, pnr, unkeyed
hash, free text, and exact counts of 1"). A new kind is one line in `ENTRY_KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from privacy_pipelines.errors import PrivacyPipelinesError
from privacy_pipelines.evidence.entries import JsonValue

SMALL = "<5"
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


def bucket(n: int) -> int | str:
    """`n` as the log may hold it: exact small counts single someone out (LAW §3).

    >>> [bucket(n) for n in (0, 1, 4, 5, 70)]
    [0, '<5', '<5', 5, 70]

    Raises:
        ValueError: `n` is negative.
    """
    if n < 0:
        raise ValueError("a count cannot be negative")
    return SMALL if 0 < n < 5 else n


def checked(kind: str, body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A plain copy of `body`, known to hold only what `kind` declares.

    Raises:
        NotEvidence: an unknown kind or field, a missing field, or a value of another shape.
    """
    for declared in ENTRY_KINDS:
        if declared.name == kind:
            return _checked_fields(declared, body)
    raise NotEvidence(f"evidence log: unknown kind of entry. Known: {', '.join(known.name for known in ENTRY_KINDS)}")


def _checked_fields(kind: EntryKind, body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    shapes = dict(kind.fields)
    if not body.keys() <= shapes.keys():
        raise NotEvidence(f"evidence log: {kind.name} has a field that is not declared. Declared: {', '.join(shapes)}")
    missing = [name for name in shapes if name not in body and name not in kind.optional]
    if missing:
        raise NotEvidence(f"evidence log: {kind.name} lacks {', '.join(missing)}")
    return {name: _checked_value(f"{kind.name}.{name}", shapes[name], value) for name, value in body.items()}


def _checked_value(where: str, shape: Shape, value: JsonValue) -> JsonValue:
    if not shape.fits(value):
        raise NotEvidence(f"evidence log: {where} is not {shape.expected}")
    if shape is STEPS and isinstance(value, Sequence):
        return [_checked_fields(STEP, step) for step in value if isinstance(step, Mapping)]
    return value


def _spelled(expected: str, pattern: str, *, longest: int = 200) -> Shape:
    whole = re.compile(pattern, re.ASCII)

    def fits(value: JsonValue) -> bool:
        return isinstance(value, str) and len(value) <= longest and whole.fullmatch(value) is not None

    return Shape(expected, fits)


def _is_whole_number(value: JsonValue) -> bool:
    return type(value) is int and value >= 0


def _is_count(value: JsonValue) -> bool:
    return value == SMALL or (isinstance(value, int) and _is_whole_number(value) and bucket(value) == value)


def _is_day(value: JsonValue) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_words(value: JsonValue) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 500 and value.isprintable() and not _PERSONAL_NUMBER.search(value)


def _is_reason(value: JsonValue) -> bool:
    return isinstance(value, str) and _is_words(value) and "@" not in value


def _is_file_name(value: JsonValue) -> bool:
    return _PATH.fits(value) and isinstance(value, str) and not _PERSONAL_NUMBER.search(value)


def _is_steps(value: JsonValue) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(step, Mapping) for step in value)


_NAME = r"[a-z][a-z0-9_]*"
_PATH = _spelled("", r"[A-Za-z0-9_][A-Za-z0-9_./-]*")

COUNT = Shape("a count made by bucket(): 0, '<5', or the number from 5 up", _is_count)
SIZE = Shape("a whole number of bytes", _is_whole_number)
DAY = Shape("an ISO date such as 2026-03-01", _is_day)
CODE = _spelled("a lower-case name such as customer_relationship", _NAME)
CLUSTER = _spelled("a cluster: lower-case names joined by '+', ',' or '.'", rf"{_NAME}(?:[+,.]{_NAME})*", longest=1000)
TABLE = _spelled("a table id such as crm.contacts", rf"{_NAME}\.{_NAME}")
DIGEST = _spelled("a digest of 16 to 64 lower-case hex digits", r"[0-9a-f]{16,64}")
GENERATION = _spelled("a generation's file name such as gen-000123.duckdb", r"gen-[0-9]{6,}\.duckdb")
RUN = _spelled("a run id: a UUID, or lower-case letters, digits, '-' and '_' after a letter",
               r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z][a-z0-9_-]*", longest=64)  # fmt: skip
FILE = Shape("a plain relative file name without a personal number", _is_file_name)
DISPOSABLE = _spelled("generation, extract, staging, published or worklist", "generation|extract|staging|published|worklist")
LEVEL = _spelled("left_behind or disposed", "left_behind|disposed")
BY = Shape("one line of at most 500 characters without a personal number", _is_words)
REASON = Shape("one line of at most 500 characters without a personal number or an e-mail address", _is_reason)
STEPS = Shape("a list of steps", _is_steps)

STEP = EntryKind("night_completed.steps", (
    ("table", TABLE), ("cluster", CLUSTER), ("action", CODE), ("rows", COUNT), ("cells", COUNT), ("overdue", COUNT),
))  # fmt: skip

ENTRY_KINDS: tuple[EntryKind, ...] = (
    EntryKind("night_completed", (
        ("run", RUN), ("as_of", DAY), ("generation", GENERATION), ("policy_version", DIGEST), ("plan_digest", DIGEST),
        ("rows_kept", COUNT), ("rows_erased", COUNT), ("cells_erased", COUNT), ("rows_refused", COUNT),
        ("trigger", CODE), ("steps", STEPS),
    )),
    EntryKind("night_withheld", (
        ("run", RUN), ("as_of", DAY), ("table", TABLE), ("purpose", CODE), ("digest", DIGEST), ("reason", CODE), ("cells", COUNT),
    )),
    EntryKind("dates_corrected", (
        ("run", RUN), ("as_of", DAY), ("table", TABLE), ("event", CODE), ("cause", CODE), ("earlier", COUNT), ("later", COUNT),
    )),
    EntryKind("disposed", (("what", DISPOSABLE), ("name", FILE), ("level", LEVEL), ("bytes", SIZE))),
    EntryKind("published", (("generation", GENERATION), ("purpose", CODE), ("files", COUNT), ("rows", COUNT))),
    # A backup, replayed against the index of the departed; `generation` is what the next night decides over, `lost` what it stands in for.
    EntryKind("restored", (
        ("run", RUN), ("generation", GENERATION), ("backup", GENERATION), ("as_of", DAY), ("index", CODE), ("rows", COUNT),
        ("lost", GENERATION), ("by", BY), ("reason", REASON),
    ), optional=("lost",)),
    EntryKind("approved", (("digest", DIGEST), ("by", BY), ("reason", REASON))),
    EntryKind("intent_completed", (("run", RUN), ("generation", GENERATION))),
    EntryKind("log_repaired", (("cut_bytes", SIZE),)),
    # A hold on a class stands in the policy. `subject` is a keyed hash; ground and owner never name the person.
    EntryKind("hold_added", (
        ("hold", CODE), ("table", TABLE), ("subject", DIGEST), ("ground", REASON), ("owner", REASON), ("review_by", DAY), ("by", BY),
        ("purposes", CLUSTER),
    ), optional=("purposes",)),
    EntryKind("hold_released", (("hold", CODE), ("by", BY), ("reason", REASON))),
    EntryKind("suspended_erased", (
        ("run", RUN), ("as_of", DAY), ("table", TABLE), ("hold", CODE), ("trigger", CODE), ("rows", COUNT), ("cells", COUNT),
    )),
)  # fmt: skip
