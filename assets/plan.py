"""GUARD: the plan, and the check that stops a night whose plan cannot be trusted as a whole."""

from collections.abc import Iterator

import dagster as dg

from assets.decisions import decisions
from assets.resources import House
from assets.station import night_of, speaking, station, table
from privacy_pipelines.approving.approve import SHORTEST
from privacy_pipelines.collector.suspending import HELD
from privacy_pipelines.errors import PrivacyPipelinesError
from privacy_pipelines.report.tongue import ENGLISH
from privacy_pipelines.retention.decide import State
from privacy_pipelines.retention.plan import Action, Part, Plan

ERASES, REFUSES = (Action.ERASE_ROW, Action.ERASE_FIELD), (Action.REFUSE_ROW, Action.REFUSE_FIELD)
CHECKS = (
    dg.AssetCheckSpec(
        "plan_is_sane", asset="plan", blocking=True,
        description="Every cohort is decided on tonight's policy, facts and day, and a plan came of it. Nothing is collected otherwise.",
    ),
    dg.AssetCheckSpec(
        "nothing_withheld", asset="plan",
        description="No part waits for a person. One that does keeps its cells and holds up nothing else; look, then approve its digest.",
    ),
)  # fmt: skip


@station("guard", "duckdb", deps=[dg.AssetDep(decisions, partition_mapping=dg.AllPartitionMapping())], checks=CHECKS)
def plan(context: dg.AssetExecutionContext, house: House) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """What tonight would erase, restrict and refuse, in counts and digests: an immutable value that the collector carries out as it is."""
    from privacy_pipelines import pipeline

    with speaking():
        run = night_of(context, house)
        try:
            made = pipeline.make_plan(house.paths, run)
        except PrivacyPipelinesError as error:
            yield _sane(str(error))
            raise
    yield dg.MaterializeResult(metadata=_shown(made))
    yield _sane("")
    yield _withheld(made)


def _sane(fault: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(check_name="plan_is_sane", passed=not fault, severity=dg.AssetCheckSeverity.ERROR, description=fault)


def _withheld(made: Plan) -> dg.AssetCheckResult:
    parts = tuple(part for part in made.withheld if part.reason != HELD)
    return dg.AssetCheckResult(
        check_name="nothing_withheld", passed=not parts, severity=dg.AssetCheckSeverity.WARN,
        description=f"{ENGLISH.count(len(parts), 'part')} to look at. Then launch the job 'approve' with a digest" if parts else "",
        metadata={"parts_withheld": len(parts), "cells_withheld": sum(part.cells for part in parts), "parts": _waiting(parts)},
    )  # fmt: skip


def _shown(made: Plan) -> dict[str, dg.MetadataValue | int | str]:
    return {
        "digest": made.digest,
        "policy_version": made.policy_version,
        "cells_to_erase": made.total(ERASES, "cells"),
        "cells_to_refuse": made.total(REFUSES, "cells"),
        "rows_past_their_deadline": sum(step.overdue for step in made.steps),
        "parts_withheld": len(made.withheld),
        "clusters_suspended": sum(tally.rows for tally in made.tallies if tally.state == State.SUSPENDED),
        "findings": len(made.findings),
        "steps": _steps(made),
        "parts": _parts(made.parts),
    }


def _steps(made: Plan) -> dg.TableMetadataValue:
    columns = {"table": str, "cluster": str, "action": str, "rows": int, "cells": int, "overdue": int, "digest": str}
    return table(columns, ((s.table, s.cluster, s.action.value, s.rows, s.cells, s.overdue, s.digest) for s in made.steps))


def _waiting(parts: tuple[Part, ...]) -> dg.TableMetadataValue:
    """What a person needs to look and to approve; so much of a digest is enough for that."""
    columns = {"digest": str, "table": str, "purpose": str, "unexpected": int, "limit": int, "of": int, "cells": int, "reason": str}
    return table(columns, ((p.digest[:SHORTEST], p.table, p.purpose, p.unexpected, p.limit, p.of, p.cells, p.reason) for p in parts))


def _parts(parts: tuple[Part, ...]) -> dg.TableMetadataValue:
    columns = {
        "table": str,
        "purpose": str,
        "unexpected": int,
        "limit": int,
        "of": int,
        "cells": int,
        "withheld": bool,
        "reason": str,
        "digest": str,
    }
    return table(columns, ((p.table, p.purpose, p.unexpected, p.limit, p.of, p.cells, p.withheld, p.reason, p.digest) for p in parts))
