"""A table's columns as the policy declares them, in Dagster's words: what each is, what it serves, on which ground and for how long."""

from __future__ import annotations

import dagster as dg

from privacy_pipelines.policy.model import Column, Policy, Purpose, Table
from privacy_pipelines.report import words
from privacy_pipelines.report.tongue import ENGLISH

NOT_READ = "not read"
"""A column that its source sends and that stays outside."""


def arriving(table: Table, policy: Policy) -> dg.TableSchema:
    """The columns of an extract, those that are never read included."""
    read = [_column(table, column, policy, name=sent_as(column), arriving=True) for column in table.read]
    outside = [dg.TableColumn(name, "", "Stays outside: no purpose needs it.", tags={NOT_READ: ""}) for name in table.not_read]
    return dg.TableSchema([*read, *outside])


def standing(table: Table, policy: Policy) -> dg.TableSchema:
    """The columns of a table in the store. A cell whose purposes have ended is empty, so none but the key is always filled."""
    return dg.TableSchema([_column(table, column, policy, name=column.name, arriving=False) for column in table.columns])


def lineage(table: Table, extract: dg.AssetKey) -> dg.TableColumnLineage:
    """Each stored column, and the extract's column that it comes from; a computed key comes from all of them."""
    every = [dg.TableColumnDep(extract, sent_as(column)) for column in table.read]
    return dg.TableColumnLineage(
        {column.name: every if column.of_row else [dg.TableColumnDep(extract, sent_as(column))] for column in table.columns}
    )


def sent_as(column: Column) -> str:
    """What its extract calls a column, or its place there."""
    return column.name if column.header is None else str(column.header)


def _column(table: Table, column: Column, policy: Policy, *, name: str, arriving: bool) -> dg.TableColumn:
    served = [policy.purpose(name) for name in column.serves]
    key = column.name in table.key
    constraints = dg.TableColumnConstraints(
        nullable=not (key or (arriving and column.required)),
        unique=key and len(table.key) == 1,
        other=["free text"] if column.free_text else [],
    )
    tags = {"category": column.category, **{one.name: one.legal_basis for one in served}}
    if not arriving and not column.of_row:
        tags["sent as"] = sent_as(column)
    return dg.TableColumn(name, column.type, _why(column, served, policy), constraints, tags)


def told(purpose: Purpose, policy: Policy) -> str:
    """A purpose in one line: what for, until when, on which ground."""
    rule, basis = words.rule(purpose, policy.company.notice, ENGLISH), words.basis(purpose.legal_basis, ENGLISH)
    return f"{ENGLISH.text(purpose.title)}: {rule} ({basis})"


def _why(column: Column, served: list[Purpose], policy: Policy) -> str:
    if not served:
        return "No purpose of its own: it lives as long as its row." if column.personal else "No personal data."
    return " · ".join(told(one, policy) for one in served)
