"""The write lock, between real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from privacy_pipelines.errors import StoreBusy
from privacy_pipelines.store.generations import Store

HOLDER = """
import sys, time
from pathlib import Path
from privacy_pipelines.store.generations import Store
with Store(Path(sys.argv[1])).writing(5.0):
    print("holds", flush=True)
    time.sleep(float(sys.argv[2]))
"""

FLIPPER = """
import sys
from pathlib import Path
from privacy_pipelines.store.generations import Store
store = Store(Path(sys.argv[1]))
while True:
    with store.writing(30.0):
        generation = store.generation(store.next_name())
        generation.path.write_bytes(b"data")
        store.flip(generation)
        for old in store.old_generations():
            store.dispose(old)
    print(generation.name, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.create()
    return store


def started(script: str, store: Store, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, str(store.root), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def holder(store: Store, seconds: float) -> subprocess.Popen[str]:
    process = started(HOLDER, store, str(seconds))
    assert process.stdout is not None
    assert process.stdout.readline() == "holds\n"
    return process


def test_a_second_writer_is_told_who_holds_the_store(store: Store) -> None:
    process = holder(store, 60)
    try:
        with pytest.raises(StoreBusy, match=f"process {process.pid} writes this store"), store.writing(0.1):
            pytest.fail("two writers")
    finally:
        process.kill()
        process.communicate()


def test_a_writer_waits_for_the_one_before(store: Store) -> None:
    process = holder(store, 0.3)
    with store.writing(10.0):
        assert (store.root / "LOCK").read_text() == f"{os.getpid()}\n"
    process.communicate()
    assert (store.root / "LOCK").stat().st_mode & 0o777 == 0o600


def test_a_killed_writer_holds_nothing(store: Store) -> None:
    process = holder(store, 60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with store.writing(0.0):
        pass


def test_an_exception_releases_the_lock(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing(0.0):
        _ = 1 // 0
    with store.writing(0.0):
        pass
    assert (store.root / "LOCK").read_text() == ""


def test_a_child_that_outlives_the_writer_does_not_hold_its_lock(store: Store) -> None:
    with store.writing(0.0):
        child = os.fork()
        if child == 0:
            time.sleep(30)
            os._exit(0)
    try:
        with store.writing(0.0):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_the_lock_is_not_re_entrant_and_waits_no_longer_than_told(store: Store) -> None:
    start = time.monotonic()
    with store.writing(0.0), pytest.raises(StoreBusy, match=str(os.getpid())), store.writing(0.3):
        pytest.fail("two writers")
    assert time.monotonic() - start >= 0.3


def test_killed_flips_leave_a_whole_store_every_time(store: Store) -> None:
    names: list[str] = []
    for kill in range(15):
        process = started(FLIPPER, store)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(0.002 * kill)
        process.send_signal(signal.SIGKILL)
        said = first + process.communicate()[0]
        names += [line.strip() for line in said.splitlines(keepends=True) if line.endswith("\n")]
        with store.writing(0.0):
            current = store.current()
            assert current is not None
            assert current.path.read_bytes() == b"data"
            assert current.name >= names[-1]
            store.sweep()
            for old in store.old_generations():
                store.dispose(old)
            assert [path.name for path in store.root.glob("gen-*")] == [current.name]
    assert names == sorted(set(names))
