"""The last night's numbers as an OpenMetrics text, for the textfile folder of Prometheus' node exporter. Gauges without time stamps: that
is what the node exporter reads, and the text is one in Prometheus' own format too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from privacy_pipelines import __version__
from privacy_pipelines.errors import StoreError
from privacy_pipelines.metrics.leaving import outside
from privacy_pipelines.metrics.registry import BREAKDOWNS, METRICS
from privacy_pipelines.observing.points import Measured, Unit, read_points
from privacy_pipelines.store.durable import explained, make_folder, write_whole
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Gauge

PREFIX = "privacy_pipelines"
FOLDER, FILE = "metrics", "privacy_pipelines.prom"
_SUFFIXES = {Unit.SHARE: "ratio", Unit.RECORD_DAYS: "record_days", Unit.FIELD_DAYS: "field_days"}
_LABELS = ("table", "cluster", "month")


def exposed(name: str, unit: Unit) -> str:
    """What a metric is called there: its unit is the last word of its name, unless the name begins with it.

    >>> exposed("overdue", Unit.ROWS), exposed("undetermined_share", Unit.SHARE), exposed("erased_cells", Unit.CELLS)
    ('privacy_pipelines_overdue_rows', 'privacy_pipelines_undetermined_ratio', 'privacy_pipelines_erased_cells')
    """
    suffix = _SUFFIXES.get(unit, unit.value)
    stem = name.removesuffix("_share").removesuffix(f"_{suffix}")
    return f"{PREFIX}_{stem}" if stem.split("_")[0] == suffix else f"{PREFIX}_{stem}_{suffix}"


def names() -> tuple[str, ...]:
    """Every name that the text can have, in its order."""
    said = [(one.name, one.unit) for one in METRICS] + [(one.name, one.unit) for one in BREAKDOWNS]
    every = (exposed(name, unit) for name, unit in said)
    return (f"{PREFIX}_night_timestamp_seconds", f"{PREFIX}_build", *every)


def write_openmetrics(store: Path, folder: Path | None = None) -> Path:
    """Write the last night's numbers, whole or not at all; the file's path. In a `folder` that is somebody else's every user may read it,
    without one it lies in the store and is the store's own.

    Raises:
        StoreError: there is no night, or the folder cannot be written.
    """
    with reader(Store(store)) as current:
        if current is None:
            raise StoreError(f"{store}: no night has ended yet. Run one first (nightly)")
        (night,) = read_points(current.session, run=current.intent.run, broken_down=True)
    if folder is None:
        make_folder(store / FOLDER)
    file = (folder or store / FOLDER) / FILE
    with explained(file.parent):
        write_whole(file, exposition(night), mode=0o600 if folder is None else 0o644)
    return file


def exposition(night: Measured) -> bytes:
    """The text. Equal nights give equal texts."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.openmetrics.exposition import generate_latest

    registry = CollectorRegistry(auto_describe=False)
    midnight = datetime(night.as_of.year, night.as_of.month, night.as_of.day, tzinfo=UTC).timestamp()
    _gauge(registry, f"{PREFIX}_night_timestamp_seconds", "The day that the last night decided").set(midnight)
    _gauge(registry, f"{PREFIX}_build", "The version that ran it", ("version",)).labels(__version__).set(1)
    for metric in METRICS:
        for point in (one for one in night.points if one.name == metric.name):
            _gauge(registry, exposed(metric.name, metric.unit), f"{metric.title}. Good: {metric.good}").set(outside(point))
    for broken in BREAKDOWNS:
        gauge = _gauge(registry, exposed(broken.name, broken.unit), f"{broken.title}. Good: {broken.good}", _LABELS)
        for point in (one for one in night.points if one.name == broken.name):
            gauge.labels(point.table, point.cluster, point.month).set(outside(point))
    text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return text


def _gauge(registry: CollectorRegistry, name: str, said: str, labels: tuple[str, ...] = ()) -> Gauge:
    from prometheus_client import Gauge

    return Gauge(name, said, labels, registry=registry)
