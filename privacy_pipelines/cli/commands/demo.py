"""`demo`: extracts of a company that does not exist."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.options import DAY, Folders, folders
from privacy_pipelines.cli.screen import say, show_table
from privacy_pipelines.errors import InputError, PolicyErrors

MANIFEST = ".demo-manifest.json"


@click.command("demo")
@click.option("--people", type=int, default=2000, show_default=True, help="How many people.")
@click.option("--nights", type=int, default=3, show_default=True, help="How many nights in a row.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--until", type=DAY, default=None, help="The last night. Default: today in the company's zone.")
@folders
def command(where: Folders, *, people: int, nights: int, seed: int, until: date | None) -> None:
    """Write realistic Swedish CRM and HR extracts into the drop folder, faults included.

    A folder that holds anything but an earlier demo is left alone.
    """
    from privacy_pipelines.demo import write_demo

    make_room(where.extracts)
    manifest = write_demo(where.extracts, people=people, nights=nights, seed=seed, until=until or _today(where.policies))
    days = f"{manifest.days[0]} to {manifest.days[-1]}"
    say(f"{where.extracts}: {len(manifest.files)} extracts of {manifest.people} people, {days}, {len(manifest.faults)} planted faults")
    show_table("Rows on the first night", ("table", "rows"), manifest.counts)


def make_room(folder: Path) -> None:
    """Clear an earlier demo away. Raises InputError where the folder holds anything else."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder. Point --extracts at the folder that shall hold the demo")
    earlier = {folder / name for name in _written_before(folder)}
    other = sorted(path for path in folder.rglob("*") if not path.is_dir() and path not in earlier and not path.name.startswith("."))
    if other:
        name = other[0].relative_to(folder).as_posix()
        raise InputError(f"{folder}: holds {len(other)} files that no demo wrote, such as {name}. Point --extracts at an empty folder")
    for path in earlier:
        path.unlink(missing_ok=True)


def _written_before(folder: Path) -> set[str]:
    """The files that an earlier demo lists in its manifest, the manifest itself included."""
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {MANIFEST, *(str(file["path"]) for file in listed["files"] if ".." not in Path(file["path"]).parts)}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _today(policies: Path) -> date:
    from privacy_pipelines.policy.load import load

    try:
        return clock.now(load(policies).company.zone).date()
    except PolicyErrors:
        return clock.now("UTC").date()  # a demo needs no policy
