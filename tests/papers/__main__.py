"""Write the golden papers anew, after a change of the policy or of a word: make golden"""

from __future__ import annotations

from pathlib import Path

from privacy_pipelines.papers.write import papers
from privacy_pipelines.policy.load import load

GOLDEN = Path(__file__).parent / "golden"
KEPT = ("notice-sv.md", "notice-en.md", "register-sv.csv", "register-en.csv")
POLICIES = Path(__file__).parents[2] / "policies"

if __name__ == "__main__":
    for name, text in papers(load(POLICIES)).items():
        if name in KEPT:
            (GOLDEN / name).write_text(text, encoding="utf-8")
