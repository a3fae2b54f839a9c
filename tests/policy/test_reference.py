"""The reference names every key of the format as the models have it, each with an example that the format accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from privacy_pipelines.policy.reading import read_text
from privacy_pipelines.policy.reference import flow, reference_text
from privacy_pipelines.policy.schema import KINDS

ROOT = Path(__file__).parents[2]


def keys() -> Iterator[Any]:
    """Every key of every block: (the kind's schema, block, key, what the schema says of it)."""
    for kind, model in KINDS:
        schema = model.model_json_schema(by_alias=True)
        for name, block in (("", schema), *schema["$defs"].items()):
            for key, value in block["properties"].items():
                yield pytest.param(schema, key, value, id=f"{kind}.{name}.{key}")


def test_the_committed_reference_is_the_models() -> None:
    committed = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    assert committed == reference_text(), "run python -m privacy_pipelines.policy.reference"


@pytest.mark.parametrize(("schema", "key", "value"), tuple(keys()))
def test_a_key_has_a_description_and_an_example_that_is_accepted(schema: dict[str, Any], key: str, value: dict[str, Any]) -> None:
    assert value.get("description")
    assert value.get("examples"), f"{key} has no example"
    for example in value["examples"]:
        read = read_text("example", f"{key}: {flow(example)}")
        assert not read.problems
        assert isinstance(read.data, dict)
        validator = Draft202012Validator({**value, "$defs": schema["$defs"]})
        assert [error.json_path for error in validator.iter_errors(read.data[key])] == []


def test_every_link_of_the_page_leads_somewhere() -> None:
    text = reference_text()
    headings = {heading.replace(" ", "-") for heading in re.findall(r"^### (.*)$", text, flags=re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= headings
