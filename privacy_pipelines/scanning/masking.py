"""Undeclared identifiers in free text, replaced on arrival by a mark that names their kind, so that no note outlives the e-mail address it
quotes (LAW scenario 46). Pure: the expression of the masked text.

The text is masked while it is read: what is replaced was never written anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from privacy_pipelines.scanning.checking import function, identifiers
from privacy_pipelines.scanning.kinds import KINDS, Kind
from privacy_pipelines.sql import Sql, call, case, lit


def masked(text: Sql, contains: tuple[str, ...], kinds: Iterable[str]) -> Sql:
    """The text without identifiers of these kinds, but for those whose category it is declared to contain.

    Kinds that are masked by their check need `checking.learn` first.
    """
    wanted = [kind for kind in KINDS if kind.name in kinds and not declared(kind, contains)]
    for kind in wanted:
        text = _without(kind, text)
    return text


def declared(kind: Kind, categories: Iterable[str]) -> bool:
    """Whether one of the categories is the kind's own, or above it.

    >>> [declared(KINDS[0], (category,)) for category in ("user.contact", "user.contact.email", "user.content")]
    [True, True, False]
    """
    return any(kind.category == one or kind.category.startswith(f"{one}.") for one in categories)


def _without(kind: Kind, text: Sql) -> Sql:
    there = call("CONTAINS", text.copy(), lit(kind.hint)) if kind.hint else call("REGEXP_MATCHES", text.copy(), lit(kind.expression))
    if kind.by_shape:
        replaced: Sql = exp.Anonymous(this="REGEXP_REPLACE", expressions=[text.copy(), lit(kind.expression), lit(kind.mark), lit("g")])
        return case((there, replaced), default=text) if kind.hint else replaced
    steps = exp.Anonymous(this="LIST_PREPEND", expressions=[text.copy(), identifiers(kind, text.copy())])
    replace = exp.Anonymous(this="REPLACE", expressions=[exp.column("t"), exp.column("p"), lit(kind.mark)])
    return case((there, exp.Anonymous(this="LIST_REDUCE", expressions=[steps, function(["t", "p"], replace)])), default=text)
