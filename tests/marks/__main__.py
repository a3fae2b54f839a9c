"""Every station fails once in a real process, with an error that quotes a record, and nothing of that is anywhere that Dagster wrote.

    python -m tests.marks [FOLDER]        some minutes; 0 where nothing was found

Two nights of a company whose every value is a mark: each station runs, and before it does it fails. Then everything below DAGSTER_HOME, and
all that the processes printed, is searched.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from assets.partitions import ALL_COHORTS
from privacy_pipelines.values import Paths
from tests.marks.breaking import broken
from tests.marks.cockpit import ROOT, Cockpit, cockpit, environment
from tests.marks.searching import found, planted
from tests.trials.company import FIRST, SECOND, THIRD, build

PEOPLE = 60


@dataclass(frozen=True)
class Step:
    """A station, and the schemas of the tables that are broken before it runs: of the staging file, or of the current generation."""

    station: str
    staged: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()


STEPS = (
    Step("inbox", stored=("crm",)),
    Step("facts", staged=("changes", "arrived")),
    Step("decisions", staged=("frame", "facts", "consents")),
    Step("plan", staged=("verdicts",)),
    Step("generation", staged=("actions", "changes")),
    Step("proof", staged=("actions",)),
    Step("metrics", stored=("_night",)),
    Step("published", stored=("crm",)),
    Step("report", stored=("_night",)),
)


def nights(dev: Cockpit, paths: Paths) -> Iterator[tuple[str, str, str]]:
    """(station, how it ended while its tables were broken, how it ended afterwards) of the second night, after a whole first one."""
    yield "night", "", dev.run("night", tags={**ALL_COHORTS, "privacy/as_of": FIRST, "privacy/first_load": "true"})
    for step in STEPS:
        tags = {**(ALL_COHORTS if step.station == "decisions" else {}), **({"privacy/as_of": SECOND} if step.station == "inbox" else {})}
        with _breaking(step, paths):
            failed = dev.run("night", step.station, tags=tags)
        yield step.station, failed, dev.run("night", step.station, tags=tags)
        if step.station == "inbox":
            with broken(paths.store / "staging" / "night.duckdb", "changes"):
                yield "a check", "", dev.run("night", check="extracts/crm/contacts/rows_as_declared")  # it fails, and no run with it
    yield "landing", dev.run("__ASSET_JOB", "landing", tags={"dagster/partition": THIRD}), ""  # a day without an extract
    nobody = {"ops": {"let_through": {"config": {"digest": "0" * 64, "by": "dpo", "reason": "looked at"}}}}
    yield "approve", dev.run("approve", config=nobody), ""


def _breaking(step: Step, paths: Paths) -> AbstractContextManager[None]:
    if step.staged:
        return broken(paths.store / "staging" / "night.duckdb", *step.staged)
    return broken(paths.store / _current(paths), *step.stored) if step.stored else nullcontext()


def _current(paths: Paths) -> str:
    return (paths.store / "CURRENT").read_text().strip()


def main(folder: Path) -> int:
    """0 where every station failed when it should and nothing was found."""
    company = build(folder / "house", PEOPLE)
    home, printed = folder / "home", folder / "printed"
    printed.mkdir(parents=True)
    env = environment(company.paths, home)
    marks = planted(company.paths.extracts)
    subprocess.run([sys.executable, "-m", "schedules.home"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    wrong = 0
    with cockpit(env, printed / "dev.log") as dev:
        for station, failed, ended in nights(dev, company.paths):
            right = failed in ("FAILURE", "") and ended in ("SUCCESS", "")
            wrong += not right
            print(f"{'ok ' if right else 'NOT'} {station}: {failed or '-'} {ended or '-'}", flush=True)
    hits = found(home, marks) + found(printed, marks)
    size = sum(path.stat().st_size for root in (home, printed) for path in root.rglob("*") if path.is_file())
    print(f"{len(marks)} marks, {size:,} bytes searched, {len(hits)} found")
    print(*hits[:20], sep="\n")
    return 1 if wrong or hits or not marks else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(main(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory(prefix="marks-") as temporary:
        sys.exit(main(Path(temporary)))
