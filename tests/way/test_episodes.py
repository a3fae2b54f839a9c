"""People who come back, and people who go from one purpose's data to another's (LAW §5, 35, 37 and 47)."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load
from privacy_pipelines.values import OPEN
from tests.way.customers import ANY_DROP
from tests.way.house import Company, day

STAFF = """
tables:
  employees:
    key: id
    subject: employee
    fields:
      id: {category: user.unique_id, serves: [next_of_kin, private_address]}
      kin: {category: user.content, serves: next_of_kin}
      address: {category: user.contact.address, serves: private_address}
  employments:
    key: id
    links: {employee_id: employees}
    scopes: {private_address: record}
    fields:
      id: {category: user.unique_id, serves: private_address}
      employee_id: {category: user.unique_id, serves: private_address}
      ended_on: {category: user.workplace, serves: private_address, type: date}
    events: {employment_end: {at: ended_on, open_if: "ended_on IS NULL"}}
"""
KIN = "starting_point: {event: employment_end, of: subject}\nperiod: P0D"
ADDRESS = "starting_point: {event: employment_end, of: subject}\nperiod: P1Y"


def staff(company: Company, on: str, employee: str, *employments: str) -> None:
    company.extract("employees", on, f"id,kin,address\n{employee}")
    company.extract("employments", on, "\n".join(["id,employee_id,ended_on", *employments]))


def test_a_rehire_cancels_what_was_still_to_end_and_revives_nothing_that_was_erased(company: Company) -> None:
    """Scenario 35, LAW H1 and H2: employed to 2026-01-31. The next of kin goes at once, the address would go on 2027-02-01.
    Rehired on 2026-06-01 the address stays, and the next of kin is not taken from anywhere but what is told anew."""
    company.policy(STAFF, company=ANY_DROP, next_of_kin=KIN, private_address=ADDRESS)
    staff(company, "2026-01-10", "E1,Bo 070,Storgatan 1", "T1,E1,2026-01-31")
    company.night("2026-01-10")
    company.night("2026-02-01")
    assert company.row("employees", "E1") == {"id": "E1", "kin": None, "address": "Storgatan 1"}
    assert company.clause("employees", "E1", "private_address").retain_until == day("2027-01-31")
    staff(company, "2026-06-01", "E1,,Storgatan 1", "T1,E1,2026-01-31", "T2,E1,")
    company.night("2026-06-01")
    assert company.row("employees", "E1") == {"id": "E1", "kin": None, "address": "Storgatan 1"}
    assert company.clause("employees", "E1", "private_address").retain_until == OPEN
    company.night("2027-02-01")
    assert company.row("employees", "E1") == {"id": "E1", "kin": None, "address": "Storgatan 1"}
    assert company.keys("employments") == ["T2"], "the first employment is an episode of its own, and over"


CANDIDATES = """
tables:
  employments:
    key: id
    fields:
      id: {category: user.unique_id, serves: employment}
      ended_on: {category: user.workplace, serves: employment, type: date}
    events: {employment_end: {at: ended_on, open_if: "ended_on IS NULL"}}
  candidates:
    key: id
    subject: job_applicant
    links: {hired_as: {to: employments, optional: true}}
    scopes: {employment: record}
    fields:
      id: {category: user.unique_id, serves: [claims, employment]}
      name: {category: user.name, serves: [claims, employment]}
      email: {category: user.contact.email, serves: [claims, employment], type: email}
      ranking: {category: user.content, serves: claims}
      letter: {category: user.content, serves: claims}
      hired_as: {category: user.unique_id, serves: [claims, employment]}
      closed_on: {category: user.content, serves: claims, type: date}
    events: {recruitment_closed: closed_on}
"""
EMPLOYMENT = "starting_point: {event: employment_end, of: record}\nperiod: P0D"
CLAIMS = "nature: claims\nstarting_point: {event: recruitment_closed, of: record}\nperiod: P2Y\nroll: next_weekday"


def test_of_a_candidate_who_was_hired_only_the_listed_fields_live_for_the_employment(company: Company) -> None:
    """Scenario 37, LAW C2: both were over on 2024-06-21, so claims end on Monday 2026-06-22; the one who was hired keeps what HR needs."""
    company.policy(CANDIDATES, company=ANY_DROP, employment=EMPLOYMENT, claims=CLAIMS)
    header = "id,name,email,ranking,letter,hired_as,closed_on"
    company.extract("employments", "2026-06-22", "id,ended_on\nT1,")
    company.extract("candidates", "2026-06-22", f"{header}\nA1,Ada,a@x.se,1,Hej,T1,2024-06-21\nA2,Bo,b@x.se,2,Hej,,2024-06-21")
    company.night("2026-06-22")
    assert company.cluster("candidates", "A1", "name").state == "keep"
    assert company.cluster("candidates", "A1", "letter").state == company.cluster("candidates", "A2", "name").state == "restrict"
    assert company.clause("candidates", "A1", "claims").retain_until == day("2026-06-22")
    company.night("2026-06-23")
    hired = {"id": "A1", "name": "Ada", "email": "a@x.se", "ranking": None, "letter": None, "hired_as": "T1"}
    assert company.keys("candidates") == ["A1"]
    assert {name: value for name, value in company.row("candidates", "A1").items() if name != "closed_on"} == hired


WEB = """
tables:
  contacts:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [CONTACT]}
      name: {category: user.name, serves: [CONTACT]}
      since: {category: user.content, serves: [CONTACT], type: date}
    events: {seen: since}
  web_log:
    key: id
    LINK
    fields:
      id: {category: user.unique_id, serves: security}
      contact_id: {category: user.unique_id, serves: security}
      address: {category: user.device.ip_address, serves: security}
      on_day: {category: user.behavior, serves: security, type: date}
    events: {logged: on_day}
"""


@pytest.mark.parametrize(
    ("contact", "link", "allowed"),
    [
        ("relationship", "links: {contact_id: contacts}", False),
        ("relationship", "links: {contact_id: {to: contacts, about: false}}", False),
        ("relationship", "", True),
        ("relationship, security", "links: {contact_id: contacts}", True),
    ],
)
def test_an_address_is_joined_with_a_person_for_no_purpose_that_is_not_declared_for_both(
    company: Company, contact: str, link: str, allowed: bool
) -> None:
    """Scenario 47: the policy does not compile, and says where."""
    source = WEB.replace("CONTACT", contact).replace("    LINK\n", f"    {link}\n" if link else "")
    seen = "starting_point: {event: seen, of: record}\nperiod: P1Y"
    security = "starting_point: {event: logged, of: record}\nperiod: P30D\ndata_use: essential.service.security"
    if "security" in contact:
        source = source.replace("events: {seen: since}", "events: {seen: since, logged: since}")
    company.policy(source, relationship=seen, security=security)
    if allowed:
        assert load(company.paths.policies).version
        return
    with pytest.raises(PolicyErrors) as found:
        company.night("2026-01-10")
    (problem,) = map(str, found.value.problems)
    assert "sources/crm.yaml:" in problem
    assert "link 'contact_id' of crm.web_log ties the IP address 'address' to crm.contacts" in problem
