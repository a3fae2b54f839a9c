"""Renders a night's page and writes it: one file, nothing fetched from anywhere, readable by its owner only."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.heads import Head
from privacy_pipelines.evidence.keys import own_key
from privacy_pipelines.evidence.verification import Trust
from privacy_pipelines.papers.write import keep_papers
from privacy_pipelines.report.page import Page, page
from privacy_pipelines.report.told import read_record
from privacy_pipelines.report.trail import follow
from privacy_pipelines.store.durable import explained, make_folder, write_whole
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import CURRENT, NIGHT
from privacy_pipelines.store.reading import Reader, reader

LATEST = "latest.html"


def write_report(store: Path, *, reports: Path) -> Path:
    """Write the report of the current generation's night, and a copy as `latest.html`; the report's path.

    Raises:
        StoreError: there is no night to report, or the store or the reports' folder cannot be used.
        PolicyErrors: today's product no longer reads the night's policy.
    """
    shown = read_page(store)
    content = render(shown).encode()
    target = reports / f"night-{shown.as_of.isoformat()}-{shown.generation.removesuffix('.duckdb')}.html"
    make_folder(reports)
    with explained(reports):
        for path in (target, reports / LATEST):
            write_whole(path, content)
    keep_papers(store, reports)
    return target


def read_page(store: Path) -> Page:
    """What the store says of its last night. Raises as `write_report` does."""
    opened = Store(store)
    with reader(opened) as current:
        if current is None:
            raise StoreError(f"{store}: there is no night to report yet. Run one first (nightly)")
        record, policy = read_record(current.record()), current.intent.rules_document()
        measured = measured_nights(current)
        head = Head(current.intent.evidence_size, current.intent.evidence_root)
    trust = Trust(own_key(opened.keys), (head,))
    return page(record, policy, follow(opened.evidence, record.pin.run, trust, measured=measured))


def measured_nights(current: Reader) -> dict[str, dict[str, int]]:
    """run → metric → number, as the generation remembers every night: the log holds magnitudes only. Raises StoreError."""
    found: dict[str, dict[str, int]] = {}
    for run, name, value in current.session.rows(f"SELECT run, name, value FROM {CURRENT}.{NIGHT}.metrics"):
        found.setdefault(run, {})[name] = value
    return found


def render(shown: Page) -> str:
    """The page as HTML: equal pages give equal text."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["n"] = "{:,}".format
    return environment.get_template("page.html").render(page=shown)
