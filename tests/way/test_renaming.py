"""Columns and keys with a new name, silently renamed ones, and what is left outside on purpose."""

from __future__ import annotations

import unicodedata

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.way.customers import ANY_DROP
from tests.way.house import Company, arrival, day, steps, withheld

MEMBERS = """
tables:
  members:
    key: KEY
    subject: member
    fields:
      KEY: {category: user.unique_id, serves: membershipWASKEY}
      MAIL: {category: user.contact.email, serves: membership, type: emailWASMAIL}
      joined_on: {category: user.content, serves: membership, type: date}
  dues:
    key: id
    links: {member: members}
    scopes: {membership: record}
    fields:
      id: {category: user.unique_id, serves: membership}
      member: {category: user.unique_id, serves: membership}
      paid_on: {category: user.financial, serves: membership, type: date}
    events: {paid: paid_on}
"""
MEMBERSHIP = "starting_point: {event: paid, of: subject}\nperiod: P12M\non_missing_event: {restrict: P12M, from: first_seen}"
ROWS = "id,mail,joined_on\nM1,ada@x.example,2020-01-01\nM2,bo@x.example,2021-01-01\nM3,cy@x.example,2021-01-01"
RENAMED = ROWS.replace("id,mail", "number,email").replace("bo@x", "bo@y")


def members(company: Company, *, key: str = "id", mail: str = "mail", was_key: str = "", was_mail: str = "") -> Company:
    source = MEMBERS.replace("WASKEY", f", renamed_from: {was_key}" if was_key else "")
    source = source.replace("WASMAIL", f", renamed_from: {was_mail}" if was_mail else "")
    return company.policy(source.replace("KEY", key).replace("MAIL", mail), company=ANY_DROP, membership=MEMBERSHIP)


def first_night(company: Company) -> None:
    members(company)
    company.extract("members", "2026-01-10", ROWS)
    company.extract("dues", "2026-01-10", "id,member,paid_on\nD1,M1,2025-06-30\nD2,M2,2025-12-31\nD3,M3,")
    company.night("2026-01-10")


def test_a_renamed_column_and_key_keep_their_cells_their_facts_and_their_first_day(company: Company) -> None:
    """Nothing is erased, nothing enters, and the night after reads no row anew."""
    first_night(company)
    members(company, key="number", mail="email", was_key="id", was_mail="mail")
    company.extract("members", "2026-01-11", RENAMED)
    last = company.night("2026-01-11")
    assert (steps(last), withheld(last)) == ([], [])
    assert (arrival(last, "members")["changed"], arrival(last, "members")["new"]) == (3, 0)
    rows = sorted(company.rows("members"), key=lambda row: row["number"])
    assert [(row["number"], row["email"]) for row in rows] == [("M1", "ada@x.example"), ("M2", "bo@y.example"), ("M3", "cy@x.example")]
    assert company.explain("members", "M1").first_seen == day("2026-01-10")
    assert company.cluster("members", "M3", "email").retain_until == day("2027-01-10")  # missing since the first night
    company.extract("members", "2026-01-12", RENAMED)
    last = company.night("2026-01-12")
    assert (arrival(last, "members")["same"], arrival(last, "members")["changed"]) == (3, 0)


def test_what_was_foreseen_under_the_old_name_is_foreseen_under_the_new_one(company: Company) -> None:
    """Twenty-five members end on the night of the renaming: due, not a surprise."""
    members(company)
    company.extract("members", "2026-01-10", "\n".join(["id,mail,joined_on", *(f"M{n},m{n}@x.example,2020-01-01" for n in range(25))]))
    company.extract("dues", "2026-01-10", "\n".join(["id,member,paid_on", *(f"D{n},M{n},2025-06-30" for n in range(25))]))
    company.night("2026-01-10")
    members(company, key="number", mail="email", was_key="id", was_mail="mail")
    last = company.night("2026-07-01")
    assert withheld(last) == []
    assert company.rows("members") == []


def test_an_extract_may_use_the_old_name_for_as_long_as_it_comes(company: Company) -> None:
    first_night(company)
    members(company, key="number", mail="email", was_key="id", was_mail="mail")
    company.extract("members", "2026-01-11", ROWS.replace("ada@", "new@"))
    last = company.night("2026-01-11")
    assert arrival(last, "members")["refused"] == ""
    assert sorted(row["email"] for row in company.rows("members")) == ["bo@x.example", "cy@x.example", "new@x.example"]


def test_a_column_that_is_renamed_silently_is_refused_and_the_likely_name_is_told(company: Company) -> None:
    first_night(company)
    company.extract("members", "2026-01-11", "id,e_mail,joined_on\nM1,ada@x.example,2020-01-01")
    last = company.night("2026-01-11")
    refused = arrival(last, "members")["refused"]
    assert refused == (
        "declared columns are missing: mail. Is mail the column 'e_mail'? "
        "Then declare header: 'e_mail', or rename the field with renamed_from: mail"
    )
    assert [row["mail"] for row in company.rows("members")] == ["ada@x.example", "bo@x.example", "cy@x.example"]


def test_a_key_that_the_policy_renames_silently_is_an_error(company: Company) -> None:
    first_night(company)
    members(company, key="number")
    with pytest.raises(PolicyErrors, match="renamed_from"):
        company.night("2026-01-11")


def test_what_is_left_outside_on_purpose_is_no_finding_and_what_is_not_said_still_is(company: Company) -> None:
    source = MEMBERS.replace("WASKEY", "").replace("WASMAIL", "").replace("KEY", "id").replace("MAIL", "mail")
    source = source.replace(
        "    subject: member\n", "    subject: member\n    not_read: {columns: [Fax No, telex], reason: No purpose needs them}\n"
    )
    source += "not_read: {tables: audit_log, reason: Only the system reads it}\n"
    company.policy(source, company=ANY_DROP, membership=MEMBERSHIP)
    company.extract("members", "2026-01-10", "id,mail,joined_on,Fax No,telex,shoe\nM1,ada@x.example,2020-01-01,1,2,3")
    company.extract("dues", "2026-01-10", "id,member,paid_on\nD1,M1,2025-06-30")
    company.extract("audit_log", "2026-01-10", "id,what\nA1,x")
    company.extract("other_log", "2026-01-10", "id,what\nA1,x")
    last = company.night("2026-01-10")
    assert [said.split(". ")[0] for said in last.record["inbox"]["findings"]] == [
        "members-2026-01-10.csv: undeclared columns stayed outside: shoe",
        "other_log-2026-01-10.csv: no declared table claims this file; it stays outside",
    ]
    assert arrival(last, "members")["undeclared"] == ["shoe"]
    assert set(company.rows("members")[0]) == {"id", "mail", "joined_on"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    subject: member\n", "    not_read: {columns: mail, reason: x}\n", "column 'mail' of crm.members is not read, and is a field"),
        ("tables:\n", "not_read: {tables: dues, reason: x}\ntables:\n", "table 'dues' of crm is not read, and is declared"),
        ("type: date}\n  dues", "type: date, renamed_from: mail}\n  dues", "'joined_on' was 'mail', which crm.members still declares"),
    ],
)
def test_what_is_read_is_neither_left_outside_nor_called_as_another_was(company: Company, old: str, new: str, said: str) -> None:
    source = MEMBERS.replace("WASKEY", "").replace("WASMAIL", "").replace("KEY", "id").replace("MAIL", "mail")
    assert old in source
    company.policy(source.replace(old, new), company=ANY_DROP, membership=MEMBERSHIP)
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    assert said in [problem.what for problem in caught.value.problems]


def test_a_column_that_is_named_as_somebody_is_named_is_told_without_its_name(company: Company) -> None:
    """A source that turns a table on its side has people for columns. In any case, by their words, or by an identifier in the name."""
    source = MEMBERS.replace("WASKEY", "").replace("WASMAIL", "").replace("KEY", "id").replace("MAIL", "mail")
    source = source.replace("    fields:\n", "    fields:\n      name: {category: user.name, serves: membership}\n", 1)
    company.policy(source, company=ANY_DROP, membership=MEMBERSHIP)
    company.extract("dues", "2026-01-10", "id,member,paid_on,ADA LOVELACE,bo\nD1,M1,2025-06-30,1,2")
    named = 'id,name,mail,joined_on,shoe,bo@x.example,19121212-1212,"Lovelace, Ada",Ada Byron'
    company.extract("members", "2026-01-10", f"{named}\nM1,Ada Lovelace,ada@x.example,2020-01-01,1,2,3,4,5\nM2,Bo,,2020-01-01,1,2,3,4,5")
    last = company.night("2026-01-10")
    untold = "(a name that stands in the data)"
    said = [one.split(". ")[0].removeprefix("undeclared ") for one in last.record["inbox"]["findings"]]
    assert said == [
        f"dues-2026-01-10.csv: undeclared columns stayed outside: {untold}, {untold[:-1]}, 2)",
        f"members-2026-01-10.csv: undeclared columns stayed outside: Ada Byron, shoe, {untold}, {untold[:-1]}, 2), {untold[:-1]}, 3)",
    ]


def test_a_persons_name_is_known_in_other_spellings_and_a_word_that_many_columns_have_is_none(company: Company) -> None:
    source = MEMBERS.replace("WASKEY", "").replace("WASMAIL", "").replace("KEY", "id").replace("MAIL", "mail")
    way = "      way: {category: user.contact, serves: membership, accepted: [email]}\n"
    more = f"      name: {{category: user.name, serves: membership}}\n{way}"
    source = source.replace("    fields:\n", f"    fields:\n{more}", 1)
    company.policy(source, company=ANY_DROP, membership=MEMBERSHIP)
    company.extract("dues", "2026-01-10", "id,member,paid_on\nD1,M1,2025-06-30")
    people = ["Åsa Öberg", "Anna Groß", "Ada\u00a0Lovelace"]
    named = [unicodedata.normalize("NFD", "åsa öberg"), "anna_groß", "Lovelace-Ada (1)", "email", "2024"]
    rows = [f"M{number},{name},email,,2020-01-01" + ",1" * len(named) for number, name in enumerate(people, start=1)]
    company.extract("members", "2026-01-10", "\n".join([f"id,name,way,mail,joined_on,{','.join(named)}", *rows]))
    untold = "(a name that stands in the data)"
    said = ["2024", "email", untold, f"{untold[:-1]}, 2)", f"{untold[:-1]}, 3)"]
    assert arrival(company.night("2026-01-10"), "members")["undeclared"] == said
