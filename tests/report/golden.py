"""The report of the demo company's third night, as text: `make golden` writes it anew, for review.

Digests differ from store to store, for each has keys of its own: in their place stands a mark. All else is as it is on the page.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

_SECTION = re.compile(r'<section[^>]*aria-labelledby="(\w+)".*?</section>', re.DOTALL)
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
FOLDER = Path(__file__).parent / "golden"


def text_of(page: str) -> str:
    """Its sections' text, one line for each row, item or paragraph. Drawings are left out; their numbers are there as tables."""
    found = []
    for section in _SECTION.finditer(page):
        text = re.sub(r"<svg.*?</svg>", "", section[0], flags=re.DOTALL)
        text = re.sub(r"</(?:tr|li|p|h[1-6]|figcaption|summary|dd|pre)>", "\n", re.sub(r"\s+", " ", text))
        text = re.sub(r"</(?:td|th|dt)>", " | ", text)
        lines = (re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", line))).strip(" |") for line in text.splitlines())
        found.append(f"[{section[1]}]\n" + "\n".join(line for line in lines if line))
    return _DIGEST.sub("(digest)", "\n\n".join(found)) + "\n"


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
