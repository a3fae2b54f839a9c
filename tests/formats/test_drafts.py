"""`init --connection` drafts a source of a database's own tables."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from privacy_pipelines.cli import main
from privacy_pipelines.drafting.text import draft_of_database
from privacy_pipelines.errors import ExtractError
from privacy_pipelines.policy.reading import read_text
from tests.formats.server import Server

PEOPLE = 'CREATE TABLE drafted.people (id bigint, "First Name" text, email text, left_on date, balance numeric, active boolean)'


@pytest.fixture
def address(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    server.run("DROP SCHEMA IF EXISTS drafted CASCADE", "CREATE SCHEMA drafted", PEOPLE)
    server.run(
        "CREATE TABLE drafted.orders (order_id int, person_id bigint)",
        "INSERT INTO drafted.orders SELECT n, n FROM generate_series(1, 50) n",
    )
    rows = "SELECT n, 'Ada' || n, 'a' || n || '@x.example', DATE '2026-01-01' + n, n * 1.25, n % 2 = 0 FROM generate_series(1, 90) n"
    server.run(f"INSERT INTO drafted.people {rows}")
    monkeypatch.setenv("CRM_DATABASE", server.address())
    return server.address()


def test_columns_types_and_the_relation_are_seen(address: str) -> None:
    text = draft_of_database("crm", "CRM_DATABASE", ["drafted.people", "drafted.orders"])
    assert address not in text
    assert "a7@x.example" not in text
    found = read_text("draft", text).data
    assert isinstance(found, dict)
    assert found["extract"] == {"connection": "CRM_DATABASE", "format": "database", "mode": "snapshot"}
    people = found["tables"]["people"]
    assert people["extract"] == {"relation": "drafted.people"}
    assert {name: field.get("type", "text") for name, field in people["fields"].items()} == {
        "id": "integer", "First_Name": "text", "email": "email", "left_on": "date", "balance": "decimal", "active": "boolean",
    }  # fmt: skip
    assert people["fields"]["First_Name"]["header"] == "First Name"
    assert (people["key"], found["tables"]["orders"]["key"]) == ("id", "order_id")


def test_the_command_drafts_it_too(address: str) -> None:
    result = CliRunner().invoke(main, ["init", "crm", "drafted.orders", "--connection", "CRM_DATABASE"])
    assert result.exit_code == 0
    assert "orders:" in result.stdout


def test_what_is_not_there_is_told_without_the_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExtractError, match=r"CRM_DATABASE: there is no table or view drafted\.persons"):
        draft_of_database("crm", "CRM_DATABASE", ["drafted.persons"])
    monkeypatch.delenv("CRM_DATABASE")
    with pytest.raises(ExtractError, match="CRM_DATABASE: the environment variable is not set"):
        draft_of_database("crm", "CRM_DATABASE", ["drafted.people"])
