"""The policy files as one checked value: the only way in.

A folder of YAML and the canonical JSON kept with a generation take the same way: validate, lint, freeze. Reads no clock.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from privacy_pipelines.errors import PolicyErrors, Problem
from privacy_pipelines.policy.files import Documents, find_documents, split_document, validate_all
from privacy_pipelines.policy.freeze import freeze_company, freeze_consents, freeze_holds, freeze_purpose, freeze_tables
from privacy_pipelines.policy.model import Policy


def load(folder: Path) -> Policy:
    """The policy in `folder`, checked. Raises PolicyErrors with every problem of every file at once."""
    return _policy(*validate_all(find_documents(folder)))


def load_document(document: str) -> Policy:
    """The policy whose canonical JSON is `document`, so that a stored generation can recompile its own law. Raises PolicyErrors."""
    return _policy(*validate_all(split_document(document)))


def _policy(documents: Documents | None, problems: list[Problem]) -> Policy:
    if problems or documents is None:
        raise PolicyErrors(tuple(set(problems)))
    document = canonical_json(documents)
    sources = {source.content.source: source.content for source in documents.sources}
    purposes = [purpose.content for purpose in documents.purposes if purpose.content.enabled]
    return Policy(
        company=freeze_company(documents.company.content),
        purposes=tuple(sorted(map(freeze_purpose, purposes), key=lambda purpose: purpose.name)),
        tables=freeze_tables(sources),
        consents=freeze_consents(sources.values()),
        holds=freeze_holds(documents.holds.content),
        document=document,
        version=hashlib.sha256(document.encode()).hexdigest(),
    )


def canonical_json(documents: Documents) -> str:
    """One text per meaning: independent of key order, file order, file names, comments and shorthand."""
    holds = sorted(documents.holds.content.holds, key=lambda hold: hold.hold)
    whole = {
        "company": documents.company.content,
        "purposes": {file.content.purpose: file.content for file in documents.purposes},
        "sources": {file.content.source: file.content for file in documents.sources},
        "holds": documents.holds.content.model_copy(update={"holds": tuple(holds)}),
    }
    return json.dumps(whole, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(document: object) -> object:
    from pydantic import BaseModel

    assert isinstance(document, BaseModel)
    return document.model_dump(mode="json", by_alias=True, exclude_none=True)
