"""Real Chromium, headless and without a net, for who asks what a page is like in a browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(os.environ.get("AXE_CORE", "node_modules/axe-core")) / "axe.min.js"
"""axe-core is not this project's: npm install axe-core, and say where in AXE_CORE."""
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
_RUN = """
<script>%s</script>
<script>
document.querySelectorAll("details").forEach(one => one.open = true);
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const said = found.violations.map(one => ({id: one.id, impact: one.impact, nodes: one.nodes.map(node => node.html.slice(0, 200))}));
  document.documentElement.innerHTML = "<pre id=axe></pre>";
  document.getElementById("axe").textContent = JSON.stringify(said);
});
</script>
</body>"""


def browse(*arguments: str, dark: bool = False) -> str:
    """What Chromium prints. `dark`: as who prefers a dark screen sees it."""
    assert CHROMIUM is not None
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *QUIET, *scheme, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def audit(page: Path, folder: Path, *, dark: bool = False) -> list[dict[str, Any]]:
    """What axe finds wrong with a page, everything unfolded. The page is copied without its policy against scripts, and axe put into it."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    copy = folder / f"audited-{page.name}"
    copy.write_text(text.replace("</body>", _RUN % AXE.read_text(encoding="utf-8").replace("</script", "<\\/script")), encoding="utf-8")
    printed = browse("--dump-dom", "--virtual-time-budget=60000", f"file://{copy}", dark=dark)
    found = re.search(r'<pre id="axe">(.*?)</pre>', printed, re.DOTALL)
    assert found is not None, printed[:500]
    violations: list[dict[str, Any]] = json.loads(unescape(found[1]))
    return violations
