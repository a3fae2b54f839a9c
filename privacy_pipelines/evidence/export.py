"""An auditor's copy: the log as far as it is signed for, its heads, the certificates and the public key. No private key, nothing else of
the store. `verify --log` checks it anywhere."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.appending import Place, last_head
from privacy_pipelines.evidence.heads import Head
from privacy_pipelines.evidence.signing import to_pem
from privacy_pipelines.store.durable import explained, make_folder, write_whole

HEAD, KEY, CERTIFICATES = "head.json", "key.pem", "certificates"


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the copy is, and how far it reaches."""

    log: Path
    head: Head
    key: str


def export(log: Path, folder: Path) -> Exported:
    """Copy it into a folder that is new or empty.

    Raises:
        InputError: there is something in the folder, or nothing to export.
        StoreError: the log cannot be read, or the folder cannot be written.
    """
    place = Place(log)
    last = last_head(place)
    if last is None:
        raise InputError(f"{log}: nothing has been signed yet. The first night begins the log")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: is not empty. Name a folder that is new, so that nothing earlier is taken for this copy")
    make_folder(folder)
    into = Place(folder / log.name)
    with explained(folder):
        # The head first, and of the log what it signs for: entries that are appended meanwhile are not torn apart.
        heads = place.heads.read_bytes()
        write_whole(into.heads, heads[: heads.rindex(last.line) + len(last.line)])
        write_whole(into.log, _first(place.log, last.end))
        write_whole(folder / HEAD, last.line)
        write_whole(folder / KEY, to_pem(last.signer_of_the_next).encode())
        _copy_certificates(log.with_name(CERTIFICATES), folder / CERTIFICATES)
    return Exported(into.log, last.head, last.signer_of_the_next)


def _first(log: Path, end: int) -> bytes:
    with log.open("rb") as file:
        return file.read(end)


def _copy_certificates(source: Path, target: Path) -> None:
    if source.is_dir():
        make_folder(target)
        for path in sorted((*source.glob("*.json"), *source.glob("*.html"))):
            shutil.copy2(path, target / path.name)
