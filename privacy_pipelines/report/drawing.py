"""Charts as they are drawn: matplotlib's figures, as SVG that stands inside a page and takes its colours from it, or as PNG on white.
Nothing is fetched and nothing runs; equal numbers give equal drawings.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE = "#1f2421", "#5a625d", "#dcdfd9"
HUES = ("#2f7d5d", "#4c6fae", "#b87a1d", "#8a5aa3", "#a8433a", "#3d8a99", "#7c7f86")
"""Told apart by lightness too, and by the order of the legend."""
_IN_PAGE = {INK: "var(--ink)", SOFT: "var(--soft)", LINE: "var(--line)", **{hue: f"var(--hue{n})" for n, hue in enumerate(HUES)}}
_STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "privacy-pipelines", "font.family": "sans-serif", "font.size": 9, "text.color": INK,
    "axes.edgecolor": LINE, "axes.labelcolor": SOFT, "xtick.color": SOFT, "ytick.color": SOFT, "axes.spines.top": False,
    "axes.spines.right": False, "axes.spines.left": False, "axes.axisbelow": True, "ytick.left": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its name, and a number for each place on the axis; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as a value: what it says in one sentence, its places and its series. `stacked` bars, or lines over the nights."""

    name: str
    title: str
    said: str
    unit: str
    places: tuple[str, ...]
    lines: tuple[Line, ...]
    stacked: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw: no place, or only zeros."""
        return not any(value for line in self.lines for value in line.values)


def svg_of(chart: Chart) -> str:
    """The drawing as an element of a page, with its title and what it says for who does not see it."""
    drawn = _drawn(chart, lambda figure, target: figure.savefig(target, format="svg", transparent=True, metadata={"Date": None})).decode()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r' xmlns(:xlink)?="[^"]*"', "", drawn).replace("xlink:href", "href")
    drawn = re.sub(r' clip-path="[^"]*"', "", drawn)
    drawn = re.sub(r'\bid="', f'id="{chart.name}-', drawn).replace('href="#', f'href="#{chart.name}-')
    for colour, named in _IN_PAGE.items():
        drawn = drawn.replace(colour, named)
    label = f'role="img" aria-labelledby="{chart.name}-title {chart.name}-said"'
    head = f'<title id="{chart.name}-title">{escape(chart.title)}</title><desc id="{chart.name}-said">{escape(chart.said)}</desc>'
    drawn = re.sub(r'<svg width="[^"]*" height="[^"]*"', f'<svg class="chart" {label}', drawn, count=1)
    return drawn.replace(">", f">{head}", 1).strip()


@lru_cache(maxsize=8)  # a night shows some of them twice
def png_of(chart: Chart) -> bytes:
    """The drawing as a picture."""
    return _drawn(
        chart, lambda figure, target: figure.savefig(target, format="png", dpi=110, facecolor="#ffffff", metadata={"Software": None})
    )


def markdown_of(chart: Chart) -> str:
    """The picture inside a Markdown text, with what it says; the sentence alone where there is nothing to draw."""
    if chart.empty:
        return f"**{chart.title}**: {chart.said}"
    return f"**{chart.title}**: {chart.said}\n\n![{chart.title}](data:image/png;base64,{b64encode(png_of(chart)).decode()})"


def _drawn(chart: Chart, save: Callable[[Figure, BytesIO], None]) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    target = BytesIO()
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 3.6) if chart.stacked else (4.4, 2.3), layout="constrained")
        axes = figure.add_subplot()
        _bars(axes, chart) if chart.stacked else _lines(axes, chart)
        axes.set_xticks(range(len(chart.places)), _months(chart.places) if chart.stacked else _thinned(chart.places))
        axes.yaxis.grid(visible=True, color=LINE, linewidth=0.8)
        axes.set_ylabel(chart.unit)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.yaxis.set_major_formatter("{x:,.0f}")
        if len(chart.lines) > 1:
            figure.legend(loc="outside lower left", ncols=2 if chart.stacked else len(chart.lines), frameon=False, fontsize=8)
        save(figure, target)
    return target.getvalue()


def _bars(axes: Axes, chart: Chart) -> None:
    below = [0.0] * len(chart.places)
    for line, hue in zip(chart.lines, HUES, strict=False):
        heights = [value or 0.0 for value in line.values]
        axes.bar(range(len(heights)), heights, bottom=below, color=hue, label=line.name, width=0.72)
        below = [base + height for base, height in zip(below, heights, strict=True)]


def _lines(axes: Axes, chart: Chart) -> None:
    for number, (line, hue) in enumerate(zip(chart.lines, HUES, strict=False)):
        values = [float("nan") if value is None else value for value in line.values]
        mark = "os^Dv"[number % 5] if len(values) <= 31 else ""
        axes.plot(range(len(values)), values, color=hue, label=line.name, marker=mark, markersize=4, linewidth=1.8)
    axes.margins(x=0.04)


def _months(places: Sequence[str]) -> list[str]:
    """Months by their number, with the year below the first of each.

    >>> _months(["2026-11", "2026-12", "2027-01"])
    ['11\\n2026', '12', '01\\n2027']
    """
    return [f"{one[5:]}\n{one[:4]}" if n == 0 or one[5:] == "01" else one[5:] for n, one in enumerate(places)]


def _thinned(places: Sequence[str]) -> list[str]:
    """As many names of places as there is room for.

    >>> _thinned([str(n) for n in range(30)])[:4]
    ['0', '', '', '']
    """
    step = -(-len(places) // 9)
    return [name if number % step == 0 else "" for number, name in enumerate(places)]
