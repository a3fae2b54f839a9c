"""What a person may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection


def did_you_mean(name: object, known: Collection[str], legal: str = "Known") -> str:
    """The nearest known name as a question, else all of them where they are few.

    >>> did_you_mean("last_logn", ["last_login", "contract_end"])
    "Did you mean 'last_login'?"
    >>> did_you_mean("x", ["b", "a"], legal="Legal values")
    'Legal values: a, b'
    """
    near = difflib.get_close_matches(str(name), sorted(known), n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"{legal}: {', '.join(sorted(known))}" if 0 < len(known) <= 20 else ""
