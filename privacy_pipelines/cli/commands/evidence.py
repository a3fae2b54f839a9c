"""`evidence`: a copy of the log for an auditor, the public key that it is signed with, a new one, and what was done to the device."""

from __future__ import annotations

from pathlib import Path

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.options import Folders, folders, json_option
from privacy_pipelines.cli.screen import say, show_json
from privacy_pipelines.cli.stores import require_store
from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.levels import MEDIA

PATIENCE_S = 60.0


@click.group("evidence")
def command() -> None:
    """The evidence log for who checks it: copy it, show its public key, change its key, record what was sanitised. `verify` checks it."""


@command.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@folders
@json_option
def export(where: Folders, *, folder: Path, as_json: bool) -> None:
    """Copy the log with its signed heads and certificates into FOLDER, which must be new. Check it anywhere with `verify --log`."""
    from privacy_pipelines.evidence.export import export as copy_evidence
    from privacy_pipelines.evidence.signing import fingerprint

    done = copy_evidence(require_store(where.store).evidence, folder)
    if as_json:
        show_json({"log": done.log, "entries": done.head.size, "root": done.head.root, "key": fingerprint(done.key)})
        return
    say(f"{done.head.size} entries, root {done.head.root}")
    say(f"check it with: privacy-pipelines verify --log {done.log} --key {folder / 'key.pem'}")
    say(f"but use a public key that you were given before; its fingerprint is {fingerprint(done.key)}")


@command.command("key")
@folders
@json_option
def key(where: Folders, *, as_json: bool) -> None:
    """Print the public key as PEM: to be kept where this store's owner cannot change it."""
    from privacy_pipelines.evidence.appending import Place, last_head
    from privacy_pipelines.evidence.signing import fingerprint, to_pem

    store = require_store(where.store)
    head = last_head(Place(store.evidence))
    if head is None:
        raise InputError(f"{store.evidence}: nothing has been signed yet. The first night makes the key")
    public = head.signer_of_the_next
    if as_json:
        show_json({"key": public, "fingerprint": fingerprint(public), "pem": to_pem(public)})
    else:
        say(to_pem(public).rstrip())


@command.command("rotate")
@click.option("--by", required=True, help="Who changes it.")
@click.option("--reason", required=True, help="Why. No names, no numbers of persons.")
@click.option("--lost", is_flag=True, help="The old key is gone for good: nothing vouches for the new one.")
@folders
def rotate(where: Folders, *, by: str, reason: str, lost: bool) -> None:
    """Sign with a new key from now on. The old one signs for it, and is gone after that."""
    from privacy_pipelines.evidence.rotation import rotate as rotate_key
    from privacy_pipelines.evidence.signing import fingerprint

    store = require_store(where.store)
    with store.writing(PATIENCE_S):
        public = rotate_key(store.evidence, by=by.strip(), reason=reason.strip(), at=clock.now("UTC"), lost=lost)
    say(f"fingerprint of the new public key: {fingerprint(public)}")
    vouched = (
        "Nothing vouches for it: give it to everybody who checks" if lost else "The old key vouches for it; give it to who checks next"
    )
    say(f"{vouched}, with: privacy-pipelines evidence key")


@command.command("sanitised")
@click.option("--medium", type=click.Choice(MEDIA), default="store", show_default=True, help="What it was done to.")
@click.option(
    "--method", type=click.Choice(("clear", "purge", "destroy")), required=True, help="The method, as NIST SP 800-88 Rev. 2 has it."
)
@click.option("--how", required=True, help="What was done: fstrim of the volume, its key destroyed. No names, no numbers of persons.")
@click.option("--by", required=True, help="Who did it.")
@click.option("--through", default="", help="The newest generation of which nothing is left. Default: the newest that is disposed of.")
@folders
def sanitised(where: Folders, *, medium: str, method: str, how: str, by: str, through: str) -> None:
    """Record that the bytes of what was disposed of are gone from a device too. The product cannot see that: it logs your word."""
    from privacy_pipelines.evidence.sanitising import Deed, sanitise

    store = require_store(where.store)
    with store.writing(PATIENCE_S):
        last = sanitise(store.evidence, Deed(medium, method, how.strip(), by.strip(), through.strip()), at=clock.now("UTC"))
    say(f"{medium}: sanitised ({method}) through {last}. What is disposed of after it is not")
