"""The sensor over real runs, against real servers: who is told what, once, and what happens where nobody answers."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
import pytest

import definitions
from schedules.alerts import alerts, main
from schedules.shell import QUIET
from tests.alerting.conftest import Hook, Post
from tests.cli.place import NIGHT, decidable, write_extracts

AGAIN = NIGHT + timedelta(days=1)
STATIONS = ("inbox", "facts", "decisions", "plan", "generation", "proof")
SETTINGS = "PRIVACY_PIPELINES_ALERTS_"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """After a night that withheld two parts, and a run that failed."""
    here = decidable(tmp_path_factory.mktemp("alerts"))
    write_extracts(here.extracts, NIGHT)
    assert here.night(NIGHT, "--first-load").exit_code == 0
    write_extracts(here.extracts, AGAIN, ended_on="2020-01-01")
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as made:
        for name in ("policies", "store", "extracts"):
            patch.setenv(f"PRIVACY_PIPELINES_{name.upper()}", str(getattr(here, name)))
        assert run(made, "facts").status == dg.DagsterRunStatus.FAILURE
        assert run(made, *STATIONS).status == dg.DagsterRunStatus.SUCCESS
        yield made


def run(instance: dg.DagsterInstance, *stations: str) -> dg.DagsterRun:
    from assets.partitions import ALL_COHORTS

    tags = {"privacy/as_of": AGAIN.isoformat(), **(ALL_COHORTS if "decisions" in stations else {})}
    return definitions.defs().resolve_job_def("night").execute_in_process(
        run_config=QUIET, instance=instance, tags=tags, raise_on_error=False, asset_selection=[dg.AssetKey(one) for one in stations],
    ).dagster_run  # fmt: skip


@pytest.fixture
def told(hook: Hook, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"WEBHOOK": hook.url, "SMTP": post.url, "FROM": "dagster@firm.example", "TO": "dpo@firm.example", "UI": "https://ui.example"}
    for name, value in said.items():
        monkeypatch.setenv(SETTINGS + name, value)


def looked(instance: dg.DagsterInstance, cursor: str | None = None) -> tuple[str, str | None]:
    """One evaluation: what it says, and the cursor that it leaves."""
    with dg.build_sensor_context(instance, cursor=cursor) as context:
        result = alerts(context)
        assert isinstance(result, dg.SkipReason)
        return result.skip_message or "", context.cursor


@pytest.mark.usefixtures("told")
def test_a_failed_run_and_a_withheld_part_are_told_over_both_ways_and_once(instance: dg.DagsterInstance, hook: Hook, post: Post) -> None:
    said, cursor = looked(instance)
    again, _ = looked(instance, cursor)

    kinds = {one["kind"]: one for one in hook.got}
    assert set(kinds) == {"night_failed", "plan_withheld"}
    assert "facts: " in kinds["night_failed"]["text"]
    assert {part["table"] for part in kinds["plan_withheld"]["parts"]} == {"crm.contracts", "crm.people"}
    assert kinds["plan_withheld"]["link"] == f"https://ui.example/runs/{kinds['plan_withheld']['run']}"
    assert len(post.got) == 2
    assert said.count("told of run") == 4
    assert again == "Nothing to tell"


@pytest.mark.usefixtures("told")
def test_no_value_of_a_record_is_told(instance: dg.DagsterInstance, hook: Hook, post: Post) -> None:
    looked(instance)

    everything = json.dumps(hook.got) + "".join(str(one) for one in post.got)
    assert "crm.people" in everything
    for planted in ("@x.example", "note 7", "P17", "2020-01-01"):
        assert planted not in everything


@pytest.mark.usefixtures("told")
def test_a_dead_way_holds_up_no_other_and_is_tried_again_later(
    instance: dg.DagsterInstance, hook: Hook, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    hook.answer = 503
    said, cursor = looked(instance)
    assert "webhook: it answered 503" in said
    assert "is tried again later" in said
    assert (len(hook.got), len(post.got)) == (1, 2), "after one refusal the rest of this look spares it"

    hook.answer = 200
    _, at_once = looked(instance, cursor)
    assert len(hook.got) == 2, "the one that was spared is tried; the refused one waits its minute"
    kept = json.loads(at_once or "")
    assert [letter["way"] for letter in kept["waiting"]] == ["webhook"]
    later = {**kept, "waiting": [{**kept["waiting"][0], "due": time.time() - 1}]}
    _, done = looked(instance, json.dumps(later))
    assert (len(hook.got), json.loads(done or "")["waiting"]) == (3, [])
    assert len(post.got) == 2


def test_nobody_is_told_where_nothing_is_set_or_it_cannot_be_used(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked(instance) == ("Nobody is told: no webhook and no mail server is set (docs/alerts.md)", None)

    monkeypatch.setenv(f"{SETTINGS}WEBHOOK", "gopher://x")
    assert "ALERTS_WEBHOOK: not an address that can be used" in looked(instance)[0]
    assert main() == 2


@pytest.mark.usefixtures("told")
def test_a_trial_by_hand_goes_over_every_way(hook: Hook, post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert capsys.readouterr().out == "webhook: told\nmail: told\n"
    hook.answer = 500
    assert main() == 1
    assert (len(hook.got), len(post.got)) == (2, 2)
