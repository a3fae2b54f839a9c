"""The stable part of the demo company's third night, as text: `python -m tests.report.golden` writes it anew, for review.

Digests, heads and sizes differ from store to store, so the verdict, the promises, what was erased and refused, the forecast and the
deletion classes stand here, and no proof.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

SECTIONS = ("verdict", "promises", "erased", "refused", "forecast", "exceptions", "classes")
FOLDER = Path(__file__).parent / "golden"


def text_of(page: str) -> str:
    """The sections' text, one line for each row, item or paragraph. Drawings are left out; their numbers are there as tables."""
    found = []
    for name in SECTIONS:
        section = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
        assert section is not None, name
        text = re.sub(r"<svg.*?</svg>", "", section[0], flags=re.DOTALL)
        text = re.sub(r"</(?:tr|li|p|h[1-6]|figcaption|summary)>", "\n", re.sub(r"\s+", " ", text))
        text = re.sub(r"</(?:td|th|dt|dd)>", " | ", text)
        lines = (re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", line))).strip(" |") for line in text.splitlines())
        found.append(f"[{name}]\n" + "\n".join(line for line in lines if line))
    return "\n\n".join(found) + "\n"


def main() -> int:
    """Write them."""
    from tests.report.conftest import POLICIES, run_nights, tell
    from tests.report.test_golden import pages

    with TemporaryDirectory() as folder:
        run_nights(Path(folder), POLICIES, _nothing)
        for language, text in pages(tell(Path(folder) / "store")).items():
            (FOLDER / f"night.{language}.txt").write_text(text, encoding="utf-8")
    return 0


def _nothing(_: date) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
