"""What every station shares: how it is declared, which night it belongs to, and how it fails without quoting anyone."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import dagster as dg

from assets.partitions import ZONE
from assets.resources import House
from assets.tags import BACKFILL, NIGHT
from privacy_pipelines.errors import InputError, NotSealed, PrivacyPipelinesError
from privacy_pipelines.policy.load import load

POOL = "store"
"""One station at a time, whichever run it belongs to: the instance limits every pool to one (`schedules/home.py`)."""

NIGHTLY = dg.FreshnessPolicy.cron(deadline_cron="0 6 * * *", lower_bound_delta=timedelta(hours=12), timezone=ZONE)
"""The promise is kept every night: by six in the morning one has ended since six in the evening."""

REDECIDE = "redecide"
"""The job that decides cohorts again after a change of policy."""

EXIT_CODE = "exit_code"
"""Metadata of a failure: 2 for input that cannot be used, 1 for everything else, as the command line has them."""

Cell = str | int | float | bool


def station(
    group: str,
    *kinds: str,
    deps: Sequence[dg.AssetsDefinition | dg.SourceAsset | dg.AssetDep] = (),
    checks: Sequence[dg.AssetCheckSpec] = (),
    partitions: dg.PartitionsDefinition[str] | None = None,
    fresh: dg.FreshnessPolicy | None = None,
    last: bool = False,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """`dg.asset` as every station has it: one writer at a time, and a single run for a range, or a night could not take all cohorts. What
    comes `last` waits for whatever else of its run could go first."""
    with warnings.catch_warnings():
        # Beta in 1.13, and nothing else takes all cohorts in one run; Dagster's own platform uses it, and nothing else here is beta.
        warnings.filterwarnings("ignore", message="Parameter `backfill_policy`", category=dg.BetaWarning)
        return dg.asset(
            group_name=group, kinds=set(kinds), deps=deps, check_specs=checks, partitions_def=partitions,
            pool=POOL, owners=["team:privacy"], backfill_policy=dg.BackfillPolicy.single_run(),
            freshness_policy=fresh, op_tags={"dagster/priority": "-2"} if last else None,
        )  # fmt: skip


@contextmanager
def speaking() -> Iterator[None]:
    """Turns errors into failures that Dagster may keep: this package's own say where, what and a hint; any other's message is
    withheld, for it may quote a record.

    Raises:
        dagster.Failure: the block raised.
    """
    try:
        yield
    except (dg.Failure, dg.DagsterError):
        raise
    except PrivacyPipelinesError as error:
        failure = _failure(str(error), 2 if isinstance(error, InputError) else 1)
    except Exception as error:
        failure = _failure(
            f"{type(error).__name__} at {_place(error)} (its message is withheld: it may quote a record). Please report it", 1
        )
    else:
        return
    raise failure from None


def night_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext, house: House) -> str:
    """The night this run belongs to: the one it began itself, else the one in progress (a UI backfill takes a run for each wave).

    Raises NotSealed where no night is in progress.
    """
    from privacy_pipelines.pipeline import pinned

    run = context.instance.get_run_by_id(context.run.run_id)
    return (run.tags.get(NIGHT) if run else None) or pinned(house.paths).run


def night_in_progress(context: dg.AssetExecutionContext, house: House) -> str | None:
    """The night that these decisions belong to; None where they are made between nights.

    A run belongs to a night that it began, that its own UI backfill began, or that is pinned to the policy in the folder. What decides
    again after a change of policy belongs to none: a night in progress goes on with the policy that it began with.
    """
    from privacy_pipelines.pipeline import pinned

    run = context.instance.get_run_by_id(context.run.run_id)
    tags: dict[str, str] = dict(run.tags) if run else {}
    if NIGHT in tags:
        return tags[NIGHT]
    if context.run.job_name == REDECIDE:
        return None
    try:
        pin = pinned(house.paths)
    except NotSealed:
        return None
    began = context.instance.get_run_by_id(pin.run)
    same = began is not None and BACKFILL in tags and began.tags.get(BACKFILL) == tags[BACKFILL]
    return pin.run if same or pin.policy_version == load(house.paths.policies).version else None


def up_to_date(left: Sequence[str], impact: Mapping[str, dg.MetadataValue] | None = None) -> dg.AssetCheckResult:
    """Which cohorts are not decided as the policy says now, and how many, for that plots."""
    named = {"cohorts": dg.MetadataValue.text(", ".join(left))} if left else {}
    return dg.AssetCheckResult(
        asset_key="decisions", check_name="cohorts_up_to_date", passed=not left, severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(left)} cohorts are not decided as the policy says now" if left else "",
        metadata={"cohorts_out_of_date": len(left), **named, **(impact or {})},
    )  # fmt: skip


def table(columns: Mapping[str, type], rows: Iterable[Sequence[Cell]]) -> dg.TableMetadataValue:
    """A table for the UI. Counts, names of tables and columns, digests: never a value of a record."""
    kinds = {int: "int", float: "float", bool: "bool"}
    schema = dg.TableSchema([dg.TableColumn(name, kinds.get(kind, "string")) for name, kind in columns.items()])
    records = [dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows]
    return dg.MetadataValue.table(records, schema=schema)


def _failure(description: str, code: int) -> dg.Failure:
    return dg.Failure(description, metadata={EXIT_CODE: code}, allow_retries=False)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "an unknown place"
