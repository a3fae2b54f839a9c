"""The page as a file: what is rendered, what is not, and how it lies on disk."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from privacy_pipelines.errors import StoreError
from privacy_pipelines.report.page import page
from privacy_pipelines.report.write import read_pages, render, write_report
from privacy_pipelines.store.generations import Store
from tests.report.conftest import Told
from tests.report.test_page import LAWSUIT, NEW_TABLE, UNFORESEEN, withheld

VOID = {"meta", "br", "hr", "img", "input", "link", "col"}


class Outline(HTMLParser):
    """Collects what a page is made of, and fails where its tags are not balanced."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.unscoped = 0
        self.feed(content)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [str(found["id"])] if "id" in found else []
        self.targets += [str(found[name]) for name in ("href", "src", "action", "data", "srcset") if name in found]
        self.unscoped += tag == "th" and "scope" not in found
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def content(nights: tuple[Told, ...]) -> str:
    return render(nights[2].page)


def test_the_page_is_balanced_and_every_link_stays_on_it(content: str) -> None:
    outline = Outline(content)
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.targets
    assert {target.removeprefix("#") for target in outline.targets} <= set(outline.ids)
    assert all(target.startswith("#") for target in outline.targets)


def test_nothing_is_fetched_and_nothing_runs(content: str) -> None:
    assert "://" not in content
    assert not re.search(r"@import|url\(", content)
    assert not {"script", "link", "img", "iframe", "form"} & set(Outline(content).tags)


def test_a_reader_of_the_screen_finds_landmarks_headings_in_order_and_headers_with_scope(content: str) -> None:
    outline = Outline(content)
    assert '<html lang="en">' in content
    assert {"header", "nav", "main", "footer"} <= set(outline.tags)
    assert outline.unscoped == 0
    levels = [int(tag[1]) for tag in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_says_the_verdict_the_proof_and_that_it_is_no_legal_advice(content: str) -> None:
    for words in (
        "Good night",
        "What was erased, and why",
        "Before the new store took the place",
        "passed",
        "None of this is legal advice",
    ):
        assert words in content
    assert "Administer the customer relationship" in content
    assert "Preskriptionslagen (1981:130) 2 §" in content


def test_no_key_hash_is_on_the_page(nights: tuple[Told, ...], content: str) -> None:
    hashes = {one.key_hash for one in nights[2].record.inbox.quarantined if one.key_hash}
    assert hashes
    assert not [one for one in hashes if one in content]


def test_what_is_withheld_comes_first_with_its_command_and_holds(nights: tuple[Told, ...]) -> None:
    told = withheld(nights[1], UNFORESEEN, NEW_TABLE)
    text = render(page(told.record, replace(told.policy, holds=(LAWSUIT,)), told.trail))
    Outline(text)
    assert text.index('id="withheld"') < text.index('id="erased"')
    assert f"privacy-pipelines approve {'a' * 64} --by" in text
    assert f"privacy-pipelines approve {'d' * 64} --by" in text
    assert "general_counsel" in text
    assert "truncated: the last line is cut" in text


def test_words_of_the_policy_and_the_sources_are_escaped(nights: tuple[Told, ...]) -> None:
    told, evil = nights[2], "<script>alert(1)</script>"
    purposes = tuple(replace(one, title=(("en", evil), ("sv", evil + "å")), source=evil) for one in told.policy.purposes)
    plan = replace(told.record.plan, findings=(f"crm/x.csv: {evil}",))
    arrivals = tuple(replace(one, undeclared=(evil,), file=evil) for one in told.record.inbox.arrivals)
    record = replace(told.record, plan=plan, inbox=replace(told.record.inbox, arrivals=arrivals))
    policy = replace(told.policy, purposes=purposes, company=replace(told.policy.company, name=evil))
    text = render(page(record, policy, told.trail))
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    Outline(text)


def test_equal_nights_give_equal_pages(nights: tuple[Told, ...], content: str) -> None:
    assert {shown.language: render(shown) for shown in read_pages(nights[2].store)}["en"] == content


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_night_renders_and_stays_small(nights: tuple[Told, ...], number: int) -> None:
    text = render(nights[number].page)
    Outline(text)
    assert len(text.encode()) < 300_000


def test_the_report_and_its_copy_are_the_owners_alone(nights: tuple[Told, ...], tmp_path: Path) -> None:
    reports = tmp_path / "store" / "reports"
    written = write_report(nights[2].store, reports=reports)
    again = write_report(nights[2].store, reports=reports)
    names = ["night-2026-11-22-gen-000003.html", "night-2026-11-22-gen-000003.en.html"]
    assert written == again == tuple(reports / name for name in names)
    assert sorted(path.name for path in reports.iterdir()) == sorted(["latest.html", "latest.en.html", "papers", *names])
    assert '<html lang="sv">' in (reports / "latest.html").read_text()
    assert '<a href="latest.en.html" hreflang="en"' in (reports / "latest.html").read_text()
    assert {oct(path.stat().st_mode & 0o777) for path in (reports, *reports.rglob("*")) if path.is_dir()} == {"0o700"}
    assert {oct(path.stat().st_mode & 0o777) for path in reports.rglob("*") if path.is_file()} == {"0o600"}


def test_the_latest_is_replaced_and_the_night_before_stays(nights: tuple[Told, ...], tmp_path: Path) -> None:
    for told in nights[1:]:
        write_report(told.store, reports=tmp_path)
    assert "22 November 2026" in (tmp_path / "latest.en.html").read_text()
    assert "21 november 2026" in (tmp_path / "night-2026-11-21-gen-000002.html").read_text()


def test_a_log_that_was_changed_is_told_on_the_page(nights: tuple[Told, ...], tmp_path: Path) -> None:
    store = shutil.copytree(nights[2].store, tmp_path / "store")
    log = Store(store).evidence
    log.write_bytes(log.read_bytes().replace(b'"rows_kept":', b'"rows_kept" :', 1))
    _, shown = read_pages(store)
    assert not shown.verdict.good
    assert "the evidence log is damaged" in shown.verdict.headline
    assert "Entry 1 is wrong" in render(shown)


def test_a_store_without_a_night_is_an_error_with_a_hint(tmp_path: Path) -> None:
    Store(tmp_path / "store").create()
    with pytest.raises(StoreError, match="Run one first"):
        write_report(tmp_path / "store", reports=tmp_path / "reports")
    assert not (tmp_path / "reports").exists()


def test_reports_that_cannot_be_written_are_an_error(nights: tuple[Told, ...], tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(StoreError, match="not a folder"):
        write_report(nights[2].store, reports=tmp_path / "reports")
