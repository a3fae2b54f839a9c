"""Which row a row names: by its key or another column, by several, by a kind, in another source, or none; and what its end does."""

from __future__ import annotations

import pytest

from privacy_pipelines.explaining.explain import explain
from tests.way.customers import ANY_DROP
from tests.way.house import Company, day, steps, withheld

ORDERED = "starting_point: {event: order, of: subject}\nperiod: P12M\non_missing_event: {restrict: P12M, from: first_seen}"

KEYS = """
tables:
  people:
    key: [born_on, country, number]
    subject: customer
    fields:
      born_on: {category: user.demographic.age_range, serves: relationship, type: date}
      country: {category: system.operations}
      number: {category: user.unique_id, serves: relationship, type: integer}
      id: {category: user.unique_id, serves: relationship}
      signed_on: {category: user.content, serves: relationship, type: date}
    events: {order: signed_on}
"""


def test_a_key_of_three_columns_is_remembered_when_it_has_left_and_found_as_it_is_written(company: Company) -> None:
    """One part holds a comma; and the same person sent again without a ground is turned away."""
    company.policy(KEYS, company=ANY_DROP, relationship=ORDERED)
    rows = 'born_on,country,number,id,signed_on\n1980-01-02,"SE, north",007,p1,2025-01-05\n1980-01-02,DK,7,p2,2026-01-05'
    company.extract("people", "2025-06-01", rows)
    company.night("2025-06-01")
    assert company.explain("people", '1980-01-02,"SE, north",7').clusters[0].retain_until == day("2026-01-05")
    company.night("2026-01-06")
    assert company.keys("people") == ["p2"]
    assert company.explain("people", '1980-01-02,"SE, north",07').found == "left_behind"
    assert company.explain("people", "1980-01-02,DK,7").found == "stored"
    assert company.explain("people", "1981-01-02,DK,7").found == "no_trace"
    company.extract("people", "2026-01-07", rows.replace("2025-01-05", ""))
    company.night("2026-01-07")
    assert company.keys("people") == ["p2"]


BY_NUMBER = """
tables:
  people:
    key: id
    subject: customer
    links: {account: {to: accounts, column: number}}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
  accounts:
    key: id
    fields:
      id: {category: system.operations}
      number: {category: system.operations}
  orders:
    key: id
    links: {account_id: accounts}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
      on_day: {category: user.content, serves: relationship, type: date}
    events: {order: on_day}
"""


def numbered(company: Company, on: str, accounts: str) -> None:
    company.policy(BY_NUMBER, company=ANY_DROP, relationship=ORDERED)
    company.extract("people", on, "id,account,name\nP1,100,Ada\nP2,200,Bo\nP3,300,Cy")
    company.extract("accounts", on, f"id,number\n{accounts}")
    company.extract("orders", on, "id,account_id,on_day\nO1,A1,2026-01-05\nO2,A2,2026-01-06\nO4,A4,2026-01-08")


def _without(source: str, table: str) -> str:
    """The source without one of its tables."""
    head, _, rest = source.partition(f"  {table}:\n")
    kept = rest.split("\n")
    while kept and (kept[0].startswith("    ") or not kept[0]):
        kept.pop(0)
    return head + "\n".join(kept)


def test_a_link_to_a_column_that_is_no_key_finds_the_row_with_that_value(company: Company) -> None:
    numbered(company, "2026-01-10", "A1,100\nA2,200\nA3,300")
    company.night("2026-01-10")
    assert company.cluster("people", "P1", "name").retain_until == day("2027-01-05")
    assert company.cluster("people", "P2", "name").retain_until == day("2027-01-06")
    assert company.cluster("people", "P3", "name").state == "undetermined"  # no order at all


def test_a_value_that_stands_twice_names_nobody_and_what_it_would_find_is_undetermined(company: Company) -> None:
    """A2 and A4 are both number 200: neither of their orders is Bo's for sure. Nothing is guessed."""
    numbered(company, "2026-01-10", "A1,100\nA2,200\nA3,300\nA4,200")
    last = company.night("2026-01-10")
    found = company.cluster("people", "P2", "name")
    assert (found.state, found.retain_until) == ("undetermined", day("2027-01-10"))
    assert company.cluster("people", "P1", "name").state == "keep"
    assert [said for said in last.record["plan"]["findings"] if "several rows" in said] == [
        "crm.people.account: 1 rows name several rows of crm.accounts, and so none: what would be found there is undetermined. "
        "Have number made unique at the source"
    ]
    numbered(company, "2026-01-11", "A1,100\nA2,200\nA3,300\nA4,400")
    last = company.night("2026-01-11")
    assert company.cluster("people", "P2", "name").retain_until == day("2027-01-06")
    assert not [said for said in last.record["plan"]["findings"] if "several rows" in said]


def test_a_records_own_date_over_a_shared_value_is_missing_too(company: Company) -> None:
    source = """
tables:
  terms:
    key: id
    fields:
      id: {category: system.operations}
      code: {category: system.operations}
      ends_on: {category: system.operations, type: date}
    events: {term_end: {at: ends_on, open_if: "ends_on IS NULL"}}
  pupils:
    key: id
    links: {term: {to: terms, column: code}}
    fields:
      id: {category: user.unique_id, serves: school}
      term: {category: user.content, serves: school}
"""
    school = "starting_point: {event: term_end, of: record}\nperiod: P1Y\non_missing_event: {restrict: P6M, from: first_seen}"
    company.policy(source, company=ANY_DROP, school=school)
    company.extract("terms", "2026-01-10", "id,code,ends_on\nT1,spring,2026-06-30\nT2,summer,2026-08-31\nT3,summer,")
    company.extract("pupils", "2026-01-10", "id,term\nP1,spring\nP2,summer\nP3,autumn")
    company.night("2026-01-10")
    until = {key: company.explain("pupils", key).clusters[0].retain_until for key in ("P1", "P2", "P3")}
    assert until == {"P1": day("2027-06-30"), "P2": day("2026-07-10"), "P3": day("2027-01-10")}
    assert len(company.keys("pupils")) == 3


COMPOSITE = """
tables:
  people:
    key: [country, number]
    subject: customer
    fields:
      country: {category: system.operations}
      number: {category: user.unique_id, serves: relationship, type: integer}
      id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
  lines:
    key: [order_no, line_no]
    links:
      buyer: {to: people, columns: {buyer_country: country, buyer_number: number}}
    fields:
      id: {category: user.unique_id, serves: relationship}
      order_no: {category: user.unique_id, serves: relationship}
      line_no: {category: user.unique_id, serves: relationship, type: integer}
      buyer_country: {category: user.content, serves: relationship}
      buyer_number: {category: user.unique_id, serves: relationship, type: integer}
      on_day: {category: user.content, serves: relationship, type: date}
    events: {order: on_day}
  returns:
    key: id
    links:
      line: {to: lines, columns: {order_no: order_no, line_no: line_no}}
    fields:
      id: {category: user.unique_id, serves: relationship}
      order_no: {category: user.unique_id, serves: relationship}
      line_no: {category: user.unique_id, serves: relationship, type: integer}
      why: {category: user.content, serves: relationship}
"""


def test_links_of_several_columns_and_subjects_with_keys_of_several(company: Company) -> None:
    """SE/1 and DK/1 share a number, L/1 and L/2 an order: only both columns together name a row."""
    company.policy(COMPOSITE, company=ANY_DROP, relationship=ORDERED)
    on = "2026-01-10"
    company.extract("people", on, "country,number,id,name\nSE,1,p1,Ada\nDK,1,p2,Bo")
    company.extract("lines", on, "id,order_no,line_no,buyer_country,buyer_number,on_day\nl1,L,1,SE,01,2025-06-30\nl2,L,2,DK,1,2026-01-05")
    company.extract("returns", on, "id,order_no,line_no,why\nr1,L,1,late\nr2,L,2,blue\nr3,M,1,none")
    last = company.night(on)
    assert company.explain("people", "SE,1").clusters[0].retain_until == day("2026-06-30")
    assert company.explain("people", "DK,1").clusters[0].retain_until == day("2027-01-05")
    assert company.explain("returns", "r1").clusters[0].retain_until == day("2026-06-30")
    assert company.explain("returns", "r2").clusters[0].retain_until == day("2027-01-05")
    assert [said for said in last.record["plan"]["findings"] if "name no row" in said] == [
        "crm.returns.line: 1 new or changed rows name no row of crm.lines. Have the reference corrected at the source"
    ]
    company.night("2026-07-01")
    assert (company.keys("people"), company.keys("lines"), company.keys("returns")) == (["p2"], ["l2"], ["r2", "r3"])
    assert company.explain("people", "SE,1").found == "left_behind"
    assert company.explain("lines", "L,1").found == "left_behind"
    assert company.explain("lines", "L,2").found == "stored"


ACTIVITIES = """
tables:
  accounts:
    key: id
    fields:
      id: {category: system.operations}
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      signed_on: {category: user.content, serves: relationship, type: date}
    events: {order: signed_on}
  activities:
    key: id
    links:
      parent_id: {kind: parent_type, to: {Account: accounts, Contact: people}}
    fields:
      id: {category: user.unique_id, serves: [relationship, diary]}
      parent_type: {category: user.content, serves: [relationship, diary]}
      parent_id: {category: user.unique_id, serves: [relationship, diary]}
      text: {category: user.content, serves: relationship}
      written_on: {category: user.content, serves: diary, type: date}
    events: {written: written_on}
"""


def test_a_link_names_the_table_that_its_kind_says(company: Company) -> None:
    """1 is an account and a person: only the kind tells. Leads are no table here, and an activity of none is undetermined."""
    diary = "starting_point: {event: written, of: record}\nperiod: P3Y"
    company.policy(ACTIVITIES, company=ANY_DROP, relationship=ORDERED, diary=diary)
    on = "2026-01-10"
    company.extract("accounts", on, "id\n1")
    company.extract("people", on, "id,signed_on\n1,2025-06-30\n2,2026-01-05")
    rows = (
        "T1,Contact,1,a,2026-01-01\nT2,Account,1,b,2026-01-01\nT3,Contact,2,c,2026-01-01\nT4,Lead,2,d,2026-01-01\nT5,Contact,9,e,2026-01-01"
    )
    company.extract("activities", on, f"id,parent_type,parent_id,text,written_on\n{rows}")
    last = company.night(on)
    until = {key: company.cluster("activities", key, "text").retain_until for key in company.keys("activities")}
    none = day("2027-01-10")
    assert until == {"T1": day("2026-06-30"), "T2": none, "T3": day("2027-01-05"), "T4": none, "T5": none}
    assert [said.split(". ")[0] for said in last.record["plan"]["findings"]] == [
        "crm.activities.parent_id: 1 new or changed rows name no row of crm.people",
        "crm.activities.parent_type: 1 new or changed rows mean a table that the link does not name",
    ]
    company.night("2026-07-01")
    assert company.keys("people") == ["2"]
    assert company.row("activities", "T1") == {
        "id": "T1", "parent_type": "Contact", "parent_id": None, "text": None, "written_on": day("2026-01-01"),
    }  # fmt: skip
    assert company.row("activities", "T2")["parent_id"] == "1"


def test_an_optional_link_may_name_nothing(company: Company) -> None:
    source = ACTIVITIES.replace("Contact: people}}", "Contact: people}, optional: true}")
    company.policy(source, company=ANY_DROP, relationship=ORDERED, diary="starting_point: {event: written, of: record}\nperiod: P3Y")
    company.extract("accounts", "2026-01-10", "id\n1")
    company.extract("people", "2026-01-10", "id,signed_on\n1,2025-06-30")
    company.extract(
        "activities", "2026-01-10", "id,parent_type,parent_id,text,written_on\nT4,Lead,2,d,2026-01-01\nT5,Contact,9,e,2026-01-01"
    )
    assert company.night("2026-01-10").record["plan"]["findings"] == []


TWO_LINKS = """
tables:
  people:
    key: id
    subject: person
    events_via: {order: [{table: orders, link: buyer}]}
    fields:
      id: {category: user.unique_id, serves: relationship}
  orders:
    key: id
    links: {buyer: people, seller: people}
    events_via: {order: [{table: people, link: buyer}, {table: orders, link: buyer}]}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: relationship}
      buyer: {category: user.unique_id, serves: relationship}
      seller: {category: user.unique_id, serves: relationship}
      on_day: {category: user.content, serves: relationship, type: date}
    events: {order: on_day}
  parcels:
    key: id
    links: {giver: people, taker: people}
    events_via: {order: [{table: people, link: taker}, {table: orders, link: buyer}]}
    fields:
      id: {category: user.unique_id, serves: relationship}
      giver: {category: user.unique_id, serves: relationship}
      taker: {category: user.unique_id, serves: relationship}
"""


def test_of_two_links_to_one_table_the_policy_says_which(company: Company) -> None:
    company.policy(TWO_LINKS, company=ANY_DROP, relationship=ORDERED)
    company.extract("people", "2026-01-10", "id\nP1\nP2")
    company.extract("orders", "2026-01-10", "id,buyer,seller,on_day\nO1,P1,P2,2026-01-05\nO2,P2,P1,2026-01-06")
    company.extract("parcels", "2026-01-10", "id,giver,taker\nX1,P1,P2\nX2,P2,P1")
    company.night("2026-01-10")
    assert [company.explain("people", key).clusters[0].retain_until for key in ("P1", "P2")] == [day("2027-01-05"), day("2027-01-06")]
    assert [company.explain("parcels", key).clusters[0].retain_until for key in ("X1", "X2")] == [day("2027-01-06"), day("2027-01-05")]


ENDING = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      signed_on: {category: user.content, serves: relationship, type: date}
    events: {order: signed_on}
  carts:
    key: id
    links: {person_id: {to: people, when_target_ends: end_too}}
    fields:
      id: {category: user.unique_id, serves: shop}
      person_id: {category: user.unique_id, serves: shop}
      filled_on: {category: user.content, serves: shop, type: date}
    events: {filled: filled_on}
  items:
    key: [cart_id, no]
    links: {cart_id: {to: carts, when_target_ends: end_too}}
    fields:
      id: {category: user.unique_id, serves: shop}
      cart_id: {category: user.unique_id, serves: shop}
      no: {category: user.unique_id, serves: shop, type: integer}
      thing: {category: user.behavior.purchase_history, serves: shop}
"""
SHOP = "starting_point: {event: filled, of: record}\nperiod: P5Y"


def carts(company: Company, on: str, people: str, *, many: int = 0, **more: str) -> Company:
    company.policy(ENDING, company=more.pop("company", ANY_DROP), relationship=ORDERED, shop=SHOP, **more)
    extra = range(1, many + 1)
    company.extract("people", on, f"id,signed_on\n{people}")
    company.extract(
        "carts", on, "\n".join(["id,person_id,filled_on", "K1,P1,2026-01-01", "K2,P2,2026-01-01", *(f"M{n},P1,2026-01-01" for n in extra)])
    )
    company.extract("items", on, "id,cart_id,no,thing\ni1,K1,1,cat\ni2,K1,2,dog\ni3,K2,1,cow")
    return company


def test_a_row_ends_the_same_night_as_what_it_ends_with_and_so_does_what_ends_with_it(company: Company) -> None:
    """P1 of June 2025 ends in June 2026; its cart by itself would stay to 2031, and the items of it with the cart."""
    carts(company, "2026-01-10", "P1,2025-06-30\nP2,2026-01-05")
    company.night("2026-01-10")
    found = company.explain("items", "K1,1")
    assert [(one.table, one.retain_until) for one in found.ends_with] == [("crm.carts", day("2026-06-30"))]
    assert found.clusters[0].retain_until == day("2026-06-30")
    assert company.cluster("carts", "K2", "filled_on").retain_until == day("2027-01-05")
    last = company.night("2026-07-01")
    assert (company.keys("people"), company.keys("carts"), company.keys("items")) == (["P2"], ["K2"], ["i3"])
    assert sorted((table, action, rows, cells) for table, _, action, rows, cells in steps(last)) == [
        ("crm.carts", "erase_row", 1, 3),
        ("crm.items", "erase_row", 2, 8),
        ("crm.people", "erase_row", 1, 2),
    ]
    kept = {(tally["table"], tally["state"]): tally["rows"] for tally in last.record["plan"]["tallies"]}
    assert kept == {("crm.people", "keep"): 1, ("crm.carts", "keep"): 1, ("crm.items", "keep"): 1}
    assert company.explain("items", "K1,2").found == "left_behind"
    assert company.explain("items", "K2,1").found == "stored"


def test_what_yesterday_foresaw_of_the_one_it_foresaw_of_the_other(company: Company) -> None:
    """Twenty-one carts end with one person: foreseen, so nobody waits for anything."""
    carts(company, "2026-01-10", "P1,2025-06-30\nP2,2026-01-05", many=21)
    company.night("2026-01-10")
    last = company.night("2026-07-01")
    assert withheld(last) == []
    assert company.keys("carts") == ["K2"]


def test_rows_beyond_the_limit_wait_and_go_when_they_are_approved_although_what_they_end_with_has_gone(company: Company) -> None:
    """A date corrected by the source ends P1 tonight, which nobody foresaw; one person passes, twenty-two carts do not."""
    carts(company, "2026-01-10", "P1,2026-01-05\nP2,2026-01-05", many=21)
    company.night("2026-01-10")
    carts(company, "2026-01-11", "P1,2024-06-30\nP2,2026-01-05", many=21)
    last = company.night("2026-01-11")
    assert company.keys("people") == ["P2"]
    (part,) = withheld(last)
    assert (part["table"], part["cells"]) == ("crm.carts", 66)
    assert len(company.keys("carts")) == 23
    assert company.keys("items") == ["i1", "i2", "i3"]  # a cart that waits has not ended
    assert len(withheld(company.night("2026-01-12"))) == 1
    company.approve(part["digest"], at="2026-01-12")
    company.night("2026-01-13")
    assert (company.keys("carts"), company.keys("items")) == (["K2"], ["i3"])


def test_a_held_row_stays_with_what_ends_with_it(company: Company) -> None:
    holds = (
        "holds: [{hold: dispute, ground: a dispute, owner: legal, review_by: 2027-01-01, tables: [crm.carts], effective_from: 2026-01-01}]"
    )
    carts(company, "2026-01-10", "P1,2025-06-30\nP2,2026-01-05", holds=holds)
    company.night("2026-01-10")
    company.night("2026-07-01")
    assert (company.keys("people"), company.keys("carts"), company.keys("items")) == (["P2"], ["K1", "K2"], ["i1", "i2", "i3"])
    carts(company, "2026-01-10", "P1,2025-06-30\nP2,2026-01-05")
    company.night("2026-07-02")
    assert (company.keys("carts"), company.keys("items")) == (["K2"], ["i3"])


@pytest.mark.parametrize(("says", "left"), [("clear", None), ("keep_key", "P1")])
def test_a_link_does_what_it_says_when_its_target_ends(company: Company, says: str, left: str | None) -> None:
    source = _without(ENDING, "items").replace("end_too", says)
    company.policy(source, company=ANY_DROP, relationship=ORDERED, shop=SHOP)
    company.extract("people", "2026-01-10", "id,signed_on\nP1,2025-06-30")
    company.extract("carts", "2026-01-10", "id,person_id,filled_on\nK1,P1,2026-01-01")
    company.night("2026-01-10")
    company.night("2026-07-01")
    assert (company.keys("people"), company.rows("carts")) == (
        [], [{"id": "K1", "person_id": left, "filled_on": day("2026-01-01")}],
    )  # fmt: skip


def test_a_link_leads_into_another_source(company: Company) -> None:
    """A badge of the staff's system belongs to a person of the customers' system, and ends with that person's last order."""
    company.policy(COMPOSITE, company=ANY_DROP, relationship=ORDERED)
    source = """
source: gate
owner: Facilities
extract: {path: "{table}-{day}.csv", keep: P7D, freshness: P2D}
tables:
  badges:
    key: id
    links: {holder: {to: crm.people, columns: {country: country, number: number}, when_target_ends: end_too}}
    fields:
      id: {category: user.unique_id, serves: relationship}
      country: {category: user.content, serves: relationship}
      number: {category: user.unique_id, serves: relationship, type: integer}
"""
    (company.paths.policies / "sources" / "gate.yaml").write_text(source)
    company.extract("people", "2026-01-10", "country,number,id,name\nSE,1,p1,Ada\nDK,1,p2,Bo")
    lines = "id,order_no,line_no,buyer_country,buyer_number,on_day\nl1,L,1,SE,1,2025-06-30\nl2,L,2,DK,1,2026-01-05"
    company.extract("lines", "2026-01-10", lines)
    company.extract("returns", "2026-01-10", "id,order_no,line_no,why")
    company.extract("badges", "2026-01-10", "id,country,number\nB1,SE,1\nB2,DK,1")
    company.night("2026-01-10")
    until = [explain(company.paths.store, "gate.badges", key).clusters[0].retain_until for key in ("B1", "B2")]
    assert until == [day("2026-06-30"), day("2027-01-05")]
    company.night("2026-07-01")
    assert [explain(company.paths.store, "gate.badges", key).found for key in ("B1", "B2")] == ["left_behind", "stored"]
