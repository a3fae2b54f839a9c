"""Renders a night's page and writes it: one file, nothing fetched from anywhere, readable by its owner only."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.heads import Head
from privacy_pipelines.evidence.keys import own_key
from privacy_pipelines.evidence.verification import Trust
from privacy_pipelines.observing.points import Number, read_points
from privacy_pipelines.papers.write import keep_papers
from privacy_pipelines.report.charts import due_chart, trends
from privacy_pipelines.report.drawing import Chart, markdown_of, svg_of
from privacy_pipelines.report.page import Page, page
from privacy_pipelines.report.rulebook import rulebook
from privacy_pipelines.report.told import read_record
from privacy_pipelines.report.tongue import ENGLISH, TONGUES, Tongue, tongues
from privacy_pipelines.report.trail import follow
from privacy_pipelines.store.durable import explained, make_folder, write_whole
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader

LATEST = "latest"


def write_report(store: Path, *, reports: Path) -> tuple[Path, ...]:
    """Write the report of the current generation's night, in each of the company's languages, and copies as `latest`; the reports' paths.

    Raises:
        StoreError: there is no night to report, or the store or the reports' folder cannot be used.
        PolicyErrors: today's product no longer reads the night's policy.
    """
    pages, written = read_pages(store), []
    make_folder(reports)
    for shown in pages:
        say = next(one for one in TONGUES if one.language == shown.language)
        night = f"night-{shown.as_of.isoformat()}-{shown.generation.removesuffix('.duckdb')}"
        names = {other.language: f".{other.language}.html" if other is not pages[0] else ".html" for other in pages}
        others = tuple((other, f"{night}{ending}") for other, ending in names.items() if other != shown.language)
        text = render(shown, say, others)
        written.append(reports / f"{night}{names[shown.language]}")
        with explained(reports):
            write_whole(written[-1], text.encode())
            write_whole(reports / f"{LATEST}{names[shown.language]}", text.replace(f'href="{night}.', f'href="{LATEST}.').encode())
    keep_papers(store, reports)
    return tuple(written)


def read_pages(store: Path) -> tuple[Page, ...]:
    """What the store says of its last night, in each of the company's languages. Raises as `write_report` does."""
    opened = Store(store)
    with reader(opened) as current:
        if current is None:
            raise StoreError(f"{store}: there is no night to report yet. Run one first (nightly)")
        record, policy = read_record(current.record()), current.intent.rules_document()
        measured = read_points(current.session)
        head = Head(current.intent.evidence_size, current.intent.evidence_root)
    trail = follow(opened.evidence, record.pin.run, Trust(own_key(opened.keys), (head,)), measured=measured)
    return tuple(page(record, policy, trail, say) for say in tongues(policy.company.languages))


PICTURES = ("due", "over-retention", "worklists")


def read_charts(store: Path, names: tuple[str, ...] = PICTURES) -> dict[str, str]:
    """The report's charts of these names, in English, as Markdown with a picture in it. Raises as `write_report` does."""
    with reader(Store(store)) as current:
        if current is None:
            raise StoreError(f"{store}: there is no night to report yet. Run one first (nightly)")
        seen, book = read_record(current.record()).seen, rulebook(current.intent.rules_document())
        charts = (due_chart(seen, ENGLISH, book.called), *trends(read_points(current.session), ENGLISH))
    return {chart.name: markdown_of(chart) for chart in charts if chart.name in names}


def render(shown: Page, say: Tongue = ENGLISH, others: tuple[tuple[str, str], ...] = ()) -> str:
    """The page as HTML: equal pages give equal text. `others`: (language, file beside it) of the same night."""
    return _environment().get_template("page.html").render(page=shown, others=others, _=say, draw=_drawn)


@cache
def _environment() -> Environment:
    """Every template is compiled once; in which tongue it speaks, its context says."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["n"] = _number
    return environment


@pass_context
def _number(context: Context, value: Number) -> str:
    say: Tongue = context["_"]
    return say.number(value)


def _drawn(chart: Chart) -> Markup:
    return Markup(svg_of(chart))  # noqa: S704, drawn of counts and escaped
