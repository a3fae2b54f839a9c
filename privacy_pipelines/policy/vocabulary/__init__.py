"""The words that a policy may use for what data is, and what it is used for: fideslang's keys, pinned; and which of them the law calls
special.

The keys stand in a file, not in a dependency: a policy must mean the same next year. A key may be refined by one more word, as fideslang
itself does it. What fideslang has no word for, a company declares (`company.yaml`: `categories`, `data_uses`).
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import files

PINNED = "fideslang 3.1.4"
SPECIAL_CATEGORIES = (
    "user.biometric",
    "user.criminal_history",
    "user.demographic.political_opinion",
    "user.demographic.race_ethnicity",
    "user.demographic.religious_belief",
    "user.demographic.sexual_orientation",
    "user.health_and_medical",
    "user.membership.union",
)
"""GDPR Art. 9(1), with what is below each; criminal history is Art. 10 and asks for a ground in the same way."""
_NAMED_BY_THE_LAW = frozenset({"user.membership.union"})
"""GDPR Art. 9(1) names trade union membership; fideslang has no key for it."""


def data_categories() -> frozenset[str]:
    """What data is."""
    return _keys("data_category") | _NAMED_BY_THE_LAW


def pinned_categories() -> frozenset[str]:
    """What data is, in fideslang's own keys alone."""
    return _keys("data_category")


def data_uses() -> frozenset[str]:
    """What it is used for."""
    return _keys("data_use")


def refines(name: str, known: frozenset[str]) -> bool:
    """Whether the name says more closely what a known key below the root says, and is not one of its neighbours misspelt.

    >>> known = frozenset({"user", "user.contact", "user.contact.email"})
    >>> [refines(name, known) for name in ("user.contact.pager", "user.contact.emial", "user.pager")]
    [True, False, False]
    """
    above, _, last = name.rpartition(".")
    beside = [key.rpartition(".")[2] for key in known if key.rpartition(".")[0] == above]
    return "." in above and above in known and not get_close_matches(last, beside, n=1)


@cache
def _keys(section: str) -> frozenset[str]:
    text = files(__package__).joinpath("fideslang.txt").read_text(encoding="utf-8")
    _, _, after = text.partition(f"[{section}]\n")
    return frozenset(after.partition("[")[0].split())
