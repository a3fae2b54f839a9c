"""From a folder, or a kept document, to validated documents that still know where they stand.

Everything in the folder is read, or is a problem: a purpose in a file that nobody reads would be a promise that nobody keeps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from privacy_pipelines.errors import PolicyErrors, Problem
from privacy_pipelines.policy.documents import CompanyDocument, HoldsDocument, PurposeDocument, SourceDocument
from privacy_pipelines.policy.documents.terms import Document
from privacy_pipelines.policy.explaining import explain
from privacy_pipelines.policy.mending import mend
from privacy_pipelines.policy.reading import Located, read_file

D = TypeVar("D", bound=Document)

FOLDERS = ("purposes", "sources")
FILES = ("company.yaml", "holds.yaml")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found where, not yet validated."""

    company: Located
    holds: Located
    purposes: tuple[Located, ...]
    sources: tuple[Located, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class File(Generic[D]):
    """A validated document and the file it came from."""

    content: D
    located: Located


@dataclass(frozen=True, slots=True)
class Documents:
    """Every document of the policy. Where there are `problems`, some are mended or missing, and none may become policy."""

    company: File[CompanyDocument]
    holds: File[HoldsDocument]
    purposes: tuple[File[PurposeDocument], ...]
    sources: tuple[File[SourceDocument], ...]
    problems: tuple[Problem, ...]
    complete: bool
    """Whether every file could at least be read, so that a name which is not declared is really unknown."""


def find_documents(folder: Path) -> Found:
    """Every policy file of the folder, read. Raises PolicyErrors where there is no such folder."""
    if not folder.is_dir():
        what = "a file stands where the policy folder should be" if folder.exists() else "there is no such policy folder"
        raise PolicyErrors((Problem(folder.as_posix(), 0, what, "It holds company.yaml, purposes/ and sources/"),))
    holds = folder / "holds.yaml"
    return Found(
        company=read_file(folder / "company.yaml"),
        holds=read_file(holds) if holds.exists() else Located(holds.as_posix(), data={"holds": []}),
        purposes=tuple(map(read_file, sorted((folder / "purposes").glob("*.yaml")))),
        sources=tuple(map(read_file, sorted((folder / "sources").glob("*.yaml")))),
        problems=(*_strays(folder), *_missing(folder)),
    )


def split_document(document: str) -> Found:
    """The documents inside a kept policy document. Raises PolicyErrors for text that is none."""
    try:
        kept = json.loads(document)
        purposes, sources = _entries(kept, "purposes"), _entries(kept, "sources")
        company, holds = kept["company"], kept["holds"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PolicyErrors((Problem("policy document", 0, "not the document of a policy"),)) from None
    return Found(Located("policy document: company", company), Located("policy document: holds", holds), purposes, sources)


def validate(found: Found) -> Documents:
    """The documents and every problem of each, gathered."""
    problems = list(found.problems)
    company = _validated(CompanyDocument, (found.company,), problems)
    holds = _validated(HoldsDocument, (found.holds,), problems)
    purposes = _validated(PurposeDocument, found.purposes, problems)
    sources = _validated(SourceDocument, found.sources, problems)
    complete = bool(company and holds) and len(purposes) == len(found.purposes) and len(sources) == len(found.sources)
    return Documents(
        company=company[0] if company else _stand_in(CompanyDocument, found.company),
        holds=holds[0] if holds else _stand_in(HoldsDocument, found.holds),
        purposes=purposes,
        sources=sources,
        problems=tuple(problems),
        complete=complete,
    )


def _validated(model: type[D], files: Iterable[Located], problems: list[Problem]) -> tuple[File[D], ...]:
    return tuple(file for located in files if (file := _validated_file(model, located, problems)))


def _validated_file(model: type[D], located: Located, problems: list[Problem]) -> File[D] | None:
    problems.extend(located.problems)
    if not isinstance(located.data, dict):
        if not located.problems:
            problems.append(located.problem((), "holds no keys and values"))
        return None
    try:
        return File(model.model_validate(located.data), located)
    except ValidationError as error:
        problems.extend(explain(error.errors(), model, located))
        mended = mend(model, located.data, error.errors())
        return File(mended, located) if mended else None


def _stand_in(model: type[D], located: Located) -> File[D]:
    mended = mend(model, {}, _errors_of_nothing(model))
    assert mended is not None, f"an example is missing in {model.__name__}"
    return File(mended, located)


def _errors_of_nothing(model: type[D]) -> list[ErrorDetails]:
    try:
        model.model_validate({})
    except ValidationError as error:
        return error.errors()
    return []


def _entries(kept: Mapping[str, Mapping[str, object]], kind: str) -> tuple[Located, ...]:
    return tuple(Located(f"policy document: {kind}.{name}", data) for name, data in sorted(kept[kind].items()))


def _strays(folder: Path) -> Iterator[Problem]:
    """What lies in the folder and would not be read."""
    for path in sorted(folder.iterdir()):
        if path.name not in (*FILES, *FOLDERS) and not _may_lie_beside(path):
            yield Problem(path.as_posix(), 0, "this is not read", "A policy folder holds company.yaml, holds.yaml, purposes/ and sources/")
    for path in sorted(path for name in FOLDERS for path in (folder / name).glob("*")):
        if path.suffix != ".yaml" and not _may_lie_beside(path):
            yield Problem(path.as_posix(), 0, "this is not read", "A purpose or source is a file that ends in .yaml")


def _may_lie_beside(path: Path) -> bool:
    return path.name.startswith(".") or path.suffix == ".md"


def _missing(folder: Path) -> Iterator[Problem]:
    for name in FOLDERS:
        if not any((folder / name).glob("*.yaml")):
            yield Problem((folder / name).as_posix(), 0, f"there are no {name}", f"Write at least one {name}/*.yaml")
