"""What a language needs words for, so that the papers can be written in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; a sentence with braces is filled by `wording`."""

    units: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
    """Year, month and day, each for one and for several."""
    no_time: str
    both: str
    while_consent: str
    after_consent: str
    lasts: str
    until: str
    after: str
    counted: str
    offsets: dict[str, str]
    then: str
    sooner: str
    sooner_after: str
    only_while: str
    deleted: str
    missing: str
    earlier: str
    bases: dict[str, str]
    statute: str
    provided: dict[str, str]
    always: str
    from_you: str
    subjects: dict[str, str]
    person: str
    categories: dict[str, str]
    labels: dict[str, str]
    concept: dict[str, str]
    rights: tuple[tuple[str, str, str], ...]
    """To whom it belongs (all, or the letters of the bases), its name, and how it is used."""
