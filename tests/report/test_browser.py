"""The page in real Chromium: what axe says of it, in light and dark, and that it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from privacy_pipelines.report.write import write_report
from tests.report.browser import AXE, CHROMIUM, audit, browse
from tests.report.conftest import Told

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm install axe-core, or say where it is in AXE_CORE")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(nights: tuple[Told, ...], tmp_path: Path, dark: bool) -> None:
    swedish, _ = write_report(nights[1].store, reports=tmp_path)
    assert audit(swedish, tmp_path, dark=dark) == []


def test_it_prints_as_pdf(nights: tuple[Told, ...], tmp_path: Path) -> None:
    swedish, _ = write_report(nights[2].store, reports=tmp_path)
    browse(f"--print-to-pdf={tmp_path / 'report.pdf'}", "--no-pdf-header-footer", f"file://{swedish}")
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page/") + content.count(b"/Type/Page") >= 5
