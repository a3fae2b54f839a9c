"""From a folder, or a kept document, to validated documents that still know where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from privacy_pipelines.errors import PolicyErrors, Problem
from privacy_pipelines.policy.documents import CompanyDocument, HoldsDocument, PurposeDocument, SourceDocument
from privacy_pipelines.policy.documents.terms import Document
from privacy_pipelines.policy.reading import Located, read_file

D = TypeVar("D", bound=Document)


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
    """Every validated document of the policy."""

    company: File[CompanyDocument]
    holds: File[HoldsDocument]
    purposes: tuple[File[PurposeDocument], ...]
    sources: tuple[File[SourceDocument], ...]


def find_documents(folder: Path) -> Found:
    holds = folder / "holds.yaml"
    return Found(
        company=read_file(folder / "company.yaml"),
        holds=read_file(holds) if holds.exists() else Located(holds.as_posix(), data={"holds": []}),
        purposes=tuple(map(read_file, sorted((folder / "purposes").glob("*.yaml")))),
        sources=tuple(map(read_file, sorted((folder / "sources").glob("*.yaml")))),
    )


def split_document(document: str) -> Found:
    kept = json.loads(document)
    return Found(
        company=Located("company", data=kept["company"]),
        holds=Located("holds", data=kept["holds"]),
        purposes=tuple(Located(name, data=data) for name, data in kept["purposes"].items()),
        sources=tuple(Located(name, data=data) for name, data in kept["sources"].items()),
    )


def validate_all(found: Found) -> tuple[Documents | None, list[Problem]]:
    problems: list[Problem] = list(found.problems)
    company = _valid(CompanyDocument, found.company, problems)
    holds = _valid(HoldsDocument, found.holds, problems)
    purposes = tuple(file for located in found.purposes if (file := _valid(PurposeDocument, located, problems)))
    sources = tuple(file for located in found.sources if (file := _valid(SourceDocument, located, problems)))
    if company is None or holds is None:
        return None, problems
    return Documents(company, holds, purposes, sources), problems


def _valid(model: type[D], located: Located, problems: list[Problem]) -> File[D] | None:
    problems.extend(located.problems)
    try:
        return File(model.model_validate(located.data), located)
    except ValidationError as error:
        problems.extend(Problem(located.where, located.line(tuple(e["loc"])), e["msg"]) for e in error.errors())
        return None
