"""What is still to be told, and when to try again. A value that its owner keeps between two looks; it sends nothing and reads no clock."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

FIRST_WAIT_S, LONGEST_WAIT_S = 60.0, 3600.0
DAY_S = 86400.0
"""For so long an alert is tried, and so far back a run counts as new."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One run to be told about over one way. Instants are seconds since 1970."""

    run: str
    way: str
    written: float
    due: float
    tries: int = 0

    def again(self, now: float) -> Letter | None:
        """The same after an attempt that failed: a minute later, then two, four …, at most an hour; None after a day.

        >>> first = Letter("r", "mail", written=0.0, due=0.0).again(10.0)
        >>> first.due, first.again(70.0).due, first.again(90000.0)
        (70.0, 190.0, None)
        """
        if now - self.written > DAY_S:
            return None
        return replace(self, due=now + min(FIRST_WAIT_S * 2**self.tries, LONGEST_WAIT_S), tries=self.tries + 1)


@dataclass(frozen=True, slots=True)
class Outbox:
    """`looked` is when somebody looked for ended runs last, `done` the runs of the last day that were seen."""

    looked: float
    done: tuple[str, ...] = ()
    waiting: tuple[Letter, ...] = ()

    @classmethod
    def read(cls, text: str | None, now: float) -> Outbox:
        """What `written` made; the first time, everything that ended in the last day is new."""
        if not text:
            return cls(now)
        kept = json.loads(text)
        return cls(kept["looked"], tuple(kept["done"]), tuple(Letter(**one) for one in kept["waiting"]))

    def written(self) -> str:
        """As text, to be kept."""
        return json.dumps(asdict(self))

    @property
    def since(self) -> float:
        """Runs that ended before are not new."""
        return self.looked - DAY_S

    def with_runs(self, recent: Iterable[str], ways: Iterable[str], now: float) -> Outbox:
        """A letter for each way about each of these recently ended runs that was not seen before."""
        recent, ways = tuple(recent), tuple(ways)
        new = [Letter(run, way, now, now) for run in recent if run not in self.done for way in ways]
        return Outbox(now, recent, (*self.waiting, *new))

    def due(self, now: float) -> tuple[Letter, ...]:
        """The letters to be tried now, the oldest first."""
        return tuple(sorted((one for one in self.waiting if one.due <= now), key=lambda one: one.written))

    def after(self, letter: Letter, later: Letter | None) -> Outbox:
        """The same with this letter gone, or with a later one in its place."""
        left = tuple(one for one in self.waiting if one != letter)
        return replace(self, waiting=(*left, later) if later else left)
