"""`review`: what has no end that anybody knows, and what waits to be looked at, for the data steward."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from privacy_pipelines.cli.options import Folders, folders, json_option
from privacy_pipelines.cli.screen import say, show_json
from privacy_pipelines.cli.stores import require_store

if TYPE_CHECKING:
    from privacy_pipelines.explaining.review import Listed


@click.command("review")
@click.argument("table", required=False)
@folders
@json_option
def command(where: Folders, *, table: str | None, as_json: bool) -> None:
    """How many records are open ended, undetermined or wait for a person; with TABLE (such as crm.contracts) the keys of that table's.

    Open ended is what is in force and says no day on which it ends, undetermined what only a ceiling ends. What waits for a disposition
    review has ended, and its purpose asks a person first; of what waits for the proof of a consent nobody has said that it was withdrawn.
    `explain TABLE KEY` says more.
    """
    from privacy_pipelines.explaining.review import listed, review

    root = require_store(where.store).root
    if table:
        records = listed(root, table)
        lines = [f"{_line(record.key)}: {_why(record)} since {record.since}" for record in records]
        whole = [asdict(record) for record in records]
    else:
        counts = review(root)
        lines = [
            f"{one.table}: {one.open_ended:,} open ended, {one.undetermined:,} undetermined, {one.awaiting:,} to be reviewed, "
            f"oldest since {one.since}"
            for one in counts
        ]
        whole = [asdict(one) for one in counts]
    if as_json:
        show_json(whole)
        return
    for line in lines:
        say(line)


def _why(record: Listed) -> str:
    words = record.why.replace("_", " ")
    return f"{words} of {record.purpose}" if record.purpose else words


def _line(key: tuple[str, ...]) -> str:
    """The key as `explain` takes it."""
    if len(key) == 1:
        return key[0]
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(key)
    return text.getvalue()
