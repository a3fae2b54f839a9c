"""Great Expectations: specs in, counts out. The one file that imports it, in a process of its own (`beside.py`).

`partial_unexpected_count: 0` is the only result format that counts and quotes nothing; what raises also says `success: False`, so
`exception_info` is asked first, and of it nothing but the type of the exception is taken.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from functools import cache, partial
from typing import Any

import pandas as pd

from privacy_pipelines.checks.checkdigits import right_check_digits
from privacy_pipelines.checks.specs import Counted, Kind, Spec

_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
_RAISED = re.compile(r"^((?:\w+\.)*\w*(?:Error|Exception|Warning))\b", re.MULTILINE)


def count(frame: pd.DataFrame, specs: tuple[Spec, ...]) -> list[Counted]:
    """What each spec counts in this frame, in their order. Never raises: what goes wrong is said of every spec it concerns."""
    with _quiet():
        try:
            found = _validated(frame, specs)
        except Exception as error:
            return [Counted(exception=type(error).__name__) for _ in specs]
    return [found.get(number, Counted(exception="NoResult")) for number in range(len(specs))]


def ready() -> None:
    """Import it, and make what every table needs."""
    with _quiet():
        _context()


@cache
def _context() -> Any:
    """One for the whole night: making it takes longer than testing a small table."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


def _validated(frame: pd.DataFrame, specs: tuple[Spec, ...]) -> dict[int, Counted]:
    """Results come back in another order than they were asked for, so each carries its number."""
    import great_expectations as gx

    context = _context()
    suite = gx.ExpectationSuite(name="declared")
    for number, spec in enumerate(specs):
        suite.add_expectation(_asked(gx.expectations, spec, number))
    asset = context.data_sources.add_pandas("tonight").add_dataframe_asset("rows")
    try:
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": _prepared(frame, specs)})
        results = batch.validate(suite, result_format=_COUNTS_ONLY).results
        return {result.expectation_config.meta["number"]: _counted(result) for result in results}
    finally:
        context.data_sources.delete("tonight")  # else the frame lives as long as the process


def _asked(gxe: Any, spec: Spec, number: int) -> Any:
    ask: dict[Kind, Any] = {
        Kind.REQUIRED: gxe.ExpectColumnValuesToNotBeNull,
        Kind.ACCEPTED: partial(gxe.ExpectColumnValuesToBeInSet, value_set=list(spec.values)),
        Kind.FORMAT: partial(gxe.ExpectColumnValuesToMatchRegex, regex=spec.pattern),
        Kind.CHECK_DIGIT: partial(gxe.ExpectColumnValuesToBeInSet, value_set=[True]),
        Kind.PLAUSIBLE_DATE: partial(gxe.ExpectColumnValuesToBeBetween, min_value=_moment(spec.earliest), max_value=_moment(spec.latest)),
        Kind.KNOWN_DATE: partial(gxe.ExpectColumnValuesToNotBeInSet, value_set=[_moment(day) for day in spec.dates]),
    }
    never = partial(gxe.ExpectColumnValuesToNotMatchRegex, regex=spec.pattern)
    return ask.get(spec.kind, never)(column=_column(spec), meta={"number": number})


def _prepared(frame: pd.DataFrame, specs: tuple[Spec, ...]) -> pd.DataFrame:
    """The frame with the columns that some specs look at instead: whether a digit is right, and dates less those of KNOWN_DATE."""
    more: dict[str, Any] = {}
    for spec in specs:
        if spec.kind is Kind.CHECK_DIGIT:
            more[_column(spec)] = right_check_digits(frame[spec.column], spec.pattern)
        elif spec.kind is Kind.PLAUSIBLE_DATE:
            more[_column(spec)] = frame[spec.column].mask(frame[spec.column].isin([_moment(day) for day in spec.dates]))
    return frame.assign(**more)


def _column(spec: Spec) -> str:
    return f"{spec.column}:{spec.kind}" if spec.kind in (Kind.CHECK_DIGIT, Kind.PLAUSIBLE_DATE) else spec.column


def _moment(day: Any) -> datetime | None:
    return datetime.combine(day, time()) if day else None


def _counted(result: Any) -> Counted:
    exception = _exception(result.exception_info)
    if exception:
        return Counted(exception=exception)
    counts = result.result
    return Counted(counts["element_count"] - counts.get("missing_count", 0), counts["unexpected_count"])


def _exception(info: dict[str, Any]) -> str:
    """The type of the first exception that was raised, or ''. The information is one for the expectation, or one per metric."""
    for one in [info, *info.values()]:
        if isinstance(one, dict) and one.get("raised_exception"):
            found = _RAISED.search(one.get("exception_traceback") or "")
            return found[1].rpartition(".")[2] if found else "Exception"
    return ""


@contextmanager
def _quiet() -> Iterator[None]:
    """No warning and no log line of it gets out, also not while it is imported: both may quote what they are about."""
    logger = logging.getLogger("great_expectations")
    handlers, propagate = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [logging.NullHandler()], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.handlers, logger.propagate = handlers, propagate
