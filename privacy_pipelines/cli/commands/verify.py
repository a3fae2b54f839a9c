"""`verify`: the evidence log, the absence of what was erased, and what is left over on disk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.exits import FINDINGS, FINE
from privacy_pipelines.cli.options import DAY, Folders, folders, json_option
from privacy_pipelines.cli.screen import say, show_json, show_table
from privacy_pipelines.cli.stores import require_store

if TYPE_CHECKING:
    from privacy_pipelines.cli.trust import Answer

WORDS = {True: "right", False: "WRONG", None: "not checked"}


@click.command("verify")
@click.option("--as-of", type=DAY, default=None, help="The day for which extracts must be gone. Default: today in the company's zone.")
@folders
@json_option
@click.pass_context
def command(ctx: click.Context, where: Folders, *, as_of: date | None, as_json: bool) -> None:
    """Check the evidence log, the absence of what was erased, leftovers on disk, and extracts past their keep.

    Exit code 1 where something is wrong.
    """
    answers = _answers(where, as_of)
    right = not any(answer.right is False for _, _, answer in answers)
    if as_json:
        checks = [{"name": name, "title": title, "right": answer.right, "what": answer.what} for name, title, answer in answers]
        show_json({"right": right, "checks": checks})
    else:
        show_table(
            f"{where.store}", ("check", "answer", "what"), [(title, WORDS[answer.right], answer.what) for _, title, answer in answers]
        )
        say(f"\n{'Nothing is wrong' if right else 'Something is wrong: see above'}")
    ctx.exit(FINE if right else FINDINGS)


def _answers(where: Folders, as_of: date | None) -> list[tuple[str, str, Answer]]:
    from privacy_pipelines.cli.trust import CHECKS, Asked
    from privacy_pipelines.store.reading import reader

    store = require_store(where.store)
    with reader(store) as current:
        zone = current.intent.rules_document().company.zone if current else "UTC"
        asked = Asked(store, current, where.extracts, as_of or clock.now(zone).date())
        return [(check.name, check.title, check.answer(asked)) for check in CHECKS]
