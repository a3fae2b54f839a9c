"""What a person reads in the terminal after a night: its numbers, what to look at, and where everything is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from privacy_pipelines.collector.suspending import HELD
from privacy_pipelines.metrics.metric import shown
from privacy_pipelines.metrics.registry import METRICS
from privacy_pipelines.pipeline import LastNight
from privacy_pipelines.report.words import NOTHING_CHANGED
from privacy_pipelines.values import Paths

SHOWN = ("staged", "quarantined", "refused", "kept", "restricted", "erased", "overdue", "withheld", "cells_without_a_ground")
MOST_FINDINGS = 12


class Summary:
    """Prints; progress and failures go to stderr."""

    def __init__(self) -> None:
        self._out, self._err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)

    @contextmanager
    def writing(self, people: int) -> Iterator[None]:
        """While the demo is written."""
        with self._err.status(f"An empty drop folder: writing the extracts of a company with {people} people …"):
            yield

    @contextmanager
    def running(self, day: date) -> Iterator[None]:
        """While a night runs."""
        with self._err.status(f"The night of {day} …"):
            yield

    def ended(self, nights: Sequence[LastNight], paths: Paths, home: Path) -> int:
        """The summary; how many parts wait for a person."""
        last = nights[-1]
        waiting = _waiting(last)
        self._out.print(_numbers(nights))
        if last.record["repeats"]:
            self._out.print(f"Quiet   {NOTHING_CHANGED}")
        self._list("To look at", [escape(finding) for finding in last.record["plan"]["findings"]])
        self._list("Withheld: look, then let it through with 'privacy-pipelines approve DIGEST --by … --reason …'", waiting)
        self._out.print(f"Report  {escape(str(_report(paths, last)))}")
        self._out.print(f"Store   {escape(str(paths.store / last.generation))}")
        self._out.print(f"Runs    {escape(str(home))}, to see with [bold]make ui[/]")
        return len(waiting)

    def failed(self, said: str, code: int) -> int:
        """Where, what and a hint; the exit code comes back."""
        self._err.print("[red]The night stopped[/]; yesterday's generation stands.")
        self._err.print(escape(said))
        return code

    def _list(self, title: str, lines: Sequence[str]) -> None:
        if lines:
            self._out.print(f"[bold]{title}[/]")
            for line in lines[:MOST_FINDINGS]:
                self._out.print(f"  {line}")
            if len(lines) > MOST_FINDINGS:
                self._out.print(f"  … and {len(lines) - MOST_FINDINGS} more in the report")


def _numbers(nights: Sequence[LastNight]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for night in nights:
        table.add_column(night.as_of.isoformat(), justify="right")
    for metric in (metric for name in SHOWN for metric in METRICS if metric.name == name):
        table.add_row(metric.title, *(shown(night.metrics[metric.name], metric.unit) for night in nights))
    return table


def _waiting(night: LastNight) -> list[str]:
    """Parts that a person may approve; what a hold keeps is as it should be."""
    return [_part(part) for part in night.record["plan"]["parts"] if part["withheld"] and part["reason"] != HELD]


def _part(part: dict[str, Any]) -> str:
    count = f", {part['unexpected']} rows, limit {part['limit']}" if part["unexpected"] else ""
    return escape(f"{part['table']} {part['purpose']}: {part['reason']}{count}, {part['digest']}")


def _report(paths: Paths, night: LastNight) -> Path:
    pages = sorted(paths.reports.glob(f"*{night.as_of.isoformat()}*.html"))
    return pages[-1] if pages else paths.reports
