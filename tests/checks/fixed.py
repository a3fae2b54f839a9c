"""What the tests of this room agree on."""

from __future__ import annotations

from datetime import date

RUN = "night-1"
UNTIL = date(2026, 3, 10)
