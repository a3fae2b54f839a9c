"""The two ways the night is cut for people: days of landed extracts, and cohorts of decisions. A run never mixes them."""

from __future__ import annotations

import dagster as dg

from privacy_pipelines.retention.cohorts import COHORTS

ZONE = "Europe/Stockholm"
days = dg.DailyPartitionsDefinition(start_date="2026-01-01", timezone=ZONE, end_offset=1)
"""Days whose extracts can land, today included."""

cohorts = dg.StaticPartitionsDefinition(list(COHORTS))
"""Months of a record's latest starting point: fixed in code, never from the clock."""

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
ALL_COHORTS = {RANGE_START: COHORTS[0], RANGE_END: COHORTS[-1]}
"""Run tags under which one run takes every cohort and the unpartitioned stations together."""
