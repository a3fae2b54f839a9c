"""Days: late, missing, repeated and replaced ones, two files of one, and what an increment marks as deleted."""

from __future__ import annotations

import gzip
from pathlib import Path

from tests.way.house import Company, arrival, day
from tests.way.test_arriving import HEADER, INCREMENT, diary

MARKED = INCREMENT.replace("deletes: none", "deletes: {column: op, values: [D, DEL]}")
SNAPSHOT_AND_MORE = 'extract: {path: "{table}-{day}.csv", keep: P30D, freshness: P9D}'


def state(company: Company) -> list[tuple[object, ...]]:
    """Key, body and the day since when it is gone."""
    return [(row["id"], row["body"], row["_gone_since"]) for row in company.stored("notes")]


def increment(company: Company, of: str, *rows: str) -> None:
    company.extract("notes", of, "\n".join([HEADER, *rows]))


def row(key: str, body: str) -> str:
    return f"{key},2026-01-10,1,{body}"


def test_an_increment_that_comes_late_takes_its_place_before_the_days_after_it(company: Company) -> None:
    """Day two comes after day three: what day three says stands, and what only day two says is not lost."""
    diary(company, INCREMENT)
    increment(company, "2026-02-01", row("N1", "first"), row("N2", "first"))
    company.night("2026-02-01")
    increment(company, "2026-02-03", row("N1", "third"))
    company.night("2026-02-03")
    increment(company, "2026-02-02", row("N1", "second"), row("N2", "second"), row("N3", "second"))
    last = company.night("2026-02-04")
    assert state(company) == [("N1", "third", None), ("N2", "second", None), ("N3", "second", None)]
    assert [one["day"] for one in last.record["inbox"]["arrivals"]] == ["2026-02-02", "2026-02-03"]
    assert company.night("2026-02-05").record["inbox"]["arrivals"] == [], "and then all of them have landed"


def test_an_increment_that_was_replaced_is_read_again_with_the_days_after_it(company: Company) -> None:
    diary(company, INCREMENT)
    increment(company, "2026-02-01", row("N1", "wrong"), row("N2", "wrong"))
    company.night("2026-02-01")
    increment(company, "2026-02-02", row("N1", "second"))
    company.night("2026-02-02")
    increment(company, "2026-02-01", row("N1", "right"), row("N2", "right"))
    company.night("2026-02-03")
    assert state(company) == [("N1", "second", None), ("N2", "right", None)]


def test_a_late_increment_whose_later_days_are_gone_only_adds_what_the_store_does_not_know(company: Company) -> None:
    diary(company, INCREMENT.replace("keep: P30D", "keep: P1D"))
    increment(company, "2026-02-01", row("N1", "first"))
    company.night("2026-02-01")
    increment(company, "2026-02-03", row("N1", "third"))
    company.night("2026-02-03")
    company.night("2026-02-05")
    assert list(company.paths.extracts.iterdir()) == []
    increment(company, "2026-02-02", row("N1", "second"), row("N2", "second"))
    increment(company, "2026-02-06", row("N3", "sixth"))
    company.night("2026-02-06")
    assert state(company) == [("N1", "third", None), ("N2", "second", None), ("N3", "sixth", None)]


def test_an_increment_that_never_landed_is_not_disposed_of(company: Company) -> None:
    """A later day has landed, its own was refused: it waits to be sent again, and is reported."""
    diary(company, INCREMENT.replace("keep: P30D", "keep: P1D"))
    file = company.raw("notes", "2026-02-01", b"id,made_on\nN1,2026-01-10\n")
    increment(company, "2026-02-02", row("N2", "b"))
    company.night("2026-02-02")
    last = company.night("2026-02-08")
    assert file.exists()
    assert [one["refused"][:28] for one in last.record["inbox"]["arrivals"]][:1] == ["declared columns are missing"]


def test_a_snapshot_landed_again_with_the_same_bytes_changes_nothing_and_with_others_everything(company: Company) -> None:
    diary(company)
    increment(company, "2026-02-01", row("N1", "a"))
    company.night("2026-02-01")
    assert company.night("2026-02-01").record["inbox"]["arrivals"] == []
    again = company.night("2026-02-01", again=["2026-02-01"])
    assert arrival(again, "notes")["same"] == 1
    increment(company, "2026-02-01", row("N1", "b"), row("N2", "c"))
    company.night("2026-02-01")
    assert state(company) == [("N1", "b", None), ("N2", "c", None)]


def test_an_older_snapshot_landed_by_hand_beside_a_newer_one_overwrites_nothing(company: Company) -> None:
    """The day in between is known to the store only: N2 is as it said, and gone since the newest."""
    diary(company)
    increment(company, "2026-02-01", row("N1", "first"), row("N2", "first"))
    increment(company, "2026-02-02", row("N1", "second"), row("N2", "second"))
    company.night("2026-02-02")
    increment(company, "2026-02-03", row("N1", "third"))
    company.night("2026-02-03", again=["2026-02-01"])
    assert state(company) == [("N1", "third", None), ("N2", "second", day("2026-02-03"))]


def test_missing_days_are_no_absence(company: Company) -> None:
    """No extract for a week: nobody has vanished, and the first one that comes is read."""
    diary(company)
    increment(company, "2026-02-01", row("N1", "a"))
    company.night("2026-02-01")
    company.night("2026-02-08")
    assert state(company) == [("N1", "a", None)]
    increment(company, "2026-02-09", row("N1", "b"))
    company.night("2026-02-09")
    assert state(company) == [("N1", "b", None)]


def marked(company: Company, of: str, *rows: str) -> None:
    company.extract("notes", of, "\n".join([f"op,{HEADER}", *rows]))


def test_a_row_that_is_marked_as_deleted_is_gone_and_one_that_comes_again_is_back(company: Company) -> None:
    """The marker is read and not kept, and is no undeclared column; of a deleted row only the key need be readable."""
    diary(company, MARKED)
    marked(company, "2026-02-01", *(f"I,{row(key, 'a')}" for key in ("N1", "N2", "N3")))
    last = company.night("2026-02-01")
    assert arrival(last, "notes")["undeclared"] == []
    marked(
        company, "2026-02-02", "D,N1,not a date,,", f" DEL ,{row('N2', 'a')}", f"U,{row('N3', 'changed')}", f"D,{row('N9', 'never seen')}"
    )
    last = company.night("2026-02-02")
    assert arrival(last, "notes")["quarantined"] == 0
    assert state(company) == [("N1", "a", day("2026-02-02")), ("N2", "a", day("2026-02-02")), ("N3", "changed", None)]
    marked(company, "2026-02-03", f"I,{row('N1', 'a')}", f"I,{row('N2', 'anew')}")
    company.night("2026-02-03")
    assert state(company) == [("N1", "a", None), ("N2", "anew", None), ("N3", "changed", None)]


def test_of_several_days_the_newest_word_about_a_row_counts(company: Company) -> None:
    """Written and deleted before it was ever stored, it enters as what it was: a duty to keep it asks for its dates."""
    diary(company, MARKED)
    marked(company, "2026-02-01", f"I,{row('N1', 'a')}", f"I,{row('N2', 'a')}")
    company.night("2026-02-01")
    marked(company, "2026-02-02", f"D,{row('N1', 'a')}", f"D,{row('N2', 'a')}", f"I,{row('N3', 'c')}")
    marked(company, "2026-02-03", f"I,{row('N1', 'b')}", f"D,{row('N3', 'c')}")
    company.night("2026-02-03")
    assert state(company) == [("N1", "b", None), ("N2", "a", day("2026-02-02")), ("N3", "c", day("2026-02-03"))]


def test_a_late_deletion_does_not_undo_what_came_after_it(company: Company) -> None:
    diary(company, MARKED)
    marked(company, "2026-02-01", f"I,{row('N1', 'a')}", f"I,{row('N2', 'a')}")
    company.night("2026-02-01")
    marked(company, "2026-02-03", f"U,{row('N1', 'c')}")
    company.night("2026-02-03")
    marked(company, "2026-02-02", f"D,{row('N1', 'a')}", f"D,{row('N2', 'a')}")
    company.night("2026-02-04")
    assert state(company) == [("N1", "c", None), ("N2", "a", day("2026-02-02"))]


def test_too_many_deletions_at_once_are_not_believed_until_somebody_asks_for_the_day(company: Company) -> None:
    diary(company, MARKED)
    rows = [row(f"N{number}", "a") for number in range(30)]
    marked(company, "2026-02-01", *(f"I,{one}" for one in rows))
    company.night("2026-02-01")
    marked(company, "2026-02-02", *(f"D,{one}" for one in rows[:25]))
    last = company.night("2026-02-02")
    assert any("25 of 30 keys are marked as deleted, too many to believe" in said for said in last.record["plan"]["findings"])
    assert {one[2] for one in state(company)} == {None}
    company.night("2026-02-03", again=["2026-02-02"])
    assert sum(one[2] == day("2026-02-02") for one in state(company)) == 25


def test_a_file_without_its_delete_marker_is_refused(company: Company) -> None:
    diary(company, MARKED)
    increment(company, "2026-02-01", row("N1", "a"))
    assert arrival(company.night("2026-02-01"), "notes")["refused"] == "the delete marker op stands 0 times in the header"


def test_what_is_deleted_by_a_marker_keeps_its_period_and_then_leaves(company: Company) -> None:
    """Deleted at the source is not the end of a purpose that has a date of its own."""
    diary(company, MARKED)
    marked(company, "2026-02-01", f"I,{row('N1', 'a')}")
    company.night("2026-02-01")
    marked(company, "2026-02-02", f"D,{row('N1', 'a')}")
    company.night("2026-02-02")
    company.night("2026-02-15")
    assert company.keys("notes") == ["N1"], "until it is settled, the source may have been wrong"
    company.night("2026-02-17")
    assert company.keys("notes") == [], "a policy's purpose ends when the source has deleted its row"


def test_two_files_of_one_day_are_refused_and_both_named(company: Company) -> None:
    diary(company)
    increment(company, "2026-02-01", row("N1", "a"))
    packed = company.paths.extracts / "notes-2026-02-01.csv.gz"
    packed.write_bytes(gzip.compress(f"{HEADER}\n{row('N1', 'b')}\n".encode()))
    last = company.night("2026-02-01")
    assert {one["refused"] for one in last.record["inbox"]["arrivals"]} == {
        "the day has notes-2026-02-01.csv and notes-2026-02-01.csv.gz. Remove all but one"
    }
    packed.unlink()
    company.night("2026-02-01", first_load=True)
    assert state(company) == [("N1", "a", None)]


def test_an_extract_may_come_compressed_and_in_capitals_although_the_path_says_otherwise(company: Company) -> None:
    diary(company)
    (company.paths.extracts / "notes-2026-02-01.CSV.Gz").write_bytes(gzip.compress(f"{HEADER}\n{row('N1', 'a')}\n".encode()))
    assert arrival(company.night("2026-02-01"), "notes")["file"] == "notes-2026-02-01.CSV.Gz"
    assert state(company) == [("N1", "a", None)]


def test_a_day_may_be_a_folder(company: Company) -> None:
    diary(company, INCREMENT.replace("{table}-{day}.csv", "drop/{day}/{table}.csv"))
    file = company.paths.extracts / "drop" / "2026-02-01" / "notes.csv"
    file.parent.mkdir(parents=True)
    file.write_text(f"{HEADER}\n{row('N1', 'a')}\n")
    company.night("2026-02-01")
    assert state(company) == [("N1", "a", None)]


def test_a_file_that_is_still_being_written_never_counts(company: Company) -> None:
    diary(company)
    for name in ("notes-2026-02-01.csv.part", "notes-2026-02-01.csv.tmp", ".notes-2026-02-01.csv", "notes-2026-02-01.CSV.PART"):
        (company.paths.extracts / name).write_text(f"{HEADER}\n{row('N1', 'a')}\n")
    last = company.night("2026-02-01")
    assert last.record["inbox"]["arrivals"] == []
    assert not any("no declared table" in finding for finding in last.record["plan"]["findings"])


def test_a_link_out_of_the_drop_folder_is_refused_and_what_it_leads_to_stays(company: Company, tmp_path: Path) -> None:
    """A file that is a link, and a folder that is one: neither is read, nor is what lies there ever disposed of."""
    outside = tmp_path / "outside"
    outside.mkdir()
    for of in ("2026-02-01", "2026-02-02"):
        (outside / f"notes-{of}.csv").write_text(f"{HEADER}\n{row('N1', 'canary')}\n")
    diary(company)
    (company.paths.extracts / "notes-2026-02-01.csv").symlink_to(outside / "notes-2026-02-01.csv")
    increment(company, "2026-02-03", row("N2", "b"))
    last = company.night("2026-02-03")
    refused = {one["file"]: one["refused"] for one in last.record["inbox"]["arrivals"]}
    assert refused == {"notes-2026-02-01.csv": "it leads out of the drop folder", "notes-2026-02-03.csv": ""}
    assert company.keys("notes") == ["N2"]
    diary(company, INCREMENT.replace("{table}-{day}.csv", "linked/{table}-{day}.csv"))
    (company.paths.extracts / "linked").symlink_to(outside, target_is_directory=True)
    last = company.night("2026-04-20")
    assert {one["refused"] for one in last.record["inbox"]["arrivals"]} == {"it leads out of the drop folder"}
    assert len(list(outside.iterdir())) == 2
