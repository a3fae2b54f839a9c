"""Which privacy notice was in force on a day: read from the evidence log, in which every night says it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from privacy_pipelines.evidence.log import EvidenceLog


def notice_on(path: Path, day: date) -> str:
    """The version of the notice of the last night decided for `day` or before; '' where no night of that time said it."""
    newest = ("", "")
    for entry in EvidenceLog(path).entries() if path.exists() else ():
        if entry.kind == "night_completed" and newest[0] <= str(entry.body["as_of"]) <= day.isoformat():
            newest = (str(entry.body["as_of"]), str(entry.body.get("notice", "")))
    return newest[1]
