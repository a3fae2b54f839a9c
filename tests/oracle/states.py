"""Purposes together: what becomes of each data cluster of a record, and of the record (DESIGN §2; docs/policy.md, "What is decided …")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from tests.oracle.days import FOREVER, Dates, earliest, latest, plus, span
from tests.oracle.facts import Row
from tests.oracle.law import Json, personal, serves, subjects
from tests.oracle.purposes import ALIVE, Ruling, own_kinds, rule_on
from tests.oracle.reach import World, gone_since, persons
from tests.oracle.versions import ending

Cluster = frozenset[str]


@dataclass(frozen=True, slots=True)
class Fate:
    """One data cluster of one record."""

    state: str
    """keep, restrict, undetermined or ended."""
    dates: Dates | None
    """None where nothing ever kept it."""
    overdue: bool = False
    unknown: bool = False
    """Whether no purpose of it applies."""

    @property
    def lives(self) -> bool:
        """Whether its cells are in the next generation."""
        return self.state != "ended"


@dataclass(frozen=True, slots=True)
class Decided:
    """A record on a day."""

    standing: str
    rulings: dict[str, Ruling | None]
    fates: dict[Cluster, Fate]
    whole: Fate
    """Of the row itself, which all purposes of its table serve."""


def clusters(table: Json) -> dict[Cluster, list[str]]:
    """The fields of a table by the set of purposes that they serve; what serves none belongs to the row."""
    found: dict[Cluster, list[str]] = {}
    for column in table["fields"]:
        served = serves(table, column)
        if served:
            found.setdefault(served, []).append(column)
    return found


def decide(world: World, row: Row, as_of: date) -> Decided:
    """Every data cluster of a record on a day."""
    table = world.law.tables[row.table]
    standing = standing_of(world, row)
    found = clusters(table)
    rulings = {name: rule_on(world, row, name, as_of) for name in sorted(set().union(*found))}
    every = frozenset(rulings)
    whole = _again(row, every, _fate(world, row, every, standing, rulings, as_of))
    fates = {one: _again(row, one, _fate(world, row, one, standing, rulings, as_of)) for one in found}
    return Decided(standing, rulings, fates, whole)


def decisions(world: World, as_of: date) -> Iterator[tuple[Row, Decided]]:
    """Every record of every table with personal data on a day."""
    for table, rows in world.rows.items():
        for row in rows if personal(world.law.tables[table]) else ():
            yield row, decide(world, row, as_of)


def fate_of(world: World, row: Row, cluster: Cluster, decided: Decided, as_of: date) -> Fate:
    """What becomes of cells of a decided record that serve these purposes."""
    if cluster in decided.fates:
        return decided.fates[cluster]
    return _again(row, cluster, _fate(world, row, cluster, decided.standing, decided.rulings, as_of))


def standing_of(world: World, row: Row) -> str:
    """Whom a record is about: a person, a legal person, or nobody that the policy knows."""
    paths = persons(world, row.table)
    if paths and not paths[0][1]:
        return _own_standing(world, row)
    found = [_own_standing(world, one) for _, path in paths for one, certain in world.follow(row, path) if certain]
    return next((one for one in ("person", "legal_person", "nobody") if one in found), "person")


def _own_standing(world: World, row: Row) -> str:
    if own_kinds(world, row):
        return "person"
    every = subjects(world.law.tables[row.table])
    return "legal_person" if any(one.get("otherwise") == "legal_person" for one in every) else "nobody"


def _again(row: Row, cluster: Cluster, fate: Fate) -> Fate:
    """What had ended and left, or was only held, is not undetermined anew: what decided it may have left meanwhile."""
    over = fate.state == "undetermined" and (row.departed or cluster in row.suspended)
    return replace(fate, state="ended") if over else fate


def _fate(world: World, row: Row, cluster: Cluster, standing: str, rulings: dict[str, Ruling | None], as_of: date) -> Fate:
    if standing == "legal_person":
        return Fate("keep", Dates(FOREVER, FOREVER, FOREVER))
    every = {name: found for name in cluster if (found := rulings[name]) is not None}
    nature = {name: world.law.purposes[name]["nature"] for name in cluster}
    if standing == "nobody":
        kept = [found for name, found in every.items() if nature[name] != "policy" and found.level in ALIVE]
        return Fate("restrict", latest([one.dates for one in kept])) if kept else Fate("ended", None)
    if not every:
        return _unknown(world, row, cluster, as_of)
    levels = {name: found.level for name, found in every.items()}
    dates = latest([one.dates for one in every.values()])
    if any(level == "in_force" and nature[name] == "policy" for name, level in levels.items()):
        return Fate("keep", dates)
    for level, state in (("in_force", "restrict"), ("undetermined", "undetermined"), ("restricted", "restrict"), ("settling", "restrict")):
        if level in levels.values():
            return Fate(state, dates)
    return Fate("ended", dates, all(level == "overdue" for level in levels.values()))


def _unknown(world: World, row: Row, cluster: Cluster, as_of: date) -> Fate:
    """No purpose applies: the company's ceiling, unless only a consent could have been the ground."""
    if all(needs_consent(world.law.purposes[name]) for name in cluster):
        return Fate("ended", None)
    own = cluster in clusters(world.law.tables[row.table])
    since = row.unknown_since.get(cluster, as_of) if own else min(row.unknown_since.values(), default=as_of)
    ceiling = world.law.company["undetermined"]
    window = ceiling.get("execution_window", "P30D")
    dates = ending(plus(since, ceiling["restrict"]), "P0D", window)
    gone = gone_since(world, row)
    if gone is not None:  # its source has deleted it, so nobody will say what it is for: it waits as long as its slowest purpose settles
        every = {name for column in world.law.tables[row.table]["fields"] for name in serves(world.law.tables[row.table], column)}
        settles = max((world.law.purposes[name].get("settle", "P0D") for name in every), key=span)
        dates = earliest([dates, ending(gone, settles, window)])
    return Fate("undetermined", dates, unknown=True) if as_of < dates.collect else Fate("ended", dates, as_of > dates.by, unknown=True)


def needs_consent(purpose: Json) -> bool:
    """Whether a purpose has no ground without a consent."""
    return "consent" in purpose["starting_point"] or "requires_consent" in purpose or "admitted_by_consent" in purpose
