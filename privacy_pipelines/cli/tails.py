"""What the product cannot reach, in words: until when backups may hold what was erased, and what is said of the devices. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from privacy_pipelines.evidence.levels import Levels
from privacy_pipelines.retention.calendar import add

if TYPE_CHECKING:
    from privacy_pipelines.policy.model import Company

UNSAID = "the policy does not say how long backups last (`backup_tail` in company.yaml)"


@dataclass(frozen=True, slots=True)
class Tails:
    """`backups_until` is an ISO day, empty where the policy does not say or nothing was disposed of; `on_device` and `in_backups` are the
    generations whose bytes may still be there; the rest is what is said of it."""

    disposed: int
    backups_until: str
    on_device: int
    in_backups: int
    device: str
    backups: str

    @property
    def said(self) -> str:
        """Both in one line."""
        return f"{self.device}; {self.backups}"


def tails(known: Levels, company: Company, as_of: date) -> Tails:
    """Of everything that was disposed of, by the last night's policy."""
    if not known.disposed:
        return Tails(0, "", 0, 0, "nothing has been disposed of yet", _tail(company))
    backups = {name: day for name, day in _ends(known, company).items() if day is None or day >= as_of}
    until = max((day.isoformat() for day in backups.values() if day), default="")
    there = len(known.remaining_on("store"))
    return Tails(len(known.disposed), until, there, len(backups), _device(known, there), _backups(company, len(backups), until))


def _ends(known: Levels, company: Company) -> dict[str, date | None]:
    """Until when backups may hold each generation that nobody said is gone from them; None where the policy does not say."""
    gone = dict(known.disposed)
    tail = company.backup_tail
    return {name: add(date.fromisoformat(gone[name][:10]), tail) if tail else None for name in known.remaining_on("backups")}


def _device(known: Levels, left: int) -> str:
    last = known.sanitised_on("store")
    done = f"device sanitised ({last.method}) through {last.through}, recorded {last.at[:10]}" if last else ""
    if not left:
        return done
    what = f"blocks of {left} disposed generation{'' if left == 1 else 's'} may be on the device until they are trimmed or written over"
    return f"{done}; {what}" if done else f"{what}, and nobody has recorded that (evidence sanitised)"


def _backups(company: Company, left: int, until: str) -> str:
    return (
        f"backups may hold {left} of them until {until} ({company.backup_tail})" if until else _tail(company) if left else "no backup does"
    )


def _tail(company: Company) -> str:
    return f"backups last {company.backup_tail}" if company.backup_tail else UNSAID
