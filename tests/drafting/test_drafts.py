"""What `init` sees in files that nobody tidied: each case is a file as systems write them, and what the draft must say of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from privacy_pipelines.drafting.text import draft
from privacy_pipelines.errors import ExtractError
from privacy_pipelines.policy.documents.extract import ExtractBlock
from privacy_pipelines.policy.reading import read_text


def _draft(folder: Path, **files: str | bytes) -> tuple[str, dict[str, Any]]:
    paths = []
    for name, content in files.items():
        path = folder / f"{name}-2026-03-10.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    text = draft("shop", paths, folder)
    found = read_text("draft", text)
    assert not found.problems
    assert isinstance(found.data, dict)
    return text, found.data


def test_a_title_above_the_header_is_skipped_and_names_with_blanks_are_kept_as_headers(tmp_path: Path) -> None:
    _, found = _draft(
        tmp_path, buyers="Buyers of the shop\nas of today\n\nBuyer No;First Name;;First Name\n1;Ada;x;A\n2;Bo;y;B\n3;Cy;z;C\n"
    )
    table = found["tables"]["buyers"]
    assert found["extract"]["delimiter"] == ";"
    assert table["extract"]["skip_before"] == 3
    assert {name: field.get("header") for name, field in table["fields"].items()} == {
        "Buyer_No": "Buyer No", "First_Name": 2, "column_3": 3, "First_Name_4": 4,
    }  # fmt: skip
    assert table["key"] == "Buyer_No"


def test_a_file_without_a_header_gets_columns_to_name(tmp_path: Path) -> None:
    text, found = _draft(tmp_path, buyers="1,ada@x.example,2026-01-31\n2,bo@x.example,2026-02-28\n")
    table = found["tables"]["buyers"]
    assert table["extract"] == {"header": False, "columns": ["column_1", "column_2", "column_3"]}
    assert table["fields"]["column_2"] == {"category": "user.contact.email", "type": "email"}
    assert "ada" not in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1", "cp1252", "cp1250", "cp1251", "mac_roman"])
def test_the_encoding_is_seen(tmp_path: Path, encoding: str) -> None:
    western = "Åsa Öberg;Malmö\nBjörn Ängström;Växjö\nRené Müller;Orléans\n"
    people = {"cp1252": western.replace("Müller", "Müller – “x”"), "cp1250": "Žofie Dvořáková;Plzeň\nJiří Šťastný;Ústí\n",
              "cp1251": "Иван Петров;Москва\nОльга Новикова;Казань\n"}.get(encoding, western)  # fmt: skip
    text, found = _draft(tmp_path, people=("name;ort\n" + people * 20).encode(encoding))
    assert found["extract"]["encoding"] == encoding.replace("_", "-")
    assert ("decide: the file is no UTF-8" in text) is (not encoding.startswith("utf"))


def test_a_history_is_keyed_by_more_than_the_person(tmp_path: Path) -> None:
    rows = [f"{person},{dept},2020-0{dept}-01,{end}" for person in range(1, 40) for dept, end in ((1, "2020-02-01"), (2, ""))]
    _, found = _draft(
        tmp_path,
        employees="employee_id,name\n" + "".join(f"{n},P{n}\n" for n in range(1, 40)),
        departments="department_id,title\n1,Sales\n2,Shop\n3,Store\n",
        history="\n".join(["employee_id,department_id,start_date,end_date", *rows]) + "\n",
    )
    history = found["tables"]["history"]
    assert history["key"] == ["employee_id", "department_id"]
    assert history["links"] == {"employee_id": "employees", "department_id": "departments"}


def test_links_are_seen_by_values_and_small_numbers_are_asked_about(tmp_path: Path) -> None:
    """`buyer` holds codes that only customers' keys are; `handled_by` holds 1 to 3, which are keys of two tables; the total is no link."""
    text, found = _draft(
        tmp_path,
        customers="code,name\n" + "".join(f"AB{n}X,Name\n" for n in range(9)),
        staff="staff_id,name,reports_to\n1,A,\n2,B,1\n3,C,1\n4,D,2\n",
        carriers="carrier_id,name\n1,X\n2,Y\n3,Z\n",
        orders="order_id,buyer,handled_by,total\n901,AB1X,1,3\n902,AB2X,2,2\n903,AB3X,3,1\n904,AB1X,1,1\n",
    )
    assert found["tables"]["orders"]["links"] == {"buyer": "customers"}
    assert "does handled_by point to carriers or staff?" in text
    assert "does total" not in text
    assert found["tables"]["staff"]["links"] == {"reports_to": "staff"}


def test_types_that_systems_dress_up_are_seen(tmp_path: Path) -> None:
    _, found = _draft(
        tmp_path,
        t="id,born,left,seen,freight,rate,zip,active,paid\n"
        "1,1970-01-31 00:00:00,1/31/2026,2026-01-31 10:11:12,32.3800011,0.5,12345,Y,01\n"
        "2,1980-12-01 00:00:00,12/1/2025,2026-02-28 09:08:07,-,1.25,23456,N,02\n",
    )
    table = found["tables"]["t"]
    fields = table["fields"]
    assert (fields["born"]["type"], fields["born"]["format"]) == ("date", "%Y-%m-%d 00:00:00")
    assert (fields["left"]["type"], fields["left"]["format"]) == ("date", "%m/%d/%Y")
    assert fields["seen"]["type"] == "timestamp"
    assert (fields["freight"]["type"], fields["freight"]["scale"]) == ("decimal", 7)
    assert "scale" not in fields["rate"]
    assert fields["zip"] == {"category": "user.contact.address"}  # digits, but a code: a zero in front belongs to it
    assert fields["active"]["type"] == "boolean"
    assert "type" not in fields["paid"]
    assert table["extract"]["null_values"] == ["-"]
    assert set(table["extract"]) <= set(ExtractBlock.model_fields), "a key that the format has not"


def test_day_and_month_that_could_be_the_other_way_round_are_a_decision(tmp_path: Path) -> None:
    text, found = _draft(tmp_path, t="id,left\n1,01/02/2026\n2,03/04/2026\n")
    assert found["tables"]["t"]["fields"]["left"]["format"] == "%d/%m/%Y"
    assert "decide: %m/%d/%Y fits every value too" in text


@pytest.mark.parametrize(
    ("values", "category"),
    [
        (("+46 70 123 45 67", "08-123 456 78", "070-765 43 21"), "user.contact.phone_number"),
        (("(206) 555-9857", "+1 (780) 428-9482", "(425) 555-1189"), "user.contact.phone_number"),
        (("811218-9876", "19900101-2385", "701063-2391"), "user.government_id.national_identification_number"),
        (("131052-308X", "010190-002X", "150385-123X"), "user"),
        (("131052-308T", "010190-002R", "150385-1230"), "user.government_id.national_identification_number"),
        (("SE45 5000 0000 0583 9825 7466", "DE89 3704 0044 0532 0130 00"), "user.financial.bank_account"),
        (("198.18.0.1", "2001:db8::1"), "user.device.ip_address"),
        (("4111 1111 1111 1111", "5500000000000004"), "user.financial"),
        (("2026-01-31", "2025-12-24"), "user"),
        (("12345678", "23456789"), "user"),
    ],
)  # fmt: skip
def test_values_tell_what_a_column_is_whatever_it_is_called(tmp_path: Path, values: tuple[str, ...], category: str) -> None:
    text, found = _draft(tmp_path, t="zzz;n\n" + "".join(f"{value};{n}\n" for n, value in enumerate(values)))
    assert found["tables"]["t"]["fields"]["zzz"]["category"] == category
    assert not [value for value in values if value in text]


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (b"\0\1\2", "not a text file"), (b"PK\x03\x04rest", "not a text file")])
def test_what_is_no_text_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(ExtractError, match=said):
        _draft(tmp_path, t=content)
