"""What a policy may say of formats: every mistake with its place, its words and what to write instead."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load, load_document
from tests.way.house import Company

FIELDS = """
    key: id
    fields: {id: {category: user.unique_id, serves: use}, made: {category: user.content, serves: use, type: date}}
    events: {made: made}
"""
USE = "starting_point: {event: made, of: record}"
DATABASE = "format: database, connection: CRM_DATABASE, "


def problems(company: Company, extract: str, table: str = "") -> list[str]:
    """What is wrong with a policy of this extract; `table` is what the table says otherwise."""
    own = f"    extract: {{{table}}}\n" if table else ""
    company.policy(f"extract: {{{extract}keep: P7D, freshness: P2D}}\ntables:\n  notes:\n{own}{FIELDS.strip(chr(10))}\n", use=USE)
    try:
        load(company.paths.policies)
    except PolicyErrors as error:
        return [problem.what + (f". {problem.hint}" if problem.hint else "") for problem in error.problems]
    return []


CASES: dict[str, tuple[str, str, str]] = {
    "an_unknown_format": ("path: 'n-{day}.csv', format: jsnol, ", "", "'jsnol' is no legal value of 'format'. Legal values: csv, parquet"),
    "another_ending": ("path: 'n-{day}.csv', format: parquet, ", "", "crm.notes is parquet, so path 'n-{day}.csv' must end in .parquet"),
    "a_packed_workbook": ("path: 'n-{day}.xlsx.gz', format: excel, ", "", "must end in .xlsx"),
    "two_compressions": (
        "path: 'n-{day}.csv.gz', compression: zstd, ",
        "",
        "path 'n-{day}.csv.gz' ends as gzip, and `compression` says zstd",
    ),
    "a_sheet_of_a_text_file": ("path: 'n-{day}.csv', ", "sheet: Notes", "`sheet` says nothing of csv. It is for excel"),
    "a_delimiter_of_parquet": ("path: 'n-{day}.parquet', format: parquet, delimiter: ';', ", "", "`delimiter` says nothing of parquet"),
    "an_unfinished_name": ("path: 'n-{day}.csv.part', ", "", "ends as a file does that is still being written"),
    "no_connection": ("format: database, ", "", "crm.notes is a table of a database and needs `connection`"),
    "an_incremental_database": (f"{DATABASE}mode: increment, deletes: none, ", "", "fetched whole every night, so its mode is snapshot"),
    "a_database_as_text": (
        f"{DATABASE}path: 'n-{{day}}.csv', ",
        "",
        "must end in .parquet. Leave `path` out, and it is {table}-{day}.parquet",
    ),
    "a_quoted_relation": (f"{DATABASE}relation: 'a.b.c', ", "", "'a.b.c' cannot stand in 'relation'. A table or view"),
    "another_marker": (
        "path: 'n-{day}.csv', mode: increment, deletes: some, ",
        "",
        "is either none, or for example {column: op, values: [D]}",
    ),
    "half_a_marker": ("path: 'n-{day}.csv', mode: increment, deletes: {column: op}, ", "", "missing key 'values'"),
    "a_misspelt_marker": ("path: 'n-{day}.csv', mode: increment, deletes: {column: op, valus: [D]}, ", "", "Did you mean 'values'?"),
    "a_key_as_marker": ("path: 'n-{day}.csv', mode: increment, deletes: {column: id, values: [D]}, ", "", "cannot mark deleted rows"),
    "a_marker_of_a_snapshot": ("path: 'n-{day}.csv', deletes: {column: op, values: [D]}, ", "", "is a snapshot"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_told_with_what_to_write_instead(company: Company, case: str) -> None:
    extract, table, said = CASES[case]
    found = problems(company, extract, table)
    assert len(found) == 1, found
    assert said in found[0]


def test_two_tables_may_not_share_a_file_in_any_dress(company: Company) -> None:
    extract = "keep: P7D, freshness: P2D"
    tables = "".join(
        f"  {name}:\n    extract: {{path: '{path}'}}\n{FIELDS.strip(chr(10))}\n"
        for name, path in (("a", "x-{day}.csv"), ("b", "x-{day}.CSV.gz"))
    )
    company.policy(f"extract: {{{extract}}}\ntables:\n{tables}", use=USE)
    with pytest.raises(PolicyErrors, match=r"crm\.a, crm\.b read the same file"):
        load(company.paths.policies)


def test_an_address_in_a_policy_is_refused_and_not_repeated(company: Company) -> None:
    """It would hold a password, and the error reaches a log."""
    (found,) = problems(company, "format: database, connection: 'postgresql://crm:canary@db/crm', ")
    assert "not the name of an environment variable" in found
    assert "canary" not in found


@pytest.mark.parametrize(
    "extract",
    [
        "path: '{table}-{day}.JSONL.gz', format: jsonl, ",
        "path: '{table}-{day}.csv.zst', ",
        "path: '{table}-{day}.dat', compression: gzip, ",
        "path: '{table}-{day}.xlsx', format: excel, sheet: Notes, ",
        DATABASE,
        f"{DATABASE}relation: crm.notes, ",
        "path: '{table}-{day}.csv', mode: increment, deletes: {column: op, values: D}, ",
        "path: '{table}-{day}.csv', mode: increment, deletes: none, ",
    ],
)
def test_what_is_said_rightly_comes_back_from_the_kept_document(company: Company, extract: str) -> None:
    assert problems(company, extract) == []
    policy = load(company.paths.policies)
    again = load_document(policy.document)
    assert (again.version, again.tables) == (policy.version, policy.tables)
