"""The private key that signs the log's heads: a small file of its own among the store's keys, mode 0600, made when the first head is.

A key is followed by another in two steps, so that a crash between them loses neither: the next one is made and named in a head that the
old one signs, and only then takes its place. Where the first step is done and the second is not, the next append does it.
"""

from __future__ import annotations

from pathlib import Path

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.signing import public_of
from privacy_pipelines.store.durable import explained, fsync_folder, make_folder
from privacy_pipelines.store.keys import read_secret

KEY, NEXT = "evidence", "evidence_next"


def first_secret(folder: Path) -> bytes:
    """The private key of a log that begins; made where there is none. Raises StoreError."""
    make_folder(folder)
    return read_secret(folder, KEY)


def next_secret(folder: Path) -> bytes:
    """The private key that is to follow; made where there is none. Raises StoreError."""
    make_folder(folder)
    return read_secret(folder, NEXT)


def secret_of(folder: Path, public: str) -> bytes:
    """The private half of `public`.

    Raises:
        StoreError: it is not there: lost, or another store's.
    """
    for name in (KEY, NEXT):
        path = folder / f"{name}.key"
        if path.exists():
            secret = read_secret(folder, name)
            if public_of(secret) == public:
                if name == NEXT:
                    follow(folder)
                return secret
    what = "is not the key that signs this evidence log" if (folder / f"{KEY}.key").exists() else "is missing"
    hint = "Restore it from a backup; if it is lost for good: privacy-pipelines evidence rotate --lost"
    raise StoreError(f"{folder / KEY}.key: {what}. {hint}")


def own_key(folder: Path) -> str:
    """The public key of the private one in this folder; empty where there is none. Raises StoreError."""
    return public_of(read_secret(folder, KEY)) if (folder / f"{KEY}.key").exists() else ""


def follow(folder: Path) -> None:
    """The next key takes the place of the one before, which is gone. Raises StoreError."""
    with explained(folder):
        (folder / f"{NEXT}.key").rename(folder / f"{KEY}.key")
        fsync_folder(folder)
