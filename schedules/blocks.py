"""Cohorts as ranges, for a run takes one range. Pure."""

from __future__ import annotations

from collections.abc import Collection

from privacy_pipelines.retention.cohorts import COHORTS

_PLACES = {name: number for number, name in enumerate(COHORTS)}


def blocks(cohorts: Collection[str], most: int) -> list[tuple[str, str]]:
    """The first and last cohort of each contiguous block; where there would be more than `most`, the closest are one.

    >>> blocks(["2026-01", "open", "2026-02", "2026-04"], most=3)
    [('open', 'open'), ('2026-01', '2026-02'), ('2026-04', '2026-04')]
    >>> blocks(["2026-01", "open", "2026-02", "2026-04"], most=2)
    [('open', 'open'), ('2026-01', '2026-04')]
    """
    found = [(place, place) for place in sorted(_PLACES[name] for name in cohorts)]
    gaps = sorted(range(1, len(found)), key=lambda n: (found[n][0] - found[n - 1][0], n))
    single = sum(found[n][0] - found[n - 1][0] == 1 for n in gaps)
    joined = set(gaps[: max(single, len(found) - most)])
    spans: list[tuple[int, int]] = []
    for number, (first, last) in enumerate(found):
        spans = [*spans[:-1], (spans[-1][0], last)] if number in joined else [*spans, (first, last)]
    return [(COHORTS[first], COHORTS[last]) for first, last in spans]
