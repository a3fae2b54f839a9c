"""The job `approve`: the effect and the record of the command of that name, and nothing written where it fails."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

import definitions
from schedules.shell import QUIET
from tests.cli.place import NIGHT, Place, decidable, edit, write_extracts

AGAIN = NIGHT + timedelta(days=1)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A company whose second night withheld two parts; two persons must approve."""
    here = decidable(tmp_path_factory.mktemp("approving"))
    edit(here.policies / "company.yaml", "clock_lead:", "approvers: 2, clock_lead:")
    write_extracts(here.extracts, NIGHT)
    assert here.night(NIGHT, "--first-load").exit_code == 0
    write_extracts(here.extracts, AGAIN, ended_on="2020-01-01")
    assert here.night(AGAIN).exit_code == 1
    return here


@pytest.fixture
def waiting(company: Place, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of it, for one test."""
    here = company.copy(tmp_path_factory.mktemp("waiting"))
    for name in ("policies", "store", "extracts"):
        monkeypatch.setenv(f"PRIVACY_PIPELINES_{name.upper()}", str(getattr(here, name)))
    return here


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def launched(instance: dg.DagsterInstance, digest: str, by: str, reason: str = "Looked at, and right") -> dg.ExecuteInProcessResult:
    config = {"ops": {"let_through": {"config": {"digest": digest, "by": by, "reason": reason}}}, **QUIET}
    return definitions.defs().resolve_job_def("approve").execute_in_process(config, instance=instance, raise_on_error=False)


def entries(here: Place) -> list[dict[str, Any]]:
    lines = (here.store / "evidence.jsonl").read_text().splitlines()
    found = [json.loads(line)["entry"] for line in lines]
    return [{"kind": one["kind"], **one["body"]} for one in found if one["kind"] == "approved"]


def why(result: dg.ExecuteInProcessResult) -> str:
    data = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert data is not None
    return data.description or ""


def test_two_persons_approve_in_the_launchpad_and_the_next_night_lets_it_through(waiting: Place, instance: dg.DagsterInstance) -> None:
    digest = json.loads(waiting.run("status", "--json").stdout)["withheld"][0]["digest"]

    assert launched(instance, digest[:12], "dpo").success
    assert launched(instance, digest, "DPO").success, "the same person again is no failure, and no second approval"
    assert len(entries(waiting)) == 1
    assert (
        "approved by ceo. The next night lets" in waiting.run("approve", digest, "--by", "ceo", "--reason", "Looked at, and right").stdout
    )

    launchpad, shell = entries(waiting)
    assert {**launchpad, "by": "ceo"} == shell, "one record, whoever writes it"
    said = instance.fetch_observations(dg.AssetKey("plan"), limit=2).records[1].asset_observation
    assert said is not None
    assert (said.metadata["approved_by_persons"].value, said.metadata["persons_needed"].value) == (1, 2)
    assert "dpo" not in repr(said)
    left = json.loads(waiting.night(AGAIN, "--json").stdout)["withheld"]
    assert (len(left), digest in {part["digest"] for part in left}) == (1, False)


@pytest.mark.parametrize(
    ("digest", "by", "reason", "says"),
    [
        ("0" * 64, "dpo", "Because", "withheld nothing under this digest; it withheld 2 parts"),
        ("", "", "", "say by whom and for what reason"),
        ("{}", "dpo", "Anna 19900101-2384 asked", "not one line of at most 500 characters without a personal number"),
    ],
    ids=["another digest", "an empty form", "a person in the reason"],
)
def test_what_is_refused_says_why_and_writes_nothing(
    waiting: Place, instance: dg.DagsterInstance, digest: str, by: str, reason: str, says: str
) -> None:
    digest = digest.format(json.loads(waiting.run("status", "--json").stdout)["withheld"][0]["digest"])
    before = waiting.digest()

    refused = launched(instance, digest, by, reason)

    assert not refused.success
    assert says in why(refused)
    assert "2384" not in why(refused)
    assert waiting.digest() == before


def test_the_launchpad_opens_with_a_form_to_fill_in() -> None:
    job = definitions.defs().resolve_job_def("approve")

    assert job.run_config == {"ops": {"let_through": {"config": {"digest": "", "by": "", "reason": ""}}}}
