"""`init` drafts what can be seen and leaves open what a person must decide; it prints names and never values."""

from __future__ import annotations

from pathlib import Path

import pytest

from privacy_pipelines.demo import write_demo
from privacy_pipelines.policy.reading import read_text
from tests.cli.place import NIGHT, Place, place, write_csv


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Place:
    here = place(tmp_path_factory.mktemp("init"))
    write_demo(here.extracts, people=300, nights=1, until=NIGHT)
    return here


def _draft(here: Place, source: str) -> tuple[str, dict[str, object]]:
    result = here.run("init", source, *sorted((here.extracts / source).glob("*.csv")))
    assert result.exit_code == 0, result.output
    found = read_text("draft", result.stdout)
    assert not found.problems
    assert isinstance(found.data, dict)
    return result.stdout, found.data


def test_the_dialect_is_seen(demo: Place) -> None:
    extract = _draft(demo, "hr")[1]["extract"]
    seen = {"path": "hr/{table}_{day}.csv", "delimiter": ";", "encoding": "latin-1", "decimal": ",", "format": "csv", "mode": "snapshot"}
    assert extract == seen
    assert _draft(demo, "crm")[1]["extract"] == {
        **seen,
        "path": "crm/{table}-{day}.csv",
        "delimiter": ",",
        "encoding": "utf-8",
        "decimal": ".",
    }


def test_keys_links_types_and_identifiers_are_seen(demo: Place) -> None:
    tables = {**_draft(demo, "crm")[1]["tables"], **_draft(demo, "hr")[1]["tables"]}  # type: ignore[dict-item]
    assert tables["contacts"]["key"] == "contact_id"
    assert tables["invoice_lines"]["key"] == ["invoice_id", "line_no"]
    assert tables["prospects"]["key"] == "prospect_id"  # although one row repeats it
    assert tables["invoices"]["links"] == {"account_id": "accounts", "contact_id": "contacts"}
    assert tables["contacts"]["fields"]["email"] == {"category": "user.contact.email", "type": "email"}
    assert tables["contracts"]["fields"]["end_date"]["type"] == "date"
    assert tables["consents"]["fields"]["given_at"]["type"] == "timestamp"
    assert tables["employees"]["fields"]["personal_number"]["type"] == "personal_number"
    assert tables["employees"]["fields"]["trade_union"]["category"] == "user.membership.union"
    assert tables["payroll"]["fields"]["gross_sek"]["type"] == "decimal"


def test_no_field_has_a_purpose_and_no_value_is_printed(demo: Place) -> None:
    for source in ("crm", "hr"):
        text, _ = _draft(demo, source)
        assert "serves" not in text
        for path in (demo.extracts / source).glob("*.csv"):
            lines = path.read_text(encoding="utf-8" if source == "crm" else "latin-1").splitlines()[1:20]
            values = {value for line in lines for value in line.split(";" if source == "hr" else ",") if len(value) > 9 and " " in value}
            assert not [value for value in values if value in text]


def test_a_written_draft_lists_what_to_decide(tmp_path: Path, unstarted: Place) -> None:
    write_csv(unstarted.extracts / "shop/buyers-2026-03-10.csv", ["buyer_id", "mejl", "köpt den"], [["1", "a@x.example", "31.01.2026"]])
    file = unstarted.extracts / "shop/buyers-2026-03-10.csv"
    result = unstarted.run("init", "shop", file, "--write")
    assert result.exit_code == 0
    written = unstarted.policies / "sources/shop.yaml"
    assert 'format: "%d.%m.%Y"' in written.read_text()
    checked = unstarted.run("check")
    assert checked.exit_code == 2
    assert "field 'mejl' of shop.buyers serves no purpose" in checked.stdout
    assert "shop.yaml:3: 'owner'" in checked.stdout
    again = unstarted.run("init", "shop", file, "--write")
    assert again.exit_code == 2
    assert "is there already, and is left alone" in again.stderr


def test_two_days_of_one_table_are_refused(tmp_path: Path, unstarted: Place) -> None:
    for day in ("2026-03-09", "2026-03-10"):
        write_csv(tmp_path / f"buyers-{day}.csv", ["buyer_id"], [["1"]])
    result = unstarted.run("init", "shop", *sorted(tmp_path.glob("buyers-*.csv")))
    assert result.exit_code == 2
    assert "several files are the table 'buyers'" in result.stderr
