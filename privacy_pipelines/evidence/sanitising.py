"""A person says what was done to a device, so that what was disposed of can be called sanitised. The product cannot see it, and believes
nobody about a generation that is still there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.levels import levels
from privacy_pipelines.evidence.log import EvidenceLog


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done: to which medium (`levels.MEDIA`), by which method of NIST SP 800-88 Rev. 2, how, and by whom. `through` is the newest
    generation of which nothing is left; empty: the newest that is disposed of."""

    medium: str
    method: str
    how: str
    by: str
    through: str = ""


def sanitise(log: Path, deed: Deed, *, at: datetime) -> str:
    """Record it; the generation through which it reaches. The caller holds the store's write lock.

    Raises:
        InputError: that generation is not disposed of, or was said to be sanitised already.
        NotEvidence: who or how is not one line without a person in it.
        StoreError: the log cannot be used.
    """
    written = EvidenceLog(log)
    known = levels(written.entries())
    names = [name for name, _ in known.disposed]
    if not names:
        raise InputError(f"{log}: nothing has been disposed of yet, so there is nothing to sanitise")
    through = deed.through or names[-1]
    if through not in names:
        raise InputError(f"{log}: {through} is not disposed of. The newest generation that is: {names[-1]}")
    if through not in known.remaining_on(deed.medium):
        raise InputError(f"{log}: {deed.medium} are recorded as sanitised through {through} already")
    body = {"what": deed.medium, "through": through, "method": deed.method, "how": deed.how, "by": deed.by}
    written.append("sanitised", body, at=at)
    return through
