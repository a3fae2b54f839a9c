"""PostgreSQL through ADBC: one read-only moment of a database, streamed in Arrow batches. The one file that imports the driver.

ADBC streams `COPY … (FORMAT binary)` into batches of about 16 MB, so memory does not grow with the table, and leaves the transaction to
us; connectorx (looked at too) opens connections of its own, has no read-only snapshot over several statements, and makes floats of
numerics. The driver's messages are never passed on: they hold the address, and may quote a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from privacy_pipelines.databases.relation import Found, Relation
from privacy_pipelines.errors import ExtractError

if TYPE_CHECKING:
    import pyarrow

INSTALL = "pip install 'privacy-pipelines[postgresql]'"
_CONNECT_TIMEOUT_S = 30
_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "1",  # floats print the shortest text that reads back exactly
    "lock_timeout": "60s",  # a night waits for nobody's ALTER TABLE for ever
    "row_security": "off",  # a row that a policy hides would look like one that was deleted: rather an error
}
_STATES = (
    ("42501", "this user may not read all of it. Grant SELECT on the declared columns, without row-level security"),
    ("42703", "a column is not there any more. Fetch again"),
    ("42P01", "it is not there any more. Fetch again"),
    ("55P03", "somebody has locked it for a minute. Try again later"),
    ("57014", "the server stopped the query. Raise its statement_timeout for this user"),
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database at one moment: every answer is of the same instant, whatever is written meanwhile."""

    connection: Any

    def columns(self, relation: Relation) -> tuple[Found, ...]:
        """The relation's columns in its order; none where it is not there. Raises ExtractError."""
        with _explained(), self.connection.cursor() as cursor:
            cursor.execute(relation.columns_statement())
            return tuple(Found(*row) for row in cursor.fetchall())

    @contextmanager
    def rows(self, statement: str) -> Iterator[pyarrow.RecordBatchReader]:
        """The answer as Arrow batches, which come while they are asked for. Raises ExtractError."""
        with _explained(), self.connection.cursor() as cursor:
            cursor.execute(statement)
            with cursor.fetch_record_batch() as batches:
                yield batches


@contextmanager
def snapshot(address: str) -> Iterator[Snapshot]:
    """A read-only, repeatable-read transaction. `address` is a libpq URI or keyword string.

    Raises:
        ExtractError: the driver is not installed, the address is no PostgreSQL address, or nothing answers there as it should.
    """
    dbapi, timed = _driver(), _with_timeout(address)
    try:
        connection = dbapi.connect(timed, autocommit=True)
    except dbapi.Error:
        connection = None
    if connection is None:
        raise ExtractError(
            "cannot connect. Is the server up, and are the address, user and password right? (psql with the same address says)"
        )
    try:
        with _explained(), connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for name, value in _SETTINGS.items():
                cursor.execute(f"SET LOCAL {name} = '{value}'")
        yield Snapshot(connection)
    finally:
        with suppress(dbapi.Error, OSError):
            connection.close()


@contextmanager
def _explained() -> Iterator[None]:
    """The driver's errors in this house's words. A batch's error comes from Arrow as OSError, without a state."""
    import pyarrow

    dbapi = _driver()
    try:
        yield
    except (dbapi.Error, pyarrow.ArrowException, OSError) as error:
        state = str(getattr(error, "sqlstate", None) or "")
    else:
        return
    raise ExtractError(dict(_STATES).get(state, f"the database failed{f' (SQLSTATE {state})' if state else ' while its rows were read'}"))


def _driver() -> Any:
    try:
        return import_module("adbc_driver_postgresql.dbapi")
    except ImportError:
        failure = ExtractError(f"the PostgreSQL driver is not installed. {INSTALL}")
    raise failure


def _with_timeout(address: str) -> str:
    """The address with a limit to how long a silent host is waited for, where it has none itself.

    >>> _with_timeout("host=db dbname=crm"), _with_timeout("postgresql://db/crm?sslmode=require&connect_timeout=5")
    ('host=db dbname=crm connect_timeout=30', 'postgresql://db/crm?sslmode=require&connect_timeout=5')
    """
    scheme = re.match(r"([a-zA-Z][\w+.-]*)://", address)
    if not (scheme[1] in ("postgresql", "postgres") if scheme else "=" in address):
        raise ExtractError("the variable holds no PostgreSQL address. It looks like postgresql://user@host/database")
    if "connect_timeout" in address:
        return address
    between = " " if not scheme else "&" if "?" in address else "?"
    return f"{address}{between}connect_timeout={_CONNECT_TIMEOUT_S}"
