"""CHECK, table by table: what the policy declares, expected of tonight's new and changed rows, and what the whole table looks like."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from assets.resources import House
from assets.station import night_of, speaking, table
from assets.tables import extract_key
from privacy_pipelines.errors import NotSealed, StoreError
from privacy_pipelines.policy.model import Policy

if TYPE_CHECKING:
    from privacy_pipelines.checks.expectations import TableExpectations
    from privacy_pipelines.checks.found import TableCheck

ROWS, WHOLE = "rows_as_declared", "table_holds_together"
UNKNOWN = "tonight's policy does not declare it"
LATE = {"dagster/priority": "-1"}
"""After the stations that could run at the same time: the rows are tested beside them. Before `proof`, with which the night ends."""


def checks(policy: Policy) -> dg.AssetChecksDefinition:
    """Two checks per personal table, on the extract that it arrives in. They warn: what they find stops nothing by itself."""
    return _tables(tuple(one.id for one in policy.tables if one.personal))


def _tables(tables: tuple[str, ...]) -> dg.AssetChecksDefinition:
    specs = [spec for one in tables for spec in _specs(one)]

    @dg.multi_asset_check(specs=specs, name="tables_as_declared", can_subset=True, pool="store", op_tags=LATE)
    def tables_as_declared(context: dg.AssetCheckExecutionContext, house: House) -> Iterator[dg.AssetCheckResult]:
        """Great Expectations and whole-table counts; never a value of a row."""
        from privacy_pipelines import pipeline

        asked = context.selected_asset_check_keys
        with speaking():
            run = night_of(context, house)
            rows = [one for one in tables if dg.AssetCheckKey(extract_key(one), ROWS) in asked]
            yield from _looked(house, run, rows)
            whole = {one.table: one for one in pipeline.checked(house.paths, run)}
            yield from (_whole(one, whole.get(one)) for one in tables if dg.AssetCheckKey(extract_key(one), WHOLE) in asked)

    return tables_as_declared


def _specs(one: str) -> tuple[dg.AssetCheckSpec, dg.AssetCheckSpec]:
    rows = f"Tonight's new and changed rows of {one} are as the policy declares them."
    whole = f"All of {one}, as it would stand tonight: its keys, references, accepted values and volume."
    key, after = extract_key(one), ["inbox"]
    return (
        dg.AssetCheckSpec(ROWS, asset=key, description=rows, additional_deps=after),
        dg.AssetCheckSpec(WHOLE, asset=key, description=whole, additional_deps=after),
    )


def _looked(house: House, run: str, chosen: list[str]) -> Iterator[dg.AssetCheckResult]:
    """One visit to the night for all tables. Rows that cannot be read are a failed check and not a failed night."""
    from privacy_pipelines import pipeline

    try:
        found, unread = {one.table: one for one in pipeline.expect(house.paths, run, chosen)}, UNKNOWN
    except NotSealed:
        raise
    except StoreError as error:
        found, unread = {}, str(error)
    for one in chosen:
        yield _told(one, found[one]) if one in found else _result(one, ROWS, passed=False, description=unread, metadata={})


def _told(one: str, found: "TableExpectations") -> dg.AssetCheckResult:
    said = [f"{found.unexpected} cells are not as declared"] if found.unexpected else []
    said += [f"{found.raised} expectations could not be tested"] if found.raised else []
    return _result(one, ROWS, passed=found.passed, description=", ".join(said), metadata=_expectations(found))


def _whole(one: str, found: "TableCheck | None") -> dg.AssetCheckResult:
    if found is None:
        return _result(one, WHOLE, passed=False, description=UNKNOWN, metadata={})
    shown: dict[str, dg.TableMetadataValue | int] = {"rows": found.rows, "last_night": found.before, "faults": found.faults}
    shown["looked_for"] = _counts(found)
    return _result(one, WHOLE, passed=not found.findings, description=". ".join(found.findings), metadata=shown)


def _result(
    one: str, name: str, *, passed: bool, description: str, metadata: dict[str, dg.TableMetadataValue | int]
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=extract_key(one), check_name=name, passed=passed, severity=dg.AssetCheckSeverity.WARN,
        description=description, metadata=metadata,
    )  # fmt: skip


def _expectations(found: "TableExpectations") -> dict[str, dg.TableMetadataValue | int]:
    columns = {"column": str, "expected": str, "evaluated": int, "unexpected": int, "passed": bool, "raised": str}
    failed_first = sorted(found.results, key=lambda result: result.passed)
    rows = ((r.column, r.sentence, r.evaluated, r.unexpected, r.passed, r.exception) for r in failed_first)
    return {"rows": found.rows, "unexpected": found.unexpected, "not_tested": found.raised, "expectations": table(columns, rows)}


def _counts(found: "TableCheck") -> dg.TableMetadataValue:
    """What was looked for in the whole table, and in how many rows it was found: of them those that arrived tonight."""
    rows: list[tuple[str, int, int]] = [("rows without a key", found.null_keys, 0), ("rows that repeat a key", found.duplicate_keys, 0)]
    rows += [(f"{one.column} names no row of {one.to}", one.rows, one.arrived) for one in found.orphans]
    rows += [(f"{one.column} is not accepted", one.rows, one.arrived) for one in found.outside]
    rows += [(f"{one.column} means an unknown table", one.rows, one.arrived) for one in found.unknown_kinds]
    rows += [(f"{one.column} names several rows of {one.to}", one.rows, one.arrived) for one in found.shared]
    rows += [(f"{one.what} goes in a circle", one.rows + one.several, 0) for one in found.circles]
    return table({"looked_for": str, "rows": int, "new_or_changed": int}, rows)
