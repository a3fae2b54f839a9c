"""The draft as YAML: every field with a guessed category and how sure it is, and no purpose. What a person must decide is left open."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.drafting.guess import DIRECT, Guess, guess
from privacy_pipelines.drafting.links import Key, likely_key, likely_links
from privacy_pipelines.drafting.profile import Profile, decimal_sign, profile
from privacy_pipelines.drafting.sample import Sample, read_sample
from privacy_pipelines.errors import ExtractError, InputError

_PLAIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ0-9_]*")
_SOURCE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_USUAL = (("path", ""), ("delimiter", ","), ("encoding", "utf-8"), ("decimal", "."))
"""What a source says of its extracts, and what holds where no file shows it."""
_WORDS_OF_YAML = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


@dataclass(frozen=True, slots=True)
class Drafted:
    """One table of the draft."""

    sample: Sample
    columns: tuple[Profile, ...]
    decimal: str
    """The sign that its numbers show; empty where none does."""
    key: Key
    links: dict[str, str]


def draft(source: str, files: Sequence[Path], drop_folder: Path) -> str:
    """The text of `policies/sources/<source>.yaml`. Raises InputError for a name that cannot be a source, ExtractError for a file."""
    if _SOURCE.fullmatch(source) is None:
        raise InputError(f"init: {source!r} cannot be a source's name. Lower case letters, digits and underscores, for example crm")
    tables = _tables([read_sample(file, drop_folder) for file in files])
    return "\n".join([*_head(source, tables), *(line for table in tables for line in _table(table, _shared(tables)))]) + "\n"


def _tables(samples: list[Sample]) -> tuple[Drafted, ...]:
    twice = [name for name, count in Counter(sample.table for sample in samples).items() if count > 1]
    if twice:
        raise ExtractError(f"init: several files are the table '{twice[0]}'. Name one day's file of each table")
    profiles = {s.table: tuple(profile(name, s.column(n)) for n, name in enumerate(s.header)) for s in samples}
    keys = {sample.table: likely_key(sample, profiles[sample.table]) for sample in samples}
    links = likely_links(keys, samples)
    return tuple(Drafted(s, profiles[s.table], _decimal(s, profiles[s.table]), keys[s.table], links[s.table]) for s in samples)


def _decimal(sample: Sample, columns: tuple[Profile, ...]) -> str:
    signs = [decimal_sign(sample.column(n)) for n, column in enumerate(columns) if column.type == "decimal"]
    return "," if "," in signs else "." if "." in signs else ""


def _shared(tables: Sequence[Drafted]) -> dict[str, str]:
    """What most tables say of their extract, so that the source can say it for all."""
    said = [_extract(table) for table in tables]
    counted = {key: Counter(one[key] for one in said if one[key]).most_common(1) for key, _ in _USUAL}
    return {key: counted[key][0][0] if counted[key] else usual for key, usual in _USUAL}


def _extract(table: Drafted) -> dict[str, str]:
    sample = table.sample
    return {"path": sample.path, "delimiter": sample.delimiter, "encoding": sample.encoding, "decimal": table.decimal}


def _head(source: str, tables: Sequence[Drafted]) -> Iterator[str]:
    shared = ", ".join(f"{key}: {json.dumps(value)}" for key, value in _shared(tables).items())
    yield f"# A draft of source '{source}', from column names and samples. Decide what is open; `privacy-pipelines check` lists it."
    yield f"source: {source}"
    yield "owner:   # who answers for this source"
    yield f"extract: {{{shared}, format: csv, mode: snapshot}}"
    yield "  # decide: keep (how long a landed file stays, such as P7D), freshness (such as P2D), and whether each table is a snapshot"
    yield ""
    yield "tables:"


def _table(table: Drafted, shared: dict[str, str]) -> Iterator[str]:
    sample = table.sample
    own = {key: value for key, value in _extract(table).items() if value and shared[key] != value}
    guesses = [guess(column) for column in table.columns]
    yield f"  {sample.table}:   # {len(sample.rows)} rows looked at{f', {sample.ragged} ragged ones left out' if sample.ragged else ''}"
    if own:
        yield f"    extract: {{{', '.join(f'{key}: {json.dumps(value)}' for key, value in own.items())}}}"
    if "{day}" not in sample.path:
        yield "    # the file's name holds no day, and the path must: have it sent as for example {table}-{day}.csv"
    yield f"    {_key(table)}"
    if any(one.category in DIRECT for one in guesses):
        yield "    # subject: is each row a person? Then say which kind, such as customer, prospect, employee, job_applicant"
    if table.links:
        yield f"    links: {{{', '.join(f'{_name(column)}: {to}' for column, to in table.links.items())}}}   # by equal names"
    yield "    fields:"
    for column, found in zip(table.columns, guesses, strict=True):
        yield f"      {_field(column, found)}"
    dates = [column.name for column in table.columns if column.type in ("date", "timestamp")]
    if dates:
        yield f"    # events: does one of these start a clock? {', '.join(dates)}"
    yield ""


def _key(table: Drafted) -> str:
    key = table.key
    if not key.columns:
        return f"key: {_name(table.columns[0].name)}   # decide: nothing in the sample is filled and unique, alone or in pairs"
    names = ", ".join(map(_name, key.columns))
    said = f"decide: {key.repeats} rows of the sample repeat it or lack it" if key.repeats else "filled and unique in the sample"
    return f"key: {names if len(key.columns) == 1 else f'[{names}]'}   # {said}"


def _field(column: Profile, found: Guess) -> str:
    parts = [f"category: {found.category}"]
    if column.type != "text":
        parts.append(f"type: {column.type}")
    if column.format:
        parts.append(f"format: {json.dumps(column.format)}")
    if column.long:
        parts.append("free_text: true")
    unread = f"; {column.unread} of {column.filled} filled values do not read as {column.type}" if column.unread else ""
    return f"{_name(column.name)}: {{{', '.join(parts)}}}   # {found.confidence}: {found.why}{unread}"


def _name(name: str) -> str:
    return name if _PLAIN.fullmatch(name) and name.lower() not in _WORDS_OF_YAML else json.dumps(name, ensure_ascii=False)
