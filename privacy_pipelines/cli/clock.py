"""The clock. Below the command line a day and a moment are arguments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def now(zone: str) -> datetime:
    """This moment, in the company's zone: its date is the company's today."""
    return datetime.now(ZoneInfo(zone))
