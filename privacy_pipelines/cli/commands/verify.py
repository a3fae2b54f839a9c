"""`verify`: the evidence log, the absence of what was erased, and what is left over on disk; or files that came from somewhere else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.exits import FINDINGS, FINE
from privacy_pipelines.cli.options import DAY, Folders, folders, json_option
from privacy_pipelines.cli.screen import say, show_json, show_table
from privacy_pipelines.cli.stores import require_store

if TYPE_CHECKING:
    from privacy_pipelines.cli.answer import Answered

FILE = click.Path(path_type=Path)
WORDS = {True: "right", False: "WRONG", None: "not checked"}


@click.command("verify")
@click.option("--as-of", type=DAY, default=None, help="The day for which extracts must be gone. Default: today in the company's zone.")
@click.option("--log", type=FILE, default=None, help="Check this exported log instead of a store.")
@click.option("--certificate", "certificates", type=FILE, multiple=True, help="Check this certificate of erasure, without a store.")
@click.option("--key", type=FILE, default=None, help="The public key (PEM) that you were given, for --log and --certificate.")
@click.option("--head", "heads", type=FILE, multiple=True, help="A head.json that you kept earlier: --log must only have added to it.")
@folders
@json_option
@click.pass_context
def command(
    ctx: click.Context, where: Folders, *, as_of: date | None, log: Path | None, certificates: tuple[Path, ...], key: Path | None,
    heads: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """Check the evidence log, the absence of what was erased, leftovers on disk, and extracts past their keep.

    With --log or --certificate nothing but those files is looked at: an auditor needs no store, no policy and no network.
    Exit code 1 where something is wrong.
    """
    if log is None and heads:
        raise click.UsageError("--head goes with --log")
    if log is None and not certificates and key is not None:
        raise click.UsageError("--key goes with --log or --certificate; a store is checked with its own")
    answers = _answers(where, as_of) if log is None and not certificates else _audited(log, key, heads, certificates)
    title = f"{where.store}" if log is None and not certificates else "Without a store"
    right = not any(answer.right is False for _, _, answer in answers)
    if as_json:
        checks = [{"name": name, "title": title, "right": answer.right, "what": answer.what} for name, title, answer in answers]
        show_json({"right": right, "checks": checks})
    else:
        show_table(title, ("check", "answer", "what"), [(title, WORDS[answer.right], answer.what) for _, title, answer in answers])
        say(f"\n{'Nothing is wrong' if right else 'Something is wrong: see above'}")
    ctx.exit(FINE if right else FINDINGS)


def _audited(log: Path | None, key: Path | None, heads: tuple[Path, ...], certificates: tuple[Path, ...]) -> tuple[Answered, ...]:
    from privacy_pipelines.cli.auditing import Given, audit

    return audit(Given(log, key, heads, certificates))


def _answers(where: Folders, as_of: date | None) -> tuple[Answered, ...]:
    from privacy_pipelines.cli.asked import Asked
    from privacy_pipelines.cli.trust import CHECKS
    from privacy_pipelines.store.reading import reader

    store = require_store(where.store)
    with reader(store) as current:
        zone = current.intent.rules_document().company.zone if current else "UTC"
        asked = Asked(store, current, where.extracts, as_of or clock.now(zone).date())
        return tuple((check.name, check.title, check.answer(asked)) for check in CHECKS)
