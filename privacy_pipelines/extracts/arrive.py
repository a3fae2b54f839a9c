"""ARRIVE: stage one extract against the store. Decides nothing about anyone; refuses a file or quarantines a row, and says why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import ExtractError, StoreError
from privacy_pipelines.extracts.arrivals import Arrival, Last, Quarantined
from privacy_pipelines.extracts.columns import Columns, matched
from privacy_pipelines.extracts.drop import ExtractFile, digest_of, stamp_of
from privacy_pipelines.extracts.lines import ByLines
from privacy_pipelines.extracts.outside import share_outside
from privacy_pipelines.extracts.readers.canonical import MANY
from privacy_pipelines.extracts.readers.compressed import unpacked
from privacy_pipelines.extracts.readers.reader import Content, Rejected
from privacy_pipelines.extracts.readers.registry import reader_of
from privacy_pipelines.extracts.readers.scanning import rejects
from privacy_pipelines.extracts.reading import AGAIN, numbered_statement, staging_statement
from privacy_pipelines.extracts.rows import Source
from privacy_pipelines.extracts.staged import drop_staged, mark_duplicates, staged_name
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.scanning.checking import learn
from privacy_pipelines.scanning.kinds import KINDS
from privacy_pipelines.scanning.scan import scan
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.durable import make_folder
from privacy_pipelines.store.engine import ENGINE_VERSION, Session
from privacy_pipelines.store.hashes import keyed_hash
from privacy_pipelines.store.layout import STORED


@dataclass(frozen=True, slots=True)
class Desk:
    """What arriving needs: the policy, an open night, and the key of its hashes."""

    policy: Policy
    session: Session
    key: bytes


def arrive(desk: Desk, table: Table, file: ExtractFile, last: Last | None = None) -> tuple[Arrival, tuple[Quarantined, ...]]:
    """Stage one file; `last` is the newest landed one. A file that cannot be trusted as a whole is refused, and leaves nothing."""
    unread = Arrival(table.id, file.day, file.name, "")
    if file.fault:
        return replace(unread, refused=file.fault), ()
    with _aside(desk) as aside:
        stamp = stamp_of(file)
        try:
            plain = unpacked(file, table.extract, aside)
        except ExtractError as error:
            return replace(unread, digest=digest_of(file), refused=str(error)), ()
        arrival, faults = _arrive(desk, table, plain, last)
        if plain != file:
            arrival = replace(arrival, digest=digest_of(file))
    if stamp_of(file) != stamp and not arrival.refused:
        drop_staged(desk.session, table.id, file.day)
        arrival = replace(arrival, refused="it changed while it was read")
    return arrival, faults


def _arrive(desk: Desk, table: Table, file: ExtractFile, last: Last | None) -> tuple[Arrival, tuple[Quarantined, ...]]:
    reader = reader_of(table.extract)
    seen = reader.inspect(file, table)
    arrival = Arrival(table.id, file.day, file.name, seen.digest, size=seen.size)
    if seen.fault:
        return replace(arrival, refused=seen.fault), ()
    try:
        with _aside(desk) as aside:
            content = reader.open(file, table, seen, aside)
            columns = matched(table, content.header)
            arrival = replace(arrival, undeclared=columns.undeclared, columns=len(content.header))
            faults, unread = _stage(desk, _Opened(table, file, content, columns, aside))
            arrival = replace(arrival, outside=share_outside(desk.session, content, columns))
    except (ExtractError, StoreError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, ExtractError) else f"damaged, or not the {table.extract.format} that was declared"
        drop_staged(desk.session, table.id, file.day)
        return replace(arrival, refused=why), ()
    name = staged_name(table.id, file.day)
    arrival = _counted(desk, replace(arrival, quarantined=len(faults)), name)
    arrival = replace(arrival, found=scan(desk.session, table, name, desk.policy.company.country))
    arrival = replace(arrival, trusted=seen.whole and all(fault.key_hash for fault in faults))
    refused = _as_a_whole(desk, table, arrival, last, cut=unread and not seen.whole)
    if refused:
        drop_staged(desk.session, table.id, file.day)
    return replace(arrival, refused=refused), faults


@dataclass(frozen=True, slots=True)
class _Opened:
    table: Table
    file: ExtractFile
    content: Content
    columns: Columns
    aside: Path

    def source(self, desk: Desk) -> Source:
        return Source(
            self.table, self.content.relation, self.columns, _salt(desk, self.table, self.columns), desk.key, desk.policy.company.masking
        )

    def quarantined(self, line: int, reason: str, key_hash: str = "") -> Quarantined:
        return Quarantined(self.table.id, self.file.day, line, reason, key_hash)


@contextmanager
def _aside(desk: Desk) -> Iterator[Path]:
    """An empty folder where the engine spills, mode 0700: what is written there holds names in clear; a crash leaves it to the sweep."""
    if desk.session.spill is not None:
        make_folder(desk.session.spill)
    with TemporaryDirectory(prefix="arriving-", dir=desk.session.spill, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _stage(desk: Desk, opened: _Opened) -> tuple[tuple[Quarantined, ...], bool]:
    """Read the file into its staged rows. Every row with a fault, and whether there were some that could not even be split."""
    drop_staged(desk.session, opened.table.id, opened.file.day)
    if any(column.free_text for column in opened.table.columns):
        learn(desk.session, desk.policy.company.country)
    faults = _stage_by_lines(desk, opened)
    rejected: tuple[Rejected, ...] = ()
    if faults is None:
        faults, rejected = _stage_whole(desk, opened)
    return tuple(sorted(faults, key=lambda fault: fault.line)), bool(rejected)


def _stage_by_lines(desk: Desk, opened: _Opened) -> list[Quarantined] | None:
    """Every row with a fault; None where the file is to be read whole: by lines would be no gain, or is in doubt."""
    whole = opened.content.whole
    if whole is None or not opened.columns.are_all(opened.content.header):
        return None
    zone, day = desk.policy.company.zone, opened.file.day
    if not ByLines(opened.source(desk), whole, zone, day, opened.aside).stage(desk.session):
        return None
    faults = _faults(desk, opened, (), whole.records)
    if faults is None:
        drop_staged(desk.session, opened.table.id, day)
    return faults


def _stage_whole(desk: Desk, opened: _Opened) -> tuple[list[Quarantined], tuple[Rejected, ...]]:
    """Every row with a fault, and which of them could not even be split."""
    table, name = opened.table, staged_name(opened.table.id, opened.file.day)
    opened, records = _read(desk, opened, name)
    rejected = opened.content.rejected(desk.session)
    if table.extract.repeated_header == "skip":
        desk.session.run(exp.delete(name, where=exp.EQ(this=col("_fault"), expression=lit(AGAIN))))
    mark_duplicates(desk.session, table, name)
    faults = _faults(desk, opened, rejected, records)
    if faults is None:
        raise StoreError("a file gave other records when it was read again")
    return [*faults, *(opened.quarantined(one.line, one.reason) for one in rejected)], rejected


def _read(desk: Desk, opened: _Opened, name: exp.Table) -> tuple[_Opened, int]:
    """Fill the staged table, if need be with another reading of the file: the one that it was filled from comes back, and its records."""
    try:
        records = _fill(desk, opened, name)
    except StoreError:
        records = -1
        other = opened.content.instead(desk.session, records)
        if other is None:
            raise
    else:
        other = opened.content.instead(desk.session, records)
    if other is None:
        return opened, records
    opened = replace(opened, content=other)
    records = _fill(desk, opened, name)
    other.instead(desk.session, records)
    return opened, records


def _fill(desk: Desk, opened: _Opened, name: exp.Table) -> int:
    """How many records there are."""
    stored = sql.table(STORED, opened.table.id)
    with desk.session.as_written(), desk.session.hasty():
        desk.session.create(name, staging_statement(opened.source(desk), desk.policy.company.zone, opened.file.day, stored))
    return int(desk.session.one(exp.select(exp.Count(this=exp.Star())).from_(name))[0])


def _faults(desk: Desk, opened: _Opened, rejected: tuple[Rejected, ...], records: int) -> list[Quarantined] | None:
    """Every staged row with a fault. Rows that are alike to the letter have one hash, one fault, and a line each. None where the file, read
    once more for their lines, has not so many records."""
    table, name = opened.table, staged_name(opened.table.id, opened.file.day)
    keyed = keyed_hash(desk.key, table.id, table.key)
    known = [sql.not_null(col(key)) for key in table.key] if not table.keyless else [exp.false()]  # a row that is not read is not known
    hashed = sql.case((sql.all_of(known), keyed), default=lit(""))
    faulty = exp.select(col("_row_hash"), col("_fault"), hashed).from_(name).where(sql.not_null(col("_fault")))
    _require_few(desk, name)
    found = {row_hash: (fault, key) for row_hash, fault, key in desk.session.rows(faulty)}
    if not found:
        return []
    wanted = exp.select(col("_row_hash")).from_(name).where(sql.not_null(col("_fault")))
    numbered = desk.session.rows(numbered_statement(opened.source(desk), wanted, records))
    if rejects(desk.session) or [number for _, number in numbered if number >= records] != [records]:
        return None
    numbered = [one for one in numbered if one[0] in found]
    lines = opened.content.lines(desk.session, [record for _, record in numbered], rejected)
    return [opened.quarantined(line, *found[row_hash]) for (row_hash, _), line in zip(numbered, lines, strict=True)]


def _require_few(desk: Desk, name: exp.Table) -> None:
    """Raises ExtractError where so many rows have a fault that the file is not what was declared."""
    kinds = exp.select(col("_fault"), exp.Count(this=exp.Star())).from_(name).where(sql.not_null(col("_fault"))).group_by("1")
    found = desk.session.rows(kinds.order_by("2 DESC, 1"))
    if sum(count for _, count in found) > MANY:
        raise ExtractError(f"{sum(count for _, count in found):,} rows have a fault, {found[0][1]:,} of them: {found[0][0]}")


def _counted(desk: Desk, arrival: Arrival, name: exp.Table) -> Arrival:
    kinds = [sql.count_if(exp.EQ(this=col("_arrival"), expression=lit(kind))) for kind in ("new", "changed", "same", "again")]
    masked = sql.call("COALESCE", exp.Sum(this=col("_masked")), lit(0))
    rows, new, changed, same, again, hidden = desk.session.one(exp.select(exp.Count(this=exp.Star()), *kinds, masked).from_(name))
    return replace(arrival, rows=rows, new=new, changed=changed, same=same, again=again, masked=int(hidden))


def _as_a_whole(desk: Desk, table: Table, arrival: Arrival, last: Last | None, *, cut: bool) -> str:
    """Why the file as a whole cannot be trusted, or ''. A truncated file must never look like a thousand ended contracts."""
    if cut:
        return "truncated: the last line is cut"
    late = last is not None and arrival.day < last.day
    if table.extract.mode != "snapshot" or last is None or late:
        return ""
    if arrival.rows < last.rows * (1 - desk.policy.company.guards.row_drop):
        return f"truncated: {arrival.rows} rows where the extract of {last.day} had {last.rows}"
    return ""


def _salt(desk: Desk, table: Table, columns: Columns) -> str:
    """Row hashes hold for one key, one reading of the table and one engine: another of any of them reads every row anew."""
    reading = [
        (c.name, c.header, c.type, c.formats, c.zone, c.required, c.free_text, c.contains, c.true_values, c.false_values)
        for c in table.columns
    ]
    extract = table.extract
    values = (extract.decimal, extract.thousands, extract.null_values, extract.trim, extract.escape, extract.quote, extract.encoding)
    dialect: tuple[object, ...] = (*values, extract.delimiter, columns.in_order, table.key, desk.policy.company.zone, ENGINE_VERSION)
    if any(column.free_text for column in table.columns):
        company = desk.policy.company
        dialect = (*dialect, [(kind.name, kind.expression) for kind in KINDS if kind.name in company.masking], company.country)
    return hashlib.sha256(desk.key + json.dumps([reading, dialect]).encode()).hexdigest()
