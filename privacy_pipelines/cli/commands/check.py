"""`check`: the policy, every error at once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_pipelines.cli.exits import FINE, UNUSABLE
from privacy_pipelines.cli.options import Folders, folders, json_option
from privacy_pipelines.cli.policies import require_policy
from privacy_pipelines.cli.screen import say, show_json
from privacy_pipelines.errors import PolicyErrors, Problem

if TYPE_CHECKING:
    from privacy_pipelines.policy.model import Policy


@click.command("check")
@folders
@json_option
@click.pass_context
def command(ctx: click.Context, where: Folders, as_json: bool) -> None:
    """Check the policy files, and that every purpose can be decided from the declared tables."""
    policy, problems = _read(where.policies)
    if as_json:
        show_json(_document(policy, problems))
    elif policy is None:
        for problem in problems:
            click.echo(str(problem))
        click.echo(_summary(problems), err=True)
    else:
        counts = ", ".join(f"{number} {name}" for name, number in _counts(policy).items())
        say(f"{where.policies}: no problems. {counts}; version {policy.version[:12]}")
        if lacking := len(_lacking(policy)):
            say(f"It lacks {lacking} {'thing' if lacking == 1 else 'things'} for its notice and register: see privacy-pipelines papers")
    ctx.exit(UNUSABLE if problems else FINE)


def _read(folder: Path) -> tuple[Policy | None, tuple[Problem, ...]]:
    try:
        return require_policy(folder), ()
    except PolicyErrors as error:
        return None, error.problems


def _lacking(policy: Policy) -> list[str]:
    """What the notice and the register would need, which no decision needs."""
    from privacy_pipelines.papers.gaps import gaps

    return [str(gap) for gap in gaps(policy)]


def _summary(problems: tuple[Problem, ...]) -> str:
    """How many, and where to begin: a field's purpose can only be named when there is one."""
    said = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}"
    open_fields = sum("serves no purpose" in problem.what for problem in problems)
    if open_fields < 2:
        return said
    return f"{said}, {open_fields} of them fields without a purpose: write the purposes first, and leave out the fields that none needs"


def _counts(policy: Policy) -> dict[str, int]:
    fields = sum(len(table.read) for table in policy.tables)
    counts = {"purposes": len(policy.purposes), "tables": len(policy.tables), "fields": fields, "consents": len(policy.consents)}
    outside = {"columns not read": sum(len(table.not_read) for table in policy.tables), "tables not read": len(policy.not_read)}
    return {**counts, **{name: number for name, number in outside.items() if number}}


def _document(policy: Policy | None, problems: tuple[Problem, ...]) -> dict[str, object]:
    listed = [{**asdict(problem), "message": str(problem)} for problem in problems]
    if policy is None:
        return {"ok": False, "problems": listed}
    return {"ok": True, "problems": listed, "version": policy.version, "lacks": _lacking(policy), **_counts(policy)}
