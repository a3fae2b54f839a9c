"""What a recorded night withheld."""

from __future__ import annotations

from typing import Any

from privacy_pipelines.retention.plan import Part


def withheld_in(record: dict[str, Any]) -> tuple[Part, ...]:
    """What the recorded night withheld."""
    parts = (Part(**part) for part in record["plan"]["parts"])
    return tuple(part for part in parts if part.withheld)
