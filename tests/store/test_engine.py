"""The engine quotes nobody, however late it finds out that a value does not fit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.engine import Session, session

MARKED = "secret@example"
LATE = f"SELECT CAST(CASE WHEN i = 250000 THEN '{MARKED}' ELSE CAST(i AS VARCHAR) END AS INT) FROM range(300000) t(i)"


@pytest.mark.parametrize(
    "fetch",
    [
        lambda opened: opened.rows(LATE),
        lambda opened: opened.one(f"SELECT max(x) FROM ({LATE}) t(x)"),
        lambda opened: list(opened.frames(LATE, 10_000)),
        lambda opened: opened.run(f"CREATE TABLE t AS {LATE}"),
        lambda opened: opened.run(f"SELECT {MARKED}"),
    ],
    ids=["rows", "one", "frames", "run", "syntax"],
)
def test_an_error_in_a_late_row_names_its_kind_and_no_value(fetch: Callable[[Session], object]) -> None:
    with session(None) as opened, pytest.raises(StoreError) as raised:
        fetch(opened)
    assert MARKED not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
