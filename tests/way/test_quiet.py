"""A quiet night gives what the full one would have given: the same weeks run twice, once with every night a full one."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.nights.again import want
from privacy_pipelines.pipeline import LastNight, inbox
from privacy_pipelines.quiet.tonight import repeat_of
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.night import open_night
from privacy_pipelines.store.reading import reader
from tests.trials.company import FIRST, HEADERS, build, rows_of
from tests.way.house import Company

PEOPLE = 50


@dataclasses.dataclass(frozen=True)
class Seen:
    """All that a night leaves, but for what tells when and as what it ran."""

    said: dict[str, Any]
    metrics: dict[str, int]
    data: dict[str, list[tuple[Any, ...]]]
    departed: list[tuple[Any, ...]]
    lists: dict[str, bytes]
    published: dict[str, bytes]
    quiet: bool


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Somebody's contract has ended and somebody has left, so every night turns them away anew. After the third night, which found nothing
    changed, the sources send the same once more."""
    company = build(tmp_path_factory.mktemp("still") / "company", PEOPLE)
    for number in range(3):
        _night(company, number)
    _send(company, 3)
    return company


def test_quiet_nights_and_the_one_after_them_give_what_full_ones_would_have(still: Company, tmp_path: Path) -> None:
    one, other = _copied(still, tmp_path / "quiet"), _copied(still, tmp_path / "full")
    other.repeat = False
    found = [(_night(one, number, gone=number == 5), _night(other, number, gone=number == 5)) for number in (3, 4, 5)]
    assert [(quiet.quiet, full.quiet) for quiet, full in found] == [(True, False), (True, False), (False, False)]
    for night, (quiet, full) in enumerate(found):
        for field in dataclasses.fields(Seen):
            if field.name != "quiet":
                assert getattr(quiet, field.name) == getattr(full, field.name), (night, field.name)
    assert [entry.body.get("repeats") for entry in one.evidence() if entry.kind == "night_completed"] == [None] * 3 + ["night-3"] * 2 + [
        None
    ]


def test_a_day_on_which_nothing_falls_due_is_quiet(still: Company, tmp_path: Path) -> None:
    assert _is_quiet(_copied(still, tmp_path / "it"), 3)


def _another_file(company: Company) -> None:
    _send(company, 3, gone=True)


def _no_file(company: Company) -> None:
    (company.paths.extracts / f"letters-{_day(3)}.csv").unlink()


def _a_file_more(company: Company) -> None:
    _send(company, 4)


def _another_name(company: Company) -> None:
    path = company.paths.extracts / f"letters-{_day(3)}.csv"
    path.rename(path.with_suffix(".csv.gz"))


def _another_policy(company: Company) -> None:
    file = company.paths.policies / "purposes" / "relationship.yaml"
    file.write_text(file.read_text().replace("execution_window: P3M", "execution_window: P4M"))


def _an_approval(company: Company) -> None:
    company.approve("0" * 64, at=_day(2))


def _a_hold(company: Company) -> None:
    body: dict[str, JsonValue] = {
        "hold": "dispute", "table": "crm.contacts", "subject": "0" * 64, "ground": "a claim", "owner": "Legal",
        "review_by": _day(9), "by": "dpo",
    }  # fmt: skip
    EvidenceLog(Store(company.paths.store).evidence).append("hold_added", body, at=datetime.fromisoformat(f"{_day(2)}T08:00:00+00:00"))


def _a_day_to_land_again(company: Company) -> None:
    want(Store(company.paths.store), {date.fromisoformat(_day(3))})


def _a_changed_list(company: Company) -> None:
    with (company.paths.store / "worklists" / "crm.csv").open("a") as file:
        file.write("\n")


def _another_key(company: Company) -> None:
    (company.paths.store / "keys" / "row_hashes.key").write_bytes(bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        _another_file,
        _no_file,
        _a_file_more,
        _another_name,
        _another_policy,
        _an_approval,
        _a_hold,
        _a_day_to_land_again,
        _a_changed_list,
        _another_key,
    ],
)
def test_whatever_is_not_as_it_was_makes_a_full_night(still: Company, tmp_path: Path, change: Callable[[Company], None]) -> None:
    company = _copied(still, tmp_path / "it")
    change(company)
    assert not _is_quiet(company, 4 if change is _a_file_more else 3)


def test_a_week_after_the_last_full_night_one_is_full(still: Company, tmp_path: Path) -> None:
    company = _copied(still, tmp_path / "it")
    _send(company, 9)
    for path in company.paths.extracts.glob(f"*-{_day(3)}.csv"):
        path.unlink()
    assert _is_quiet(company, 9)
    for path in company.paths.extracts.glob(f"*-{_day(9)}.csv"):
        path.rename(path.with_name(path.name.replace(_day(9), _day(10))))
    assert not _is_quiet(company, 10)


def _is_quiet(company: Company, number: int) -> bool:
    """Whether the night of that day begins as a quiet one."""
    at = datetime.fromisoformat(f"{_day(number)}T02:00:00+00:00")
    inbox(company.paths, run="tried", as_of=date.fromisoformat(_day(number)), at=at)
    with open_night(Store(company.paths.store)) as night:
        return repeat_of(night) is not None


def _copied(company: Company, root: Path) -> Company:
    shutil.copytree(company.root, root, symlinks=True)
    return Company(root, company.nights)


def _day(number: int) -> str:
    return (date.fromisoformat(FIRST) + timedelta(days=number)).isoformat()


def _send(company: Company, number: int, *, gone: bool = False) -> None:
    """Every source sends what it sent on the first day, but perhaps for a letter."""
    for table, rows in rows_of(PEOPLE, FIRST).items():
        company.extract(table, _day(number), "\n".join((HEADERS[table], *(rows[:-1] if gone and table == "letters" else rows))))


def _night(company: Company, number: int, *, gone: bool = False) -> Seen:
    _send(company, number, gone=gone)
    return seen(company, company.night(_day(number)))


def seen(company: Company, last: LastNight) -> Seen:
    store = Store(company.paths.store)
    with reader(store) as current:
        assert current is not None
        departed = current.session.rows("SELECT * FROM cur._night.departed ORDER BY ALL")
    record = last.record
    plan = {name: record["plan"][name] for name in ("steps", "tallies", "parts", "findings", "policy_version", "as_of")}
    same = ("inbox", "copied", "outcomes", "cohorts", "corrections", "holds", "worklists")
    said = {"plan": plan, **{name: record[name] for name in same}}
    return Seen(
        said,
        last.metrics,
        company.data(),
        departed,
        {path.name: path.read_bytes() for path in sorted(store.worklists.iterdir())},
        {path.name: path.read_bytes() for path in sorted(store.published.glob("**/*.csv"))},
        bool(record["repeats"]),
    )
