"""The rest of a policy folder, as drafts with everything open: for a company that has none yet. Pure text."""

from __future__ import annotations

from pathlib import Path

COMPANY = """\
# A draft. Fill in what is open; `privacy-pipelines check` lists it.
controller:
  name:              # the company's legal name
  contact:           # where people write to about their data
  dpo:               # the data protection officer's address
zone:                # where the company's days are counted, such as Europe/Stockholm
languages: [en]      # of titles and reasons; [sv, en] for two
fiscal_year_end:     # such as "12-31"
unknown_dates: ["9999-12-31", "1900-01-01", "0001-01-01"]        # dates that stand for "unknown" in your systems
undetermined: {restrict: P12M, from: first_seen}                 # the ceiling where no purpose applies
guards:              # what one night may lose that the night before did not foresee; beyond it, a person decides
  unexpected_share: 0.001
  unexpected_count: 20
  row_drop: 0.20
  vanished_share: 0.05
  clock_lead: P2D
"""
HOLDS = """\
# Whole tables whose deletion is suspended: a name, a ground, an owner, a day of review, the tables.
holds: []
"""
PURPOSE = """\
# A draft of one purpose. Copy it for each purpose that you have, and name file and purpose after what you do: order_delivery, newsletter …
purpose: purpose_1
title:
  en:                # what the privacy notice calls it
reason:
  en:                # the sentence that the privacy notice prints
data_use:            # a fideslang key: essential.service, finance, employment, sales, marketing.communications.email …
legal_basis:         # the article: eu-gdpr:A6-1-a (consent), -b (contract), -c (legal duty), -f (legitimate interest)
nature:              # duty: a statute demands it. claims: a legal claim may need it. policy: our own choice
starting_point:      # what starts the clock: {event: order_shipped, of: record}, or of: subject for the latest over a person
period:              # how long after that: P0D, P12M, P7Y
execution_window:    # erased within this time after the end: P3M
source:              # the statute, decision or promise that says so
effective_from:      # the first day on which the rule is in force: 2026-01-01
approved_by:         # who signed it
"""
_FILES = (("company.yaml", COMPANY), ("holds.yaml", HOLDS))


def missing_files(folder: Path) -> tuple[tuple[Path, str], ...]:
    """(file, text) of what this policy folder lacks. A folder with any purpose needs no draft of one."""
    found = [(folder / name, text) for name, text in _FILES if not (folder / name).exists()]
    if not any((folder / "purposes").glob("*.yaml")):
        found.append((folder / "purposes" / "purpose_1.yaml", PURPOSE))
    return tuple(found)
