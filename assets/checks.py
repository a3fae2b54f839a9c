"""CHECK, row by row: what the policy declares about a table, expected of tonight's new and changed rows. One check per table on `inbox`."""

from collections.abc import Iterator

import dagster as dg

from assets.resources import House
from assets.station import night_of, speaking, table
from privacy_pipelines import pipeline
from privacy_pipelines.checks.expectations import TableExpectations
from privacy_pipelines.errors import InputError, NotSealed, StoreError
from privacy_pipelines.policy.load import load

PREFIX = "rows_of_"
FIRST = {"dagster/priority": "10"}
"""Before the stations that could run at the same time: the staging file is gone when the night has ended."""


def checks(house: House) -> list[dg.AssetChecksDefinition]:
    """One check per declared table; none where the policy does not compile, which the night itself will say in full."""
    try:
        tables = [one.id for one in load(house.paths.policies).tables]
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
        chosen = {key.name for key in context.selected_asset_check_keys}
        with speaking():
            run = night_of(context, house)
            for one in tables:
                if _name(one) in chosen:
                    yield _looked(house, run, one)

    return expectations


def _looked(house: House, run: str, one: str) -> dg.AssetCheckResult:
    try:
        found = pipeline.expect(house.paths, run, one)
    except NotSealed:
        raise
    except StoreError as error:
        return _result(one, passed=False, description=str(error), metadata={})
    said = f"{found.unexpected} cells are not as declared" if found.unexpected else ""
    return _result(one, passed=found.passed, description=said, metadata=_shown(found))


def _result(one: str, *, passed: bool, description: str, metadata: dict[str, dg.TableMetadataValue | int]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key="inbox",
        check_name=_name(one),
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN,
        description=description,
        metadata=metadata,
    )


def _shown(found: TableExpectations) -> dict[str, dg.TableMetadataValue | int]:
    columns = {"column": str, "expected": str, "evaluated": int, "unexpected": int, "passed": bool, "raised": str}
    rows = ((r.column, r.sentence, r.evaluated, r.unexpected, r.passed, r.exception) for r in found.results)
    return {"rows": found.rows, "unexpected": found.unexpected, "not_tested": found.raised, "expectations": table(columns, rows)}


def _name(one: str) -> str:
    return PREFIX + one.replace(".", "_")
