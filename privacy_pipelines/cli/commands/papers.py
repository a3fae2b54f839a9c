"""`papers`: the policy's privacy notice, register of processing, deletion concept, and export to fideslang."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_pipelines.cli.exits import FINDINGS, FINE
from privacy_pipelines.cli.options import Folders, folders, json_option
from privacy_pipelines.cli.policies import require_policy
from privacy_pipelines.cli.screen import say, show_json

if TYPE_CHECKING:
    from privacy_pipelines.policy.model import Policy

KINDS = ("notice", "register", "concept", "fideslang")


@click.command("papers")
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="Write them into this folder.")
@folders
@json_option
@click.pass_context
def command(ctx: click.Context, where: Folders, *, kind: str | None, out: Path | None, as_json: bool) -> None:
    """Say what the policy lacks for its papers, and with --out write them, or those of one KIND.

    The notice says which version it is; the nights keep each version's papers beside their reports.
    """
    from privacy_pipelines.papers.gaps import gaps
    from privacy_pipelines.papers.write import papers, write_papers

    policy = require_policy(where.policies)
    lacking = gaps(policy)
    files = papers(policy, kind)
    if out is not None:
        write_papers(files, out)
    if as_json:
        show_json(_document(policy, files, [asdict(gap) for gap in lacking]))
    else:
        _say(policy, files, out)
        for gap in lacking:
            click.echo(f"lacks  {gap}")
    ctx.exit(FINDINGS if lacking else FINE)


def _say(policy: Policy, files: dict[str, str], out: Path | None) -> None:
    from privacy_pipelines.papers.notice import notice_version

    say(f"policy {policy.version[:12]}, notice {notice_version(policy)[:12]}")
    for name in files:
        say(f"wrote  {out / name}" if out else f"makes  {name}")


def _document(policy: Policy, files: dict[str, str], lacking: list[dict[str, str]]) -> dict[str, object]:
    from privacy_pipelines.papers.notice import notice_version

    return {"policy_version": policy.version, "notice_version": notice_version(policy), "files": sorted(files), "lacks": lacking}
