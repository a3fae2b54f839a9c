"""Dagster's front door: what is in `assets/` and `schedules/`, and what they are handed."""

from __future__ import annotations

import os

# Before Dagster is asked anything: an error's message may quote a record, and Dagster's event log outlives people.
os.environ.setdefault("DAGSTER_REDACT_USER_CODE_ERRORS", "1")

import dagster as dg

import assets
from assets.checks import checks
from assets.resources import Clock, House, NothingStored, Vigil
from assets.tables import declared, with_tables
from schedules.alerts import alerts
from schedules.approving import approve
from schedules.housekeeping import housekeeping, tidy
from schedules.nightly import night, nightly
from schedules.redeciding import policy_watch, redecide


@dg.definitions
def defs() -> dg.Definitions:
    """Everything in `assets/` (a new module there is found), the policy's tables, the night and its schedule."""
    house = House.from_environment()
    policy = declared(house)
    return dg.Definitions(
        assets=with_tables(dg.load_assets_from_package_module(assets), policy),
        asset_checks=[*dg.load_asset_checks_from_package_module(assets), *([checks(policy)] if policy else [])],
        jobs=[night, redecide, approve, housekeeping],
        schedules=[nightly, tidy],
        sensors=[policy_watch, alerts],
        resources={"house": house, "clock": Clock(), "vigil": Vigil(), "io_manager": NothingStored()},
        executor=dg.in_process_executor,
    )
