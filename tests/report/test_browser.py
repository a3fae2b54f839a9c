"""The pages in real Chromium: what axe says of them in light and dark, that they ask nobody for anything, and that the report prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from privacy_pipelines.report.page import page
from privacy_pipelines.report.tongue import SWEDISH_TONGUE
from privacy_pipelines.report.write import render, write_report
from tests.report.browser import CHROMIUM, audit, browse
from tests.report.conftest import Told
from tests.report.test_page import NEW_TABLE, UNFORESEEN, withheld

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
PAPERS = ("notice-sv.html", "register-sv.html", "concept-sv.html")
WRONG = '<html lang="en"><title>x</title><h1>x</h1><img src="http://127.0.0.1:9/never"></html>'
"""A page that axe must find something wrong with, and that asks somebody for something."""


@pytest.fixture(scope="module")
def pages(nights: tuple[Told, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A good night's report, one of a night in which much waits, and the papers."""
    folder = tmp_path_factory.mktemp("reports")
    swedish, _ = write_report(nights[2].store, reports=folder)
    waits = withheld(nights[1], UNFORESEEN, NEW_TABLE)
    bad = render(page(waits.record, waits.policy, waits.trail, SWEDISH_TONGUE), SWEDISH_TONGUE)
    (papers,) = (folder / "papers").iterdir()
    told = {name: (papers / name).read_text(encoding="utf-8") for name in PAPERS}
    return {"good night": swedish.read_text(encoding="utf-8"), "bad night": bad, **told}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_nobody_is_asked_for_anything(pages: dict[str, str], tmp_path: Path, dark: bool) -> None:
    found = audit({**pages, "wrong": WRONG}, tmp_path, dark=dark)
    control = found.pop("wrong")
    assert ("image-alt" in {one["id"] for one in control.wrong}, control.asked) == (True, ["http://127.0.0.1:9/never"])
    assert set(found) == set(pages)
    assert {name: one.wrong for name, one in found.items() if one.wrong} == {}
    assert {name: one.asked for name, one in found.items() if one.asked} == {}
    assert {one.dark for one in found.values()} == {dark}


def test_it_prints_as_pdf(nights: tuple[Told, ...], tmp_path: Path) -> None:
    swedish, _ = write_report(nights[2].store, reports=tmp_path)
    browse(f"--print-to-pdf={tmp_path / 'report.pdf'}", "--no-pdf-header-footer", f"file://{swedish}")
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page/") + content.count(b"/Type/Page") >= 5
