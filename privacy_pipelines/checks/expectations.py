"""CHECK, row by row: Great Expectations on tonight's new and changed rows, and of what it says only counts.

It is imported inside, for it takes seconds: `beside.py` has it in a process of its own. Its own messages, logs and tracebacks quote
values and stay here; of an expectation that raised only the exception's type gets out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.checks.specs import Counted, Kind, Severity, Spec, specs_of
from privacy_pipelines.errors import StoreError
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CHANGES

if TYPE_CHECKING:
    import pandas as pd

BATCH_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expectation and what came of it. One that raised has neither passed nor failed: nobody has looked."""

    column: str
    kind: Kind
    severity: Severity
    sentence: str
    evaluated: int
    unexpected: int
    passed: bool
    raised: bool
    exception: str


@dataclass(frozen=True, slots=True)
class TableExpectations:
    """What is expected of a table's new and changed rows, and how many of them are otherwise."""

    table: str
    rows: int
    results: tuple[Expectation, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was looked at and is as expected."""
        return all(result.passed for result in self.results)

    @property
    def unexpected(self) -> int:
        """Cells that are not as expected."""
        return sum(result.unexpected for result in self.results)

    @property
    def raised(self) -> int:
        """Expectations that could not be tested."""
        return sum(result.raised for result in self.results)


def expected_from(note: Iterable[dict[str, Any]]) -> tuple[TableExpectations, ...]:
    """What `asdict` made of them, back from a note."""
    return tuple(TableExpectations(**{**one, "results": tuple(_expectation(each) for each in one["results"])}) for one in note)


def _expectation(body: dict[str, Any]) -> Expectation:
    return Expectation(**{**body, "kind": Kind(body["kind"])})


def expect(session: Session, policy: Policy, table: Table, as_of: date, *, rows: int = BATCH_ROWS) -> TableExpectations:
    """Test every expectation of the table, in batches of about `rows` rows so that memory does not grow with the night.

    Raises StoreError where the rows cannot be read.
    """
    specs = specs_of(policy, table, as_of)
    sums, seen = {spec: Counted() for spec in specs}, 0
    for frame in _frames(session, news(table, specs, policy.company.zone), rows) if specs else ():
        from privacy_pipelines.checks.great import count

        seen += len(frame)
        for spec, found in zip(specs, count(frame, specs), strict=True):
            sums[spec] += found
    return TableExpectations(table.id, seen, tuple(_result(spec, found) for spec, found in sums.items()))


def news(table: Table, specs: tuple[Spec, ...], zone: str) -> exp.Select:
    """The new and changed rows in the columns that an expectation asks for; an instant as its civil date in the company's zone."""
    asked = {spec.column for spec in specs}
    columns = [sql.named(_value(table, column.name, zone), column.name, quoted=True) for column in table.columns if column.name in asked]
    arrived = exp.In(this=col("_arrival"), expressions=[lit("new"), lit("changed")])
    return exp.select(*columns).from_(sql.table(CHANGES, table.id)).where(arrived)


def _value(table: Table, name: str, zone: str) -> Sql:
    if table.column(name).type != "timestamp":
        return col(name)
    instant = exp.AtTimeZone(this=col(name), zone=exp.Literal.string("UTC"))
    return sql.cast(exp.AtTimeZone(this=instant, zone=exp.Literal.string(zone)), "DATE")


def _frames(session: Session, statement: exp.Select, rows: int) -> Iterator[pd.DataFrame]:
    """The session's frames; what the engine or pandas says of a row that cannot be turned into one is not repeated."""
    try:
        yield from session.frames(statement, rows)
    except StoreError:
        raise
    except Exception as error:
        failure = type(error).__name__
    else:
        return
    raise StoreError(f"new and changed rows cannot be read: {failure} (its message is withheld: it may quote a record)")


def _result(spec: Spec, counted: Counted) -> Expectation:
    raised = bool(counted.exception)
    return Expectation(
        spec.column, spec.kind, spec.severity, spec.sentence, counted.evaluated, counted.unexpected,
        passed=not raised and not counted.unexpected, raised=raised, exception=counted.exception,
    )  # fmt: skip
