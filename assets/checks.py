"""CHECK, row by row: what the policy declares about a table, expected of tonight's new and changed rows. One check per table on `inbox`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from assets.resources import House
from assets.station import night_of, speaking, table
from privacy_pipelines.errors import InputError, NotSealed, StoreError
from privacy_pipelines.policy.load import load

if TYPE_CHECKING:
    from privacy_pipelines.checks.expectations import TableExpectations

PREFIX = "expectations_"
FIRST = {"dagster/priority": "10"}
"""Before the stations that could run at the same time: the staging file is gone when the night has ended."""


def checks(house: House) -> list[dg.AssetChecksDefinition]:
    """One check per personal table; none where the policy does not compile, which the night itself will say in full."""
    try:
        tables = [one.id for one in load(house.paths.policies).tables if one.personal]
    except InputError:
        return []
    return [_expectations(tuple(tables))]


def _expectations(tables: tuple[str, ...]) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            _name(one), asset="inbox", description=f"Tonight's new and changed rows of {one} are as the policy declares them."
        )
        for one in tables
    ]

    @dg.multi_asset_check(specs=specs, name="expectations", can_subset=True, pool="store", op_tags=FIRST)
    def expectations(context: dg.AssetCheckExecutionContext, house: House) -> Iterator[dg.AssetCheckResult]:
        """Great Expectations in counts; never a value of a row."""
        names = {key.name for key in context.selected_asset_check_keys}
        chosen = [one for one in tables if _name(one) in names]
        with speaking():
            yield from _looked(house, night_of(context, house), chosen)

    return expectations


def _looked(house: House, run: str, chosen: list[str]) -> Iterator[dg.AssetCheckResult]:
    """One visit to the night for all tables. Rows that cannot be read are a failed check and not a failed night."""
    from privacy_pipelines import pipeline

    try:
        found, unread = {one.table: one for one in pipeline.expect(house.paths, run, chosen)}, "tonight's policy does not declare it"
    except NotSealed:
        raise
    except StoreError as error:
        found, unread = {}, str(error)
    for one in chosen:
        yield _told(one, found[one]) if one in found else _result(one, passed=False, description=unread, metadata={})


def _told(one: str, found: "TableExpectations") -> dg.AssetCheckResult:
    said = [f"{found.unexpected} cells are not as declared"] if found.unexpected else []
    said += [f"{found.raised} expectations could not be tested"] if found.raised else []
    return _result(one, passed=found.passed, description=", ".join(said), metadata=_shown(found))


def _result(one: str, *, passed: bool, description: str, metadata: dict[str, dg.TableMetadataValue | int]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key="inbox",
        check_name=_name(one),
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN,
        description=description,
        metadata=metadata,
    )


def _shown(found: "TableExpectations") -> dict[str, dg.TableMetadataValue | int]:
    columns = {"column": str, "expected": str, "evaluated": int, "unexpected": int, "passed": bool, "raised": str}
    rows = ((r.column, r.sentence, r.evaluated, r.unexpected, r.passed, r.exception) for r in found.results)
    return {"rows": found.rows, "unexpected": found.unexpected, "not_tested": found.raised, "expectations": table(columns, rows)}


def _name(one: str) -> str:
    return PREFIX + one.replace(".", "_")
