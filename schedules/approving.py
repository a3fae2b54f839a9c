"""Approving in the UI: what `privacy-pipelines approve` does, from the launchpad.

Open the job `approve`, write the digest that the check `nothing_withheld` on `plan` shows, who you are and why, and launch it. It writes
the same entry into the evidence log, or fails, says why and has written nothing.
"""

import dagster as dg
from pydantic import Field

from assets.resources import Clock, House
from assets.station import speaking
from assets.tags import WHY

JOB = "approve"


class Approval(dg.Config):
    """What a person answers for. It is kept with the run, so it holds no name and no number of a data subject."""

    digest: str = Field(
        description="The withheld part's digest, or its first twelve characters: the check nothing_withheld on plan shows it."
    )
    by: str = Field(description="Who has looked and answers for it.")
    reason: str = Field(description="Why it is right that this ends. No names, no numbers of persons.")


@dg.op
def let_through(context: dg.OpExecutionContext, house: House, clock: Clock, config: Approval) -> None:
    """Let exactly one withheld part through; the next night carries it out.

    The digest names the rows: a part that has changed since needs a new approval. Where the policy asks for several persons, each launches
    this job for themselves.
    """
    from privacy_pipelines.approving.approve import approve as record
    from privacy_pipelines.store.generations import Store

    with speaking():
        approval = record(Store(house.paths.store), config.digest, by=config.by, reason=config.reason, at=clock.now())
    said: dict[str, str | int] = {
        "table": approval.part.table,
        "purpose": approval.part.purpose,
        "digest": approval.part.digest,
        "cells": approval.part.cells,
        "approved_by_persons": len(approval.by),
        "persons_needed": approval.needed,
        "recorded": approval.recorded,
        "then": approval.then,
    }
    # An observation, so that it stands among the events of the plan that it is about.
    context.log_event(dg.AssetObservation("plan", description=approval.then, metadata=said))


@dg.job(
    name=JOB, tags={WHY: "approval"}, config={"ops": {"let_through": {"config": {"digest": "", "by": "", "reason": ""}}}},
    executor_def=dg.in_process_executor,
)  # fmt: skip
def approve() -> None:
    """Let exactly one withheld part through. Digest, who, and why go into the launchpad; the next night carries it out."""
    let_through()
