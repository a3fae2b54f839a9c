"""JSON Schemas of what `explain --json` and `diff --json` answer, and of a certificate of erasure, for the programs that read them:
generated from the values themselves.

python -m privacy_pipelines.cli.answers [docs/schema]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from privacy_pipelines.comparing.difference import FEW, Difference
from privacy_pipelines.evidence.certificate import Certificate
from privacy_pipelines.explaining.answer import Explanation

ANSWERS: tuple[tuple[str, type], ...] = (("explanation", Explanation), ("difference", Difference), ("certificate", Certificate))
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COUNT = {"anyOf": [{"type": "integer", "minimum": 0}, {"const": f"<{FEW}"}], "description": f"With --shareable below {FEW} as text."}
_TOLD = {"Change": ("text", "string"), "Undecided": ("text", "string"), "Difference": ("found", "boolean")}
"""What `to_json` says beside the values."""


def schema_text(model: type) -> str:
    """The schema of one answer, as it is written."""
    schema = TypeAdapter(model).json_schema(mode="serialization")
    parts = {**schema.pop("$defs", {}), model.__name__: schema}
    for name, part in parts.items():
        _close(name, part)
    whole = {"$schema": DIALECT, **parts.pop(model.__name__), "$defs": parts}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> None:
    """Write each into `folder`."""
    for name, model in ANSWERS:
        (folder / f"{name}.json").write_text(schema_text(model), encoding="utf-8")


def _close(name: str, part: dict[str, Any]) -> None:
    """Every key is there, and no other; an open end is null, a count may be few."""
    properties: dict[str, Any] = part.get("properties", {})
    for key, value in properties.items():
        value.pop("title", None)
        value.pop("default", None)
        if value.get("format") == "date":
            properties[key] = {**value, "type": ["string", "null"]}
        if key in ("records", "cells"):
            properties[key] = _COUNT
    if name in _TOLD:
        properties[_TOLD[name][0]] = {"type": _TOLD[name][1]}
    if properties:
        part |= {"additionalProperties": False, "required": list(properties)}
    part.pop("title", None)


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema"))
