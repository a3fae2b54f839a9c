"""JSON Schemas of the policy files, for editors: generated from the models, never written by hand.

python -m privacy_pipelines.policy.schema [docs/schema]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from privacy_pipelines.policy.documents import CompanyDocument, HoldsDocument, PurposeDocument, SourceDocument
from privacy_pipelines.policy.documents.terms import Document

KINDS: tuple[tuple[str, type[Document]], ...] = (
    ("company", CompanyDocument),
    ("purpose", PurposeDocument),
    ("source", SourceDocument),
    ("holds", HoldsDocument),
)
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text(model: type[Document]) -> str:
    """The schema of one kind of file, as it is written."""
    schema = {"$schema": DIALECT, **_closed(model.model_json_schema(by_alias=True, mode="validation"))}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every schema into `folder`, one `<kind>.json` each."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, model in KINDS:
        (folder / f"{kind}.json").write_text(schema_text(model), encoding="utf-8")


def _closed(schema: dict[str, object]) -> dict[str, object]:
    """With every mapping closed: a key that no pattern knows is an error in the editor too."""
    closed = {key: _closed_value(value) for key, value in schema.items()}
    if "patternProperties" in closed:
        closed["additionalProperties"] = False
    return closed


def _closed_value(value: object) -> object:
    if isinstance(value, dict):
        return _closed(value)
    return [_closed_value(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema"))
