"""How an event or a consent reaches a record: its own row, a row that its links point to, or its data subject. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from privacy_pipelines.policy.model import Policy, Purpose, Table
from privacy_pipelines.retention.ways import Hop, Unreachable, along, declares, event_route, nearest

UNKNOWN = "?"


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


def event_reach(policy: Policy, table: Table, event: str, purpose: Purpose) -> Reach:
    """How `event` reaches the rows of `table`: one that has it lives by its own, unless the table itself says `subject`.

    Raises Unreachable.
    """
    scope = table.scope_of(purpose)
    if declares(table, event) and (table.subjects or dict(table.scopes).get(purpose.name) != "subject"):
        return Reach(Kind.OWN, event, table.id)
    if scope == "record":
        hops = _said_up(policy, table, event) or nearest(policy, table.id, lambda found: declares(policy.table(found), event), up_only=True)
        if hops is None:
            raise Unreachable(f"event '{event}' is neither in {table.id} nor in a row that its links point to")
        return Reach(Kind.LINKED, event, hops[-1].to, hops)
    return _through_subject(policy, table, event)


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
    hops = _said_up(policy, table, name) or nearest(policy, table.id, lambda found: found in columns, up_only=True)
    if hops is None or hops[-1].to not in columns:
        raise Unreachable(f"{what} does not match {table.id} or a row that its links point to")
    if any(hop.shared for hop in hops):
        raise Unreachable(f"{what} cannot be proved over a link to what is no key; match it by a column of {table.id} itself")
    return Reach(Kind.CONSENT, name, hops[-1].to, hops, columns[hops[-1].to])


def kind_reach(policy: Policy, table: Table, kinds: tuple[str, ...], start: Reach) -> Reach | None:
    """How a row's data subject shows that it is of one of these kinds: the subject by whose date the purpose starts, else the nearest.
    None where every row is. Raises Unreachable."""
    name = ",".join(kinds)
    if start.kind is Kind.SUBJECT:
        hops: tuple[Hop, ...] | None = start.hops
    else:
        holding = {found.id for found in policy.tables if set(kinds) & {subject.kind for subject in found.subjects}}
        hint = f"it is for {' or '.join(kinds)}, so say which of them a row is about: `about: false` at the other link"
        hops = () if table.subjects else nearest(policy, table.id, holding.__contains__, up_only=True, hint=hint)
    if hops is None or any(hop.shared for hop in hops):
        raise Unreachable(f"{table.id} is linked by a key to no {' or '.join(kinds)}")
    at = policy.table(hops[-1].to) if hops else table
    of_kind = [subject for subject in at.subjects if subject.kind in kinds]
    if not of_kind:
        held = ", ".join(subject.kind for subject in at.subjects)
        raise Unreachable(f"it is for {' or '.join(kinds)}, and the rows of {at.id} are {held or 'no persons'}")
    always = not hops and any(subject.when is None for subject in of_kind)
    return None if always else Reach(Kind.KIND, name, at.id, hops)


def _through_subject(policy: Policy, table: Table, event: str) -> Reach:
    """The data subject's own date: of this row where it is one, else of the subject with the shortest way from here to the event."""
    if table.subjects:
        if event_route(policy, table, event) is None:
            raise Unreachable(f"no links lead from {table.id} to event '{event}'")
        return Reach(Kind.SUBJECT, event, table.id)
    if (said := dict(table.events_via).get(event)) is not None:
        return _along_subject(policy, table, event, along(policy, table, said))
    ways = sorted(_ways_through_subjects(policy, table, event), key=lambda way: way[0])
    if not ways:
        raise Unreachable(f"{table.id} is linked to no data subject that event '{event}' reaches; say 'scopes: {{purpose: record}}'?")
    if len(ways) > 1 and ways[0][0] == ways[1][0]:
        both = f"subjects {ways[0][1][-1].to} and {ways[1][1][-1].to} are equally near"
        hint = f"say in 'events_via' how event '{event}' is found, or `about: false` at a link that does not say whom the row is about"
        raise Unreachable(f"{both}; {hint}")
    hops = ways[0][1]
    kind = Kind.LINKED if declares(policy.table(hops[-1].to), event) else Kind.SUBJECT
    return Reach(kind, event, hops[-1].to, hops)


def _along_subject(policy: Policy, table: Table, event: str, way: tuple[Hop, ...]) -> Reach:
    """The way that the policy says, cut where it comes to a data subject; the subject's own way must be the rest of it."""
    for number, hop in enumerate(way, start=1):
        if hop.down:
            break
        at = policy.table(hop.to)
        if declares(at, event):
            return Reach(Kind.LINKED, event, at.id, way[:number])
        if at.subjects:
            if event_route(policy, at, event) != way[number:]:
                raise Unreachable(f"'events_via' of {table.id}: {at.id} finds event '{event}' another way; say it in its own 'events_via'")
            return Reach(Kind.SUBJECT, event, at.id, way[:number])
    raise Unreachable(f"'events_via' of {table.id}: its links lead to no data subject on the way to event '{event}'")


def _said_up(policy: Policy, table: Table, name: str) -> tuple[Hop, ...] | None:
    """The way that the policy says, over links of the row and of the rows that they name."""
    said = dict(table.events_via).get(name)
    if said is None:
        return None
    way = along(policy, table, said)
    if any(hop.down for hop in way):
        raise Unreachable(f"'events_via' of {table.id}: '{name}' is found over links to other rows, not from them")
    return way


def _ways_through_subjects(policy: Policy, table: Table, event: str) -> list[tuple[int, tuple[Hop, ...]]]:
    """(length of the whole way, the hops to the subject) for every subject that this table's links lead to."""
    found = []
    for subject in (candidate for candidate in policy.tables if candidate.subjects):
        hops = nearest(policy, table.id, subject.id.__eq__, up_only=True)
        if hops is None:
            continue
        try:
            route = () if declares(subject, event) else event_route(policy, subject, event)
        except Unreachable:
            continue  # this subject's own tables report it, if any of their fields depends on it
        if route is not None:
            found.append((len(hops) + len(route), hops))
    return found
