"""`status`: the last night's metrics, against the night before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.exits import FINE
from privacy_pipelines.cli.options import Folders, folders, json_option
from privacy_pipelines.cli.screen import say, show_json, show_table
from privacy_pipelines.cli.stores import require_store

if TYPE_CHECKING:
    from privacy_pipelines.cli.outcome import Outcome
    from privacy_pipelines.cli.tails import Tails
    from privacy_pipelines.observing.points import Number
    from privacy_pipelines.store.reading import Reader

NO_NIGHT = "no night has been completed yet. Start with: privacy-pipelines nightly --first-load"


@dataclass(frozen=True, slots=True)
class Shown:
    """A metric of the last night; `before` is the night before's, if there was one."""

    name: str
    title: str
    value: Number
    unit: str
    good: str
    source: str
    before: Number | None = None

    @property
    def trend(self) -> str:
        """The change since the night before; of a share in hundredths of it."""
        if self.before is None:
            return ""
        change = self.value - self.before
        said = f"{100 * change:+.1f}" if isinstance(change, float) else f"{change:+d}"
        return said if change else "="


@click.command("status")
@folders
@json_option
@click.option(
    "--export", type=click.Path(dir_okay=False, path_type=Path), help="Write every night's metrics into this file: .csv or .parquet."
)
@click.pass_context
def command(ctx: click.Context, where: Folders, as_json: bool, export: Path | None) -> None:
    """The last night's metrics: value, what good looks like, and the change since the night before; and what waits for a person.

    Exact numbers stay here; an exported file has the classes of those that count people (docs/metrics.md)."""
    from privacy_pipelines.store.reading import reader

    with reader(require_store(where.store)) as current:
        if current is None:
            show_json({"night": None}) if as_json else say(f"{where.store}: {NO_NIGHT}")
            ctx.exit(FINE)
        metrics, outcome = _measured(current), _outcome(current)
        beyond = _beyond(where, current)
        if export is not None:
            _export(current, export)
        if as_json:
            show_json({**_document(current, metrics, outcome), "beyond": asdict(beyond)})
        else:
            _show(current, metrics, outcome)
            say(f"\nDisposed of: {beyond.disposed} generations. Beyond the product's reach: {beyond.said}")
            if export is not None:
                say(f"\nexport  {export}")
    ctx.exit(outcome.code)


def _export(current: Reader, file: Path) -> None:
    from privacy_pipelines.metrics.leaving import export

    export(current.session, file)


def _measured(current: Reader) -> tuple[Shown, ...]:
    from privacy_pipelines.metrics.registry import METRICS
    from privacy_pipelines.observing.points import read_points

    said = {metric.name: metric for metric in METRICS}
    *earlier, last = read_points(current.session)
    before = earlier[-1].numbers if earlier else {}
    return tuple(
        Shown(name, said[name].title, value, said[name].unit.value, said[name].good, said[name].source, before.get(name))
        for name, value in last.numbers.items()
        if name in said
    )


def _outcome(current: Reader) -> Outcome:
    from privacy_pipelines.approving.withheld import withheld_in
    from privacy_pipelines.cli.outcome import Outcome

    record = current.record()
    metrics = {one.name: one.value for one in _measured(current)}
    return Outcome(metrics, tuple(record["plan"]["findings"]), withheld_in(record))


def _beyond(where: Folders, current: Reader) -> Tails:
    """What the product cannot reach: backups with their tail, blocks of the device."""
    from privacy_pipelines.cli.asked import entries
    from privacy_pipelines.cli.tails import tails
    from privacy_pipelines.evidence.levels import levels

    company = current.intent.rules_document().company
    return tails(levels(entries(require_store(where.store))), company, clock.now(company.zone).date())


def _show(current: Reader, metrics: tuple[Shown, ...], outcome: Outcome) -> None:
    rows = [(one.title, one.value, one.unit, one.trend, one.good) for one in metrics]
    title = f"Night of {current.intent.as_of}, {current.generation.name}, policy {current.intent.policy_version[:12]}"
    show_table(title, ("", "number", "of", "trend", "good is"), rows)
    outcome.show()


def _document(current: Reader, metrics: tuple[Shown, ...], outcome: Outcome) -> dict[str, object]:
    intent = current.intent
    night = {"run": intent.run, "as_of": intent.as_of, "generation": current.generation.name, "policy_version": intent.policy_version}
    return {"night": night, **outcome.to_json(), "metrics": [asdict(one) for one in metrics]}
