"""Which declared columns hold identifiers, and which of them hold the same: the columns that the proof of absence looks through. Pure.

An identifier tells one person from all others: by its category, as the key of a person or a link to one, or because the policy says so
(`identifies`). A name, an address or a birthday does not: many have the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.policy.model import Column, Policy, Table

CATEGORIES = (
    "user.account.username",
    "user.contact.email",
    "user.contact.fax_number",
    "user.contact.phone_number",
    "user.contact.url",
    "user.device",
    "user.financial.bank_account",
    "user.financial.credit_card",
    "user.government_id",
    "user.health_and_medical.insurance_beneficiary_id",
    "user.health_and_medical.record_id",
)
"""Each with what is below it: two columns of one of these hold the same kind of identifier."""
UNIQUE = "user.unique_id"
"""Of a person where it is a key of one or a link to one; else it numbers an invoice, or a line of it."""
_BY_TYPE = {"email": "user.contact.email", "personal_number": "user.government_id"}


def identifiers(policy: Policy, table: Table) -> tuple[tuple[str, str], ...]:
    """(column, kind) of a table's identifier columns; columns of one kind hold values that may be compared. A column that names persons of
    several tables is there once for each of them."""
    return tuple((column.name, kind) for column in table.columns for kind in _kinds(policy, table, column, ()))


def kind_by_category(category: str) -> str:
    """The kind of identifiers of a category; empty where it holds none.

    >>> kind_by_category("user.government_id.passport_number"), kind_by_category("user.name")
    ('user.government_id', '')
    """
    return next((root for root in CATEGORIES if category == root or category.startswith(f"{root}.")), "")


def _kinds(policy: Policy, table: Table, column: Column, way: tuple[str, ...]) -> tuple[str, ...]:
    if column.identifies is False or column.free_text or column.of_row or not column.personal or table.id in way:
        return ()
    said = _BY_TYPE.get(column.type, "") or kind_by_category(column.category)
    if said:
        return (said,)
    if table.subjects and table.key == (column.name,):
        return (f"{table.id}.{column.name}",)
    named = tuple(dict.fromkeys(_named(policy, table, column, way)))
    return named or ((column.category,) if column.identifies or _numbers_persons(table, column) else ())


def _named(policy: Policy, table: Table, column: Column, way: tuple[str, ...]) -> Iterator[str]:
    """The kinds of what the links in this column name, where that identifies a person."""
    for link in table.links:
        if link.columns == (column.name,):
            to = policy.table(link.to)
            yield from _kinds(policy, to, to.column(link.to_columns[0]), way if link.to == table.id else (*way, table.id))


def _numbers_persons(table: Table, column: Column) -> bool:
    """Whether it is another number by which a source knows a person."""
    elsewhere = table.key + tuple(name for link in table.links for name in link.columns)
    return bool(table.subjects) and column.category.startswith(UNIQUE) and column.name not in elsewhere
