"""Deciding against its floor: what it costs at least to look at every date of every frame once."""

from __future__ import annotations

from benchmarks.frozen import Frozen
from benchmarks.timing import in_turns
from privacy_pipelines.deciding.weigh import code_counts, weigh
from privacy_pipelines.retention.rules import TableRule

COMPARED = (
    "deciding: every record's code from its dates against the rules' thresholds, counted by cohort and code, all tables; "
    "floor: one scan per table that reads the same date columns and takes greatest() per row and max() over all, same file and threads"
)


_TIMES = 5
"""A tenth of a second is measured more often than what takes several, so that one disturbance does not make the median."""


def measure(frozen: Frozen, repetitions: int) -> dict[str, float]:
    """Median seconds of the floor, of deciding, and of `weigh` whole, which writes the verdicts too."""
    found = in_turns({"floor": lambda: floor(frozen), "deciding": lambda: _decide(frozen)}, repetitions * _TIMES)
    return found | in_turns({"weigh": lambda: _weigh(frozen)}, repetitions)


def floor(frozen: Frozen) -> None:
    """One scan of every date that deciding reads."""
    for rule in frozen.rules.tables:
        dates = ", ".join(_dates(rule))
        frozen.night.session.one(f'SELECT max(greatest({dates})) FROM frame."{rule.table.id}"')


def _dates(rule: TableRule) -> list[str]:
    """The date columns that deciding reads: each reach's day and missing-since, the night of vanishing and of being undetermined."""
    return ["gone", "since", *(f"{kind}{number}" for number in range(len(rule.reaches)) for kind in "dm")]


def _decide(frozen: Frozen) -> None:
    code_counts(frozen.night.session, frozen.rules, frozen.night.pin.as_of, None)


def _weigh(frozen: Frozen) -> None:
    weigh(frozen.night.session, frozen.rules, frozen.night.pin.as_of)
