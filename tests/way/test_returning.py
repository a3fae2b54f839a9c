"""What was erased does not come back, however it is spelled; and who returns on a new ground comes as new (LAW 51 to 53)."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

from tests.way.customers import ANY_DROP, customers, extracts
from tests.way.house import Company, day
from tests.way.test_consents import NEWSLETTER, READERS, extracts as register, readers

NIGHTS = 30


def test_in_thirty_nights_no_cell_of_the_erased_returns_from_a_source_that_never_deletes(company: Company) -> None:
    """Scenario 51. Of C5 the source purges the contract and keeps the contact; of C1 it keeps everything. Each refusal is counted."""
    customers(company)
    extracts(
        company, "2026-01-10", contacts="C1,A1,Ada,\nC2,A2,Bo,\nC5,A5,Eva,",
        contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,\nK5,A5,ended,2026-01-05,",
    )  # fmt: skip
    company.night("2026-01-10")
    assert company.night("2026-01-20").metrics["erased"] == 4
    for number in range(1, NIGHTS + 1):
        on = (date(2026, 1, 20) + timedelta(days=number)).isoformat()
        extracts(company, on, contacts="C1,A1,Ada,\nC2,A2,Bo,\nC5,A5,Eva,", contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,")
        last = company.night(on)
        assert (company.keys("contacts"), company.keys("contracts")) == (["C2"], ["K2"])
        assert (last.metrics["refused"], last.metrics["erased"], last.metrics["erased_cells"]) == (3, 0, 0)
    assert [last.metrics[name] for name in ("to_delete", "oldest_at_source")] == [3, NIGHTS]  # K5 was purged, as it had been asked for
    assert [one[2:] for one in company.departed()] == [(day("2026-01-20"), True)] * 4


def test_an_old_extract_that_is_landed_by_hand_brings_nobody_back(company: Company) -> None:
    """In the extract of 10 January the contract was in force; it ended, its people were erased, and the source purged both."""
    customers(company)
    old = {"contacts": "C1,A1,Ada,\nC2,A2,Bo,", "contracts": "K1,A1,active,,\nK2,A2,active,,"}
    extracts(company, "2026-01-10", **old)
    company.night("2026-01-10")
    extracts(company, "2026-01-20", contacts=old["contacts"], contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,")
    assert company.night("2026-01-20").metrics["erased"] == 2
    extracts(company, "2026-01-21", contacts="C2,A2,Bo,", contracts="K2,A2,active,,")
    extracts(company, "2026-01-10", **old)
    last = company.night("2026-01-21", again=["2026-01-10"])
    assert (company.keys("contacts"), company.keys("contracts")) == (["C2"], ["K2"])
    assert last.metrics["refused"] == 2
    extracts(company, "2026-01-22", contacts="C2,A2,Bo,", contracts="K2,A2,active,,")
    company.night("2026-01-22")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C2"], ["K2"])


MEMBERS = """
tables:
  members:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
  contracts:
    key: id
    links: {member_id: members}
    fields:
      id: {category: user.unique_id, serves: relationship}
      member_id: {category: user.unique_id, serves: relationship}
      ends_on: {category: user.content, serves: relationship, type: date}
    events: {contract_end: ends_on}
"""


def members(company: Company, on: str, people: str, contracts: str = "") -> None:
    company.extract("members", on, f"id,name\n{people}")
    company.extract("contracts", on, f"id,member_id,ends_on\n{contracts}")


def test_another_spelling_of_an_erased_key_is_the_erased_record_unless_both_are_sent(company: Company) -> None:
    """Scenario 53: without case and outer blanks, in either Unicode form. A source that sends both has two records."""
    company.policy(MEMBERS, company=ANY_DROP, relationship="starting_point: {event: contract_end, of: subject}\nperiod: P0D")
    members(company, "2026-02-01", "Åsa@X.se,Åsa\nAb,Bo", "K1,Åsa@X.se,2026-02-01\nK2,Ab,2026-02-01")
    company.night("2026-02-01")
    members(company, "2026-02-02", "Åsa@X.se,Åsa\nAb,Bo", "K1,Åsa@X.se,2026-02-01\nK2,Ab,2026-02-01")
    company.night("2026-02-02")
    assert company.keys("members") == []
    respelled = unicodedata.normalize("NFD", "åsa@x.SE")
    members(company, "2026-02-03", f'" {respelled}\u00a0",Åsa\nAb,Bo\naB,Cy\nÅse@x.se,Di')
    last = company.night("2026-02-03")
    assert company.keys("members") == ["aB", "Åse@x.se"]
    assert last.metrics["refused"] == 2


def test_an_address_is_matched_without_case_outer_blanks_and_unicode_form(company: Company) -> None:
    """Scenario 53, for what a person said."""
    readers(company)
    composed = unicodedata.normalize("NFC", "åsa@x.example")
    decomposed = unicodedata.normalize("NFD", "Åsa@X.example")
    register(company, "2026-02-01", f'S1,"\u00a0{decomposed} ",Given,2026-01-10,', f"R1,{composed},cats")
    company.night("2026-02-01")
    assert company.keys("readers") == ["R1"]
    assert company.cluster("readers", "R1", "topics").state == "keep"


def test_a_consent_from_a_mailbox_that_several_share_is_nobodys(company: Company) -> None:
    """Scenario 53: who said it cannot be told, so it proves nothing of anybody (Art. 7(1)). The company says which mailboxes are shared."""
    company.policy(READERS, company="shared_mailboxes: [info, kontoret]", newsletter=NEWSLETTER)
    consents = "S1,Info@x.example,Given,2026-01-10,\nS2,kontoret@x.example,Given,2026-01-10,\nS3,ada.info@x.example,Given,2026-01-10,"
    register(company, "2026-02-01", consents, "R1,info@x.example,cats\nR2,kontoret@x.example,owls\nR3,ada.info@x.example,bats")
    company.night("2026-02-01")
    assert (company.keys("readers"), company.keys("consents")) == (["R3"], ["S3"])


def test_who_returns_on_a_new_ground_is_new_and_the_index_forgets_that_they_had_left(company: Company) -> None:
    """Scenario 52, with a consent that was collected after the erasure: nothing links the new record to the old one."""
    readers(company)
    register(company, "2026-02-01", "S1,ada@x.example,Given,2026-01-10,")
    company.night("2026-02-01")
    register(company, "2026-02-05", "S1,ada@x.example,Withdrawn,2026-01-10,2026-02-05")
    company.night("2026-02-05")
    assert [entry[0] for entry in company.departed()] == ["crm.consents", "crm.readers"]
    again = "S1,ada@x.example,Withdrawn,2026-01-10,2026-02-05\nS2,ada@x.example,Given,2026-02-10,"
    register(company, "2026-02-10", again, "R1,ada@x.example,owls")
    company.night("2026-02-10")
    (found,) = company.stored("readers")
    assert (found["topics"], found["_first_seen"]) == ("owls", day("2026-02-10"))
    assert {entry[0] for entry in company.departed()} <= {"crm.consents"}
    assert company.explain("readers", "R1").found == "stored"
