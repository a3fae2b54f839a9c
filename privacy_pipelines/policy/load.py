"""The policy files as one checked value: the only way in.

A folder of YAML and the canonical JSON kept with a generation take the same way: validate, lint, freeze. Reads no clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel

from privacy_pipelines.errors import PolicyErrors, Problem
from privacy_pipelines.policy.files import Documents, find_documents, split_document, validate
from privacy_pipelines.policy.freeze import (
    freeze_company,
    freeze_consents,
    freeze_holds,
    freeze_not_read,
    freeze_objections,
    freeze_purpose,
    freeze_tables,
)
from privacy_pipelines.policy.lint import lint
from privacy_pipelines.policy.model import Policy


def load(folder: Path) -> Policy:
    """The policy in `folder`, checked. Raises PolicyErrors with every problem of every file at once."""
    documents = validate(find_documents(folder))
    return _policy(documents, lint(documents))


@lru_cache(maxsize=4)  # every station of a night asks for the same law, and a policy is a frozen value
def load_document(document: str) -> Policy:
    """The policy whose canonical JSON is `document`, so that a stored generation can recompile its own law. Which words it may use was
    asked when it became law: a later vocabulary undoes nothing. Raises PolicyErrors.
    """
    documents = validate(split_document(document))
    return _policy(documents, lint(documents, words=False))


def canonical_json(documents: Documents) -> str:
    """One text per meaning: independent of key order, file order, file names, comments, shorthand, and of keys that a later version of the
    product brings and nobody uses.
    """
    holds = sorted(documents.holds.content.holds, key=lambda hold: hold.hold)
    whole = {
        "company": _plain(documents.company.content),
        "purposes": {file.content.purpose: _plain(file.content) for file in documents.purposes},
        "sources": {file.content.source: _plain(file.content) for file in documents.sources},
        "holds": {"holds": [_plain(hold) for hold in holds]},
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _policy(documents: Documents, disagreements: Sequence[Problem]) -> Policy:
    problems = (*documents.problems, *disagreements)
    if problems or not documents.complete:  # what is not complete holds stand-ins
        raise PolicyErrors(tuple(dict.fromkeys(problems)))
    return _frozen(documents, canonical_json(documents))


def _frozen(documents: Documents, document: str) -> Policy:
    sources = {file.content.source: file.content for file in documents.sources}
    purposes = (file.content for file in documents.purposes if file.content.enabled)
    return Policy(
        company=freeze_company(documents.company.content),
        purposes=tuple(sorted(map(freeze_purpose, purposes), key=lambda purpose: purpose.name)),
        tables=freeze_tables(sources),
        consents=freeze_consents(sources.values()),
        holds=freeze_holds(documents.holds.content),
        document=document,
        objections=freeze_objections(sources.values()),
        not_read=freeze_not_read(sources.values()),
        version=hashlib.sha256(document.encode()).hexdigest(),
    )


def _plain(document: BaseModel) -> dict[str, object]:
    return document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
