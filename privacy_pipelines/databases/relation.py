"""A table of a database against its declaration: which columns are asked for, and whether their types can hold what is declared. Pure.

Every column is asked for as the text that the database itself prints under fixed settings: for dates without end, numbers of any length
and types of its own there is no other exact way, and the declared type is then read from it as from any other extract.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.readers.named import boolean_text
from privacy_pipelines.policy.hints import did_you_mean
from privacy_pipelines.policy.model import Column, ColumnType
from privacy_pipelines.sql import call, case, col, ident, lit, named

TEXT = ("S", "E")
"""The database's own categories of types: strings and enumerations."""
_FITTING: dict[ColumnType, frozenset[str]] = {
    "date": frozenset({"date"}),
    "timestamp": frozenset({"date", "timestamp without time zone", "timestamp with time zone"}),
    "integer": frozenset({"smallint", "integer", "bigint", "numeric", "oid"}),
    "decimal": frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"}),
    "boolean": frozenset({"boolean", "smallint", "integer", "bigint"}),
}
"""The types that a declared type can be read from, beside texts. A type that is not named here reads from everything that prints."""
_CATEGORIES = {"A": "an array", "C": "a row of its own", "R": "a range", "P": "no value"}
_TYPES = {"bytea": "binary", "money": "money, printed by the server's locale"}


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view: its schema (empty: the connection's own search path finds it), and its name."""

    schema: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Relation:
        """`schema.table` or `table`.

        >>> Relation.parse("sales.Contacts")
        Relation(schema='sales', name='Contacts')
        """
        schema, _, name = text.rpartition(".")
        return cls(schema, name)

    @property
    def quoted(self) -> str:
        """As a statement names it.

        >>> Relation.parse("sales.Contacts").quoted
        '"sales"."Contacts"'
        """
        return self._tree.sql("postgres")

    @property
    def _tree(self) -> exp.Table:
        return exp.Table(this=ident(self.name), db=ident(self.schema) if self.schema else None)

    def columns_statement(self) -> str:
        """Rows as `Found`: none where there is no such relation. It asks the catalogue, which never fails for want of a privilege."""
        schema = f"n.nspname = {_text(self.schema)}" if self.schema else "pg_catalog.pg_table_is_visible(c.oid)"
        return (
            "SELECT a.attname::text, t.typcategory::text,"
            " pg_catalog.format_type(COALESCE(NULLIF(b.typbasetype, 0), NULLIF(t.typbasetype, 0), t.oid), NULL),"
            " has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT'), row_security_active(c.oid)"
            " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
            " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype"
            f" WHERE c.relname = {_text(self.name)} AND {schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        )

    def rows_statement(self, columns: Iterable[Wanted], decimal: str = ".") -> str:
        r"""These columns of every row, as texts in the declared notation.

        >>> wanted = Wanted(Found("balance", "N", "numeric", readable=True, filtered=False))
        >>> Relation.parse("crm.contacts").rows_statement([wanted], ",")
        'SELECT REPLACE(CAST("balance" AS TEXT), \'.\', \',\') AS "balance" FROM "crm"."contacts"'
        """
        texts = [named(wanted.text(decimal), wanted.found.name, quoted=True) for wanted in columns]
        return exp.select(*texts).from_(self._tree).sql("postgres")


@dataclass(frozen=True, slots=True)
class Found:
    """A column as the database has it."""

    name: str
    category: str
    type: str
    readable: bool
    """Whether this user may read it."""
    filtered: bool
    """Whether row-level security hides rows of its table from this user: they would look like rows that were deleted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that is asked for."""

    found: Found
    declared: Column | None = None

    def text(self, decimal: str) -> exp.Expr:
        """Its text, with the declared decimal sign and the declared words for true and false."""
        value = col(self.found.name)
        if self.found.type == "boolean":
            words = [lit(boolean_text(truth, self.declared)) for truth in (True, False)]
            return case((value, words[0]), (exp.not_(value.copy()), words[1]))
        text = exp.cast(value, "TEXT")
        return call("REPLACE", text, lit("."), lit(decimal)) if self.found.category == "N" and decimal != "." else text


def require_fitting(column: Column, found: Found) -> None:
    """Raises ExtractError where what is declared cannot be read from this column."""
    if not found.readable:
        raise ExtractError(f"this user may not read column {found.name}. Grant SELECT on the declared columns, and USAGE on the schema")
    if found.filtered:
        raise ExtractError("row-level security hides rows from this user. Let it bypass that, or read a view of its own")
    cannot = _TYPES.get(found.type) or _CATEGORIES.get(found.category)
    if cannot:
        raise ExtractError(f"column {found.name} is {cannot}, which has no text to read. Let a view say it as text, or do not declare it")
    if found.category in TEXT:
        return
    if found.type not in _FITTING.get(column.type, {found.type}):
        raise ExtractError(f"column {found.name} is {found.type} and was declared {column.type}. {_advice(column.type, found)}")
    if column.formats and found.category == "D":
        raise ExtractError(f"column {found.name} is {found.type}, which has no format. Leave `format` out")


def _text(value: str) -> str:
    return lit(value).sql("postgres")


def _advice(declared: ColumnType, found: Found) -> str:
    fitting = sorted(kind for kind, types in _FITTING.items() if found.type in types and kind != declared)
    return f"Declare {' or '.join([*fitting, 'text'])}, or let a view cast it"


def no_such_column(name: str, found: Iterable[Found]) -> ExtractError:
    """What is said of a declared column that the relation has not."""
    hint = did_you_mean(name, [one.name for one in found], legal="It has")
    return ExtractError(f"declared column {name} is missing" + (f". {hint}" if hint else ""))
