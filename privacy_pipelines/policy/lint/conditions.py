"""Checks of conditions: they can be read, compare like with like, and can be met.

The engine would find the second out at night, on a row, with that row's value in its message, and the third never.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from sqlglot import exp

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.conditions import COMPARISONS, TEXT_FUNCTIONS, parse_condition
from privacy_pipelines.policy.freeze import table_id
from privacy_pipelines.policy.hints import did_you_mean
from privacy_pipelines.policy.lint.context import Context

KINDS = {
    "text": "text",
    "email": "text",
    "personal_number": "text",
    "date": "dates",
    "timestamp": "dates",
    "integer": "numbers",
    "decimal": "numbers",
    "boolean": "true or false",
}
"""What columns of each type can be compared with."""


def event_conditions_can_be_read(context: Context) -> Iterator[Problem]:
    """`when` and `open_if` are conditions over this table's fields, and nothing more."""
    for table in context.tables:
        for event, block in table.block.events.items():
            for key, text in (("open_if", block.open_if), ("when", block.when)):
                if text is not None and (wrong := _wrong(context, table.id, text)):
                    yield table.problem(("events", event, key), f"condition of event {event!r}: {wrong}")


def subject_conditions_can_be_read(context: Context) -> Iterator[Problem]:
    """`when` is a condition over this table's fields, and nothing more."""
    for table in context.tables:
        for number, block in enumerate(table.block.subject or ()):
            if block.when is not None and (wrong := _wrong(context, table.id, block.when)):
                yield table.problem(("subject", number, "when"), f"condition of subject {block.kind!r}: {wrong}")


def consent_conditions_can_be_read(context: Context) -> Iterator[Problem]:
    """`when` is a condition over the consent table's fields, and nothing more."""
    for consent in context.consents:
        text = consent.block.when
        if text is not None and consent.table in context.columns and (wrong := _wrong(context, consent.table, text)):
            yield consent.problem("when", f"condition of consent {consent.name!r}: {wrong}")


def objection_conditions_can_be_read(context: Context) -> Iterator[Problem]:
    """`when` is a condition over the objections' table, and nothing more."""
    for file in context.documents.sources:
        for name, block in (file.content.objections or {}).items():
            table = table_id(file.content.source, block.table)
            if block.when is not None and table in context.columns and (wrong := _wrong(context, table, block.when)):
                yield file.located.problem(("objections", name, "when"), f"condition of objection {name!r}: {wrong}")


def _wrong(context: Context, table: str, text: str) -> str | None:
    try:
        tree = parse_condition(text, context.columns[table])
    except ValueError as error:
        return str(error)
    types = {column: context.column_type(table, column) for column in context.columns[table]}
    kinds_of = {column: KINDS[kind] for column, kind in types.items() if kind is not None}
    return next(itertools.chain(_mixtures(tree, kinds_of), _impossible(tree, context.accepted_values(table))), None)


def _mixtures(tree: exp.Expression, kinds_of: dict[str, str]) -> Iterator[str]:
    """What is compared or changed as something it is not."""
    for node in tree.walk():
        kinds = sorted({kind for part in node.iter_expressions() if (kind := _kind(part, kinds_of))})
        textual = isinstance(node, (exp.Like, *TEXT_FUNCTIONS))
        if isinstance(node, (*COMPARISONS, exp.In, exp.Between, exp.Coalesce)) and len(kinds) > 1:
            yield f"{' and '.join(kinds)} cannot be compared" + (". A date is written DATE 'YYYY-MM-DD'" if "dates" in kinds else "")
        elif textual and kinds not in ([], ["text"]):
            yield f"{node.key} needs text, not {kinds[0]}"


def _impossible(tree: exp.Expression, accepted: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """A value that the column may never hold: the condition would silently never be met, and open contracts would look ended."""
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In):
        parts = list(node.iter_expressions())
        columns = [part.name for part in parts if isinstance(part, exp.Column) and part.name in accepted]
        values = [part.name for part in parts if isinstance(part, exp.Literal)]
        for column, value in itertools.product(columns, values):
            if value not in accepted[column]:
                yield f"{column!r} is never {value!r}. {did_you_mean(value, accepted[column], legal='Accepted')}"


def _kind(node: exp.Expr, kinds_of: dict[str, str]) -> str | None:
    """What an operand is; None for NULL, and for a column whose type is not readable."""
    if isinstance(node, exp.Column):
        return kinds_of.get(node.name)
    if isinstance(node, exp.Coalesce):
        return next((kind for part in node.iter_expressions() if (kind := _kind(part, kinds_of))), None)
    if isinstance(node, exp.Literal):
        return "text" if node.is_string else "numbers"
    known: tuple[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], str], ...] = (
        (exp.Neg, "numbers"),
        (exp.Boolean, "true or false"),
        (exp.Cast, "dates"),
        (TEXT_FUNCTIONS, "text"),
    )
    return next((kind for kinds, kind in known if isinstance(node, kinds)), None)
