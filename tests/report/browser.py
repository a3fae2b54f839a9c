"""Real Chromium, headless and without a net, for who asks what a page is like in a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_AUDIT = """
<script>
addEventListener("load", async () => {
  const said = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentWindow;
    page.document.querySelectorAll("details").forEach(one => one.open = true);
    const found = await page.axe.run(page.document, {resultTypes: ["violations"]});
    said[frame.title] = {
      wrong: found.violations.map(one => ({id: one.id, impact: one.impact, nodes: one.nodes.map(node => node.html.slice(0, 200))})),
      asked: page.performance.getEntriesByType("resource").map(one => one.name),
      dark: page.matchMedia("(prefers-color-scheme: dark)").matches,
    };
  }
  document.documentElement.innerHTML = "<pre id=said></pre>";
  document.getElementById("said").textContent = JSON.stringify(said);
});
</script>
"""


@dataclass(frozen=True)
class Audited:
    """What axe finds `wrong` with a page, everything unfolded; the addresses that the page `asked` for; whether it was shown dark."""

    wrong: list[dict[str, Any]]
    asked: list[str]
    dark: bool


def browse(*arguments: str, dark: bool = False) -> str:
    """What Chromium prints. `dark`: as who prefers a dark screen sees it."""
    assert CHROMIUM is not None
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *QUIET, *scheme, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def audit(pages: Mapping[str, str], folder: Path, *, dark: bool = False) -> dict[str, Audited]:
    """Every page, by its name, in one start of Chromium. A page loses its policy against scripts and requests: axe is put into it, and what
    it would ask for without that policy is seen."""
    axe = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    frames = (
        f'<iframe title="{escape(name)}" width="1200" height="900" srcdoc="{escape(_POLICY.sub("", text) + f"<script>{axe}</script>")}">'
        "</iframe>"
        for name, text in pages.items()
    )
    harness = folder / f"audit-{'dark' if dark else 'light'}.html"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Audit</title>'
    harness.write_text(head + "".join(frames) + _AUDIT, encoding="utf-8")
    printed = browse("--dump-dom", "--virtual-time-budget=60000", f"file://{harness}", dark=dark)
    found = re.search(r'<pre id="said">(.*?)</pre>', printed, re.DOTALL)
    assert found is not None, printed[:500]
    return {name: Audited(**one) for name, one in json.loads(unescape(found[1])).items()}
