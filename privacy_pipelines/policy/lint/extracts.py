"""Checks of extracts: every table says where its file is, and no two tables read one file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents.extract import ExtractBlock
from privacy_pipelines.policy.freeze import merged_extract
from privacy_pipelines.policy.lint.context import Context, TablePlace
from privacy_pipelines.policy.model import ENDINGS

NEEDED = ("path", "keep", "freshness")
PLACEHOLDERS = ("{table}", "{day}")


def extracts_are_complete(context: Context) -> Iterator[Problem]:
    """What neither the table nor its source says is missing."""
    for file in context.documents.sources:
        for key in NEEDED:
            missing = [table for table, extract in extracts(context) if table.located is file.located and getattr(extract, key) is None]
            if missing:
                what = f"no `{key}` of the extract for {', '.join(table.name for table in missing)}"
                yield file.located.problem(("extract",), what, "The source says it for all its tables, or each table for itself")


def paths_hold_the_day(context: Context) -> Iterator[Problem]:
    """A file name holds the day it was written for, once, and no other placeholder than the table."""
    for table, extract in extracts(context):
        if extract.path is None:
            continue
        found = re.findall(r"\{[^}]*\}?", extract.path)
        if found.count("{day}") != 1:
            yield extract_problem(table, "path", f"path {extract.path!r} must hold {{day}} once")
        for strange in sorted(set(found) - set(PLACEHOLDERS)):
            yield extract_problem(table, "path", f"path {extract.path!r} holds {strange}", f"It may hold {' and '.join(PLACEHOLDERS)}")


def paths_stay_below_the_drop_folder(context: Context) -> Iterator[Problem]:
    """A policy cannot make the collector read elsewhere."""
    for table, extract in extracts(context):
        path = extract.path or ""
        if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
            yield extract_problem(table, "path", f"path {path!r} leaves the drop folder", "Write it relative, with forward slashes")


def increments_say_deletes(context: Context) -> Iterator[Problem]:
    """An increment that is silent about deleted rows cannot be told from one that has none; a snapshot tells by leaving out."""
    for table, extract in extracts(context):
        if extract.mode == "increment" and extract.deletes is None:
            yield extract_problem(
                table,
                "mode",
                f"{table.id} is an increment and must say `deletes`",
                "Legal values: none, or for example {column: op, values: [D]}",
            )
        if extract.mode == "snapshot" and extract.deletes is not None:
            yield extract_problem(table, "deletes", f"{table.id} is a snapshot: a deleted row is one that it no longer holds")


def no_file_is_read_twice(context: Context) -> Iterator[Problem]:
    """Two tables with one path would hold the same rows."""
    readers: dict[str, list[TablePlace]] = {}
    for table, extract in extracts(context):
        path = (extract.path or "").replace("{table}", table.name)
        if "{" not in path.replace("{day}", ""):
            readers.setdefault(_unpacked(path), []).append(table)
    for path, tables in readers.items():
        if path and len(tables) > 1:
            what = f"{', '.join(table.id for table in tables)} read the same file"
            yield extract_problem(tables[-1], "path", what, "Put {table} into the path, and a folder for each source")


def _unpacked(path: str) -> str:
    """The path as all of its dresses have it: an extract may come compressed, and with its ending in capitals."""
    packed = next((ending for ending, _ in ENDINGS if path.lower().endswith(ending)), "")
    return path.lower().removesuffix(packed)


def extracts(context: Context) -> Iterator[tuple[TablePlace, ExtractBlock]]:
    """Every table with its extract, the source's and its own together."""
    for file in context.documents.sources:
        for name, block in file.content.tables.items():
            table = TablePlace(file.content.source, name, block, file.located)
            yield table, merged_extract(file.content.extract, block.extract)


def extract_problem(table: TablePlace, key: str, what: str, hint: str = "") -> Problem:
    """At the table where the table says it, else at the source."""
    if getattr(table.block.extract, key) is not None:
        return table.problem(("extract", key), what, hint)
    return table.located.problem(("extract", key), what, hint)
