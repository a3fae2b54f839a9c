"""The engine's CSV scanner, told everything and left to guess nothing.

No text stands for NULL in it: DuckDB lets a surplus field pass that reads as one (2.0, in strict mode too), so empty fields are made NULL
behind it.
"""

from __future__ import annotations

from pathlib import Path

from sqlglot import exp

from privacy_pipelines.extracts.readers.reader import LINE, column_name
from privacy_pipelines.extracts.readers.text import LONGEST
from privacy_pipelines.sql import Sql, call, col, lit, named, select
from privacy_pipelines.store.engine import Session

_NO_NULL = "\x01\x02 no value reads so \x02\x01"
_NO_DELIMITER = "\x1d\x1e\x1f\x1c"


def scanned(
    path: Path, columns: int, *, header: bool, parallel: bool, delimiter: str = ",", quote: str = '"', only_lf: bool = False
) -> exp.Expr:
    """`column_name(n)` for every column, NULL where empty; records that do not fit go to the engine's rejects.

    `only_lf`: no other line end stands outside quotes. Left to find out, the engine takes a lone CR inside quotes for the file's line end.
    """
    names = [column_name(number) for number in range(columns)]
    scan = _scan(path, names, header, delimiter, quote, parallel=lit(parallel), **({"new_line": lit("\\n")} if only_lf else {}))
    return (
        select(*(named(call("NULLIF", col(name), lit("")), name) for name in names)).from_(scan, copy=False).subquery("scanned", copy=False)
    )


def whole_lines(path: Path, *, header: bool) -> exp.Expr:
    """A file's lines, uncut and without their ends; the engine leaves blank ones out.

    The delimiter is one that no text has: a line that has it goes to the engine's rejects.
    """
    return exp.select(col(LINE)).from_(_scan(path, [LINE], header, _NO_DELIMITER, "", parallel=exp.true())).subquery("lines")


def _scan(path: Path, names: list[str], header: bool, delimiter: str, quote: str, **more: Sql) -> exp.Table:
    kinds = exp.Struct(expressions=[exp.PropertyEQ(this=lit(name), expression=lit("VARCHAR")) for name in names])
    options: dict[str, Sql] = {
        "columns": kinds, "auto_detect": exp.false(), "header": lit(header), "delim": lit(delimiter), "quote": lit(quote),
        "escape": lit(quote), "encoding": lit("utf-8"), "nullstr": lit(_NO_NULL), "strict_mode": exp.true(), "null_padding": exp.false(),
        "store_rejects": exp.true(), "max_line_size": lit(LONGEST), **more,
    }  # fmt: skip
    arguments = [lit(str(path)), *(exp.EQ(this=exp.column(name), expression=value) for name, value in options.items())]
    return exp.Table(this=exp.Anonymous(this="READ_CSV", expressions=arguments))


def rejects(session: Session) -> int:
    """How many records the engine has rejected since this was last asked; it keeps them, and with them what they hold, until then."""
    if not session.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'"):
        return 0
    count = int(session.one("SELECT count(*) FROM reject_errors")[0])
    for table in ("reject_errors", "reject_scans"):
        session.run(f"DROP TABLE {table}")
    return count
