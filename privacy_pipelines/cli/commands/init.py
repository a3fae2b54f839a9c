"""`init`: a first text of a source's policy, for a person to finish."""

from __future__ import annotations

from pathlib import Path

import click

from privacy_pipelines.cli.options import Folders, folders
from privacy_pipelines.cli.screen import say
from privacy_pipelines.errors import InputError


@click.command("init")
@click.argument("source")
@click.argument("files", metavar="FILE…", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--connection", metavar="VARIABLE", help="The variable with a database's address; each FILE is then a table of it.")
@click.option(
    "--write", is_flag=True, help="Write sources/SOURCE.yaml, and what the policy folder lacks. Files that are there are left alone."
)
@folders
def command(where: Folders, *, source: str, files: tuple[Path, ...], connection: str | None, write: bool) -> None:
    """Draft a source's YAML from the headers and a sample of its extracts, one FILE for each table: CSV, .parquet, .jsonl or .xlsx, the
    texts also as .gz or .zst. With --connection, FILE is a table or view of PostgreSQL, such as crm.contacts.

    Every field gets a guessed category and no purpose: `check` then lists what a person must decide. No value is printed.
    """
    from privacy_pipelines.drafting.folder import missing_files
    from privacy_pipelines.drafting.text import draft, draft_of_database

    text = draft_of_database(source, connection, [str(file) for file in files]) if connection else draft(source, files, where.extracts)
    if not write:
        click.echo(text, nl=False)
        return
    file = where.policies / "sources" / f"{source}.yaml"
    if file.exists():
        raise InputError(f"{file}: is there already, and is left alone. Draft without --write and take over what you need")
    for path, content in (*missing_files(where.policies), (file, text)):
        _write(path, content)
        say(f"{path}: drafted")
    say(f"Now decide what this lists: privacy-pipelines check --policies {where.policies}")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({type(error).__name__}). Point --policies at a folder of yours") from None
