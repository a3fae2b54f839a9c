"""Run tags: what a person or a schedule may tell a night, and what a night says of itself."""

from __future__ import annotations

AS_OF = "privacy/as_of"
"""The day decided, an ISO date. Given, or added by `inbox`."""

FIRST_LOAD = "privacy/first_load"
"""`true` lets tables enter that never arrived before."""

NIGHT = "privacy/night"
"""The night that this run belongs to, added by `inbox`; a retry of a failed run inherits it and goes on with the same night."""

WHY = "privacy/why"
"""What started the run."""

PERSONAL, SUBJECT = "privacy/personal", "privacy/subject"
"""Of a table's assets: whether it holds personal data, and the kind of data subject that its rows are."""

BACKFILL = "dagster/backfill"
"""Dagster's own: the runs of one backfill have it in common."""

ALONE = {"privacy/alone": "night"}
"""Of every night: the instance lets one run with it go on at a time (`schedules/home.py`), and the next one waits."""
