"""The numbers as they leave the store: as a file of their own, for Prometheus, for Grafana and for alerts."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus
from ruamel.yaml import YAML

from privacy_pipelines.cli import main
from privacy_pipelines.errors import InputError, StoreError
from privacy_pipelines.metrics.leaving import COLUMNS
from privacy_pipelines.metrics.openmetrics import exposed, names, write_openmetrics
from privacy_pipelines.metrics.registry import METRICS
from tests.metrics.archive import SECOND
from tests.metrics.conftest import Lived

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = re.compile(r"\bprivacy_pipelines_[a-z0-9_]+")


def status(lived: Lived, *arguments: object) -> object:
    paths = lived.company.paths
    folders = ["--policies", paths.policies, "--store", paths.store, "--extracts", paths.extracts]
    return CliRunner().invoke(main, ["status", *map(str, arguments), *map(str, folders)])


def test_a_csv_has_every_night_in_the_documented_columns_and_classes(lived: Lived, tmp_path: Path) -> None:
    file = tmp_path / "metrics.csv"
    assert "export" in status(lived, "--export", file).output  # type: ignore[attr-defined]
    with file.open(newline="") as text:
        rows = list(csv.DictReader(text))
    assert list(rows[0]) == [name for name, _ in COLUMNS]
    last = {row["metric"]: row for row in rows if row["as_of"] == str(SECOND) and not row["month"]}
    assert (last["overdue"]["value"], last["overdue"]["class"], last["overdue"]["unit"]) == ("10.0", "10-49", "rows")
    assert (last["consent_coverage"]["value"], last["consent_coverage"]["class"]) == ("0.32", "")
    assert (last["withheld"]["value"], last["withheld"]["class"]) == ("1.0", "")


def test_no_exact_count_of_people_leaves(lived: Lived, tmp_path: Path) -> None:
    file = tmp_path / "metrics.csv"
    status(lived, "--export", file)
    with file.open(newline="") as text:
        values = {row["value"] for row in csv.DictReader(text) if row["class"]}
    assert values <= {f"{base * 10**power}.0" for base in (0, 1, 5) for power in range(6)}


def test_a_parquet_file_says_the_same(lived: Lived, tmp_path: Path) -> None:
    for name in ("metrics.csv", "metrics.parquet"):
        status(lived, "--export", tmp_path / name)
    first, second = pd.read_csv(tmp_path / "metrics.csv", keep_default_na=False), _parquet(tmp_path / "metrics.parquet")
    assert list(second.columns) == [name for name, _ in COLUMNS]
    assert first["value"].tolist() == second["value"].tolist()
    assert first["class"].tolist() == second["class"].tolist()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["metrics.csv", "metrics.parquet"]


def _parquet(file: Path) -> pd.DataFrame:
    from privacy_pipelines.store.engine import session

    with session(None) as opened:
        (frame,) = opened.frames(f"SELECT * FROM '{file}'", 100_000)
        return frame


def test_a_file_of_another_kind_is_an_error_with_a_hint(lived: Lived, tmp_path: Path) -> None:
    result = status(lived, "--export", tmp_path / "metrics.xlsx")
    assert result.exit_code == 2  # type: ignore[attr-defined]
    assert "neither in .csv nor in .parquet" in result.output  # type: ignore[attr-defined]
    assert issubclass(InputError, Exception)


def test_status_as_json_has_exact_numbers_with_their_articles(lived: Lived) -> None:
    document = json.loads(status(lived, "--json").output)  # type: ignore[attr-defined]
    said = {one["name"]: one for one in document["metrics"]}
    assert set(said) == {metric.name for metric in METRICS}
    assert said["overdue"]["value"] == lived.expected.numbers["overdue"]
    assert (said["over_retention"]["unit"], said["over_retention"]["source"]) == ("person-field-days", "GDPR Art. 5(1)(e)")


def test_the_text_is_read_by_both_of_prometheus_parsers_and_has_the_same_numbers(lived: Lived, tmp_path: Path) -> None:
    file = write_openmetrics(lived.company.paths.store, tmp_path)
    for parse in (openmetrics, prometheus):
        samples = [sample for family in parse(file.read_text()) for sample in family.samples]
        whole = {sample.name: sample.value for sample in samples if not sample.labels}
        assert whole["privacy_pipelines_overdue_rows"] == 10
        assert whole["privacy_pipelines_withheld_parts"] == 1
        assert whole["privacy_pipelines_undetermined_ratio"] == 0
        assert {
            (sample.labels["month"], sample.labels["table"], sample.labels["cluster"]) for sample in samples if "month" in sample.labels
        } == set(lived.expected.due)
        assert {sample.name for sample in samples} == set(names())


def test_the_text_is_whole_for_others_where_asked_and_the_stores_own_else(lived: Lived, tmp_path: Path) -> None:
    theirs, own = write_openmetrics(lived.company.paths.store, tmp_path), write_openmetrics(lived.company.paths.store)
    assert oct(theirs.stat().st_mode & 0o777) == "0o644"
    assert (oct(own.stat().st_mode & 0o777), own.parent) == ("0o600", lived.company.paths.store / "metrics")
    assert theirs.read_bytes() == own.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["privacy_pipelines.prom"]
    with pytest.raises(StoreError):
        write_openmetrics(lived.company.paths.store, tmp_path / "nowhere")


def test_no_two_metrics_have_one_name_there() -> None:
    assert len(names()) == len(set(names())) == len(METRICS) + 3
    assert exposed("holds_past_review", METRICS[-8].unit).startswith("privacy_pipelines_")


@pytest.mark.parametrize("file", ["alerts.yml", "grafana.json"])
def test_dashboard_and_alerts_name_only_metrics_that_exist(file: str) -> None:
    used = set(NAME.findall((DEPLOY / file).read_text()))
    assert len(used) > 10
    assert used <= set(names())


def test_every_alert_says_what_to_do_and_every_promise_that_can_break_has_one() -> None:
    rules = YAML(typ="safe").load(DEPLOY / "alerts.yml")["groups"][0]["rules"]
    assert all(rule["annotations"]["summary"] and len(rule["annotations"]["action"]) > 20 for rule in rules)
    asked = {name for rule in rules for name in NAME.findall(rule["expr"])}
    must_be_none = (
        "overdue",
        "withheld",
        "holds_past_review",
        "refused_files",
        "resurrections",
        "cells_without_a_ground",
        "verification_faults",
    )
    units = {metric.name: metric.unit for metric in METRICS}
    assert {exposed(name, units[name]) for name in must_be_none} <= asked


def test_the_dashboard_is_one_that_grafana_reads() -> None:
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    panels = dashboard["panels"]
    assert dashboard["uid"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 10
    assert all(panel["title"] and panel["description"] and panel["targets"] for panel in panels)
    assert {target["datasource"]["uid"] for panel in panels for target in panel["targets"]} == {"${source}"}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus' promtool is not installed")
def test_promtool_takes_the_alerts_and_a_planted_overdue_record_fires(lived: Lived, tmp_path: Path) -> None:
    text = write_openmetrics(lived.company.paths.store, tmp_path).read_text()
    number = next(line.split()[1] for line in text.splitlines() if line.startswith("privacy_pipelines_overdue_rows "))
    shutil.copy(DEPLOY / "alerts.yml", tmp_path / "alerts.yml")
    (tmp_path / "test.yml").write_text(FIRES.format(number=number))
    done = subprocess.run(["promtool", "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


FIRES = """
rule_files: [alerts.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {{series: privacy_pipelines_overdue_rows, values: "{number} {number}"}}
      - {{series: privacy_pipelines_night_timestamp_seconds, values: "0 0"}}
    promql_expr_test:
      - expr: count(ALERTS{{alertname="PrivacyOverdue", alertstate="firing"}})
        eval_time: 1m
        exp_samples: [{{value: 1}}]
      - expr: count(ALERTS{{alertname="PrivacyResurrection"}})
        eval_time: 1m
        exp_samples: []
"""
