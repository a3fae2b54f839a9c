"""The demo company's third night against its golden text, in both languages."""

from __future__ import annotations

import pytest

from privacy_pipelines.report.page import page
from privacy_pipelines.report.tongue import TONGUES
from privacy_pipelines.report.write import render
from tests.report.conftest import Told
from tests.report.golden import FOLDER, text_of


def pages(told: Told) -> dict[str, str]:
    """The text of each language's page."""
    return {say.language: text_of(render(page(told.record, told.policy, told.trail, say), say)) for say in TONGUES}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_report_is_the_golden_one(nights: tuple[Told, ...], language: str) -> None:
    golden = (FOLDER / f"night.{language}.txt").read_text(encoding="utf-8")
    assert pages(nights[2])[language] == golden, "If it is meant: make golden, and look at the difference"
