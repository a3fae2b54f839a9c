"""Tables of a database: fetched into the drop folder as an extract of the day, and from there like any other extract."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from tests.formats.server import Server
from tests.way.house import Company, arrival, day

SOURCE = """
extract: {format: database, connection: CRM_DATABASE, keep: P7D, freshness: P2D}
tables:
  people:
    key: id
    extract: {relation: RELATION}
    fields:
      id: {category: user.unique_id, serves: use, type: integer}
      name: {category: user.name, serves: use}
      left_on: {category: user.workplace, serves: use, type: date}
      seen_at: {category: user.behavior, serves: use, type: timestamp}
      balance: {category: user.financial, serves: use, type: decimal}
      active: {category: user.workplace, serves: use, type: boolean}
      token: {category: user.unique_id, serves: use}
    events: {left: {at: left_on, open_if: "left_on IS NULL"}}
"""
USE = "starting_point: {event: left, of: record}\nperiod: P1Y\nsettle: P14D"
COLUMNS = "id bigint, name text, left_on date, seen_at timestamptz, balance numeric, active boolean, token uuid, secret text"
TICKET = "00000000-0000-0000-0000-00000000000a"


def people(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch, schema: str, *rows: str, columns: str = COLUMNS) -> Company:
    """A table of people in a schema of the test's own, and a policy that reads it."""
    server.run(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE', f'CREATE SCHEMA "{schema}"', f'CREATE TABLE "{schema}".people ({columns})')
    server.run(*(f'INSERT INTO "{schema}".people VALUES {row}' for row in rows))
    monkeypatch.setenv("CRM_DATABASE", server.address())
    return company.policy(SOURCE.replace("RELATION", f"{schema}.people"), use=USE)


def fetched(company: Company, of: str) -> Path:
    return company.paths.extracts / f"people-{of}.parquet"


def findings(company: Company, as_of: str, today: str | None = None) -> list[str]:
    return list(company.night(as_of, today=today).record["plan"]["findings"])


def test_a_night_takes_its_rows_from_the_database_and_erases_what_has_no_purpose(
    company: Company, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """End to end: Ada left in 2024, her purpose has ended; Bo left last week; Cy has not left."""
    values = "TIMESTAMPTZ '2026-01-10 12:30:00+01', 12.50, true"
    people(
        company, server, monkeypatch, "whole",
        f"(1, 'Ada', '2026-01-20', {values}, '{TICKET}', 'canary')",
        f"(2, 'Bo', '2026-01-25', {values}, '{TICKET}', 'canary')",
        f"(3, 'Cy', NULL, {values}, '{TICKET}', 'canary')",
    )  # fmt: skip
    company.night("2026-02-01")
    assert company.keys("people") == [1, 2, 3]
    server.run("UPDATE whole.people SET left_on = '2024-06-30' WHERE id = 1", "DELETE FROM whole.people WHERE id = 3")
    server.run("INSERT INTO whole.people (id, name, left_on) VALUES (4, 'Di', '2026-01-30')")
    last = company.night("2026-02-02")
    assert company.keys("people") == [2, 3, 4], "Ada's purpose ended; who is only deleted at the source keeps the period"
    assert company.row("people", 2) == {
        "id": 2, "name": "Bo", "left_on": day("2026-01-25"), "balance": 12.5, "active": True, "token": TICKET,
        "seen_at": company.row("people", 2)["seen_at"],
    }  # fmt: skip
    assert company.row("people", 2)["seen_at"].isoformat() == "2026-01-10T11:30:00", "an instant is kept in UTC"
    assert {row["id"]: row["_gone_since"] for row in company.stored("people")} == {2: None, 3: day("2026-02-02"), 4: None}
    assert last.metrics["erased"] == 1


def test_what_is_not_declared_never_leaves_the_database(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people(company, server, monkeypatch, "minimal", f"(1, 'Ada', '2026-01-20', now(), 1, true, '{TICKET}', 'canary77')")
    company.night("2026-02-01")
    file = fetched(company, "2026-02-01")
    names = [name for (name, *_) in duckdb.sql(f"DESCRIBE FROM read_parquet('{file}')").fetchall()]
    assert names == ["active", "balance", "id", "left_on", "name", "seen_at", "token"]
    assert b"canary77" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name], "nothing unfinished stays"


def test_a_fetched_extract_is_kept_and_disposed_of_like_a_file(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people(company, server, monkeypatch, "kept", f"(1, 'Ada', '2026-01-20', now(), 1, true, '{TICKET}', '')")
    for of in ("2026-02-01", "2026-02-02", "2026-02-09", "2026-02-10"):
        company.night(of)
    assert [path.name for path in sorted(company.paths.extracts.iterdir())] == ["people-2026-02-09.parquet", "people-2026-02-10.parquet"]
    disposed = [entry.body["name"] for entry in company.evidence() if entry.kind == "disposed" and entry.body["what"] == "extract"]
    assert disposed == ["people-2026-02-01.parquet", "people-2026-02-02.parquet"]


def test_a_second_night_of_one_day_fetches_nothing_anew(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people(company, server, monkeypatch, "once", f"(1, 'Ada', '2026-01-20', now(), 1, true, '{TICKET}', '')")
    company.night("2026-02-01")
    content = fetched(company, "2026-02-01").read_bytes()
    server.run("UPDATE once.people SET name = 'Eva'")
    last = company.night("2026-02-01")
    assert fetched(company, "2026-02-01").read_bytes() == content
    assert last.record["inbox"]["arrivals"] == []


def test_a_night_for_an_earlier_day_fetches_nothing_and_says_so(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people(company, server, monkeypatch, "earlier")
    assert any("knows only today, 2026-02-03" in said for said in findings(company, "2026-02-01", today="2026-02-03"))
    assert not fetched(company, "2026-02-01").exists()
    assert not fetched(company, "2026-02-03").exists()


def test_null_empty_text_and_dates_without_end_are_told_apart(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is quietly turned into another value: `infinity` is no date that anybody can count from, and is quarantined."""
    people(
        company, server, monkeypatch, "edges",
        "(1, '', NULL, NULL, NULL, NULL, NULL, NULL)",
        "(2, 'Bo', 'infinity', NULL, NULL, NULL, NULL, NULL)",
        "(3, 'Cy', '9999-12-31', NULL, 12345678901234.5678, false, NULL, NULL)",
        "(4, 'Di', '0044-03-15 BC', NULL, NULL, NULL, NULL, NULL)",
        "(5, 'Ed', NULL, '2026-10-25 02:30:00.123456+01', NULL, NULL, NULL, NULL)",
    )  # fmt: skip
    last = company.night("2026-02-01")
    reasons = {fault["reason"] for fault in last.record["inbox"]["quarantined"]}
    assert (reasons, len(last.record["inbox"]["quarantined"])) == ({"unreadable date in left_on"}, 2)
    assert company.row("people", 1) == {
        "id": 1, "name": None, "left_on": None, "seen_at": None, "balance": None, "active": None, "token": None,
    }  # fmt: skip
    assert (str(company.row("people", 3)["balance"]), company.row("people", 3)["active"]) == ("12345678901234.5678", False)
    assert company.row("people", 5)["seen_at"].isoformat() == "2026-10-25T01:30:00.123456"


UNFIT = {
    "an_array": ("token uuid", "token text[]", "column token is an array"),
    "binary": ("token uuid", "token bytea", "column token is binary"),
    "an_instant_for_a_date": ("left_on date", "left_on timestamptz", "was declared date. Declare timestamp or text"),
    "a_number_for_a_date": ("left_on date", "left_on integer", "was declared date"),
    "a_missing_column": ("balance numeric", "balanse numeric", "declared column balance is missing. Did you mean 'balanse'?"),
    "row_security": ("", "", "row-level security hides rows"),
    "no_privilege": ("", "", "this user may not read column active"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_table_that_is_not_as_declared_is_not_fetched_and_says_why(
    company: Company, server: Server, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    old, new, said = UNFIT[case]
    people(company, server, monkeypatch, f"unfit_{case}", columns=COLUMNS.replace(old, new) if old else COLUMNS)
    if case in {"row_security", "no_privilege"}:
        server.run(f"DROP ROLE IF EXISTS {case}", f"CREATE ROLE {case} LOGIN", f"GRANT USAGE ON SCHEMA unfit_{case} TO {case}")
        monkeypatch.setenv("CRM_DATABASE", server.address(user=case))
    if case == "row_security":
        server.run(f"GRANT SELECT ON unfit_{case}.people TO {case}", f"ALTER TABLE unfit_{case}.people ENABLE ROW LEVEL SECURITY")
    found = [finding for finding in findings(company, "2026-02-01") if "not fetched" in finding]
    assert len(found) == 1
    assert said in found[0], found
    assert found[0].startswith("crm.people: not fetched")
    assert list(company.paths.extracts.iterdir()) == []
    if case in {"row_security", "no_privilege"}:
        server.run(f"DROP OWNED BY {case}", f"DROP ROLE {case}")


def test_no_address_no_answer_and_a_wrong_address_are_told_apart_and_never_shown(
    company: Company, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(company, server, monkeypatch, "addresses")
    cases = {
        "": "the environment variable is not set",
        "mysql://root:canary99@db/crm": "holds no PostgreSQL address",
        "canary99": "holds no PostgreSQL address",
        "postgresql://crm:canary99@127.0.0.1:1/crm": "cannot connect",
        server.address("canary99"): "cannot connect",
    }
    for address, said in cases.items():
        monkeypatch.setenv("CRM_DATABASE", address)
        record = company.night("2026-02-01").record
        (found,) = [finding for finding in record["plan"]["findings"] if "not fetched" in finding]
        assert found.startswith(
            f"crm.people: not fetched, CRM_DATABASE: {said}" if "set" in said else "crm.people: not fetched, CRM_DATABASE: "
        )
        assert said in found
        assert "canary99" not in json.dumps(record)


def test_yesterdays_rows_stand_while_the_database_is_away(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people(company, server, monkeypatch, "away", f"(1, 'Ada', '2024-01-20', now(), 1, true, '{TICKET}', '')", "(2, 'Bo', '2026-01-20')")
    company.night("2024-02-01")
    monkeypatch.delenv("CRM_DATABASE")
    last = company.night("2025-03-01")
    assert company.keys("people") == [2], "retention goes on without an extract"
    assert {row["_gone_since"] for row in company.stored("people")} == {None}
    assert last.metrics["erased"] == 1


def test_all_tables_of_a_connection_come_or_none(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that fails while it is read leaves no half of the connection's tables behind."""
    people(company, server, monkeypatch, "pair", "(1, 'Ada', '2026-01-20')")
    server.run("CREATE VIEW pair.broken AS SELECT id / (id - 1) AS id FROM pair.people")
    more = "  broken:\n    key: id\n    extract: {relation: pair.broken}\n    fields: {id: {category: system.operations, type: integer}}\n"
    company.policy(SOURCE.replace("RELATION", "pair.people") + more, use=USE)
    (said,) = [finding for finding in findings(company, "2026-02-01") if "not fetched" in finding]
    assert said.startswith('crm.broken, crm.people: not fetched, CRM_DATABASE: "pair"."broken": the database failed')
    assert list(company.paths.extracts.iterdir()) == []


def test_what_a_killed_fetch_left_behind_is_swept_and_never_read(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people(company, server, monkeypatch, "swept", f"(1, 'Ada', '2026-01-20', now(), 1, true, '{TICKET}', '')")
    leftover = company.paths.extracts / ".people-2026-01-31.parquet.part"
    leftover.write_bytes(b"PAR1 Ada")
    last = company.night("2026-02-01")
    assert not leftover.exists()
    assert arrival(last, "people")["rows"] == 1


def test_without_its_driver_the_extra_is_named(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people(company, server, monkeypatch, "driver")
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    (said,) = [finding for finding in findings(company, "2026-02-01") if "not fetched" in finding]
    assert "the PostgreSQL driver is not installed. pip install 'privacy-pipelines[postgresql]'" in said


def test_nothing_is_written_outside_the_drop_folder(
    company: Company, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    people(company, server, monkeypatch, "outside", f"(1, 'Ada', '2026-01-20', now(), 1, true, '{TICKET}', '')")
    source = SOURCE.replace("RELATION", "outside.people").replace(
        "format: database", 'path: "linked/{table}-{day}.parquet", format: database'
    )
    company.policy(source, use=USE)
    (tmp_path / "elsewhere").mkdir()
    (company.paths.extracts / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (said,) = [finding for finding in findings(company, "2026-02-01") if "not fetched" in finding]
    assert "it leads out of the drop folder" in said
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_names_are_quoted(company: Company, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people(company, server, monkeypatch, "plain")
    server.run('DROP SCHEMA IF EXISTS "Odd; name" CASCADE', 'CREATE SCHEMA "Odd; name"')
    server.run('CREATE TABLE "Odd; name"."Select" (id int, "Order" date)', """INSERT INTO "Odd; name"."Select" VALUES (7, '2026-01-01')""")
    source = """
    extract: {format: database, connection: CRM_DATABASE, keep: P7D, freshness: P2D}
    tables:
      people:
        key: id
        extract: {relation: "Odd; name.Select"}
        fields: {id: {category: user.unique_id, serves: use, type: integer}, Order: {category: user.content, serves: use, type: date}}
        events: {left: Order}
    """
    company.policy(source, use=USE)
    company.night("2026-02-01")
    assert company.rows("people") == [{"id": 7, "Order": day("2026-01-01")}]


def test_memory_does_not_grow_with_a_fetched_table(server: Server, tmp_path: Path) -> None:
    """A million rows hold 288 MB more text than a quarter of them; a process that fetches them needs not half of that more."""
    small, large = (_peak_of_fetching(server, tmp_path / f"{rows}.parquet", rows) for rows in (250_000, 1_000_000))
    assert large - small < 144


def _peak_of_fetching(server: Server, file: Path, rows: int) -> int:
    """MiB at the peak of a process that fetches so many rows of 384 characters."""
    server.run("DROP TABLE IF EXISTS many")
    filler = "repeat(md5(i::text), 12)"
    server.run(f"CREATE TABLE many AS SELECT i AS id, {filler} AS body FROM generate_series(1, {rows}) AS i")
    script = textwrap.dedent(
        """
        import resource, sys
        from pathlib import Path
        from privacy_pipelines.databases.postgresql import snapshot
        from privacy_pipelines.databases.relation import Relation, Wanted
        from privacy_pipelines.databases.writing import written
        relation = Relation.parse("many")
        with snapshot(sys.argv[1]) as database:
            columns = [Wanted(found) for found in database.columns(relation)]
            with database.rows(relation.rows_statement(columns)) as batches:
                written(Path(sys.argv[2]), batches).name()
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        """
    )
    done = subprocess.run([sys.executable, "-c", script, server.address(), file], check=True, capture_output=True, text=True)
    server.run("DROP TABLE many")
    assert duckdb.sql(f"SELECT count(DISTINCT id), sum(length(body)) FROM read_parquet('{file}')").fetchall() == [(rows, 384 * rows)]
    return int(done.stdout)
