"""Every metric against a naive reading of the same two nights."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from privacy_pipelines.metrics.registry import METRICS
from privacy_pipelines.observing.points import Unit, read_points
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from tests.metrics.archive import FIRST, SECOND
from tests.metrics.conftest import Lived


def test_no_metric_is_without_a_known_answer(lived: Lived) -> None:
    assert set(lived.expected.numbers) == {metric.name for metric in METRICS} == set(lived.night.metrics)
    assert max(Counter(metric.name for metric in METRICS).values()) == 1


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_metric_is_what_a_naive_reading_says(lived: Lived, metric: object) -> None:
    name = metric.name  # type: ignore[attr-defined]
    assert lived.night.metrics[name] == pytest.approx(lived.expected.numbers[name], abs=1e-6)


def test_the_known_answers_are_not_all_zero(lived: Lived) -> None:
    zero = {name for name, value in lived.expected.numbers.items() if not value}
    assert {"overdue", "over_retention", "erased", "erased_after_p95", "consent_coverage", "bytes_kept_out", "withheld"} & zero == set()


def test_what_falls_due_stands_in_its_month_table_and_cluster(lived: Lived) -> None:
    due = {(one["month"], one["table"], one["cluster"]): one["records"] for one in lived.night.record["seen"]["due"]}
    assert due == lived.expected.due
    assert {cluster for _, _, cluster in due} == {"kept", "sent", "news+sent"}
    assert lived.night.record["seen"]["months"][0] == "2026-04"
    assert len(lived.night.record["seen"]["months"]) == 12


def test_the_store_keeps_every_night_with_the_types_of_its_units(lived: Lived) -> None:
    with reader(Store(lived.company.paths.store)) as current:
        assert current is not None
        nights = read_points(current.session, broken_down=True)
        whole = read_points(current.session)
    assert [night.as_of for night in nights] == [FIRST, SECOND]
    assert {point.unit for night in nights for point in night.points} <= set(Unit)
    assert all(isinstance(point.value, int) or point.unit is Unit.SHARE for night in nights for point in night.points)
    assert whole[-1].numbers == lived.night.metrics
    assert {(p.month, p.table, p.cluster): p.value for p in nights[-1].points if p.name == "due"} == lived.expected.due


def test_a_night_without_erasures_has_no_share_of_nothing(lived: Lived) -> None:
    with reader(Store(lived.company.paths.store)) as current:
        assert current is not None
        first = read_points(current.session)[0].numbers
    assert "erased_after_p50" not in first
    assert first["masked"] == 0
    assert first["consent_coverage"] == 0.25


def test_the_horizon_begins_with_the_month_of_tomorrow() -> None:
    from privacy_pipelines.observing.outlook import horizon
    from privacy_pipelines.policy.load import load
    from tests.report.conftest import POLICIES

    ends = horizon(date(2026, 1, 31), load(POLICIES).company)
    assert (ends[0], ends[-1], len(ends)) == (date(2026, 2, 28), date(2027, 1, 31), 12)
