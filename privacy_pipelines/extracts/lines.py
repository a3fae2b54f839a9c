"""Arriving by lines: most lines of a snapshot stood in the one before, and their hash says so without splitting them into fields.

One pass joins the hashes of the lines with the row hashes of the store. A line that is found there is a row that is the same, and its key
is the stored one's; only the others are written aside and read, by the same statement as whole files. What this gives is what reading the
whole file gives, or nothing: in any doubt the caller reads the whole file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import StoreError
from privacy_pipelines.extracts.readers.canonical import new_file
from privacy_pipelines.extracts.readers.reader import LINE, Whole
from privacy_pipelines.extracts.readers.scanning import rejects
from privacy_pipelines.extracts.reading import AGAIN, staging_statement
from privacy_pipelines.extracts.rows import Source, line_hash
from privacy_pipelines.extracts.staged import drop_staged, join_parts, lines_name, mark_duplicates, read_name
from privacy_pipelines.sql import col, named
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import STORED

WORTHWHILE = 0.5
"""The share of a file's lines that must be known, and of what is known that a file may hold: else every field is read, which is then no
dearer."""


@dataclass(frozen=True, slots=True)
class ByLines:
    """A file whose records are lines, and where it goes."""

    source: Source
    whole: Whole
    zone: str
    day: date
    aside: Path

    def stage(self, session: Session) -> bool:
        """Fill the staged view. False: nothing is staged, and the whole file is to be read."""
        known, records = self._known(session), self.whole.records
        if not known or min(known, records) < max(known, records) * WORTHWHILE:
            return False  # the file holds few of the rows that are known, as an increment does, or the store few of its lines
        try:
            done = self._stage(session, known)
        except (StoreError, OSError):
            done = False
        if not done:
            rejects(session)
            drop_staged(session, self.source.table.id, self.day)
        return done

    def _known(self, session: Session) -> int:
        """How many rows the store has the hash of; none where a key that was read on one day is not read alike on another."""
        table = self.source.table
        if table.keyless:  # which of several rows that are alike a line is, only the whole file tells
            return False
        formats = [form for key in table.key for form in table.column(key).formats]
        if any("%y" in form.replace("%%", "") for form in formats):
            return 0
        (known,) = session.one(sql.select(exp.Count(this=col("_row_hash"))).from_(sql.table(STORED, table.id), copy=False))
        return int(known)

    def _stage(self, session: Session, known: int) -> bool:
        table, read = self.source.table, read_name(self.source.table.id, self.day)
        lines = lines_name(table.id, self.day)
        with session.as_written(), session.hasty():
            session.create(lines, self._compared())
        counts = [exp.Count(this=exp.Star()), exp.Count(this=col("_row_hash")), exp.Count(this=col(LINE))]
        every, records, unknown = session.one(sql.select(*counts).from_(lines, copy=False))
        if rejects(session) or records != self.whole.records or records - unknown < records * WORTHWHILE:
            return False
        path = self.aside / "unknown.csv"
        self._write(session, path)
        source = replace(self.source, relation=self.whole.fields(path))
        with session.hasty():
            session.create(read, staging_statement(source, self.zone, self.day, sql.table(STORED, table.id)))
        path.unlink()
        if rejects(session) or session.one(sql.select(exp.Count(this=exp.Star())).from_(read, copy=False)) != (unknown,):
            return False
        if table.extract.repeated_header == "skip":
            session.run(exp.delete(read, where=exp.EQ(this=col("_fault"), expression=sql.lit(AGAIN))))
        join_parts(session, table, self.day, repeated=records - unknown != known - (every - records))
        mark_duplicates(session, table, read)
        return True

    def _compared(self) -> exp.Select:
        """Each line's hash, and the key of the stored row that has it, or else the line; and a row without a hash for each stored row that
        no line has, whose number says whether some line stands there twice."""
        table = self.source.table
        hashed = sql.select(col(LINE), named(line_hash(self.source.salt, col(LINE)), "_row_hash")).from_(self.whole.relation, copy=False)
        known = sql.select(*(col(key) for key in table.key), named(col("_row_hash"), "_known"))
        known = known.from_(sql.table(STORED, table.id), copy=False).where(sql.not_null(col("_row_hash")), copy=False)
        line = sql.case((sql.is_null(col("_known", "k")), col(LINE, "h")))
        joined = sql.select(*(col(key, "k") for key in table.key), col("_row_hash", "h"), named(line, LINE, quoted=True))
        return joined.from_(hashed.subquery("h", copy=False), copy=False).join(
            known.subquery("k", copy=False),
            on=exp.EQ(this=col("_row_hash", "h"), expression=col("_known", "k")),
            join_type="full",
            copy=False,
        )

    def _write(self, session: Session, path: Path) -> None:
        """The lines that nobody knows, to the letter; a header before them, so that the first does not look like the file's beginning."""
        unknown = sql.select(col(LINE)).from_(lines_name(self.source.table.id, self.day), copy=False)
        unknown = unknown.where(sql.not_null(col(LINE)), copy=False)
        with new_file(path) as out:
            out.write(f"{self.whole.head}\n".encode())
            for some in _texts(session, unknown):
                out.write("".join(f"{line}\n" for line in some).encode())


def _texts(session: Session, statement: exp.Select) -> Iterator[list[str]]:
    for rows in session.stream(statement):
        yield [line for (line,) in rows]
