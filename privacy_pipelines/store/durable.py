"""Plain files that survive a power cut, and file errors in this house's words."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from privacy_pipelines.errors import StoreError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace `path` with `content`, its owner's alone: after a crash it holds the old content or the new, never a part."""
    unfinished = path.with_name(f"{path.name}.tmp")
    unfinished.unlink(missing_ok=True)
    _write_new(unfinished, content)
    unfinished.chmod(mode)
    unfinished.rename(path)
    fsync_folder(path.parent)


def create_once(path: Path, content: bytes) -> None:
    """Create `path` with `content`, mode 0600, unless it is there already: whoever comes second changes nothing."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    _write_new(unfinished, content)
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink(missing_ok=True)
    fsync_folder(path.parent)


def point(link: Path, name: str) -> None:
    """Make `link` a symbolic link to `name` beside it: who follows it finds the old one or the new, never nothing."""
    unfinished = link.with_name(f"{link.name}.tmp")
    unfinished.unlink(missing_ok=True)
    unfinished.symlink_to(name)
    unfinished.rename(link)
    fsync_folder(link.parent)


def make_folder(path: Path) -> None:
    """Make the folder, mode 0700; one that is there gets that mode.

    Raises:
        StoreError: something else stands there, or it cannot be written.
    """
    with explained(path):
        if not path.exists() and not path.is_symlink():
            path.mkdir(mode=0o700, parents=True)
            fsync_folder(path.parent)
        if not path.is_dir():
            raise StoreError(f"{path}: not a folder. Move what stands there away, or name another store")
        path.chmod(0o700)
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            raise StoreError(f"{path}: this user cannot write here. Change the folder's owner, or name another store")


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's bytes into a new one, mode 0600, by the system's own means; the caller makes it durable. Raises OSError."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    shutil.copyfile(source, target)


def remove(path: Path) -> int:
    """Remove a file, a link or a whole folder; the bytes that went. Nothing there is no error, and a link is never followed."""
    if path.is_dir() and not path.is_symlink():
        size = sum(part.lstat().st_size for part in path.rglob("*") if not part.is_dir())
        shutil.rmtree(path)
        return size
    if not path.exists() and not path.is_symlink():
        return 0
    size = path.lstat().st_size
    path.unlink()
    return size


def require_space(folder: Path, bytes_needed: int) -> None:
    """Refuse before anything is written.

    Raises:
        StoreError: the folder's volume has less than that free.
    """
    with explained(folder):
        free = shutil.disk_usage(folder).free
    if free < bytes_needed:
        what = f"no space for two generations: {bytes_needed:,} bytes are needed and {free:,} are free"
        raise StoreError(f"{folder}: {what}. Make space on this volume, or move the store to another one")


def fsync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    _fsync(folder, os.O_RDONLY | os.O_DIRECTORY)


def fsync_file(path: Path) -> None:
    """Make the content of `path` durable."""
    _fsync(path, os.O_RDONLY | os.O_NOFOLLOW)


@contextmanager
def explained(where: Path) -> Iterator[None]:
    """Turns the operating system's errors into StoreError.

    Raises:
        StoreError: the block raised OSError.
    """
    try:
        yield
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else where
        hint = (
            "Make room, and run the night again" if error.errno in _FULL else "The store must be a folder that this user can read and write"
        )
        raise StoreError(f"{name}: {error.strerror}. {hint}") from None


def _write_new(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(file)


def _fsync(path: Path, flags: int) -> None:
    file = os.open(path, flags)
    try:
        os.fsync(file)
    finally:
        os.close(file)
