"""The differences between two policies, one sentence each. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from privacy_pipelines.policy.diff.spelled import Things, spelled
from privacy_pipelines.policy.model import Policy


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One thing that the policies say differently: `what` of it, or with an empty `what` that only one of them has it at all."""

    kind: str
    """`company`, `purpose`, `table`, `field`, `link`, `event`, `consent`, `objection`, `hold`, `recipient`, `entity` or `not read`."""
    name: str
    what: str
    before: str
    after: str
    """Of a thing that only one policy has: what it says there in short; the other side is empty."""

    def __str__(self) -> str:
        """The change as a sentence.

        >>> print(Change("purpose", "newsletter", "period", "P2Y", "P1Y"))
        purpose newsletter: period P2Y → P1Y
        >>> print(Change("field", "crm.people.fax", "", "category user.contact", ""))
        field crm.people.fax removed (category user.contact)
        """
        thing = f"{self.kind} {self.name}".rstrip()
        if self.what:
            return f"{thing}: {self.what} {self.before} → {self.after}"
        return f"{thing} removed ({self.before})" if self.before else f"{thing} added ({self.after})"


def changes_between(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Every difference in what the policies say; none exactly where they are the same law, however their files are written."""
    before, after = spelled(old), spelled(new)
    found = (change for thing in sorted({**before, **after}) for change in _of(thing, before, after))
    return tuple(found)


def _of(thing: tuple[str, str], before: Things, after: Things) -> Iterator[Change]:
    said, says = before.get(thing), after.get(thing)
    if said is None or says is None:
        if not _table_is_news_enough(thing, before, after):
            yield Change(*thing, "", _short(said), _short(says))
        return
    for what in sorted({**said, **says}.keys() - {"fields"}):  # each field is a thing of its own
        if said.get(what) != says.get(what):
            yield Change(*thing, what, said.get(what, "none"), says.get(what, "none"))


def _table_is_news_enough(thing: tuple[str, str], before: Things, after: Things) -> bool:
    """What belongs to a table that only one policy has is said by the table."""
    table = ("table", thing[1].rpartition(".")[0])
    return thing[0] in ("field", "link", "event") and (table in before) != (table in after)


def _short(said: dict[str, str] | None) -> str:
    if said is None:
        return ""
    return ", ".join(f"{what} {said[what]}" for what in _TELLING if said.get(what, "none") != "none") or "declared"


_TELLING = (
    *("legal_basis", "nature", "starting_point.event", "starting_point.consents", "starting_point.offset", "period", "requires_consent"),
    *("category", "type", "serves", "fields", "to", "at", "columns", "table", "tables", "ground", "country", "reason"),
)  # fmt: skip
"""What tells the most of a thing that was added or removed, in this order."""
