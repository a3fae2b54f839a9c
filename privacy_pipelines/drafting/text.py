"""The draft as YAML: every field with a guessed category and how sure it is, and no purpose. What a person must decide is left open."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.drafting.guess import DIRECT, Guess, guess
from privacy_pipelines.drafting.links import Key, Links, likely_key, likely_links
from privacy_pipelines.drafting.profile import STORED_PLACES, Profile, decimal_sign, profile
from privacy_pipelines.drafting.sample import Sample, read_sample
from privacy_pipelines.errors import ExtractError, InputError

_SOURCE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_WORDS_OF_YAML = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~")
_USUAL: dict[str, object] = {"path": "", "delimiter": ",", "encoding": "utf-8", "decimal": ".", "format": "csv"}
"""What a source says of its extracts, and what holds where no file shows it."""
_DIGITS_ARE_TEXT = ("user.contact", "user.government_id", "user.financial.bank_account")
"""Zeros in front of these belong to them: they are no numbers."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """One table of the draft."""

    sample: Sample
    columns: tuple[Profile, ...]
    extract: dict[str, object]
    """What the file shows of its dialect; what it does not show is empty."""
    key: Key
    links: Links


def draft(source: str, files: Sequence[Path], drop_folder: Path) -> str:
    """The text of `policies/sources/<source>.yaml`. Raises InputError for a name that cannot be a source, ExtractError for a file."""
    _require_source(source)
    return _text(source, [read_sample(file, drop_folder) for file in files])


def draft_of_database(source: str, connection: str, relations: Sequence[str]) -> str:
    """The same of a database's tables. `connection` names the variable with its address."""
    from privacy_pipelines.drafting.relations import read_relations

    _require_source(source)
    return _text(source, read_relations(connection, relations), connection)


def _require_source(source: str) -> None:
    if _SOURCE.fullmatch(source) is None:
        raise InputError(f"init: {source!r} cannot be a source's name. Lower case letters, digits and underscores, for example crm")


def _text(source: str, samples: list[Sample], connection: str = "") -> str:
    tables = _tables(samples)
    shared: dict[str, object] = {"connection": connection, "format": "database"} if connection else _shared(tables)
    return "\n".join([*_head(source, shared, tables), *(line for table in tables for line in _table(table, shared))]) + "\n"


def _tables(samples: list[Sample]) -> tuple[Drafted, ...]:
    twice = [name for name, count in Counter(sample.table for sample in samples).items() if count > 1]
    if twice:
        raise ExtractError(f"init: several files are the table '{twice[0]}'. Name one day's file of each table")
    profiles = {s.table: tuple(profile(name, s.column(n)) for n, name in enumerate(s.columns)) for s in samples}
    keys = {sample.table: likely_key(sample, profiles[sample.table]) for sample in samples}
    links = likely_links(keys, samples)
    return tuple(Drafted(s, profiles[s.table], _extract(s, profiles[s.table]), keys[s.table], links[s.table]) for s in samples)


def _extract(sample: Sample, columns: tuple[Profile, ...]) -> dict[str, object]:
    decimals = [n for n, column in enumerate(columns) if column.type == "decimal" and sample.format != "database"]
    signs = [decimal_sign(sample.column(n)) for n in decimals]
    said: dict[str, object] = {
        "path": sample.path,
        "delimiter": sample.dialect.delimiter,
        "encoding": sample.dialect.encoding,
        "decimal": "," if "," in signs else "." if "." in signs else "",
        "format": sample.format,
        "relation": sample.relation if sample.relation != sample.table else "",
    }
    words = sorted({word for column in columns for word in column.empty_words})
    only = {"skip_before": sample.dialect.before, "null_values": words, **({} if sample.headed else {"columns": list(sample.columns)})}
    return {**said, **({} if sample.headed else {"header": False}), **{key: value for key, value in only.items() if value}}


def _shared(tables: Sequence[Drafted]) -> dict[str, object]:
    """What most tables say of their extract, so that the source can say it for all."""
    counted = {key: Counter(table.extract[key] for table in tables if table.extract[key]).most_common(1) for key in _USUAL}
    shared = {key: counted[key][0][0] if counted[key] else usual for key, usual in _USUAL.items()}
    if all(table.sample.format != "csv" for table in tables):
        del shared["delimiter"]
    return shared


def _head(source: str, shared: dict[str, object], tables: Sequence[Drafted]) -> Iterator[str]:
    yield f"# A draft of source '{source}', from column names and samples. Decide what is open; `privacy-pipelines check` lists it."
    yield f"source: {source}"
    yield "owner:   # who answers for this source"
    yield f"extract: {{{_flow(shared)}, mode: snapshot}}"
    if not any(table.sample.dated for table in tables):
        yield "  # the files' own names hold no day: have them land under this path, with the day of the extract"
    yield "  # decide: keep (how long a landed file stays, such as P7D), freshness (such as P2D), and whether each table is a snapshot"
    yield ""
    yield "tables:"


def _table(table: Drafted, shared: dict[str, object]) -> Iterator[str]:
    sample = table.sample
    guesses = [guess(column) for column in table.columns]
    yield f"  {sample.table}:   # {len(sample.rows)} rows looked at{f', {sample.ragged} ragged ones left out' if sample.ragged else ''}"
    own = {key: value for key, value in table.extract.items() if value not in ("", shared.get(key))}
    if own:
        yield f"    extract: {{{_flow(own)}}}"
    yield from _remarks(sample, said=len(own) == 0 or "path" not in own)
    yield f"    {_key(table)}"
    if any(one.category in DIRECT for one in guesses):
        yield "    # subject: is each row a person? Then say which kind, such as customer, prospect, employee, job_applicant"
    yield from _link_lines(table.links)
    yield "    fields:"
    for column, header, found in zip(table.columns, sample.headers, guesses, strict=True):
        yield f"      {_field(column, header, found)}"
    dates = [column.name for column in table.columns if column.type in ("date", "timestamp")]
    if dates:
        yield f"    # events: does one of these start a clock? {', '.join(dates)}"
    yield ""


def _remarks(sample: Sample, *, said: bool) -> Iterator[str]:
    if not sample.dated and not said:
        yield "    # the file's own name holds no day: have it land under this path, with the day of the extract"
    if not sample.dialect.sure:
        yield f"    # decide: the file is no UTF-8; read as {sample.dialect.encoding}, and another encoding may read it too"
    if not sample.headed:
        yield "    # decide: line 1 looks like data, so the columns have no names yet; give them some"


def _link_lines(links: Links) -> Iterator[str]:
    if links.likely:
        yield f"    links: {{{', '.join(f'{_name(column)}: {to}' for column, to in links.likely.items())}}}   # by names and values"
    for column, targets in links.possible.items():
        which = " or ".join(targets[:3])
        yield f"    # links: does {_name(column)} point to {which}? Its values are keys there, which small numbers often are"


def _key(table: Drafted) -> str:
    key = table.key
    if not key.columns:
        return "key: []   # decide: nothing in the sample is filled and unique, alone or together. So a row would be what it holds"
    names = ", ".join(map(_name, key.columns))
    said = f"decide: {key.repeats} rows of the sample repeat it or lack it" if key.repeats else "filled and unique in the sample"
    return f"key: {names if len(key.columns) == 1 else f'[{names}]'}   # {said}"


def _field(column: Profile, header: str | int | None, found: Guess) -> str:
    numbered = column.type in ("integer", "decimal") and found.category.startswith(_DIGITS_ARE_TEXT)
    parts = {"category": found.category}
    if header is not None:
        parts["header"] = json.dumps(header, ensure_ascii=False)
    if column.type != "text" and not numbered:
        parts["type"] = column.type
    if column.format:
        parts["format"] = json.dumps(column.format)
    if column.scale > STORED_PLACES and not numbered:
        parts["scale"] = str(min(column.scale, 18))
    if column.long:
        parts["free_text"] = "true"
    said = ", ".join(f"{key}: {value}" for key, value in parts.items())
    return f"{_name(column.name)}: {{{said}}}   # {found.confidence}: {found.why}{_doubts(column)}"


def _doubts(column: Profile) -> str:
    what = column.type if column.type != "text" else "such"
    unread = f"; {column.unread} of {column.filled} filled values do not read as {what}" if column.unread else ""
    return f"{unread}; decide: {column.also} fits every value too" if column.also else unread


def _flow(values: dict[str, object]) -> str:
    return ", ".join(f"{_name(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())


def _name(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) if name.lower() in _WORDS_OF_YAML else name
