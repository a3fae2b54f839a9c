"""Records that were merged into others (LAW §5, 54): they belong to the one that stays, and end with it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from privacy_pipelines.comparing.compare import compare
from privacy_pipelines.comparing.difference import Counts
from privacy_pipelines.holding.adding import add_hold, release_hold
from privacy_pipelines.holding.asked import Asked
from privacy_pipelines.policy.load import load
from privacy_pipelines.store.generations import Store
from privacy_pipelines.values import OPEN
from tests.way.customers import ANY_DROP
from tests.way.house import Company, day, withheld

PEOPLE = """
tables:
  people:
    key: id
    subject: customer
    MERGED
    fields:
      id: {category: user.unique_id, serves: [relationship, claims]}
      name: {category: user.name, serves: [relationship, claims]}
      email: {category: user.contact.email, serves: [relationship, letter], type: email}
      INTO
  contracts:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: relationship}
      person_id: {category: user.unique_id, serves: relationship}
      status: {category: user.content, serves: relationship}
      ends_on: {category: user.content, serves: relationship, type: date}
    events:
      contract_end: {at: ends_on, open_if: "status = 'active'"}
  calls:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: relationship}
      person_id: {category: user.unique_id, serves: relationship}
      note: {category: user.content, serves: relationship}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: proof}
      email: {category: user.contact.email, serves: proof, type: email}
      status: {category: user.content, serves: proof}
      given_on: {category: user.content, serves: proof, type: date}
      ended_on: {category: user.content, serves: proof, type: date}
MAP
consents:
  letter: {table: consents, match: {email: people.email}, status: status, valid: [Given], from: given_on, until: ended_on}
"""
COLUMN = ("merged_into: master", "master: {category: user.unique_id, serves: relationship}", "")
TABLE = (
    "merged_into: {table: merges, name: old, into: new}",
    "",
    """  merges:
    key: id
    links: {new: {to: people, when_target_ends: end_too}}
    fields:
      id: {category: user.unique_id, serves: relationship}
      old: {category: user.unique_id, serves: relationship}
      new: {category: user.unique_id, serves: relationship}
""",
)
RELATIONSHIP = "starting_point: {event: contract_end, of: subject}\nperiod: P0D\non_missing_event: {restrict: P12M, from: first_seen}"
CLAIMS = "starting_point: {event: contract_end, of: subject}\nperiod: P0D\nnature: policy"
LETTER = "legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: letter}"
PROOF = "nature: claims\nstarting_point: {consent: letter}\nperiod: P1Y"


def merging(company: Company, how: tuple[str, str, str] = COLUMN) -> Company:
    """People who are merged as the source says: in a column of their own, or in a table."""
    merged, into, table = how
    source = PEOPLE.replace("MERGED", merged).replace("      INTO\n", f"      {into}\n" if into else "").replace("MAP\n", table)
    return company.policy(source, company=ANY_DROP, relationship=RELATIONSHIP, claims=CLAIMS, letter=LETTER, proof=PROOF)


def people(company: Company, on: str, *rows: str, master: bool = True) -> None:
    company.extract("people", on, "\n".join([f"id,name,email{',master' if master else ''}", *rows]))


def contracts(company: Company, on: str, *rows: str) -> None:
    company.extract("contracts", on, "\n".join(["id,person_id,status,ends_on", *rows]))
    company.extract("calls", on, "id,person_id,note\nX1,A,called\nX2,B,called\nX3,C,called")


def keys(company: Company) -> dict[str, list[object]]:
    return {table: company.keys(table) for table in ("people", "contracts", "calls")}


def test_a_merged_record_and_what_is_linked_to_it_go_with_the_one_that_stays(company: Company) -> None:
    """Scenario 54: A was merged into B; B's agreement ended on 2026-01-31. C is somebody else, and stays."""
    merging(company)
    people(company, "2026-01-10", "A,Ada,,B", "B,Ada Berg,,", "C,Bo,,")
    contracts(company, "2026-01-10", "K1,A,ended,2026-01-15", "K2,B,ended,2026-01-31", "K3,C,active,")
    company.night("2026-01-10")
    assert [company.clause("people", key, "relationship").retain_until for key in "ABC"] == [day("2026-01-31"), day("2026-01-31"), OPEN]
    assert [company.explain("people", key).merged for key in "ABC"] == [True, False, False]
    assert any("merged into another" in line for line in company.explain("people", "A").lines())
    company.night("2026-01-31")
    assert keys(company) == {"people": ["A", "B", "C"], "contracts": ["K2", "K3"], "calls": ["X1", "X2", "X3"]}
    company.night("2026-02-01")
    assert keys(company) == {"people": ["C"], "contracts": ["K3"], "calls": ["X3"]}


def test_a_merged_records_own_agreement_keeps_the_one_that_stays(company: Company) -> None:
    """They are one person: A's open agreement is B's."""
    merging(company)
    people(company, "2026-01-10", "A,Ada,,B", "B,Ada Berg,,", "C,Bo,,")
    contracts(company, "2026-01-10", "K1,A,active,", "K2,B,ended,2025-12-31")
    company.night("2026-01-10")
    assert [company.clause("people", key, "relationship").retain_until for key in "AB"] == [OPEN, OPEN]
    assert company.cluster("calls", "X1", "note").state == company.cluster("calls", "X2", "note").state == "keep"


def test_aliases_and_the_table_of_merges_go_too_also_where_the_merged_record_itself_is_gone(company: Company) -> None:
    """Scenario 54: A is only a name in the table of merges; its calls and contract are B's. A chain: A → Z → B."""
    merging(company, TABLE)
    people(company, "2026-01-10", "B,Ada Berg,", "C,Bo,", master=False)
    company.extract("merges", "2026-01-10", "id,old,new\nM1,A,Z\nM2,Z,B\nM3,Y,C")
    contracts(company, "2026-01-10", "K1,A,ended,2026-01-31", "K3,C,active,")
    company.night("2026-01-10")
    assert company.clause("people", "B", "relationship").retain_until == day("2026-01-31")
    assert company.clause("calls", "X1", "relationship").retain_until == day("2026-01-31")
    company.night("2026-02-01")
    assert keys(company) == {"people": ["C"], "contracts": ["K3"], "calls": ["X3"]}
    assert company.keys("merges") == ["M3"]


@pytest.mark.parametrize(
    ("consents", "alive"),
    [
        (("a@x.se,Given,2025-01-01,", "b@x.se,Given,2025-01-01,"), {"A": True, "B": True}),
        (("a@x.se,Given,2025-01-01,2026-01-05", "b@x.se,Given,2025-01-01,"), {"A": False, "B": True}),
        (("a@x.se,Given,2025-01-01,", "b@x.se,Given,2025-01-01,2026-01-05"), {"A": False, "B": False}),
        (("b@x.se,Given,2025-01-01,",), {"A": False, "B": True}),
    ],
)
def test_a_merged_records_own_cells_need_a_consent_of_their_own_and_that_of_the_one_that_stays(
    company: Company, consents: tuple[str, ...], alive: dict[str, bool]
) -> None:
    """Both addresses are one person's. What was withdrawn for B is over for A; what was withdrawn for A's old address is over for A."""
    merging(company)
    people(company, "2026-01-10", "A,Ada,a@x.se,B", "B,Ada Berg,b@x.se,")
    contracts(company, "2026-01-10", "K1,B,active,")
    rows = [f"S{number},{consent}" for number, consent in enumerate(consents)]
    company.extract("consents", "2026-01-10", "\n".join(["id,email,status,given_on,ended_on", *rows]))
    company.night("2026-01-10")
    assert {key: company.clause("people", key, "letter").level == "in_force" for key in "AB"} == alive


def test_of_keys_that_were_merged_in_a_circle_or_into_several_each_counts_for_itself_and_is_a_finding(company: Company) -> None:
    merging(company, TABLE)
    people(company, "2026-01-10", "A,Ada,", "B,Bo,", "C,Cia,", "D,Dan,", master=False)
    company.extract("merges", "2026-01-10", "id,old,new\nM1,A,B\nM2,B,A\nM3,C,D\nM4,C,A")
    contracts(company, "2026-01-10", "K1,A,ended,2026-01-31", "K2,B,active,", "K3,C,ended,2026-02-28")
    last = company.night("2026-01-10")
    found = [one for one in last.record["plan"]["findings"] if one.startswith("crm.people.merged_into")]
    assert ["circle" in one for one in found] == [True, False]
    ends = [company.clause("people", key, "relationship").retain_until for key in "ABC"]
    assert ends == [day("2026-01-31"), OPEN, day("2026-02-28")]


@pytest.mark.parametrize("ends", ["", ", when_target_ends: end_too"])
def test_who_names_a_merged_record_names_the_one_that_stays_after_its_own_row_has_vanished(company: Company, ends: str) -> None:
    """A's row goes, for its source sends it no more. Its open agreement is B's, whose own has ended; also on a night without their file."""
    merged, into, table = TABLE
    source = PEOPLE.replace("MERGED", merged).replace("      INTO\n", into).replace("MAP\n", table)
    source = source.replace("links: {person_id: people}", f"links: {{person_id: {{to: people{ends}}}}}", 1)
    company.policy(source, company=ANY_DROP, relationship=RELATIONSHIP, claims=CLAIMS, letter=LETTER, proof=PROOF)
    people(company, "2026-01-10", "A,Ada,", "B,Ada Berg,", "C,Bo,", master=False)
    company.extract("merges", "2026-01-10", "id,old,new\nM3,Y,C")
    agreed = ("K1,A,active,", "K2,B,ended,2026-01-31", "K3,C,active,")
    contracts(company, "2026-01-10", *agreed)
    company.night("2026-01-10")
    for on in ("2026-01-11", "2026-01-12", "2026-02-10", "2026-02-11", "2026-04-20", "2026-04-21"):
        people(company, on, "B,Ada Berg,", "C,Bo,", master=False)
        company.extract("merges", on, "id,old,new\nM1,A,B\nM3,Y,C")
        if on != "2026-02-11":
            contracts(company, on, *agreed)
        company.night(on)
        assert company.keys("people")[-2:] == ["B", "C"]
        assert [(row["id"], row["person_id"]) for row in company.rows("contracts") if row["id"] == "K1"] == [("K1", "A")]
        assert company.cluster("calls", "X2", "note").state == "keep"
    assert company.keys("people") == ["B", "C"]


def test_a_comparison_knows_who_was_merged_where_rows_end_with_people(company: Company, tmp_path: Path) -> None:
    """Another rule changes, so people's frame is that of the policy before: and M1, of a merged record's new name, does not end with it."""
    merging(company, TABLE)
    people(company, "2026-01-10", "B,Ada Berg,", "C,Bo,", master=False)
    company.extract("merges", "2026-01-10", "id,old,new\nM1,A,B\nM2,Q,A")
    contracts(company, "2026-01-10", "K1,A,active,", "K3,C,active,")
    company.night("2026-01-10")
    assert company.keys("merges") == ["M1", "M2"]
    changed = tmp_path / "changed"
    shutil.copytree(company.paths.policies, changed)
    rule = changed / "purposes" / "relationship.yaml"
    rule.write_text(rule.read_text().replace("period: P0D", "period: P1M"))
    found = compare(Store(company.paths.store), load(company.paths.policies), load(changed), day("2026-01-11"))
    assert not any(getattr(found.counts, name) for name in Counts.__slots__)
    assert [str(change) for change in found.changes] == ["purpose relationship: period P0D → P1M"]


OFFICES = """
tables:
  offices:
    key: id
    fields:
      id: {category: user.unique_id, serves: premises}
      closed_on: {category: user.content, serves: premises, type: date}
    events: {closed: closed_on}
  people:
    key: id
    subject: customer
    merged_into: master
    links: {office_id: offices}
    scopes: {relationship: subject}
    fields:
      id: {category: user.unique_id, serves: relationship}
      office_id: {category: user.unique_id, serves: relationship}
      master: {category: user.unique_id, serves: relationship}
  contracts:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: relationship}
      person_id: {category: user.unique_id, serves: relationship}
      status: {category: user.content, serves: relationship}
      ends_on: {category: user.content, serves: relationship, type: date}
    events: {contract_end: {at: ends_on, open_if: "status = 'active'"}}
"""


def test_whom_a_merged_record_named_itself_never_ends_the_one_that_stays(company: Company) -> None:
    """A's office was closed, and goes on the first night. B's is open, and A is B: so it was before A's office left, and so it is after."""
    premises = "starting_point: {event: closed, of: record}\nperiod: P0D"
    company.policy(OFFICES, company=ANY_DROP, premises=premises, relationship=f"{RELATIONSHIP}\nended_by: [{{event: closed, period: P0D}}]")
    for on in ("2026-01-10", "2026-01-11", "2026-01-12"):
        company.extract("offices", on, "id,closed_on\nO1,2025-01-31\nO2,")
        company.extract("people", on, "id,office_id,master\nA,O1,B\nB,O2,")
        company.extract("contracts", on, "id,person_id,status,ends_on\nK1,B,active,")
        company.night(on)
        assert (company.keys("offices"), company.keys("people")) == (["O2"], ["A", "B"])
        assert [company.clause("people", key, "relationship").retain_until for key in "AB"] == [OPEN, OPEN]


@pytest.mark.parametrize(("ends", "left"), [("", [("N1", None), ("N2", "C")]), (", when_target_ends: end_too", [("N2", "C")])])
def test_who_names_an_alias_names_the_one_that_leaves(company: Company, ends: str, left: list[tuple[str, str | None]]) -> None:
    """Scenario 54: A is nothing but an old name of B. When B goes nothing names A any more, though its row stays; or it ends with B."""
    merged, into, table = TABLE
    source = PEOPLE.replace("MERGED", merged).replace("      INTO\n", into)
    source = source.replace("MAP\n", table + NOTES.replace("ENDS", ends))
    of_row = "starting_point: {event: noted, of: record}\nperiod: P10Y"
    company.policy(source, company=ANY_DROP, relationship=RELATIONSHIP, claims=CLAIMS, letter=LETTER, proof=PROOF, notes=of_row)
    for on in ("2026-01-10", "2026-02-01", "2026-02-02"):
        people(company, on, "B,Ada Berg,", "C,Bo,", master=False)
        company.extract("merges", on, "id,old,new\nM1,A,B")
        contracts(company, on, "K1,A,ended,2026-01-31", "K3,C,active,")
        company.extract("notes", on, "id,person_id,noted_on\nN1,A,2026-01-02\nN2,C,2026-01-02")
        company.night(on)
        found = [(row["id"], row["person_id"]) for row in company.rows("notes")]
        assert found == ([("N1", "A"), ("N2", "C")] if on == "2026-01-10" else left)
    assert keys(company) == {"people": ["C"], "contracts": ["K3"], "calls": ["X3"]}


NOTES = """  notes:
    key: id
    links: {person_id: {to: peopleENDS}}
    fields:
      id: {category: user.unique_id, serves: notes}
      person_id: {category: user.unique_id, serves: notes}
      noted_on: {category: user.content, serves: notes, type: date}
    events: {noted: noted_on}
"""


BY_NUMBER = (
    OFFICES.replace("    key: id\n    fields:\n", "    key: id\n    links: {person_no: {to: people, column: number}}\n    fields:\n", 1)
    .replace(
        "      closed_on:",
        "      person_no: {category: user.unique_id, serves: premises}\n      closed_on:",
    )
    .replace("    links: {office_id: offices}\n", "")
    .replace("office_id:", "number:")
)


def test_what_is_linked_to_a_merged_record_by_another_column_than_its_key_is_that_records_alone(company: Company) -> None:
    """O1 names A by A's number, and so says nothing of B: not on the night on which it goes, and not on those after."""
    premises = "starting_point: {event: closed, of: record}\nperiod: P0D"
    rule = f"{RELATIONSHIP}\nended_by: [{{event: closed, period: P0D}}]"
    company.policy(BY_NUMBER, company=ANY_DROP, premises=premises, relationship=rule)
    for on in ("2026-01-10", "2026-01-11", "2026-01-12"):
        company.extract("offices", on, "id,person_no,closed_on\nO1,1,2025-01-31")
        company.extract("people", on, "id,number,master\nA,1,B\nB,2,")
        company.extract("contracts", on, "id,person_id,status,ends_on\nK1,B,active,")
        company.night(on)
        assert (company.keys("offices"), company.keys("people"), company.keys("contracts")) == ([], ["A", "B"], ["K1"])


@pytest.mark.parametrize(("ends", "left"), [("", [("N1", None), ("N2", "C")]), (", when_target_ends: end_too", [("N2", "C")])])
def test_an_alias_stays_out_when_its_record_and_the_table_of_merges_are_sent_no_more(
    company: Company, ends: str, left: list[tuple[str, str | None]]
) -> None:
    merged, into, table = TABLE
    source = PEOPLE.replace("MERGED", merged).replace("      INTO\n", into)
    source = source.replace("MAP\n", table + NOTES.replace("ENDS", ends))
    of_row = "starting_point: {event: noted, of: record}\nperiod: P10Y"
    company.policy(source, company=ANY_DROP, relationship=RELATIONSHIP, claims=CLAIMS, letter=LETTER, proof=PROOF, notes=of_row)
    for on in ("2026-01-10", "2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04"):
        sent = on < "2026-02-02"
        people(company, on, *(["B,Ada Berg,"] if sent else []), "C,Bo,", master=False)
        company.extract("merges", on, "id,old,new\nM9,Q,C" + ("\nM1,A,B" if sent else ""))
        contracts(company, on, *(["K1,A,ended,2026-01-31"] if sent else []), "K3,C,active,")
        company.extract("notes", on, "id,person_id,noted_on\nN1,A,2026-01-02\nN2,C,2026-01-02")
        company.night(on)
        found = [(row["id"], row["person_id"]) for row in company.rows("notes")]
        assert found == ([("N1", "A"), ("N2", "C")] if on == "2026-01-10" else left), on


def test_a_row_that_waits_does_not_end_because_the_alias_that_it_names_has_no_record(company: Company) -> None:
    merged, into, table = TABLE
    source = PEOPLE.replace("MERGED", merged).replace("      INTO\n", into)
    notes = NOTES.replace("ENDS", ", when_target_ends: end_too").replace(
        "      noted_on:",
        "      extra: {category: user.content, serves: short}\n"
        "      short_on: {category: user.content, serves: short, type: date}\n      noted_on:",
    )
    notes = notes.replace("events: {noted: noted_on}", "events: {noted: noted_on, shortly: short_on}")
    source = source.replace("MAP\n", table + notes)
    rules = {
        "notes": "starting_point: {event: noted, of: record}\nperiod: P10Y",
        "short": "starting_point: {event: shortly, of: record}\nperiod: P1M\nreview: true",
    }
    company.policy(source, company=ANY_DROP, relationship=RELATIONSHIP, claims=CLAIMS, letter=LETTER, proof=PROOF, **rules)
    for on in ("2026-01-10", "2026-02-05", "2026-02-06", "2026-02-07"):
        people(company, on, "B,Ada Berg,", "C,Bo,", master=False)
        company.extract("merges", on, "id,old,new\nM1,A,B")
        contracts(company, on, "K1,A,active,", "K3,C,active,")
        company.extract("notes", on, "id,person_id,extra,short_on,noted_on\nN1,A,x,2026-01-02,2026-01-02")
        last = company.night(on)
        assert [(row["id"], row["person_id"], row["extra"]) for row in company.rows("notes")] == [("N1", "A", "x")]
        assert len(withheld(last)) == (0 if on == "2026-01-10" else 1)


def test_a_hold_on_the_one_that_stays_covers_the_merged_record_and_what_names_it(company: Company) -> None:
    merging(company)
    people(company, "2026-01-10", "A,Ada,,B", "B,Ada Berg,,", "C,Bo,,")
    agreed = ("K1,A,ended,2026-01-31", "K2,B,ended,2026-01-31", "K3,C,active,")
    contracts(company, "2026-01-10", *agreed)
    company.night("2026-01-10")
    asked = Asked("crm.people", ("B",), "A claim in court", "Legal", day("2026-12-31"), "dpo", ())
    hold = add_hold(Store(company.paths.store), asked, today=day("2026-01-10"), at=datetime(2026, 1, 10, 8, tzinfo=UTC))
    company.night("2026-02-01")
    assert keys(company) == {"people": ["A", "B", "C"], "contracts": ["K1", "K2", "K3"], "calls": ["X1", "X2", "X3"]}
    release_hold(Store(company.paths.store), hold.name, by="dpo", reason="Settled", at=datetime(2026, 2, 1, 9, tzinfo=UTC))
    company.night("2026-02-02")
    assert keys(company) == {"people": ["C"], "contracts": ["K3"], "calls": ["X3"]}
