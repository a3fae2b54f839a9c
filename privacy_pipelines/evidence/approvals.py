"""Who let which withheld part through: read from the evidence log, which is where an approval is made."""

from __future__ import annotations

from pathlib import Path

from privacy_pipelines.evidence.log import EvidenceLog


def approvals(path: Path) -> dict[str, str]:
    """Digest → who approved it. Empty for a log that is not there yet."""
    if not path.exists():
        return {}
    found = ((entry.body["digest"], entry.body["by"]) for entry in EvidenceLog(path).entries() if entry.kind == "approved")
    return {str(digest): str(by) for digest, by in found}
