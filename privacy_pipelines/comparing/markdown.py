"""A comparison as a comment in a review: Markdown with counts that single nobody out. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from privacy_pipelines.comparing.difference import Count, Difference, shareable

MOST_ROWS = 30
"""Of one table; a comment that nobody can read is not read."""


def markdown(found: Difference) -> str:
    """The whole comment."""
    counts = found.counts
    parts = [
        "## What this policy change does",
        f"Decided for {found.as_of}, over `{found.generation}`; policy `{found.old[:12]}` → `{found.new[:12]}`. Nothing was done.",
        _list("What the policy says otherwise", (f"`{change}`" for change in found.changes)),
        _table("In the store", ("change",), counts.totals),
        _table("By purpose", ("change", "purpose"), counts.by_purpose),
        _table("By data cluster", ("change", "table", "data cluster", "fields"), counts.by_cluster),
        _table("By cohort", ("change", "cohort"), counts.by_cohort),
        _list("**Not decided**", map(str, found.undecided)),
        "Nothing in the store fares otherwise." if not found.found else _READ,
    ]
    return "\n\n".join(part for part in parts if part)


_READ = (
    "Counts below five are shown as <5, others to the nearest five. A cell counts for every purpose that answers for its change. What the "
    "old policy refused at the door is not in the store and is not counted; fields and tables that are new are empty until they arrive."
)


def _list(title: str, lines: Iterable[str]) -> str:
    lines = list(lines)
    return "\n".join([f"### {title}", "", *(f"- {line}" for line in lines)]) if lines else ""


def _table(title: str, head: tuple[str, ...], counts: tuple[Count, ...]) -> str:
    if not counts:
        return ""
    whole = (*head, "records", "cells")
    rows = [f"| {' | '.join(_cells(one, head))} |" for one in counts[:MOST_ROWS]]
    more = ["", f"… and {len(counts) - MOST_ROWS} rows more."] if len(counts) > MOST_ROWS else []
    lines = ["| " + " | ".join(whole) + " |", "|" + "|".join([" --- "] * len(head) + [" ---: "] * 2) + "|", *rows, *more]
    return "\n".join([f"### {title}", "", *lines])


def _cells(count: Count, head: tuple[str, ...]) -> list[str]:
    named = {
        "change": count.what,
        "purpose": count.name,
        "cohort": count.name,
        "table": count.table,
        "data cluster": count.name.replace("+", ", "),
        "fields": ", ".join(count.fields),
    }
    return [*(named[name] for name in head), str(shareable(count.records)), str(shareable(count.cells))]
