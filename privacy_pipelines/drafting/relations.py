"""Tables of a database: the names of their columns, and some rows. Values stay in this room."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_pipelines.databases.fetch import address_of
from privacy_pipelines.databases.postgresql import Snapshot, snapshot
from privacy_pipelines.databases.relation import Relation, Wanted
from privacy_pipelines.drafting.dialect import NO_TEXT
from privacy_pipelines.drafting.sample import ROWS, Sample, fields_of, table_name
from privacy_pipelines.errors import ExtractError


def read_relations(connection: str, names: Sequence[str]) -> list[Sample]:
    """A sample of each table or view, all of one moment; `connection` names the variable with the address. Raises ExtractError."""
    try:
        with snapshot(address_of(connection)) as database:
            return [_sample(database, name) for name in names]
    except ExtractError as error:
        failure = ExtractError(f"{connection}: {error}")
    raise failure


def _sample(database: Snapshot, name: str) -> Sample:
    relation = Relation.parse(name)
    found = database.columns(relation)
    if not found:
        raise ExtractError(f"there is no table or view {name}. Name it with its schema, for example crm.contacts")
    header = [one.name for one in found]
    with database.rows(f"{relation.rows_statement(map(Wanted, found))} LIMIT {ROWS}") as batches:
        rows = [row for batch in batches for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)]
    columns, headers = fields_of(header)
    texts = tuple(tuple("" if value is None else str(value) for value in row) for row in rows)
    return Sample(table_name(relation.name), "", True, "database", NO_TEXT, True, columns, headers, texts, 0, name)
