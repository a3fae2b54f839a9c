"""A small company whose numbers can be worked out by hand, after its second night; one of its purposes waits for a review too long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from privacy_pipelines.pipeline import LastNight
from tests.metrics.archive import COMPANY, FIRST, POLICY, PURPOSES, SECOND, Naive, consents, files, letters, naive
from tests.way.house import Company


@dataclass(frozen=True)
class Lived:
    """The company, its second night, and what that must come to."""

    company: Company
    night: LastNight
    expected: Naive


@pytest.fixture(scope="package")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Read only."""
    company = Company(tmp_path_factory.mktemp("archive"))
    company.policy(POLICY, company=COMPANY, **PURPOSES)
    generations = []
    for day in (FIRST, SECOND):
        for table, text in (("files", files()), ("letters", letters(day)), ("consents", consents())):
            company.extract(table, day.isoformat(), text)
        night = company.night(day.isoformat())
        generations.append({table: company.rows(table) for table in ("files", "letters", "consents")})
    return Lived(company, night, naive(*generations))


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """An empty company."""
    return Company(tmp_path / "one")
