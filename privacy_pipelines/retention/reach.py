"""How an event or a consent reaches a record: its own row, a row that its links point to, or its data subject. Pure.

A route is found over the policy's links, nearest first. Two routes of one length are not guessed between: the policy must say which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from privacy_pipelines.policy.model import Link, Policy, Scope, Step, Table

UNKNOWN = "?"
IDENTITY = "merged: "
"""What the names of a merged table's records are called, before the table's id: no table, but a register beside the consents'."""


class Unreachable(Exception):
    """No route, or more than one; the message is for the author of the policy."""


class Kind(StrEnum):
    """Where the date of a starting point is read."""

    OWN = "own"
    LINKED = "linked"
    SUBJECT = "subject"
    CONSENT = "consent"
    """A person's own act in a register: a consent, or an objection."""
    KIND = "kind"
    """Whether the data subject is of one of the kinds that `Reach.name` lists."""


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


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a record finds one date: `name` is the event or consent, `at` the table at the end of `hops`.

    `column` is the consent's matching column in `at`; empty for events.
    """

    kind: Kind
    name: str
    at: str
    hops: tuple[Hop, ...] = ()
    column: str = ""
    entity: str = ""
    """Only events of this legal entity; `UNKNOWN`: of none that is declared, which have no date; empty: of all."""

    @property
    def fact(self) -> str:
        """What a data subject's facts call it."""
        return f"{self.name}@{self.entity}" if self.entity else self.name

    @property
    def own(self) -> bool:
        """Whether a date can be missing here that no data subject's facts remember."""
        return self.kind in (Kind.OWN, Kind.LINKED) or (self.kind is Kind.SUBJECT and any(hop.shared for hop in self.hops))


def event_reach(policy: Policy, table: Table, event: str, scope: Scope) -> Reach:
    """How `event` reaches the rows of `table`. Raises Unreachable."""
    found = _event_reach(policy, table, event, scope)
    return replace(found, hops=through_merges(policy, table, found.hops))


def _event_reach(policy: Policy, table: Table, event: str, scope: Scope) -> Reach:
    if _declares(table, event):
        return Reach(Kind.OWN, event, table.id)
    if scope == "record":
        hops = _said_up(policy, table, event) or _nearest(
            policy, table.id, lambda found: _declares(policy.table(found), event), up_only=True
        )
        if hops is None:
            raise Unreachable(f"event '{event}' is neither in {table.id} nor in a row that its links point to")
        return Reach(Kind.LINKED, event, hops[-1].to, hops)
    return _through_subject(policy, table, event)


def event_route(policy: Policy, subject: Table, event: str) -> tuple[Hop, ...] | None:
    """The links from a subject's table to the rows that hold `event`, in either direction; None where there is none.

    Raises Unreachable where two routes have the same length.
    """
    way = _event_way(policy, subject, event)
    return through_merges(policy, subject, way) if way is not None else None


def _event_way(policy: Policy, subject: Table, event: str) -> tuple[Hop, ...] | None:
    via = dict(subject.events_via).get(event)
    if via is not None:
        return _along(policy, subject, via)
    return _nearest(policy, subject.id, lambda found: _declares(policy.table(found), event), up_only=False)


def consent_reach(policy: Policy, table: Table, name: str) -> Reach:
    """How a consent reaches the rows of `table`: by its own matching column, or by that of a row its links point to."""
    consent = policy.consent(name)
    columns = {**dict(consent.matches), consent.table: consent.column}
    return _matched(policy, table, name, columns, f"consent '{name}'")


def objection_reach(policy: Policy, table: Table, name: str) -> Reach:
    """How an objection reaches the rows of `table`: as a consent does."""
    objection = policy.objection(name)
    columns = {**dict(objection.matches), objection.table: objection.column}
    return replace(_matched(policy, table, name, columns, f"objection '{name}'"), name=objection.register)


def _matched(policy: Policy, table: Table, name: str, columns: dict[str, str], what: str) -> Reach:
    if table.id in columns:
        return Reach(Kind.CONSENT, name, table.id, (), columns[table.id])
    hops = _said_up(policy, table, name) or _nearest(policy, table.id, lambda found: found in columns, up_only=True)
    if hops is None or hops[-1].to not in columns:
        raise Unreachable(f"{what} does not match {table.id} or a row that its links point to")
    if any(hop.shared for hop in hops):
        raise Unreachable(f"{what} cannot be proved over a link to what is no key; match it by a column of {table.id} itself")
    return Reach(Kind.CONSENT, name, hops[-1].to, through_merges(policy, table, hops), columns[hops[-1].to])


def kind_reach(policy: Policy, table: Table, kinds: tuple[str, ...], start: Reach) -> Reach | None:
    """How a row's data subject shows that it is of one of these kinds: the subject by whose date the purpose starts, else the nearest.
    None where every row is. Raises Unreachable."""
    name = ",".join(kinds)
    if start.kind is Kind.SUBJECT:
        hops: tuple[Hop, ...] | None = start.hops
    else:
        holding = {found.id for found in policy.tables if set(kinds) & {subject.kind for subject in found.subjects}}
        hops = () if table.subjects else _nearest(policy, table.id, holding.__contains__, up_only=True)
    if hops is None or any(hop.shared for hop in hops):
        raise Unreachable(f"{table.id} is linked by a key to no {' or '.join(kinds)}")
    at = policy.table(hops[-1].to) if hops else table
    of_kind = [subject for subject in at.subjects if subject.kind in kinds]
    if not of_kind:
        held = ", ".join(subject.kind for subject in at.subjects)
        raise Unreachable(f"it is for {' or '.join(kinds)}, and the rows of {at.id} are {held or 'no persons'}")
    always = not hops and any(subject.when is None for subject in of_kind)
    return None if always else Reach(Kind.KIND, name, at.id, hops if start.kind is Kind.SUBJECT else through_merges(policy, table, hops))


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
            return tuple(through_merges(policy, table, hops) for hops in found)
        seen |= {at for at, _ in following}
        ring = following
    return ()


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


def _through_subject(policy: Policy, table: Table, event: str) -> Reach:
    """The data subject's own date: of this row where it is one, else of the subject with the shortest way from here to the event."""
    if table.subjects:
        if _event_way(policy, table, event) is None:
            raise Unreachable(f"no links lead from {table.id} to event '{event}'")
        return Reach(Kind.SUBJECT, event, table.id)
    if (said := dict(table.events_via).get(event)) is not None:
        return _along_subject(policy, table, event, _along(policy, table, said))
    ways = sorted(_ways_through_subjects(policy, table, event), key=lambda way: way[0])
    if not ways:
        raise Unreachable(f"{table.id} is linked to no data subject that event '{event}' reaches; say 'scopes: {{purpose: record}}'?")
    if len(ways) > 1 and ways[0][0] == ways[1][0]:
        raise Unreachable(f"subjects {ways[0][1][-1].to} and {ways[1][1][-1].to} are equally near; link {table.id} to one of them")
    hops = ways[0][1]
    kind = Kind.LINKED if _declares(policy.table(hops[-1].to), event) else Kind.SUBJECT
    return Reach(kind, event, hops[-1].to, hops)


def _along_subject(policy: Policy, table: Table, event: str, way: tuple[Hop, ...]) -> Reach:
    """The way that the policy says, cut where it comes to a data subject; the subject's own way must be the rest of it."""
    for number, hop in enumerate(way, start=1):
        if hop.down:
            break
        at = policy.table(hop.to)
        if _declares(at, event):
            return Reach(Kind.LINKED, event, at.id, way[:number])
        if at.subjects:
            if _event_way(policy, at, event) != way[number:]:
                raise Unreachable(f"'events_via' of {table.id}: {at.id} finds event '{event}' another way; say it in its own 'events_via'")
            return Reach(Kind.SUBJECT, event, at.id, way[:number])
    raise Unreachable(f"'events_via' of {table.id}: its links lead to no data subject on the way to event '{event}'")


def _said_up(policy: Policy, table: Table, name: str) -> tuple[Hop, ...] | None:
    """The way that the policy says, over links of the row and of the rows that they name."""
    said = dict(table.events_via).get(name)
    if said is None:
        return None
    way = _along(policy, table, said)
    if any(hop.down for hop in way):
        raise Unreachable(f"'events_via' of {table.id}: '{name}' is found over links to other rows, not from them")
    return way


def _ways_through_subjects(policy: Policy, table: Table, event: str) -> list[tuple[int, tuple[Hop, ...]]]:
    """(length of the whole way, the hops to the subject) for every subject that this table's links lead to."""
    found = []
    for subject in (candidate for candidate in policy.tables if candidate.subjects):
        hops = _nearest(policy, table.id, subject.id.__eq__, up_only=True)
        if hops is None:
            continue
        try:
            route = () if _declares(subject, event) else _event_way(policy, subject, event)
        except Unreachable:
            continue  # this subject's own tables report it, if any of their fields depends on it
        if route is not None:
            found.append((len(hops) + len(route), hops))
    return found


def _declares(table: Table, event: str) -> bool:
    return any(found.name == event for found in table.events)


def _nearest(policy: Policy, start: str, wanted: Callable[[str], bool], *, up_only: bool) -> tuple[Hop, ...] | None:
    """Breadth first over links, one ring at a time, so that "nearest" and "two of one length" are seen in the same place."""
    ring: list[tuple[str, tuple[Hop, ...]]] = [(start, ())]
    seen = {start}
    while ring:
        following = [(hop.to, (*hops, hop)) for at, hops in ring for hop in _hops(policy, at, up_only) if hop.to not in seen]
        found = [hops for at, hops in following if wanted(at)]
        if len(found) > 1:
            ways = " and ".join(" → ".join(hop.to for hop in hops) for hops in sorted(found, key=str))
            raise Unreachable(f"two ways of the same length from {start}: {ways}; say which in 'events_via'")
        if found:
            return found[0]
        seen |= {at for at, _ in following}
        ring = following
    return None


def _hops(policy: Policy, at: str, up_only: bool) -> list[Hop]:
    out = [_up(policy, link) for link in policy.table(at).links]
    return out if up_only else out + [_down(policy, table, link) for table in policy.tables for link in table.links if link.to == at]


def _up(policy: Policy, link: Link) -> Hop:
    return Hop(link.columns, link.to, link.to_columns, link.kind, shared=_shared(policy, link))


def _down(policy: Policy, table: Table, link: Link) -> Hop:
    return Hop(link.to_columns, table.id, link.columns, link.kind, down=True, shared=_shared(policy, link))


def _shared(policy: Policy, link: Link) -> str | None:
    return None if set(policy.table(link.to).key) <= set(link.to_columns) else link.to


def _along(policy: Policy, start: Table, via: tuple[Step, ...]) -> tuple[Hop, ...]:
    hops: list[Hop] = []
    at = start
    for step in via:
        to = policy.table(step.table)
        ways = [_up(policy, link) for link in at.links if link.to == to.id and step.link in (None, link.name)]
        ways += [_down(policy, to, link) for link in to.links if link.to == at.id and step.link in (None, link.name)]
        if len(ways) != 1:
            hint = "; say which with {table: …, link: …}" if len(ways) > 1 else ""
            raise Unreachable(f"'events_via' of {start.id}: {len(ways)} links between {at.id} and {to.id}, expected one{hint}")
        hops.append(ways[0])
        at = to
    return tuple(hops)
