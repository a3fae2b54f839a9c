"""`init`: a first text of a source's policy, for a person to finish."""

from __future__ import annotations

from pathlib import Path

import click

from privacy_pipelines.cli.options import Folders, folders
from privacy_pipelines.cli.screen import say
from privacy_pipelines.errors import InputError


@click.command("init")
@click.argument("source")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--write", is_flag=True, help="Write the policy folder's sources/SOURCE.yaml. A file that is there is left alone.")
@folders
def command(where: Folders, *, source: str, files: tuple[Path, ...], write: bool) -> None:
    """Draft a source's YAML from the headers and a sample of its extracts, one FILE for each table.

    Every field gets a guessed category and no purpose: `check` then lists what a person must decide. No value is printed.
    """
    from privacy_pipelines.drafting.text import draft

    text = draft(source, files, where.extracts)
    if not write:
        click.echo(text, nl=False)
        return
    file = where.policies / "sources" / f"{source}.yaml"
    if file.exists():
        raise InputError(f"{file}: is there already, and is left alone. Draft without --write and take over what you need")
    if not file.parent.is_dir():
        raise InputError(f"{file.parent}: no such folder. Point --policies at the policy folder")
    file.write_text(text, encoding="utf-8")
    say(f"{file}: drafted. Now decide what this lists: privacy-pipelines check --policies {where.policies}")
