"""What a changed policy does not say: rules that are other than yesterday's without an earlier version. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from privacy_pipelines.policy.model import Policy, Purpose, Version


def unsaid_changes(before: Policy, now: Policy, as_of: date) -> tuple[str, ...]:
    """A sentence for each purpose whose rule changed as if it had never been another: then it counts for everything, and from ever.
    A version of yesterday's that was not in force yet may go without a trace."""
    known = {purpose.name: purpose for purpose in before.purposes}
    return tuple(said for purpose in now.purposes if purpose.name in known for said in _unsaid(known[purpose.name], purpose, as_of))


def _unsaid(before: Purpose, now: Purpose, as_of: date) -> Iterator[str]:
    was = max((one for one in before.versions if one.effective_from <= as_of), key=_first_day, default=before.versions[0])
    if _rule(was) not in [_rule(version) for version in now.versions]:
        yield (
            f"purpose {now.name}: its rule ({was.period} and what goes with it, from {was.effective_from}) was changed without a trace, so "
            "the new one counts for what was collected under the old. Name the old one in `earlier`"
        )


def _first_day(version: Version) -> date:
    return version.effective_from


def _rule(version: Version) -> tuple[object, ...]:
    return (version.period, version.offset, version.order, version.roll)
