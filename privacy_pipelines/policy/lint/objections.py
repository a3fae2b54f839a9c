"""Checks of objections: where they are recorded, how records find them, and what a purpose says that they do (GDPR Art. 21)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents.registers import ObjectionBlock
from privacy_pipelines.policy.freeze import column_path, table_id
from privacy_pipelines.policy.lint.context import Context, unknown
from privacy_pipelines.policy.lint.fields import DATE_TYPES
from privacy_pipelines.policy.reading import Located

OBJECTED_TO = ("eu-gdpr:A6-1-e", "eu-gdpr:A6-1-f")
"""GDPR Art. 21(1): a public task, and a legitimate interest."""


@dataclass(frozen=True, slots=True)
class _Place:
    source: str
    name: str
    block: ObjectionBlock
    located: Located

    @property
    def table(self) -> str:
        return table_id(self.source, self.block.table)

    def problem(self, key: str, what: str, hint: str = "") -> Problem:
        return self.located.problem(("objections", self.name, key), what, hint)


def recorded_in_declared_columns(context: Context) -> Iterator[Problem]:
    """The objection's table and every column it names are declared, its dates are dates, and what it matches is of one type."""
    for place in _every(context):
        columns = context.columns.get(place.table)
        if columns is None:
            yield place.problem("table", *unknown("table", place.table, frozenset(context.columns)))
            continue
        for key, column in _own_columns(place.block):
            kind = context.column_type(place.table, column)
            if column not in columns:
                yield place.problem(key, *unknown("column", column, columns, of=place.table))
            elif key in ("from", "until") and kind is not None and kind not in DATE_TYPES:
                yield place.problem(key, f"objection {place.name!r} needs a date, but {column!r} is {kind}")
        yield from _match_problems(context, place)


def declared_once(context: Context) -> Iterator[Problem]:
    """Purposes name an objection without its source, so its name is one in the whole company."""
    first: dict[str, str] = {}
    for place in _every(context):
        if place.name in first:
            what = f"objection {place.name!r} is declared twice"
            yield place.located.problem(("objections", place.name), what, f"It is already in {first[place.name]}")
        first.setdefault(place.name, place.located.where)


def named_by_purposes_that_one_can_object_to(context: Context) -> Iterator[Problem]:
    """GDPR Art. 21(1), (2): to a legitimate interest or a public task, and to direct marketing on any ground; a duty is none of them."""
    known = frozenset(place.name for place in _every(context))
    for file in context.purposes:
        purpose = file.content
        marketing = purpose.data_use.split(".")[0] == "marketing"
        for name, effect in (purpose.objections or {}).items():
            where = ("objections", name)
            if name not in known:
                yield file.located.problem(where, *unknown("objection", name, known))
            elif purpose.nature != "policy" or not (marketing or purpose.legal_basis in OBJECTED_TO):
                what = f"nobody can object to {purpose.purpose!r}: it is {purpose.nature}, on {purpose.legal_basis}"
                yield file.located.problem(where, what, "GDPR Art. 21: to a legitimate interest, a public task, or direct marketing")
            elif marketing and effect != "end":
                yield file.located.problem(where, "an objection to marketing ends it: GDPR Art. 21(3)", "Legal values: end")


def marketing_hears_objections(context: Context) -> Iterator[Problem]:
    """GDPR Art. 21(3): where objections are recorded, direct marketing heeds one."""
    known = sorted(place.name for place in _every(context))
    for file in context.purposes:
        purpose = file.content
        marketing = purpose.data_use.split(".")[0] == "marketing" and purpose.nature == "policy" and purpose.enabled
        if known and marketing and not purpose.objections:
            what = f"purpose {purpose.purpose!r} is marketing and heeds no objection"
            yield file.located.problem(("data_use",), what, f"Name it, for example `objections: {{{known[0]}: end}}`")


def _match_problems(context: Context, place: _Place) -> Iterator[Problem]:
    ((own, paths),) = place.block.match.items()
    here = context.column_type(place.table, own)
    for table, column in (column_path(place.source, path) for path in paths):
        there = context.column_type(table, column)
        if table not in context.columns:
            yield place.problem("match", *unknown("table", table, frozenset(context.columns)))
        elif column not in context.columns[table]:
            yield place.problem("match", *unknown("column", column, context.columns[table], of=table))
        elif here and there and here != there:
            yield place.problem("match", f"{own!r} is {here}, but {column!r} of {table} is {there}")
    tables = [table for table, _ in (column_path(place.source, path) for path in paths)]
    for table in sorted({table for table in tables if tables.count(table) > 1}):
        yield place.problem("match", f"two columns of {table} find objection {place.name!r}", "With two a row could be two people's")


def _own_columns(block: ObjectionBlock) -> Iterator[tuple[str, str]]:
    yield from (("match", column) for column in block.match)
    yield from (("from", column) for column in block.from_ or ())
    yield from ((key, column) for key, column in (("status", block.status), ("until", block.until)) if column is not None)


def _every(context: Context) -> Iterator[_Place]:
    for file in context.documents.sources:
        for name, block in (file.content.objections or {}).items():
            yield _Place(file.content.source, name, block, file.located)
