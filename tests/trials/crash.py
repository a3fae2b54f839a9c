"""A night that is killed (`kill -9`) and the one after it: nothing acknowledged is lost, nothing is half done, nothing is done twice.

python -m tests.trials.crash ROOT --steps [EVERY] --moments N --seed S [--part K/N] [--quiet]

Steps are all the places at which Python changes a file below ROOT (open to write, rename, link, unlink, make or remove a folder): the
process kills itself before the n-th. Moments are random times, which may lie inside of the engine. Every attempt is a process of its own,
forked from one that has imported everything and never opened a database.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from privacy_pipelines.cli import main as command_line
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.pipeline import night
from privacy_pipelines.store.generations import Store
from tests.trials.children import in_a_child, part
from tests.trials.company import FIRST, HEADERS, SECOND, build, rows_of
from tests.way.house import Company

PEOPLE = 50
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}


@dataclass(frozen=True)
class State:
    """A store as anybody would find it: digests of its data, of what is remembered of the departed and of what is published; how often each
    kind of evidence was written; files that are there; extracts that are left; and what `verify` says."""

    generation: int
    data: str
    departed: str
    published: str
    evidence: dict[str, int]
    twice: int
    files: list[str]
    extracts: list[str]
    right: bool


def main() -> int:
    """Prints a line for each attempt that went wrong, and a summary as JSON."""
    asked = _asked()
    root, found = Path(asked.root), Counter[str]()
    shutil.rmtree(root, ignore_errors=True)
    start, free = root / "start", root / "free"
    day = in_a_child(lambda: {"day": (_quiet if asked.quiet else _eventful)(start)})["day"]
    before = _seen(start, day)
    shutil.copytree(start, free, symlinks=True)
    steps = in_a_child(lambda: _steps(free, day))
    began = time.monotonic()
    _attempt(free, "after", day)
    whole = _seen(free, day)
    took = time.monotonic() - began
    _attempt(free, "again", day)
    twice = _seen(free, day)
    draw = random.Random(asked.seed)  # noqa: S311  moments to kill at, not a secret
    ways: list[tuple[str, float]] = [("step", n) for n in range(1, steps + 1, asked.steps)] if asked.steps else []
    ways += [("moment", draw.uniform(0, took)) for _ in range(asked.moments)]
    for number, way in enumerate(ways):
        if number % asked.part[1] != asked.part[0] - 1:
            continue
        wrong = _tried(_Trial(start, day, before, whole, twice), root / f"try-{number}", way)
        found[way[0]] += 1
        found["wrong"] += bool(wrong)
        for line in wrong:
            print(f"{way[0]} {way[1]}: {line}", flush=True)
    print(json.dumps({"steps_of_a_night": steps, "quiet": whole.evidence["quiet"], **found}))
    return 1 if found["wrong"] else 0


@dataclass(frozen=True)
class _Trial:
    """A store before the night, the night's day, and what is found before it, after it, and after another one on the same day."""

    start: Path
    day: str
    before: State
    whole: State
    twice: State


def _eventful(start: Path) -> str:
    """The store before a night on which everything happens; that night's day."""
    build(start, PEOPLE).night(FIRST)
    return SECOND


def _quiet(start: Path) -> str:
    """The store before a night on which nothing does, although what is turned away is sent again; that night's day."""
    company = build(start, PEOPLE)
    days = [(date.fromisoformat(FIRST) + timedelta(days=number)).isoformat() for number in range(4)]
    for day in days:
        for table, rows in rows_of(PEOPLE, FIRST).items():
            company.extract(table, day, "\n".join((HEADERS[table], *rows)))
    for day in days[:-1]:
        company.night(day)
    for path in company.paths.extracts.glob(f"*-{days[1]}.csv"):
        path.unlink()  # past its keep on the day of the night, which is when `verify` is asked
    return days[-1]


def _tried(trial: _Trial, place: Path, way: tuple[str, float]) -> list[str]:
    shutil.copytree(trial.start, place, symlinks=True)
    killed = _kill(place, way, trial.day)
    after_kill = _seen(place, trial.day)
    wrong = [] if killed or way[0] == "moment" else ["the process was not killed"]
    wrong += _half(after_kill, trial.before, trial.whole)
    _attempt(place, "after", trial.day)
    flipped = after_kill.generation > trial.before.generation
    wrong += _other(_seen(place, trial.day), trial.twice if flipped else trial.whole)
    if not wrong:
        shutil.rmtree(place)
    return wrong


def _half(found: State, before: State, whole: State) -> list[str]:
    """What a reader sees between the kill and the next night: the one generation or the other."""
    wrong = []
    if found.data not in (before.data, whole.data):
        wrong.append("after the kill a reader saw neither the night before nor the night after")
    if found.evidence.get("night_completed", 0) > before.evidence["night_completed"] and found.data != whole.data:
        wrong.append("a night was acknowledged and is not there")
    if found.data == whole.data and found.departed != whole.departed:
        wrong.append("the departed are not those of the night")
    if not found.right:
        wrong.append("verify found something wrong after the kill")
    return wrong


def _other(found: State, whole: State) -> list[str]:
    """How the store after the next night differs from one in which nobody was killed."""
    wrong = [
        f"{name} differs" for name in ("data", "departed", "published", "extracts", "right") if getattr(found, name) != getattr(whole, name)
    ]
    if found.evidence["with_erasures"] != whole.evidence["with_erasures"]:
        wrong.append(f"{found.evidence['with_erasures']} nights with erasures, not {whole.evidence['with_erasures']}")
    if found.evidence["quiet"] != whole.evidence["quiet"]:
        wrong.append(f"{found.evidence['quiet']} quiet nights, not {whole.evidence['quiet']}")
    if found.twice:
        wrong.append(f"{found.twice} disposals are recorded twice")
    extra = set(found.files) - set(whole.files)
    return wrong + ([f"left lying: {', '.join(sorted(extra))}"] if extra else [])


def _kill(place: Path, way: tuple[str, float], day: str) -> bool:
    """Run the night and kill it; whether it was killed."""
    kind, when = way
    child = os.fork()
    if not child:
        _silence()
        if kind == "step":
            _die_before(place, int(when))
        _night(place, "killed", day)
        os._exit(0)
    if kind == "moment":
        time.sleep(when)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _attempt(place: Path, run: str, day: str) -> None:
    def work() -> None:
        _night(place, run, day)

    in_a_child(work)


def _night(place: Path, run: str, day: str) -> None:
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=UTC).replace(hour=2)
    for _ in night(Company(place).paths, run=run, as_of=date.fromisoformat(day), at=at):
        pass


def _steps(place: Path, day: str) -> int:
    """How many steps a night has, in a copy that is thrown away."""
    copy = place.with_name("counted")
    shutil.copytree(place, copy, symlinks=True)
    count = [0]
    _at_each_step(copy, lambda: count.__setitem__(0, count[0] + 1))
    _night(copy, "counted", day)
    steps = count[0]
    shutil.rmtree(copy)
    return steps


def _die_before(place: Path, step: int) -> None:
    left = [step]

    def die() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    _at_each_step(place, die)


def _at_each_step(place: Path, work: Callable[[], None]) -> None:
    below = str(place)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event in _CHANGES or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        )
        if writes and str(arguments[0]).startswith(below):
            work()

    sys.addaudithook(hook)


def _seen(place: Path, day: str) -> State:
    return State(**in_a_child(lambda: asdict(_looked_at(place, day))))


def _looked_at(place: Path, day: str) -> State:
    company = Company(place)
    store = Store(company.paths.store)
    current = store.current()
    assert current is not None
    entries = list(EvidenceLog(store.evidence).entries())
    kinds = Counter(entry.kind for entry in entries)
    erasing = [entry for entry in entries if entry.kind == "night_completed" and any("erase" in s["action"] for s in entry.body["steps"])]
    disposed = Counter((str(entry.body["what"]), str(entry.body["name"])) for entry in entries if entry.kind == "disposed")
    said = CliRunner().invoke(command_line, ["verify", "--json", "--as-of", day, *_folders(company)])
    return State(
        current.number,
        _digest(company.data()),
        _digest(company.departed()),
        _digest([(path.name, path.read_bytes()) for path in sorted(store.published.glob("**/*.csv"))]),
        {**kinds, "with_erasures": len(erasing), "quiet": sum("repeats" in entry.body for entry in entries)},
        sum(number - 1 for number in disposed.values()),
        sorted({re.sub(r"\d+", "#", path.relative_to(store.root).as_posix()) for path in store.root.rglob("*")}),
        sorted(path.name for path in company.paths.extracts.iterdir()),
        bool(json.loads(said.stdout)["right"]),
    )


def _folders(company: Company) -> list[str]:
    return ["--store", str(company.paths.store), "--extracts", str(company.paths.extracts), "--policies", str(company.paths.policies)]


def _digest(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()


def _silence() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.trials.crash", description=__doc__)
    parser.add_argument("root", type=Path, help="an empty folder to work in")
    parser.add_argument("--quiet", action="store_true", help="a night in which nothing changes, instead of one in which everything does")
    parser.add_argument("--steps", type=int, default=1, metavar="EVERY", help="every so many steps one kill; 0: none")
    parser.add_argument("--moments", type=int, default=0, help="so many kills at random moments")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--part", type=part, default=(1, 1), metavar="K/N", help="the K-th of N parts, so that N processes share the work")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
