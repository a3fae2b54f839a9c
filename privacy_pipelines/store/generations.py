"""The store of generations as plain files: which one is current, the next name, the flip, the sweep and the disposal (DESIGN §3).

    CURRENT             the name of the current generation, or `none`
    HIGHEST             the highest number ever given out: no file name is used twice
    current.duckdb      a link to the current generation, a name that stays
    gen-000123.duckdb   an immutable generation, mode 0600
    staging/ spill/ keys/   mode 0700
    published           a link to published-000123, what consumers read of the generation of that number
    evidence.jsonl      the evidence log, beside the generations, and its signed heads in evidence.heads.jsonl
    certificates/       of nights that erased
    worklists/          what each source is asked to delete, mode 0700
    redecided.json      what was decided again since the night, in counts
    departed.parquet    a copy of the current generation's index of the departed, for the backup
    LOCK                the write lock, held by each station
    NIGHT               held from a night's first station to its last

It opens no generation and decides nothing. Everything that changes the store is called under `writing()`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.errors import StoreBusy, StoreError
from privacy_pipelines.store.durable import explained, fsync_file, fsync_folder, make_folder, remove, require_space
from privacy_pipelines.store.keys import read_secret
from privacy_pipelines.store.lock import write_lock
from privacy_pipelines.store.pointer import (
    LINK,
    Generation,
    create_pointer,
    generation_named,
    generations_in,
    link_current,
    read_current,
    read_pointer,
    take_number,
    write_current,
)

_GENERATION_FILE = re.compile(r"(gen-[0-9]{6,}\.duckdb)(\..+)?")
"""A generation, or what the engine left beside it: a WAL, a spill folder."""


@dataclass(frozen=True, slots=True)
class Store:
    """The folder `root`; `create()` makes it."""

    root: Path

    @property
    def staging(self) -> Path:
        """Where the night's extracts wait."""
        return self.root / "staging"

    @property
    def spill(self) -> Path:
        """Where the engine spills; these files hold names in clear."""
        return self.root / "spill"

    @property
    def keys(self) -> Path:
        """Where the keys of keyed hashes are kept."""
        return self.root / "keys"

    @property
    def evidence(self) -> Path:
        """The evidence log."""
        return self.root / "evidence.jsonl"

    @property
    def published(self) -> Path:
        """Where consumers read: a link to the set of files that was made from the current generation."""
        return self.root / "published"

    @property
    def worklists(self) -> Path:
        """What the sources are asked to delete: a list for each."""
        return self.root / "worklists"

    @property
    def departed(self) -> Path:
        """A copy of the current generation's index of the departed, for the backup."""
        return self.root / "departed.parquet"

    def create(self) -> None:
        """Make the folders, each mode 0700, and the pointer of an empty store. A store that is there stays as it is.

        Raises:
            StoreError: something else stands in the way, it cannot be written, or it has generations and no pointer.
        """
        for folder in (self.root, self.staging, self.spill, self.keys):
            make_folder(folder)
        with explained(self.root):
            create_pointer(self.root)

    def current(self) -> Generation | None:
        """The generation that readers open; None before the first flip.

        Raises:
            StoreError: the pointer is gone, unreadable, or names a generation that is not there.
        """
        with explained(self.root):
            return read_current(self.root)

    def pointed(self) -> Generation:
        """The generation that CURRENT names, whether or not its file is there.

        Raises:
            StoreError: it names none, or cannot be read.
        """
        with explained(self.root):
            pointed = read_pointer(self.root)
        if pointed is None:
            raise StoreError(f"{self.root}: no night has been completed in this store")
        return pointed

    def generation(self, name: str) -> Generation:
        """The generation of that name, whether or not its file is there.

        Raises:
            StoreError: it is not a generation's name.
        """
        return generation_named(self.root, name)

    def next_name(self) -> str:
        """A generation name that was never given out before, and never will be again, not even after a sweep.

        Raises:
            StoreError: the store cannot be read or written.
        """
        with explained(self.root):
            return f"gen-{take_number(self.root):06d}.duckdb"

    def flip(self, generation: Generation) -> None:
        """Make `generation` the current one, atomically and durably. It becomes mode 0600.

        Raises:
            StoreError: it is not in this store, not finished (a WAL stands beside it), or not newer than the current one.
        """
        with explained(generation.path):
            self._refuse_unfit(generation)
            generation.path.chmod(0o600)
            fsync_file(generation.path)
            fsync_folder(self.root)
            write_current(self.root, generation)

    def relink(self) -> None:
        """Have `current.duckdb` lead to the current generation, which a crash may have kept it from.

        Raises:
            StoreError: the pointer is damaged, or the store cannot be written.
        """
        current = self.current()
        if current is not None:
            with explained(self.root):
                link_current(self.root, current)

    def old_generations(self) -> tuple[Generation, ...]:
        """Generations that a flip left behind and nobody has disposed of yet, oldest first.

        Raises:
            StoreError: the pointer is damaged.
        """
        current = self.current()
        return tuple(one for one in generations_in(self.root) if current is not None and one.number < current.number)

    def dispose(self, generation: Generation) -> int:
        """Unlink a generation and what stands beside it; the bytes that went, 0 when it was gone already.

        Raises:
            StoreError: it is the current one, not in this store, or cannot be removed.
        """
        with explained(generation.path):
            if generation != self.generation(generation.name):
                raise StoreError(f"{generation.path}: not in this store")
            if generation == self.current():
                raise StoreError(f"{generation.path}: is the current generation. Flip to another one first")
            size = sum(remove(path) for path in (generation.path, *self.root.glob(f"{generation.name}.*")))
            fsync_folder(self.root)
        return size

    def sweep(self, *, keep: Collection[str] = ()) -> tuple[str, ...]:
        """Remove what a crash left: unfinished generations, dead WALs, spill, staging, half-written files. Returns the names removed.

        Never touched: the current generation, and the `old_generations()`, whose disposal is evidence. `keep` names what stays in
        staging.

        Raises:
            StoreError: the pointer is damaged (nothing was removed), or a file cannot be removed.
        """
        leftovers = self.leftovers(keep=keep)
        with explained(self.root):
            for path in leftovers:
                remove(path)
            for folder in {path.parent for path in leftovers}:
                fsync_folder(folder)
        return tuple(path.relative_to(self.root).as_posix() for path in leftovers)

    def leftovers(self, *, keep: Collection[str] = ()) -> tuple[Path, ...]:
        """What `sweep` would remove. Raises StoreError."""
        with explained(self.root):
            return tuple(sorted(self._leftovers(keep)))

    def writing(self, timeout_s: float) -> AbstractContextManager[None]:
        """The write lock, for a `with`; not re-entrant.

        Raises:
            StoreBusy: another holder kept it for `timeout_s` seconds; the message names the process.
        """
        return write_lock(self.root / "LOCK", timeout_s)

    @contextmanager
    def alone(self, timeout_s: float) -> Iterator[None]:
        """Held for a whole night: two never overlap. A store that is not there yet has none in progress.

        Raises:
            StoreBusy: another night goes on for longer than `timeout_s` seconds.
        """
        if not self.root.is_dir():
            yield
            return
        with ExitStack() as held:
            try:
                held.enter_context(write_lock(self.root / "NIGHT", timeout_s))
            except StoreBusy as busy:
                raise StoreBusy(f"{self.root}: a night is in progress, and a second one would take its place. {busy}") from None
            yield

    def require_space(self, bytes_needed: int) -> None:
        """Refuse early.

        Raises:
            StoreError: the volume has less than that free.
        """
        require_space(self.root, bytes_needed)

    def secret(self, name: str) -> bytes:
        """The 32 random bytes of `keys/<name>.key`, made on first use.

        Raises:
            StoreError: the name is not a plain lower-case one, or the key file has another size or can be read by others.
        """
        return read_secret(self.keys, name)

    def kept_secret(self, name: str) -> bytes:
        """The same where something was hashed with it already: a new key would match nothing.

        Raises:
            StoreError: it is not there, or as `secret` does.
        """
        path = self.keys / f"{name}.key"
        if not path.exists():
            raise StoreError(f"{path}: is missing, and what was hashed with it matches no other key. Restore it from a backup")
        return self.secret(name)

    def _refuse_unfit(self, generation: Generation) -> None:
        if generation != self.generation(generation.name) or not generation.path.is_file():
            raise StoreError(f"{generation.path}: no such generation in this store")
        if any(self.root.glob(f"{generation.name}.wal*")):
            raise StoreError(f"{generation.path}: not finished, a WAL stands beside it. Close its writer before the flip")
        current = read_pointer(self.root)
        if current is not None and generation.number <= current.number:
            raise StoreError(f"{generation.path}: not newer than {current.name}, which is current. Numbers only go up")

    def _leftovers(self, keep: Collection[str]) -> Iterator[Path]:
        current = self.current()
        for path in self.root.glob("gen-*"):
            match = _GENERATION_FILE.fullmatch(path.name)
            if match is None:
                continue
            generation, beside = self.generation(match[1]), match[2]
            if generation != current and (beside or current is None or generation.number > current.number):
                yield path
        for folder, pattern in (
            (self.root, "CURRENT.*tmp"),
            (self.root, "HIGHEST.*tmp"),
            (self.root, f"{LINK}.tmp"),
            (self.root, "published*.tmp"),
            (self.root, "departed*.tmp"),
            (self.keys, "*.tmp"),
            (self.spill, "*"),
        ):
            yield from folder.glob(pattern)
        yield from (path for path in self.staging.glob("*") if path.name not in keep)
