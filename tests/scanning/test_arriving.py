"""What is found in a night's extracts, through the real way: columns, kinds and counts; and what the policy masks is not stored."""

from __future__ import annotations

from privacy_pipelines.pipeline import LastNight
from privacy_pipelines.policy.load import load
from privacy_pipelines.scanning.scan import looked_for
from tests.way.house import Company, arrival

DAY = "2026-03-10"
COUNTRY = "controller: {name: Exempel AB, contact: privacy@exempel.example, dpo: dpo@exempel.example, country: SE}\n"
SOURCE = """
tables:
  tickets:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: rule}
      city: {category: system.operations}
      reference: {category: user.unique_id, serves: rule}
      status: {category: system.operations, accepted: [open, closed]}
      opened_on: {category: user.behavior, serves: rule, type: date}
      body: {category: user.content, serves: rule, free_text: true, contains: user.contact.email}
    events: {opened: opened_on}
"""
PURPOSE = """
starting_point: {event: opened, of: record}
period: P10Y
"""
TICKETS = """
id,city,reference,status,opened_on,body
1,Lund,070-174 06 05,open,2026-01-01,ring 070-174 06 05 or 070-174 06 05 or write a@b.example
2,c@d.example,811228-9874,open,2026-01-02,card 4111 1111 1111 1111 of 811228-9874; order 4111 1111 1111 1112
3,Kalmar 0701740605,x,open,2026-01-03,from 198.51.100.7
"""


def arrived(company: Company, masking: str = "") -> LastNight:
    company.policy(SOURCE, company=f"{COUNTRY}{masking}", rule=PURPOSE).extract("tickets", DAY, TICKETS)
    return company.night(DAY)


def test_identifiers_are_counted_where_they_are_not_declared(company: Company) -> None:
    night = arrived(company)
    found = {(one["column"], one["kind"]): one["count"] for one in arrival(night, "tickets")["found"]}
    assert found == {
        ("city", "email"): 1, ("city", "phone"): 1, ("body", "phone"): 2, ("body", "card"): 1, ("body", "ip_address"): 1,
    }  # fmt: skip
    assert night.metrics["undeclared_personal"] == 6
    said = [finding for finding in night.record["inbox"]["findings"] if "does not declare" in finding]
    assert len(said) == 5
    assert not any(value in " ".join(said) for value in ("0701740605", "4111", "@", "198.51"))
    assert company.row("tickets", "2")["body"] == "card 4111 1111 1111 1111 of [identity number]; order 4111 1111 1111 1112"


def test_what_the_policy_masks_is_masked_by_its_check_and_not_by_its_shape(company: Company) -> None:
    night = arrived(company, "masking: [phone, card, ip_address]")
    assert [row["body"] for row in company.rows("tickets")] == [
        "ring [telephone] or [telephone] or write a@b.example",
        "card [card] of 811228-9874; order 4111 1111 1111 1112",
        "from [IP address]",
    ]
    assert arrival(night, "tickets")["masked"] == 3


def test_a_column_is_asked_for_what_it_does_not_declare(company: Company) -> None:
    company.policy(SOURCE, rule=PURPOSE)
    table = load(company.paths.policies).table("crm.tickets")
    asked = {column.name: {kind.name for kind in looked_for(table, column)} for column in table.columns}
    assert asked["body"] == {"identity_number", "phone", "card", "iban", "ip_address"}
    assert asked["reference"] == {"email"}
    assert len(asked["city"]) == 6
    assert not asked["id"] | asked["status"] | asked["opened_on"]
