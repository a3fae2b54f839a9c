"""Which notice counts for a record: that of the day on which it was collected, as the evidence log tells it."""

from __future__ import annotations

from pathlib import Path

from privacy_pipelines.papers.notice import notice_version
from privacy_pipelines.papers.write import keep_papers
from privacy_pipelines.policy.load import load
from tests.way.house import Company

SOURCE = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: rule}
      seen_on: {category: user.behavior, serves: rule, type: date}
    events: {seen: seen_on}
"""
RULE = "starting_point: {event: seen, of: record}\nperiod: P10Y\n"
LONGER = RULE.replace("P10Y", "P12Y")


def test_a_record_keeps_the_notice_under_which_it_was_first_seen(tmp_path: Path) -> None:
    company = Company(tmp_path / "one")
    company.policy(SOURCE, rule=RULE).extract("people", "2026-03-10", "id,seen_on\nA,2026-01-01")
    company.night("2026-03-10")
    first = load(company.paths.policies)
    old = keep_papers(company.paths.store, tmp_path / "reports")
    company.policy(SOURCE, rule=LONGER).extract("people", "2026-03-11", "id,seen_on\nA,2026-01-01\nB,2026-01-02")
    company.night("2026-03-11")
    second = load(company.paths.policies)
    assert company.explain("people", "A").notice == notice_version(first)
    assert company.explain("people", "B").notice == notice_version(second) != notice_version(first)
    assert f"2026-03-11 counts for it: version {notice_version(second)[:12]}" in " ".join(company.explain("people", "B").lines())
    new = keep_papers(company.paths.store, tmp_path / "reports")
    assert old != new
    assert notice_version(first) in (old / "notice-en.md").read_text(encoding="utf-8")
    assert notice_version(second) in (new / "notice-en.md").read_text(encoding="utf-8")
