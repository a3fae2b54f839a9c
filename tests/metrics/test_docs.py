"""The page names every metric, column and alert as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from privacy_pipelines.metrics.leaving import COLUMNS
from privacy_pipelines.metrics.openmetrics import exposed
from privacy_pipelines.metrics.registry import BREAKDOWNS, METRICS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("one", [*METRICS, *BREAKDOWNS], ids=lambda one: one.name)
def test_the_page_has_the_line_of_every_metric(one: object) -> None:
    name, unit, good, source = (getattr(one, part) for part in ("name", "unit", "good", "source"))
    said = exposed(name, unit).removeprefix("privacy_pipelines")
    assert f"| `{name}` | {one.title}: {unit.value} | {good} | {source} | `{said}` |" in PAGE  # type: ignore[attr-defined]


def test_the_page_has_every_column_and_every_alert() -> None:
    schema = PAGE[PAGE.index("## The schema") : PAGE.index("## The metrics")]
    assert all(f"`{name}`" in schema for name, _ in COLUMNS)
    for rule in YAML(typ="safe").load(ROOT / "deploy/alerts.yml")["groups"][0]["rules"]:
        assert f"| `{rule['alert']}` | `{rule['expr']}`" in PAGE
