"""Renders the papers and writes them: files of their own, nothing fetched from anywhere, readable by their owner only."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from privacy_pipelines.errors import StoreError
from privacy_pipelines.papers.concept import ConceptPage, concept
from privacy_pipelines.papers.dpv import register_jsonld
from privacy_pipelines.papers.fideslang import fideslang_yaml
from privacy_pipelines.papers.notice import NoticePage, notice, notice_version
from privacy_pipelines.papers.register import RegisterPage, register, register_csv
from privacy_pipelines.papers.wording import LANGUAGES
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.store.durable import explained, make_folder, write_whole
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader

Files = dict[str, str]
"""File name → text."""


def notice_files(policy: Policy) -> Files:
    """The privacy notice in each language, as HTML and as Markdown."""
    version, pages = notice_version(policy), notice(policy)
    html = {f"notice-{page.language}.html": _rendered("notice.html", "notice", page, version=version) for page in pages}
    return html | {f"notice-{page.language}.md": _rendered("notice.md", "notice", page, version=version) for page in pages}


def register_files(policy: Policy) -> Files:
    """The record of processing in each language as HTML and CSV, and as JSON-LD."""
    pages = register(policy)
    html = {f"register-{page.language}.html": _rendered("register.html", "register", page) for page in pages}
    tables = {f"register-{page.language}.csv": register_csv(policy, page) for page in pages}
    return html | tables | {"register.jsonld": register_jsonld(policy)}


def concept_files(policy: Policy) -> Files:
    """The deletion concept in each language. Raises PolicyErrors where the policy cannot be compiled."""
    return {f"concept-{page.language}.html": _rendered("concept.html", "concept", page) for page in concept(policy)}


def fideslang_files(policy: Policy) -> Files:
    """The policy as a fideslang manifest."""
    return {"fideslang.yml": fideslang_yaml(policy)}


PAPERS: tuple[tuple[str, Callable[[Policy], Files]], ...] = (
    ("notice", notice_files),
    ("register", register_files),
    ("concept", concept_files),
    ("fideslang", fideslang_files),
)
"""Every kind of paper, by the name under which the command line knows it."""


def papers(policy: Policy, kind: str | None = None) -> Files:
    """Every paper, or those of one kind. Raises PolicyErrors."""
    return {name: text for of, files in PAPERS if kind in (None, of) for name, text in files(policy).items()}


def write_papers(files: Files, folder: Path) -> tuple[Path, ...]:
    """Write the papers into `folder`; their paths. Raises StoreError."""
    make_folder(folder)
    with explained(folder):
        for name, text in files.items():
            write_whole(folder / name, text.encode())
    return tuple(folder / name for name in files)


def keep_papers(store: Path, reports: Path) -> Path:
    """The folder with the papers of the policy in force, written where they are not there yet: they change with it alone.

    What was once in force stays, so that it can be shown. Raises StoreError, PolicyErrors.
    """
    with reader(Store(store)) as current:
        if current is None:
            raise StoreError(f"{store}: no night has been completed yet, so no policy is in force. Run one first (nightly)")
        policy = current.intent.rules_document()
    folder = reports / "papers" / policy.version[:12]
    if not (folder / "fideslang.yml").is_file():  # the last one that is written
        make_folder(folder.parent)
        write_papers(papers(policy), folder)
    return folder


def _rendered(template: str, label: str, page: NoticePage | RegisterPage | ConceptPage, **more: str) -> str:
    words = LANGUAGES[page.language]
    said = {"page": page, "title": words.labels[label], "labels": words.labels, "words": words.concept, **more}
    return _environment().get_template(template).render(said)


@cache
def _environment() -> Environment:
    """Every template is compiled once."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(["html"]), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
