"""What people see: tables and colour in a terminal, plain text in a pipe, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

import click

Cell = str | int | float | None
"""A float is a share."""


def show_json(body: object) -> None:
    """Print a document for programs."""
    click.echo(json.dumps(body, ensure_ascii=False, indent=2, default=str))


def say(text: str = "") -> None:
    """Print a line."""
    click.echo(text)


def show_table(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print a table under its title; nothing for no rows. Columns of numbers stand to the right."""
    cells = [tuple(row) for row in rows]
    if not cells:
        return
    numeric = [all(isinstance(row[n], int | float | None) for row in cells) for n in range(len(header))]
    texts = [tuple(_text(cell) for cell in row) for row in cells]
    if sys.stdout.isatty():
        _rich_table(title, header, texts, numeric)
    else:
        _plain_table(title, header, texts, numeric)


def show_list(title: str, lines: Iterable[str]) -> None:
    """Print lines under a title; nothing for no lines."""
    lines = list(lines)
    if lines:
        click.echo()
        click.secho(title, bold=True)
        for line in lines:
            click.echo(f"  {line}")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{100 * cell:.1f} %"
    return f"{cell:,}".replace(",", " ") if isinstance(cell, int) else cell


def _plain_table(title: str, header: Sequence[str], rows: list[tuple[str, ...]], numeric: list[bool]) -> None:
    widths = [max(len(row[n]) for row in (header, *rows)) for n in range(len(header))]
    click.echo(f"\n{title}")
    for row in (header, *rows):
        padded = [text.rjust(width) if right else text.ljust(width) for text, width, right in zip(row, widths, numeric, strict=True)]
        click.echo(f"  {'  '.join(padded).rstrip()}")


def _rich_table(title: str, header: Sequence[str], rows: list[tuple[str, ...]], numeric: list[bool]) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE)
    for name, right in zip(header, numeric, strict=True):
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(text) for text in row))
    Console().print(table)
