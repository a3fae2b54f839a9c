"""A new key for the log: named in a head that the old key signs, so that who trusts the old one can go on to the new one by themselves.

Where the old key is lost nobody can sign that. Then the log goes on under a key that nothing vouches for, says so in an entry, and whoever
checks it has to be given the new public key anew, by another way than the store.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from privacy_pipelines.errors import InputError, StoreError
from privacy_pipelines.evidence.appending import Place, Signer, append, last_head
from privacy_pipelines.evidence.entries import moment
from privacy_pipelines.evidence.keys import follow, next_secret, secret_of
from privacy_pipelines.evidence.signing import public_of
from privacy_pipelines.evidence.vocabulary import checked


def rotate(log: Path, *, by: str, reason: str, at: datetime, lost: bool = False) -> str:
    """Have another key sign from now on; its public half. The caller holds the store's write lock.

    Raises:
        InputError: there is no log yet, or the key is said to be lost and is there.
        NotEvidence: who or why is not one line without a person in it.
        StoreError: the old key is not there (and is not said to be lost), or the log cannot be used.
    """
    place = Place(log)
    last = last_head(place)
    if last is None:
        raise InputError(f"{log}: nothing has been signed yet, so there is no key to follow. The first night makes one")
    old = last.signer_of_the_next
    if lost and _is_there(place, old):
        raise InputError(f"{place.keys}: the key is there. Rotate it without --lost, so that it vouches for the next one")
    secret = next_secret(place.keys)
    body = checked("key_rotated", {"how": "lost" if lost else "rotated", "old": old, "new": public_of(secret), "by": by, "reason": reason})
    signer = Signer(secret) if lost else Signer(secret_of(place.keys, old), then=public_of(secret))
    append(place, [("key_rotated", body)], at=moment(at), signer=signer)
    follow(place.keys)
    return public_of(secret)


def _is_there(place: Place, public: str) -> bool:
    try:
        return bool(secret_of(place.keys, public))
    except StoreError:
        return False
