"""How a source file names tables and columns, its own without saying so."""

from __future__ import annotations


def table_id(source: str, name: str) -> str:
    """`source.table`, where a file may name a table of its own source without it.

    >>> table_id("hr", "employees"), table_id("hr", "crm.contacts")
    ('hr.employees', 'crm.contacts')
    """
    return name if "." in name else f"{source}.{name}"


def column_path(source: str, path: str) -> tuple[str, str]:
    """`table.column` of the source, or `source.table.column`, as (table id, column).

    >>> column_path("crm", "contacts.email")
    ('crm.contacts', 'email')
    """
    table, _, column = path.rpartition(".")
    return table_id(source, table), column
