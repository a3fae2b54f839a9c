"""What a person is told: a sentence, lines below it, and the same in fields for a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Kind = Literal["night_failed", "plan_withheld", "trial"]
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Withheld:
    """A part of a plan that waits for a person."""

    table: str
    purpose: str
    reason: str
    rows: int
    digest: str

    def __str__(self) -> str:
        return f"{self.table} {self.purpose}: {self.reason}, {self.rows} rows, digest {self.digest[:12]}"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `run` is the run's id, `as_of` the day decided, `link` where to look; each may be empty."""

    kind: Kind
    title: str
    lines: tuple[str, ...] = ()
    run: str = ""
    as_of: str = ""
    link: str = ""
    parts: tuple[Withheld, ...] = ()

    @property
    def text(self) -> str:
        """The whole of it for people.

        >>> print(Alert("trial", "A trial", ("Nothing happened.",), link="https://dagster.example").text)
        A trial
        <BLANKLINE>
        Nothing happened.
        <BLANKLINE>
        https://dagster.example
        """
        return "\n\n".join(part for part in (self.title, "\n".join(self.lines), self.link) if part)

    def fields(self) -> dict[str, object]:
        """The whole of it for programs; `text` is what chat services show."""
        return {"text": self.text, **asdict(self)}


def night_failed(job: str, *, run: str, as_of: str, said: Sequence[str], link: str = "") -> Alert:
    """A run stopped, and what it said about that in its own words."""
    day = f" of {as_of}" if as_of else ""
    return Alert("night_failed", f"{job}{day} failed", tuple(said), run, as_of, link)


def plan_withheld(parts: Sequence[Withheld], *, run: str, as_of: str, link: str = "") -> Alert:
    """Parts of a night's plan wait for a person.

    >>> plan_withheld([Withheld("crm.people", "newsletter", "limit", 60, "ab" * 32)], run="r", as_of="2026-03-11").lines[0]
    'crm.people newsletter: limit, 60 rows, digest abababababab'
    """
    shown = [str(part) for part in parts[:MOST_LINES]]
    more = [f"… and {len(parts) - MOST_LINES} more"] if len(parts) > MOST_LINES else []
    then = "Look, then approve a digest: the job 'approve', or privacy-pipelines approve DIGEST --by … --reason …"
    count = "1 part waits" if len(parts) == 1 else f"{len(parts)} parts wait"
    title = f"{count} for a person before they are erased (plan of {as_of})"
    return Alert("plan_withheld", title, (*shown, *more, then), run, as_of, link, tuple(parts))
