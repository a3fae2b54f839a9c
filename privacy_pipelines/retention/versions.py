"""What a changed policy does not say: rules that are other than yesterday's without an earlier version. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.policy.model import Policy, Purpose, Version


def unsaid_changes(before: Policy, now: Policy) -> tuple[str, ...]:
    """A sentence for each purpose whose rule changed as if it had never been another: then it counts for everything, and from ever."""
    known = {purpose.name: purpose for purpose in before.purposes}
    return tuple(said for purpose in now.purposes if purpose.name in known for said in _unsaid(known[purpose.name], purpose))


def _unsaid(before: Purpose, now: Purpose) -> Iterator[str]:
    was = before.versions[-1]
    if _rule(was) not in [_rule(version) for version in now.versions]:
        yield (
            f"purpose {now.name}: its rule ({was.period} and what goes with it, from {was.effective_from}) was changed without a trace, so "
            "the new one counts for what was collected under the old. Name the old one in `earlier`"
        )


def _rule(version: Version) -> tuple[object, ...]:
    return (version.period, version.offset, version.order, version.roll)
