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
from privacy_pipelines.sql import col, lit, named
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
        (stored, known), records = self._known(session), self.whole.records
        if not known or min(known, records) < max(known, records) * WORTHWHILE:
            return False  # the file holds few of the rows that are known, as an increment does, or the store few of its lines
        try:
            done = self._stage(session, stored)
        except (StoreError, OSError):
            done = False
        if not done:
            rejects(session)
            drop_staged(session, self.source.table.id, self.day)
        return done

    def _known(self, session: Session) -> tuple[int, int]:
        """How many rows the store has, and of how many of them the hash; none where a key that was read on one day is not read alike on
        another."""
        table = self.source.table
        if table.keyless:  # which of several rows that are alike a line is, only the whole file tells
            return 0, 0
        formats = [form for key in table.key for form in table.column(key).formats]
        if any("%y" in form.replace("%%", "") for form in formats):
            return 0, 0
        counts = [exp.Count(this=exp.Star()), exp.Count(this=col("_row_hash"))]
        stored, known = session.one(sql.select(*counts).from_(sql.table(STORED, table.id), copy=False))
        return int(stored), int(known)

    def _stage(self, session: Session, stored: int) -> bool:
        table, read = self.source.table, read_name(self.source.table.id, self.day)
        with session.as_written(), session.hasty():
            session.create(lines_name(table.id, self.day), self._compared())
        same, unknown = self._counted(session, stored)
        if same is None or same + unknown != self.whole.records or same < self.whole.records * WORTHWHILE:
            return False
        path = self.aside / "unknown.csv"
        self._write(session, path)
        source = replace(self.source, relation=self.whole.fields(path))
        with session.hasty():
            session.create(read, staging_statement(source, self.zone, self.day, self._others()))
        path.unlink()
        if rejects(session) or session.one(sql.select(exp.Count(this=exp.Star())).from_(read, copy=False)) != (unknown,):
            return False
        if table.extract.repeated_header == "skip":
            session.run(exp.delete(read, where=exp.EQ(this=col("_fault"), expression=lit(AGAIN))))
        if not join_parts(session, table, self.day):
            return False
        mark_duplicates(session, table, read)
        return True

    def _compared(self) -> exp.Select:
        """Each line that no stored row has the hash of; the key and the hash of each stored row that no line has; and of all the lines that
        stored rows have nothing but their number."""
        table = self.source.table
        hashed = sql.select(col(LINE), named(line_hash(self.source.salt, col(LINE)), "_row_hash")).from_(self.whole.relation, copy=False)
        known = sql.select(*(col(key) for key in table.key), named(col("_row_hash"), "_known"), named(exp.true(), "_stored"))
        known = known.from_(sql.table(STORED, table.id), copy=False)
        alone = sql.is_null(col("_row_hash", "h"))
        others = [named(sql.case((alone, col(name, "k"))), name, quoted=True) for name in (*table.key, "_known", "_stored")]
        line = named(sql.case((sql.is_null(col("_known", "k")), col(LINE, "h"))), LINE, quoted=True)
        joined = sql.select(*others, line, named(exp.Count(this=exp.Star()), "_lines")).from_(hashed.subquery("h", copy=False), copy=False)
        return joined.join(
            known.subquery("k", copy=False),
            on=exp.EQ(this=col("_row_hash", "h"), expression=col("_known", "k")),
            join_type="full",
            copy=False,
        ).group_by("ALL", copy=False)

    def _counted(self, session: Session, stored: int) -> tuple[int | None, int]:
        """How many lines are stored rows, None where they are in doubt: the engine rejected some, or a row stands there twice. And how many
        are not."""
        lone, line = sql.not_null(col("_stored")), sql.not_null(col(LINE))
        cases = [sql.case((lone, lit(0)), (line, lit(0)), default=col("_lines")), sql.case((line, col("_lines")), default=lit(0))]
        sums = [sql.call("COALESCE", exp.Sum(this=case), lit(0)) for case in cases]
        same, unknown, others = session.one(
            sql.select(*sums, sql.count_if(lone)).from_(lines_name(self.source.table.id, self.day), copy=False)
        )
        doubt = rejects(session) or same != stored - others
        return None if doubt else int(same), int(unknown)

    def _others(self) -> exp.Subquery:
        """The stored rows that no line has: a line that nobody knows has the key of one of these, or is new."""
        table = self.source.table
        others = sql.select(*(col(key) for key in table.key), named(col("_known"), "_row_hash"))
        others = others.from_(lines_name(table.id, self.day), copy=False).where(sql.not_null(col("_stored")), copy=False)
        return others.subquery("o", copy=False)

    def _write(self, session: Session, path: Path) -> None:
        """The lines that nobody knows, to the letter; a header before them, so that the first does not look like the file's beginning."""
        unknown = sql.select(col(LINE), col("_lines")).from_(lines_name(self.source.table.id, self.day), copy=False)
        unknown = unknown.where(sql.not_null(col(LINE)), copy=False)
        with new_file(path) as out:
            out.write(f"{self.whole.head}\n".encode())
            for some in _texts(session, unknown):
                out.write(some.encode())


def _texts(session: Session, statement: exp.Select) -> Iterator[str]:
    for rows in session.stream(statement):
        yield "".join(f"{line}\n" * times for line, times in rows)
