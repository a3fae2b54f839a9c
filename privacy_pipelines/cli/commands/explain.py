"""`explain`: why a cell lives, until when, by which clause; or when it was left behind."""

from __future__ import annotations

from datetime import date

import click

from privacy_pipelines.cli.options import Folders, as_of_option, folders, json_option
from privacy_pipelines.cli.screen import say, show_json
from privacy_pipelines.cli.stores import require_store

LANGUAGES = ("en", "sv")


@click.command("explain")
@click.argument("table")
@click.argument("key")
@click.argument("field", required=False)
@as_of_option
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The language of the answer.")
@folders
@json_option
def command(where: Folders, *, table: str, key: str, field: str | None, as_of: date | None, language: str, as_json: bool) -> None:
    """Why a record of TABLE (such as crm.contacts), or one FIELD of it, is still here; or when and why it was left behind.

    A composite KEY is written with commas between its parts, and a part that holds a comma in quotes. Without --as-of, the last night's day
    is asked for.
    """
    from privacy_pipelines.explaining.explain import explain

    answer = explain(require_store(where.store).root, table, key, field, as_of)
    if as_json:
        show_json(answer.to_json())
    else:
        for line in answer.lines(language):
            say(line)
