"""The ways from one table to another over the policy's links, nearest first. Pure.

Two ways of one length are not guessed between: the policy must say which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from privacy_pipelines.policy.model import Link, Policy, Step, Table

IDENTITY = "merged: "
"""What the names of a merged table's records are called, before the table's id: no table, but a register beside the consents'."""
IN_EVENTS_VIA = "say which in 'events_via'"


class Unreachable(Exception):
    """No route, or more than one; the message is for the author of the policy."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step over a link: `columns` of the row at hand equal `to_columns` of a row of `to`."""

    columns: tuple[str, ...]
    to: str
    to_columns: tuple[str, ...]
    kind: tuple[str, str] | None = None
    """(column, value) that the linking row must hold: the row at hand, or on the way down the row of `to`."""
    down: bool = False
    """From the row that is named to those that name it."""
    shared: str | None = None
    """Set where the link names rows by what is not their key: the table in which a value may stand twice, and then names nobody."""

    @property
    def said(self) -> str:
        """How a message names the step: the table, and the columns that name its row or that it is named by."""
        return f"{self.to} (by {', '.join(self.to_columns if self.down else self.columns)})"


def event_route(policy: Policy, subject: Table, event: str) -> tuple[Hop, ...] | None:
    """The links from a subject's table to the rows that hold `event`, in either direction; None where there is none.

    Raises Unreachable where two routes have the same length.
    """
    via = dict(subject.events_via).get(event)
    if via is not None:
        return along(policy, subject, via)
    return nearest(policy, subject.id, lambda found: declares(policy.table(found), event), up_only=False)


def subjects_of(policy: Policy, table: Table) -> tuple[tuple[Hop, ...], ...]:
    """The ways to the nearest data subjects of a row: none at all where it is one itself, or is linked to none."""
    if table.subjects:
        return ()
    ring: list[tuple[str, tuple[Hop, ...]]] = [(table.id, ())]
    seen = {table.id}
    while ring:
        following = [(hop.to, (*hops, hop)) for at, hops in ring for hop in _hops(policy, at, True) if hop.to not in seen]
        found = tuple(hops for at, hops in following if policy.table(at).subjects)
        if found:
            return found
        seen |= {at for at, _ in following}
        ring = following
    return ()


def ways_to(policy: Policy, table: Table, subject: str) -> tuple[tuple[Hop, ...], ...]:
    """Every way over links from a row to a data subject of the table `subject`: () for its own row, none for another data subject's, and
    none over one, for what belongs to somebody else does not belong to who is behind them."""
    if table.id == subject or table.subjects:
        return ((),) if table.id == subject else ()
    found: list[tuple[Hop, ...]] = []
    going: list[tuple[str, tuple[Hop, ...]]] = [(table.id, ())]
    while going:
        at, hops = going.pop()
        seen = {table.id, *(hop.to for hop in hops)}
        for hop in _hops(policy, at, True):
            if hop.to == subject:
                found.append((*hops, hop))
            elif hop.to not in seen and not policy.table(hop.to).subjects:
                going.append((hop.to, (*hops, hop)))
    return tuple(found)


def nearest(
    policy: Policy, start: str, wanted: Callable[[str], bool], *, up_only: bool, hint: str = IN_EVENTS_VIA
) -> tuple[Hop, ...] | None:
    """Breadth first over links, one ring at a time, so that "nearest" and "two of one length" are seen in the same place.

    `hint` says what to write where there are two.
    """
    ring: list[tuple[str, tuple[Hop, ...]]] = [(start, ())]
    seen = {start}
    while ring:
        following = [(hop.to, (*hops, hop)) for at, hops in ring for hop in _hops(policy, at, up_only) if hop.to not in seen]
        found = [hops for at, hops in following if wanted(at)]
        if len(found) > 1:
            ways = " and ".join(" → ".join(hop.said for hop in hops) for hops in sorted(found, key=str))
            raise Unreachable(f"two ways of the same length from {start}: {ways}; {hint}")
        if found:
            return found[0]
        seen |= {at for at, _ in following}
        ring = following
    return None


def along(policy: Policy, start: Table, via: tuple[Step, ...]) -> tuple[Hop, ...]:
    """The way that the policy says in `events_via`. Raises Unreachable where a step is no link, or may be several."""
    hops: list[Hop] = []
    at = start
    for step in via:
        to = policy.table(step.table)
        ways = [_up(policy, link) for link in at.links if link.about and link.to == to.id and step.link in (None, link.name)]
        ways += [_down(policy, to, link) for link in to.links if link.about and link.to == at.id and step.link in (None, link.name)]
        if len(ways) != 1:
            hint = "; say which with {table: …, link: …}" if len(ways) > 1 else ""
            raise Unreachable(f"'events_via' of {start.id}: {len(ways)} links between {at.id} and {to.id}, expected one{hint}")
        hops.append(ways[0])
        at = to
    return tuple(hops)


def through_merges(policy: Policy, start: Table, hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """The same way, where a step by the key of a merged table goes over the names of its records: whoever names one that was merged
    into another means that other."""
    way: list[Hop] = []
    at = start.id
    for hop in hops:
        named, key = policy.table(at if hop.down else hop.to), hop.columns if hop.down else hop.to_columns
        names = f"{IDENTITY}{named.id}"
        if named.merged is None or key != named.key:
            way.append(hop)
        elif hop.down:
            way += [Hop(key, names, ("at",), down=True), replace(hop, columns=("name",))]
        else:
            way += [replace(hop, to=names, to_columns=("name",)), Hop(("at",), named.id, key)]
        at = hop.to
    return tuple(way)


def declares(table: Table, event: str) -> bool:
    """Whether rows of the table hold the event themselves."""
    return any(found.name == event for found in table.events)


def _hops(policy: Policy, at: str, up_only: bool) -> list[Hop]:
    out = [_up(policy, link) for link in policy.table(at).links if link.about]
    named_by = ((table, link) for table in policy.tables for link in table.links if link.about and link.to == at)
    return out if up_only else out + [_down(policy, table, link) for table, link in named_by]


def _up(policy: Policy, link: Link) -> Hop:
    return Hop(link.columns, link.to, link.to_columns, link.kind, shared=_shared(policy, link))


def _down(policy: Policy, table: Table, link: Link) -> Hop:
    return Hop(link.to_columns, table.id, link.columns, link.kind, down=True, shared=_shared(policy, link))


def _shared(policy: Policy, link: Link) -> str | None:
    return None if set(policy.table(link.to).key) <= set(link.to_columns) else link.to
