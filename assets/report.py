"""SHOW: the page that a data protection officer reads."""

import dagster as dg

from assets.metrics import metrics
from assets.resources import House
from assets.station import speaking, station


@station("show", "html", deps=[metrics])
def report(house: House) -> dg.MaterializeResult[None]:
    """One self-contained page about the last night: what was erased and why, what is withheld and what to do, the counts, the proof."""
    with speaking():
        from privacy_pipelines.report.write import write_report

        page = write_report(house.paths.store, reports=house.paths.reports)
        return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(page.resolve()), "bytes": page.stat().st_size})
