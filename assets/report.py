"""SHOW: the page that a data protection officer reads."""

import dagster as dg

from assets.metrics import metrics
from assets.resources import House
from assets.station import speaking, station


@station("show", "html", deps=[metrics])
def report(house: House) -> dg.MaterializeResult[None]:
    """One self-contained page about the last night, in each of the company's languages: what was erased and why, what is overdue or
    withheld and what to do, the promises, the trends, the proof."""
    with speaking():
        from privacy_pipelines.report.write import read_charts, write_report

        pages = write_report(house.paths.store, reports=house.paths.reports)
        (due,) = read_charts(house.paths.store, ("due",)).values()
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.path(pages[0].resolve()),
            "pages": ", ".join(page.name for page in pages),
            "bytes": max(page.stat().st_size for page in pages),
            "due_chart": dg.MetadataValue.md(due),
        }
    )
