"""The reference of every key of the policy files, for people: generated from the models, never written by hand.

python -m privacy_pipelines.policy.reference [docs/reference.md]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from privacy_pipelines.policy.documents import terms
from privacy_pipelines.policy.schema import KINDS

Schema = Mapping[str, Any]

FILES = {
    "company": "company.yaml",
    "purpose": "purposes/*.yaml",
    "source": "sources/*.yaml",
    "holds": "holds.yaml",
}
"""Where a policy folder keeps each kind of file."""
WORDS = {
    terms.NAME_PATTERN: "name",
    terms.COLUMN_PATTERN: "column",
    terms.TABLE_PATTERN: "table",
    terms.CATEGORY_PATTERN: "category",
    terms.DATA_USE_PATTERN: "data use",
    terms.LANGUAGE_PATTERN: "language",
    terms.COUNTRY_PATTERN: "country",
    terms.COLUMN_PATH_PATTERN: "table.column",
    terms.ART9_PATTERN: "DPV key",
    terms.PERIOD_PATTERN: "period",
    terms.DAY_PATTERN: "day",
    terms.YEAR_END_PATTERN: "MM-DD",
}
"""What a text that matches a pattern is called."""
PLAIN = {"boolean": "true or false", "integer": "whole number", "number": "number", "string": "text"}
PREFACE = """# Reference of the policy files

Every key, with what it takes, what counts where it is left out, and an example. `docs/policy.md` says how they belong together, and
`docs/schema` says the same to an editor. This page is generated: `python -m privacy_pipelines.policy.reference`.
"""


def reference_text() -> str:
    """The page, as it is written."""
    parts, told, models = [PREFACE], set[str](), {model.__name__: model for model in _models(terms.Document)}
    for kind, model in KINDS:
        schema = model.model_json_schema(by_alias=True, mode="validation")
        parts.append(f"## `{FILES[kind]}`\n\n{_sentence(schema)}\n")
        parts += _entries(schema, model)
        for name in _blocks(schema, schema["$defs"]):
            if name not in told:
                told.add(name)
                block = schema["$defs"][name]
                parts.append(f"### {_heading(name)}\n\n{_sentence(block)}\n")
                parts += _entries(block, models[name])
    return "\n".join(parts)


def _models(model: type[terms.Document]) -> Iterator[type[terms.Document]]:
    for one in model.__subclasses__():
        yield one
        yield from _models(one)


def _entries(block: Schema, model: type[terms.Document]) -> Iterator[str]:
    """One entry for each key of a block."""
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    for key, value in block["properties"].items():
        needed = "needed" if key in block.get("required", ()) else _default(model, names[key])
        example = f"{key}: {flow(value['examples'][0])}"
        yield f"- **`{key}`** ({_kind(value)}; {needed}): {value['description']} Example: `{example}`"
    yield ""


def _default(model: type[terms.Document], name: str) -> str:
    """What counts where a key is left out, as a file would say it."""
    default = model.model_fields[name].default
    if default in (None, (), {}) or isinstance(default, terms.Document):
        return "may be left out"
    (said,) = model.model_construct(**{name: default}).model_dump(mode="json", include={name}).values()
    return f"left out: `{flow(said)}`"


def _kind(value: Schema) -> str:
    """What a key takes, in words."""
    if "$ref" in value:
        heading = _heading(value["$ref"].rpartition("/")[2])
        return f"[{heading}](#{heading.replace(' ', '-')})"
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_kind(one) for one in value["anyOf"] if one.get("type") != "null")) or "null"
    if "const" in value or "enum" in value:
        return " or ".join(f"`{one}`" for one in value.get("enum", [value.get("const")]))
    return _plain_kind(value)


def _plain_kind(value: Schema) -> str:
    kind = value.get("type", "")
    if kind == "array":
        items = _kind(value["items"]) if "items" in value else "values"
        return f"list of {items}"
    if kind == "object":
        keys, values = next(iter(value.get("patternProperties", {"": value.get("additionalProperties", {})}).items()))
        return f"{WORDS.get(keys, 'text')} → {_kind(values) if values else 'values'}"
    return WORDS.get(value.get("pattern", ""), PLAIN.get(kind, "null"))


def _blocks(schema: Schema, definitions: Mapping[str, Schema], known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The blocks that a schema leads to, in the order in which its keys come."""
    for name in _references(schema.get("properties", {}).values()):
        if name not in known:
            known = _blocks(definitions[name], definitions, (*known, name))
    return known


def _references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        value = [one for key, one in value.items() if key not in ("examples", "default")]
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for one in value:
            yield from _references(one)


def _heading(name: str) -> str:
    """A block's name in words.

    >>> _heading("StartingPointBlock"), _heading("NotReadColumns")
    ('starting point', 'not read columns')
    """
    return " ".join(word.lower() for word in re.findall(r"[A-Z][a-z0-9]*", name.removesuffix("Block")))


def _sentence(block: Schema) -> str:
    return " ".join(str(block.get("description", "")).split())


def flow(value: object) -> str:
    """A value as YAML in one line.

    >>> flow({"at": ["cancelled_on", "end_date"], "open_if": "status = 'active'"})
    '{at: [cancelled_on, end_date], open_if: "status = \\'active\\'"}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    safe = isinstance(value, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_./*-]*", value) and value.lower() not in ("true", "false", "null")
    return str(value) if safe else json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference.md").write_text(reference_text(), encoding="utf-8")
