"""The keys of keyed hashes: small files of their own, so that destroying one makes its hashes meaningless."""

from __future__ import annotations

import re
import secrets
import stat
from pathlib import Path

from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.durable import create_once, explained

KEY_BYTES = 32
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def read_secret(folder: Path, name: str) -> bytes:
    """The 32 random bytes of `folder/<name>.key`, made on first use, once, whoever asks first.

    Raises:
        StoreError: the name is not a plain lower-case one, or the key file has another size or can be read by others.
    """
    if _NAME.fullmatch(name) is None:
        raise StoreError(f"{folder}: a key's name is lower-case letters, digits and '_'")
    path = folder / f"{name}.key"
    with explained(path):
        if not path.exists() and not path.is_symlink():
            create_once(path, secrets.token_bytes(KEY_BYTES))
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) or mode & 0o077:
            raise StoreError(f"{path}: not a plain file that only its owner can read (mode 0600). Replace the key: others may know it")
        key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise StoreError(f"{path}: not a key of {KEY_BYTES} bytes. Restore it from a backup: its keyed hashes match no other key")
    return key
