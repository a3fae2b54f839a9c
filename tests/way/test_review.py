"""The steward's list: what has no end that anybody knows (LAW §5, 23 and 24)."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from privacy_pipelines.cli import main
from privacy_pipelines.errors import InputError
from privacy_pipelines.explaining.review import Listed, Reviewed, listed, review
from tests.way.customers import customers, extracts
from tests.way.house import Company, day


def test_an_open_ended_contract_is_on_the_review_list(company: Company) -> None:
    """Scenario 23: K1 says no end and K4 says a sentinel; K2 is in force to a day that is known, and K3 has ended without a date
    (scenario 24): its person C3 is undetermined because of it. Of C5 nothing is known at all."""
    assert review(company.paths.store) == ()
    customers(company)
    rows = ("K1,A1,active,,", "K2,A2,active,2030-12-31,", "K3,A3,ended,,", "K4,A1,active,9999-12-31,")
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,\nC3,A3,Bo,\nC5,A5,Eva,", contracts="\n".join(rows))
    company.night("2026-01-10")
    company.night("2026-03-01")
    first = day("2026-01-10")
    assert review(company.paths.store) == (Reviewed("crm.contacts", 0, 1, 0, first), Reviewed("crm.contracts", 2, 1, 0, first))
    expected = (Listed(("K1",), "open_ended", first), Listed(("K3",), "undetermined", first), Listed(("K4",), "open_ended", first))
    assert listed(company.paths.store, "crm.contracts") == expected
    said = CliRunner().invoke(main, ["review", "crm.contracts", "--store", str(company.paths.store)])
    lines = ["K1: open ended since 2026-01-10", "K3: undetermined since 2026-01-10", "K4: open ended since 2026-01-10"]
    assert (said.exit_code, said.output.splitlines()) == (0, lines)
    counted = CliRunner().invoke(main, ["review", "--store", str(company.paths.store)])
    assert "crm.contracts: 2 open ended, 1 undetermined, 0 to be reviewed, oldest since 2026-01-10" in counted.output
    with pytest.raises(InputError, match=r"no table 'crm\.accounts'"):
        listed(company.paths.store, "crm.accounts")
