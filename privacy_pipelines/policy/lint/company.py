"""Checks of the company, its sources and its holds."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.lint.context import Context, unknown
from privacy_pipelines.policy.lint.purposes import language_problems, longest_days
from privacy_pipelines.policy.vocabulary import data_categories, data_uses

RESERVED_SOURCES = frozenset({"information_schema", "main", "pg_catalog", "system", "temp"})
"""A source becomes a schema of the store, and these are the database's own."""


def undetermined_has_a_window(context: Context) -> Iterator[Problem]:
    """LAW §1: erase_by lies after the last day kept, here too."""
    window = context.company.undetermined.execution_window
    if window is not None and longest_days(window) < 1:
        yield context.documents.company.located.problem(("undetermined", "execution_window"), "execution_window must be at least P1D")


def recipients_in_every_language(context: Context) -> Iterator[Problem]:
    """The notice names each recipient in each language."""
    for name, recipient in context.company.recipients.items():
        for what, hint in language_problems(f"title of recipient {name!r}", recipient.title, context.company.languages):
            yield context.documents.company.located.problem(("recipients", name, "title"), what, hint)


def own_words_in_every_language(context: Context) -> Iterator[Problem]:
    """The notice names the company's own categories and uses in each language."""
    company = context.company
    for key, blocks in (("categories", company.categories or {}), ("data_uses", company.data_uses or {})):
        for name, block in blocks.items():
            for what, hint in language_problems(f"title of {name!r}", block.title, company.languages):
                yield context.documents.company.located.problem((key, name, "title"), what, hint)


def own_words_are_new(context: Context) -> Iterator[Problem]:
    """A key that fideslang has keeps its meaning, and a special category stays special."""
    company = context.company
    for key, own, pinned in (("categories", company.categories, data_categories()), ("data_uses", company.data_uses, data_uses())):
        for name in own or {}:
            if name in pinned:
                yield context.documents.company.located.problem((key, name), f"{name!r} is a key of fideslang already", "Leave it out")


def entities_differ(context: Context) -> Iterator[Problem]:
    """What an extract calls one legal entity, it cannot call another."""
    first: dict[str, str] = {}
    for name, entity in (context.company.entities or {}).items():
        for value in entity.values or (name,):
            if value in first:
                what = f"{value!r} is entity {name!r}, and entity {first[value]!r} too"
                yield context.documents.company.located.problem(("entities", name), what)
            first.setdefault(value, name)


def sources_declared_once(context: Context) -> Iterator[Problem]:
    """One source, one file: else two tables could have one id."""
    first: dict[str, str] = {}
    for file in context.documents.sources:
        name = file.content.source
        if name in first:
            yield file.located.problem(("source",), f"source {name!r} is declared twice", f"It is already in {first[name]}")
        if name in RESERVED_SOURCES:
            yield file.located.problem(("source",), f"a source cannot be called {name!r}", "The store keeps that name for itself")
        first.setdefault(name, file.located.where)


def holds_name_tables(context: Context) -> Iterator[Problem]:
    """A hold over a table that does not exist would hold nothing."""
    known = frozenset(context.columns)
    for number, hold in enumerate(context.documents.holds.content.holds):
        for table in hold.tables:
            if table not in known:
                yield context.documents.holds.located.problem(("holds", number, "tables"), *unknown("table", table, known))


def holds_declared_once(context: Context) -> Iterator[Problem]:
    """One hold, one name: a release names what it releases."""
    seen: set[str] = set()
    for number, hold in enumerate(context.documents.holds.content.holds):
        if hold.hold in seen:
            yield context.documents.holds.located.problem(("holds", number, "hold"), f"hold {hold.hold!r} is declared twice")
        seen.add(hold.hold)


def holds_are_reviewed_after_they_begin(context: Context) -> Iterator[Problem]:
    """A hold without a review to come would be for ever (LAW scenario 59)."""
    for number, hold in enumerate(context.documents.holds.content.holds):
        if hold.review_by <= hold.effective_from:
            yield context.documents.holds.located.problem(("holds", number, "review_by"), "the review must come after the hold begins")
