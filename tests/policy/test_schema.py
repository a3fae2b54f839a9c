"""The JSON Schemas that editors read are the models', and the company's files meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from privacy_pipelines.policy.documents.terms import Document
from privacy_pipelines.policy.reading import read_file
from privacy_pipelines.policy.schema import KINDS, schema_text, write_schemas

ROOT = Path(__file__).parents[2]
FILES = {
    "company": [ROOT / "policies/company.yaml"],
    "holds": [ROOT / "policies/holds.yaml"],
    "purpose": sorted((ROOT / "policies/purposes").glob("*.yaml")),
    "source": sorted((ROOT / "policies/sources").glob("*.yaml")),
}


@pytest.mark.parametrize(("kind", "model"), KINDS)
def test_the_committed_schema_is_the_models(kind: str, model: type[Document]):
    committed = (ROOT / f"docs/schema/{kind}.json").read_text(encoding="utf-8")
    assert committed == schema_text(model), "run python -m privacy_pipelines.policy.schema"


@pytest.mark.parametrize(("kind", "model"), KINDS)
def test_the_companys_files_meet_their_schema(kind: str, model: type[Document]):
    schema = json.loads(schema_text(model))
    Draft202012Validator.check_schema(schema)
    for file in FILES[kind]:
        assert not list(Draft202012Validator(schema).iter_errors(read_file(file).data)), file.name


@pytest.mark.parametrize(("kind", "model"), KINDS)
def test_every_file_names_its_schema(kind: str, model: type[Document]):
    for file in FILES[kind]:
        comment, path = file.read_text(encoding="utf-8").splitlines()[0].split("$schema=")
        assert comment == "# yaml-language-server: "
        assert (file.parent / path).resolve() == ROOT / f"docs/schema/{kind}.json"


@pytest.mark.parametrize(("kind", "model"), KINDS)
def test_every_key_is_described(kind: str, model: type[Document]):
    definitions = json.loads(schema_text(model))
    for block in (definitions, *definitions.get("$defs", {}).values()):
        for key, value in block.get("properties", {}).items():
            assert value.get("description"), f"{kind}: {key}"


def test_the_editor_finds_an_unknown_key_too():
    for kind, model in KINDS:
        data = {**read_file(FILES[kind][0]).data, "zon": 1}
        assert len(list(Draft202012Validator(json.loads(schema_text(model))).iter_errors(data))) == 1


def test_schemas_are_written_one_per_kind(tmp_path: Path):
    write_schemas(tmp_path / "schema")
    assert sorted(path.name for path in (tmp_path / "schema").iterdir()) == ["company.json", "holds.json", "purpose.json", "source.json"]
