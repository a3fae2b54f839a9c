"""One measured figure, and the table that people read: in a terminal or in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

HEAD = ("figure", "measured", "ratio", "target", "met")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, as text; `ratio` within this run, `target` and whether it is met where there is one."""

    name: str
    measured: str
    ratio: float | None = None
    target: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """The figure as a row."""
        ratio = f"{self.ratio:.2f} ×" if self.ratio is not None else ""
        return self.name, self.measured, ratio, self.target, {None: "", True: "yes", False: "no"}[self.met]


def table(figures: Sequence[Figure]) -> Table:
    """For a terminal."""
    shown = Table(*HEAD, title="privacy_pipelines, measured")
    for figure in figures:
        style = {None: "", True: "green", False: "red"}[figure.met]
        shown.add_row(*figure.cells(), style=style)
    return shown


def markdown(figures: Sequence[Figure]) -> str:
    """For a file."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(figure.cells() for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"
