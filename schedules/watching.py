"""What the sensor remembers from one look to the next, as its cursor. What is out of date is not: it is found anew each time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

MOST_TRIES = 3
"""Of one and the same state: what keeps failing is a person's."""


@dataclass(frozen=True, slots=True)
class Memory:
    """`number` counts what was asked for: a policy that comes back in one night is asked for again, and a run's key must not repeat."""

    settled: str = ""
    state: str = ""
    tries: int = 0
    number: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> Memory:
        """What the cursor says; nothing where it is another version's.

        >>> Memory.of(None) == Memory.of("?") == Memory()
        True
        """
        try:
            return cls(**json.loads(cursor or "{}"))
        except (ValueError, TypeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    def settle(self, look: str) -> Memory:
        """Nothing is out of date, as long as this look finds the same."""
        return replace(self, settled=look, state="", tries=0)

    def ask(self, state: str, *, after: int = 0) -> Memory:
        """Something is asked for, once more; `after` so many that were asked for already.

        >>> twice = Memory().ask("a").ask("a")
        >>> twice.tries, twice.number, twice.ask("b").tries
        (2, 2, 1)
        """
        return replace(
            self, settled="", state=state, tries=self.tries + 1 if state == self.state else 1, number=max(self.number, after) + 1
        )
