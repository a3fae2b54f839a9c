"""A night on the command line stays open between its stations, and goes on as if each had opened it."""

from __future__ import annotations

import datetime as dt

import pytest

from privacy_pipelines import pipeline
from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.night import FILE, open_night
from tests.way.house import Company, day
from tests.way.test_holds import ENDED, served


def test_it_stops_where_another_nights_file_stands_in_place_of_its_own(company: Company) -> None:
    served(company)
    before = company.data()
    way = pipeline.night(company.paths, run="first", as_of=day(ENDED), at=dt.datetime.fromisoformat(f"{ENDED}T02:00:00+00:00"))
    while next(way)[0] != "plan":
        pass
    staging = company.paths.store / "staging" / FILE
    staging.unlink()
    staging.touch()
    with pytest.raises(StoreError, match="another night has begun since"):
        next(way)
    assert company.data() == before
    staging.unlink()
    company.night(ENDED)
    assert company.keys("people") == []


def test_no_station_finds_a_temporary_table_of_the_one_before(company: Company) -> None:
    served(company)
    pipeline.inbox(company.paths, run="one", as_of=day(ENDED), at=dt.datetime.fromisoformat(f"{ENDED}T02:00:00+00:00"), repeat=False)
    with open_night(Store(company.paths.store)) as night:
        night.session.run("CREATE TEMPORARY TABLE left_over AS SELECT 1 AS n")
        night.resume()
        assert night.session.rows("SELECT table_name FROM duckdb_tables() WHERE temporary") == []
        assert night.pin.run == "one"
