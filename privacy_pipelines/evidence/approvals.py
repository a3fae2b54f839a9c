"""Who let which withheld part through, and whether they are enough: read from the evidence log, which is where an approval is made."""

from __future__ import annotations

from pathlib import Path

from privacy_pipelines.evidence.log import EvidenceLog


def approvals(path: Path, needed: int = 1) -> dict[str, str]:
    """Digest → who approved it, where so many different persons did. Empty for a log that is not there yet."""
    return {digest: ", ".join(by) for digest, by in approvers(path).items() if len(by) >= needed}


def approvers(path: Path) -> dict[str, tuple[str, ...]]:
    """Digest → everyone who approved it, in the order in which they did; a name counts once, however it is written."""
    found: dict[str, dict[str, str]] = {}
    for entry in EvidenceLog(path).entries() if path.exists() else ():
        if entry.kind == "approved":
            by = str(entry.body["by"])
            found.setdefault(str(entry.body["digest"]), {}).setdefault(plain(by), by)
    return {digest: tuple(each.values()) for digest, each in found.items()}


def plain(by: str) -> str:
    """A person's name however it is written.

    >>> plain("Data  Protection officer") == plain("data protection Officer")
    True
    """
    return " ".join(by.casefold().split())
