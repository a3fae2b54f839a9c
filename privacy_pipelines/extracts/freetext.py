"""Direct identifiers in free text: masked on arrival, so that no note outlives the e-mail address it quotes. Pure.

LAW scenario 46. What a field may hold is declared (`contains`); what is not declared is replaced by a mark that names its kind. The
patterns are deliberately wide for identity numbers (any twelve or ten digits in that shape): a masked order number is a nuisance,
a kept identity number is a breach.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines.sql import Sql, case, lit


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of identifier: its category, a cheap test for "cannot be there", the expression, and the mark that replaces it."""

    category: str
    hint: str
    expression: str
    mark: str


PATTERNS: tuple[Pattern, ...] = (
    Pattern("user.contact.email", "@", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", "[e-mail]"),
    Pattern(
        "user.government_id.national_identification_number",
        "",
        r"\b(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|[67]\d|8\d|9[01])[-+ ]?\d{4}\b",
        "[identity number]",
    ),
)


def masked(text: Sql, contains: tuple[str, ...]) -> Sql:
    """The text with every undeclared identifier replaced by its mark."""
    for pattern in PATTERNS:
        if pattern.category in contains:
            continue
        replaced = exp.Anonymous(this="REGEXP_REPLACE", expressions=[text.copy(), lit(pattern.expression), lit(pattern.mark), lit("g")])
        if pattern.hint:
            there = exp.Anonymous(this="CONTAINS", expressions=[text.copy(), lit(pattern.hint)])
            text = case((there, replaced), default=text)
        else:
            text = replaced
    return text
