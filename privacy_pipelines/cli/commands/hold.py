"""`hold`: suspend the erasure of one person's data, end that, and see what is held."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.exits import FINDINGS, FINE
from privacy_pipelines.cli.options import DAY, Folders, as_of_option, folders, json_option
from privacy_pipelines.cli.screen import say, show_json, show_table
from privacy_pipelines.cli.stores import require_store, zone_of


@click.group("hold")
def command() -> None:
    """Holds on persons: while one stands, nothing of the person is erased. A hold on a whole class stands in policies/holds.yaml."""


@command.command("add")
@click.argument("table")
@click.argument("key", nargs=-1, required=True)
@click.option("--ground", default="", help="Why: the dispute, audit or order. No names, no numbers of persons.")
@click.option("--owner", default="", help="Which role answers for it, such as Legal.")
@click.option("--review", "review_by", type=DAY, default=None, help="By which day the owner decides whether it is still needed.")
@click.option("--by", default="", help="Who adds it.")
@click.option("--purposes", multiple=True, help="Hold only what serves these purposes; with commas between. Default: everything.")
@as_of_option
@folders
@json_option
def add(
    where: Folders, *, table: str, key: tuple[str, ...], ground: str, owner: str, review_by: date | None, by: str,
    purposes: tuple[str, ...], as_of: date | None, as_json: bool,
) -> None:  # fmt: skip
    """Hold the person whose record in TABLE (such as crm.contacts) has this KEY: that row, and every row whose links lead to it.

    What is written down is a keyed hash of the key. A composite KEY is given part by part, or with commas between.
    """
    from privacy_pipelines.holding.adding import add_hold
    from privacy_pipelines.holding.asked import Asked

    named = tuple(name.strip() for given in purposes for name in given.split(","))
    asked = Asked(table, key, ground.strip(), owner.strip(), review_by, by.strip(), named)
    store = require_store(where.store)
    now = clock.now(zone_of(store))
    hold = add_hold(store, asked, today=as_of or now.date(), at=now)
    if as_json:
        show_json({"hold": hold.name, "table": hold.table, "review_by": hold.review_by})
        return
    say(f"{hold.name}: held from now on, a night in progress included. Its owner, {hold.owner}, reviews it by {hold.review_by}")
    say(f"It ends with: privacy-pipelines hold release {hold.name} --by … --reason …")


@command.command("release")
@click.argument("hold")
@click.option("--by", default="", help="Who decided it.")
@click.option("--reason", default="", help="Why it is over. No names, no numbers of persons.")
@folders
def release(where: Folders, *, hold: str, by: str, reason: str) -> None:
    """End a hold on a person: the next night finishes what it had suspended."""
    from privacy_pipelines.holding.adding import release_hold

    found = release_hold(require_store(where.store), hold, by=by.strip(), reason=reason.strip(), at=clock.now("UTC"))
    say(f"{found.name}: released. The next night erases what has ended meanwhile")


@command.command("list")
@as_of_option
@folders
@json_option
@click.pass_context
def show(ctx: click.Context, where: Folders, *, as_of: date | None, as_json: bool) -> None:
    """Every hold that stands, those on a class too: its age, its review, and what it kept in the last night.

    Exit code 1 where one is past its review.
    """
    from privacy_pipelines.holding.listing import list_holds

    store = require_store(where.store)
    holds = list_holds(store, as_of or clock.now(zone_of(store)).date())
    late = any(hold.past_review for hold in holds)
    if as_json:
        show_json({"holds": [asdict(hold) for hold in holds], "past_review": sum(hold.past_review for hold in holds)})
    elif not holds:
        say("No hold stands")
    else:
        header = ("hold", "on", "table", "ground", "owner", "since", "days", "review by", "", "rows kept")
        rows = [
            (h.hold, h.on, ", ".join(h.tables), h.ground, h.owner, str(h.since), h.age_days, str(h.review_by),
             "PAST REVIEW" if h.past_review else "", h.rows_kept)
            for h in holds
        ]  # fmt: skip
        show_table("Holds", header, rows)
    ctx.exit(FINDINGS if late else FINE)
