"""Each declared table in the graph: its columns with what they serve, where they come from, who owns it, and its checks."""

from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy

import definitions
from assets.columns import NOT_READ
from assets.tables import declared, extract_key, store_key, with_tables
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(ROOT / "policies")


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    return definitions.defs()


@pytest.fixture(scope="module")
def specs(defs: dg.Definitions) -> dict[dg.AssetKey, dg.AssetSpec]:
    return {spec.key: spec for spec in defs.resolve_all_asset_specs() if len(spec.key.path) == 3}


def columns(spec: dg.AssetSpec) -> dict[str, dg.TableColumn]:
    schema = spec.metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    return {column.name: column for column in schema.columns}


def test_every_declared_table_is_there_twice(policy: Policy, specs: dict[dg.AssetKey, dg.AssetSpec]) -> None:
    assert set(specs) == {key(table.id) for table in policy.tables for key in (extract_key, store_key)}
    assert {spec.group_name for spec in specs.values()} == {"extracts", "store"}


def test_a_column_says_its_category_its_purposes_their_ground_and_their_period(specs: dict[dg.AssetKey, dg.AssetSpec]) -> None:
    email = columns(specs[store_key("crm.contacts")])["email"]

    assert email.tags["category"] == "user.contact.email"
    assert email.tags["newsletter"] == "eu-gdpr:A6-1-a"
    assert "Administer the customer relationship: until the end of the agreement" in (email.description or "")
    assert "Send the newsletter: while the consent to the newsletter stands (Art. 6(1)(a) consent)" in (email.description or "")


def test_every_column_of_the_policy_is_in_both_and_every_stored_one_comes_from_its_extract(
    policy: Policy, specs: dict[dg.AssetKey, dg.AssetSpec]
) -> None:
    for table in policy.tables:
        sent, kept = columns(specs[extract_key(table.id)]), columns(specs[store_key(table.id)])
        lineage = specs[store_key(table.id)].metadata["dagster/column_lineage"]
        assert isinstance(lineage, dg.TableColumnLineage)
        assert list(kept) == [column.name for column in table.columns]
        assert set(lineage.deps_by_column) == set(kept)
        assert {dep.column_name for deps in lineage.deps_by_column.values() for dep in deps} <= set(sent)
        assert {name for name, column in sent.items() if NOT_READ in column.tags} == set(table.not_read)
        assert all(column.tags.get("category") for column in kept.values())


def test_a_table_has_the_policys_owner_and_its_freshness(specs: dict[dg.AssetKey, dg.AssetSpec]) -> None:
    spec = specs[extract_key("hr.payroll")]

    assert spec.owners == ["team:People operations"]
    assert isinstance(spec.freshness_policy, TimeWindowFreshnessPolicy)
    assert spec.freshness_policy.fail_window.to_timedelta() == timedelta(days=2)
    assert specs[extract_key("crm.contacts")].tags["privacy/subject"] == "customer"


def test_every_personal_table_has_its_two_checks_and_none_of_them_blocks(policy: Policy, defs: dg.Definitions) -> None:
    found = [spec for one in defs.asset_checks or () for spec in one.check_specs]
    personal = [table.id for table in policy.tables if table.personal]

    assert {(spec.asset_key, spec.name) for spec in found} == {
        (extract_key(table), name) for table in personal for name in ("rows_as_declared", "table_holds_together")
    }
    assert not any(spec.blocking for spec in found)


def test_the_night_asks_every_check(defs: dg.Definitions) -> None:
    asked = defs.resolve_job_def("night").asset_layer.asset_graph.asset_check_keys

    assert {key.name for key in asked} >= {"rows_as_declared", "table_holds_together", "plan_is_sane"}


@pytest.mark.parametrize("example", sorted(path.parent.parent.name for path in (ROOT / "examples").glob("*/policies/company.yaml")))
def test_every_example_policy_can_be_shown(example: str) -> None:
    policy = declared(definitions.House(policies=str(ROOT / "examples" / example / "policies")))

    assert policy is not None
    assert len(with_tables([], policy)) == 2 * len(policy.tables)
    assert dg.Definitions(assets=with_tables([], policy)).resolve_asset_graph()


def test_a_policy_that_does_not_compile_leaves_the_stations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRIVACY_PIPELINES_POLICIES", str(tmp_path))
    loaded = definitions.defs()

    assert declared(definitions.House.from_environment()) is None
    assert all(len(spec.key.path) == 1 for spec in loaded.resolve_all_asset_specs())
    assert with_tables([], None) == []
