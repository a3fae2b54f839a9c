"""The store's files: modes, the pointer, names that are never reused, what a crash leaves, disposal, space, keys."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.pointer import Generation


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.create()
    return store


def written(store: Store, content: bytes = b"data") -> Generation:
    generation = store.generation(store.next_name())
    generation.path.write_bytes(content)
    return generation


def flipped(store: Store) -> Generation:
    generation = written(store)
    store.flip(generation)
    return generation


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_store_is_private_and_empty(tmp_path: Path) -> None:
    store = Store(tmp_path / "deep" / "store")
    assert store.current() is None
    store.create()
    assert [mode(path) for path in (store.root, store.staging, store.spill, store.keys)] == [0o700] * 4
    assert store.current() is None
    assert store.old_generations() == ()
    assert store.sweep() == ()


def test_creating_again_changes_nothing_but_loose_modes(store: Store) -> None:
    generation = flipped(store)
    store.spill.chmod(0o755)
    store.create()
    assert store.current() == generation
    assert mode(store.spill) == 0o700
    assert store.next_name() == "gen-000002.duckdb"


@pytest.mark.parametrize("place", ["", "staging", "spill", "keys"])
def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path, place: str) -> None:
    store = Store(tmp_path / "store")
    path = store.root / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("in the way")
    with pytest.raises(StoreError, match=f"{path.name}: not a folder"):
        store.create()
    assert path.read_text() == "in the way"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    root = os.geteuid() == 0
    if root:  # the superuser may write anywhere, so be somebody else for this one call
        os.seteuid(65534)
    try:
        with pytest.raises(StoreError, match="denied"):
            Store(closed / "store").create()
    finally:
        if root:
            os.seteuid(0)


def test_the_flip_makes_a_private_generation_current(store: Store) -> None:
    generation = written(store)
    generation.path.chmod(0o644)
    store.flip(generation)
    assert store.current() == generation == Generation(1, store.root / "gen-000001.duckdb")
    assert (store.root / "CURRENT").read_text() == "gen-000001.duckdb\n"
    assert mode(generation.path) == mode(store.root / "CURRENT") == 0o600


def test_one_name_always_leads_to_the_current_generation_even_after_a_crash(store: Store) -> None:
    link = store.root / "current.duckdb"
    assert not link.exists()
    first = flipped(store)
    assert link.resolve() == first.path.resolve()
    second = flipped(store)
    assert link.resolve() == second.path.resolve()
    link.unlink()
    link.symlink_to(first.name)  # as a crash between the flip and the link leaves it
    store.relink()
    store.dispose(first)
    assert link.resolve() == second.path.resolve()


def test_the_flip_refuses_what_is_not_finished(store: Store) -> None:
    current = flipped(store)
    generation = written(store)
    wal = Path(f"{generation.path}.wal")
    wal.touch()
    with pytest.raises(StoreError, match="a WAL stands beside it"):
        store.flip(generation)
    assert store.current() == current
    wal.unlink()
    store.flip(generation)
    assert store.current() == generation


def test_the_flip_refuses_what_is_older_foreign_or_not_there(store: Store, tmp_path: Path) -> None:
    first, second = flipped(store), flipped(store)
    foreign = Generation(9, tmp_path / "gen-000009.duckdb")
    foreign.path.touch()
    for generation in (first, second, foreign, store.generation("gen-000009.duckdb")):
        with pytest.raises(StoreError):
            store.flip(generation)
    assert store.current() == second


@pytest.mark.parametrize(
    "text", ["", "\n", "gen-000001.duckdb", "gen-000001.duckdb\n\n", "gen-1.duckdb\n", "../gen-000001.duckdb\n", "å\n"]
)
def test_a_damaged_pointer_is_an_error_that_names_what_is_there(store: Store, text: str) -> None:
    flipped(store)
    (store.root / "CURRENT").write_text(text)
    for call in (store.current, store.sweep, store.old_generations):
        with pytest.raises(StoreError, match=r"does not name a generation.*there are: gen-000001\.duckdb"):
            call()


def test_a_pointer_to_a_missing_generation_is_an_error(store: Store) -> None:
    flipped(store).path.unlink()
    with pytest.raises(StoreError, match=r"gen-000001\.duckdb: missing, and CURRENT names it.*none, so restore"):
        store.current()


@pytest.mark.parametrize("lost", [("CURRENT",), ("CURRENT", "HIGHEST")])
def test_a_lost_pointer_never_lets_the_sweep_take_the_generations(store: Store, lost: tuple[str, ...]) -> None:
    generation = flipped(store)
    for name in lost:
        (store.root / name).unlink()
    with pytest.raises(StoreError, match="CURRENT: missing"):
        store.create()
    if lost == ("CURRENT",):
        with pytest.raises(StoreError, match="CURRENT: missing"):
            store.sweep()
    assert generation.path.exists()


def test_a_name_is_never_given_out_twice(store: Store) -> None:
    assert [store.next_name(), store.next_name()] == ["gen-000001.duckdb", "gen-000002.duckdb"]
    unfinished = written(store)
    assert store.sweep() == (unfinished.name,)
    assert store.next_name() == "gen-000004.duckdb"
    assert mode(store.root / "HIGHEST") == 0o600


def test_a_lost_high_water_mark_still_skips_the_names_that_are_there(store: Store) -> None:
    flipped(store)
    (store.root / "HIGHEST").unlink()
    assert store.next_name() == "gen-000002.duckdb"
    (store.root / "HIGHEST").write_text("many")
    with pytest.raises(StoreError, match="not a number"):
        store.next_name()


def test_numbers_beyond_six_digits_go_on(store: Store) -> None:
    (store.root / "HIGHEST").write_text("999999\n")
    generation = flipped(store)
    assert generation.name == "gen-1000000.duckdb"
    assert store.current() == generation


def test_the_sweep_removes_what_a_crash_left_and_nothing_else(store: Store) -> None:
    old, current, unfinished = flipped(store), flipped(store), written(store)
    secret = store.secret("rows")
    stays = {
        old.name, current.name, f"{current.name}.wal", "CURRENT", "HIGHEST", "current.duckdb", "evidence.jsonl", "gen-notes.txt",
        "staging/tonight", "keys/rows.key",
    }  # fmt: skip
    goes = {
        unfinished.name, f"{unfinished.name}.wal", f"{old.name}.wal", "gen-000099.duckdb.wal", f"{old.name}.tmp", "CURRENT.tmp",
        "HIGHEST.ab12.tmp", "current.duckdb.tmp", "keys/rows.key.ab12.tmp", "spill/a.block", "spill/deep", "staging/yesterday",
    }  # fmt: skip
    for name in {f"{current.name}.wal", "evidence.jsonl", "gen-notes.txt", "staging/tonight"} | goes - {"spill/deep", unfinished.name}:
        (store.root / name).touch()
    (store.spill / "deep").mkdir()
    (store.spill / "deep" / "b.block").touch()
    assert store.sweep(keep={"tonight"}) == tuple(sorted(goes))
    left = {path.relative_to(store.root).as_posix() for path in store.root.rglob("*") if path.is_file()}
    assert left == stays
    assert store.current() == current
    assert store.secret("rows") == secret
    assert store.sweep(keep={"tonight"}) == ()


def test_the_sweep_removes_a_link_and_not_what_it_points_to(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    (store.spill / "link").symlink_to(outside)
    assert store.sweep() == ("spill/link",)
    assert (outside / "kept").exists()


def test_before_the_first_flip_every_generation_is_unfinished(store: Store) -> None:
    generation = written(store)
    assert store.old_generations() == ()
    assert store.sweep() == (generation.name,)


def test_generations_left_behind_are_told_and_disposed_of(store: Store) -> None:
    first, second, current = flipped(store), flipped(store), flipped(store)
    Path(f"{first.path}.wal").write_bytes(b"123")
    assert store.old_generations() == (first, second)
    assert store.dispose(first) == len(b"data") + 3
    assert store.dispose(first) == 0
    assert store.old_generations() == (second,)
    assert sorted(path.name for path in store.root.glob("gen-*")) == [second.name, current.name]


def test_the_current_generation_and_foreign_files_cannot_be_disposed_of(store: Store, tmp_path: Path) -> None:
    current = flipped(store)
    foreign = Generation(9, tmp_path / "gen-000009.duckdb")
    foreign.path.touch()
    for generation in (current, foreign):
        with pytest.raises(StoreError):
            store.dispose(generation)
        assert generation.path.exists()


def test_space_for_two_generations_is_asked_for_early(store: Store) -> None:
    store.require_space(1)
    with pytest.raises(StoreError, match="no space for two generations"):
        store.require_space(1 << 60)


def test_a_key_is_made_once_and_private(store: Store) -> None:
    key = store.secret("departed")
    assert len(key) == 32
    assert store.secret("departed") == key != store.secret("rows")
    assert mode(store.keys / "departed.key") == 0o600
    assert sorted(path.name for path in store.keys.iterdir()) == ["departed.key", "rows.key"]


def test_processes_that_ask_at_once_get_the_same_key(store: Store) -> None:
    imports = "import sys, pathlib; from privacy_pipelines.store.generations import Store"
    command = [sys.executable, "-c", f"{imports}; print(Store(pathlib.Path(sys.argv[1])).secret('a').hex())", str(store.root)]
    asking = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert {process.communicate()[0].strip() for process in asking} == {store.secret("a").hex()}


def test_a_key_that_cannot_be_trusted_is_refused_and_not_shown(store: Store) -> None:
    path = store.keys / "departed.key"
    key = store.secret("departed")
    for damage in (lambda: path.chmod(0o640), lambda: path.write_bytes(key[:31]), lambda: path.write_bytes(key * 2)):
        damage()
        with pytest.raises(StoreError, match=r"departed\.key") as refused:
            store.secret("departed")
        assert key.hex() not in str(refused.value)
        path.chmod(0o600)
    path.unlink()
    path.symlink_to(store.root / "nowhere")
    with pytest.raises(StoreError, match="not a plain file"):
        store.secret("departed")
    assert not (store.root / "nowhere").exists()


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "a.b", "a\n"])
def test_a_key_has_a_plain_name(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="a key's name"):
        store.secret(name)


def test_what_the_system_refuses_is_explained(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="must be a folder"):
        Store(tmp_path / "never_made").next_name()
