"""A walk over the stations of a night, shown while it goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import click

STATIONS = ("inbox", "checks", "facts", "decisions", "plan", "generation", "proof", "published")
"""In the order of the way (`pipeline.night`)."""
BEFORE_THE_PLAN = STATIONS[: STATIONS.index("plan") + 1]


@dataclass(slots=True)
class Walk:
    """What each station returned, and how long it took."""

    results: dict[str, object] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def walk(stations: Iterator[tuple[str, object]], expected: Sequence[str] = STATIONS, *, silent: bool) -> Walk:
    """Go the whole way; in a terminal with a line per station that moves, in a pipe with one when it is done."""
    if silent or not sys.stdout.isatty():
        return _walk_plainly(stations, silent=silent)
    return _walk_in_colour(stations, expected)


def _walk_plainly(stations: Iterator[tuple[str, object]], *, silent: bool) -> Walk:
    done = Walk()
    while (name := _step(stations, done)) is not None:
        if not silent:
            click.echo(f"{name:<12} {done.seconds[name]:6.1f} s")
    return done


def _walk_in_colour(stations: Iterator[tuple[str, object]], expected: Sequence[str]) -> Walk:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    done = Walk()
    columns = (SpinnerColumn(finished_text="[green]✓"), TextColumn("{task.description:<12}"), TimeElapsedColumn())
    with Progress(*columns) as progress:
        for coming in (*expected, ""):
            task = progress.add_task(coming, total=1)
            name = _step(stations, done)
            if name is None:
                progress.remove_task(task)
                break
            progress.update(task, completed=1, description=f"{name:<12} {done.seconds[name]:6.1f} s")
    return done


def _step(stations: Iterator[tuple[str, object]], done: Walk) -> str | None:
    start = time.monotonic()
    name, result = next(stations, (None, None))
    if name is not None:
        done.results[name] = result
        done.seconds[name] = round(time.monotonic() - start, 2)
    return name
