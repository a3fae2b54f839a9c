"""Where a policy's tables find their dates, which of their fields share one fate, and which ways are refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.reach import Reach
from privacy_pipelines.retention.rules import PurposeRule, Rules
from privacy_pipelines.retention.ways import Hop
from tests.retention import test_events as events
from tests.retention.policies import policy as written

SALES = """
tables:
  accounts:
    key: id
    fields:
      id: {category: system.operations}
      region: {category: system.operations}
  contacts:
    key: id
    subject: customer
    links: {account_id: accounts}
    fields:
      id: {category: user.unique_id, serves: [relationship, letter, claims]}
      account_id: {category: user.unique_id, serves: relationship}
      mail: {category: user.contact.email, serves: [letter, relationship], type: email}
      name: {category: user.name, serves: [relationship, letter, claims]}
      left_on: {category: user.workplace, serves: relationship, type: date}
    events: {contact_left: left_on}
  contracts:
    key: id
    links: {account_id: accounts}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
      status: {category: user.content, serves: claims}
      ends_on: {category: user.content, serves: relationship, type: date}
    events: {contract_end: {at: ends_on, open_if: "status = 'active'"}}
  lines:
    key: [contract_id, no]
    links: {contract_id: contracts}
    scopes: {relationship: record, claims: record}
    fields:
      contract_id: {category: user.unique_id, serves: relationship}
      no: {category: user.unique_id, serves: relationship}
      text: {category: user.content, serves: claims}
  calls:
    key: id
    links: {contact_id: contacts}
    fields:
      id: {category: user.unique_id, serves: relationship}
      contact_id: {category: user.unique_id, serves: relationship}
      note: {category: user.content, serves: relationship}
      mood: {category: user.content, serves: letter}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: claims}
      mail: {category: user.contact.email, serves: claims, type: email}
      status: {category: user.content, serves: claims}
      given_on: {category: user.content, serves: claims, type: date}
    events: {contract_end: given_on}
consents:
  letter: {table: consents, match: {mail: contacts.mail}, status: status, valid: [Given], from: given_on}
objections:
  mailing: {table: consents, match: {mail: contacts.mail}, status: status, valid: [No], from: given_on}
"""
SALES_PURPOSES = {
    "relationship": "starting_point: {event: contract_end, of: subject}\nended_by: [{event: contact_left, period: P1M}]\nsettle: P14D",
    "letter": "starting_point: {event: contract_end, of: subject}\nrequires_consent: letter\nobjections: {mailing: end}\nsettle: P2D",
    "claims": "nature: claims\nstarting_point: {event: contract_end, of: subject}\nsettle: P1M",
}


def rules_of(source: str, purposes: dict[str, str], company: str = "") -> Rules:
    return compile_rules(written(source, company=company, **purposes))


def routes(rules: Rules) -> dict[str, list[str]]:
    """Table → a line for each purpose: where it starts, where it ends early, and what admits it."""
    return {rule.table.name: [" | ".join(_purpose(purpose)) for purpose in rule.purposes] for rule in rules.tables}


def _purpose(purpose: PurposeRule) -> Iterator[str]:
    yield f"{purpose.purpose.name}: {', '.join(map(_reach, purpose.starts))}"
    if purpose.ends:
        yield "ends " + ", ".join(f"{_reach(reach)} {rule.lead}" for reach, rule in purpose.ends)
    if purpose.gates:
        yield f"admits {', '.join(map(_reach, purpose.gates))}"
    yield " ".join(
        ["missing" if purpose.missing else "sure", "deletable" if purpose.deleted_at_source else "kept", str(len(purpose.versions))]
    )


def _reach(reach: Reach) -> str:
    column = f".{reach.column}" if reach.column else ""
    return f"{reach.kind} {reach.fact}{column}" + "".join(map(_hop, reach.hops))


def _hop(hop: Hop) -> str:
    return f" {'<' if hop.down else '>'} {hop.to.removeprefix('crm.')}({','.join(hop.to_columns)}{'*' if hop.shared else ''})"


def clusters(rules: Rules) -> dict[str, list[tuple[object, ...]]]:
    """Table → its clusters: name, columns, whether each of their purposes needs a consent, and whether a row may have none of them."""
    return {
        rule.table.name: [(c.name, " ".join(c.columns), c.needs_consent, c.may_be_empty) for c in rule.clusters] for rule in rules.tables
    }


def structural(rules: Rules) -> dict[str, str]:
    """Table → the columns that live as long as their row."""
    return {rule.table.name: " ".join(rule.structural) for rule in rules.tables if rule.structural}


def test_dates_are_found_in_the_row_over_its_links_or_with_its_person() -> None:
    """Who objects or withdraws ends the letter; who has left, the relationship; a line lives with its contract, a call with its contact."""
    acts = "ends consent letter.mail{0} -1, consent objection: mailing.mail{0} -1 | admits consent letter.mail{0} | missing deletable 0"
    assert routes(rules_of(SALES, SALES_PURPOSES)) == {
        "calls": [
            f"letter: subject contract_end > contacts(id) | {acts.format(' > contacts(id)')}",
            "relationship: subject contract_end > contacts(id) | ends linked contact_left > contacts(id) 0 | missing deletable 0",
        ],
        "consents": ["claims: own contract_end | missing kept 0"],
        "contacts": [
            "claims: subject contract_end | missing kept 0",
            f"letter: subject contract_end | {acts.format('')}",
            "relationship: subject contract_end | ends own contact_left 0 | missing deletable 0",
        ],
        "contracts": ["claims: own contract_end | missing kept 0", "relationship: own contract_end | missing deletable 0"],
        "lines": [
            "claims: linked contract_end > contracts(id) | missing kept 0",
            "relationship: linked contract_end > contracts(id) | missing deletable 0",
        ],
    }


def test_a_persons_events_are_found_over_links_in_both_directions() -> None:
    ((subject, (route,)),) = rules_of(SALES, SALES_PURPOSES).facts
    assert (subject, route.name, "".join(map(_hop, route.hops))) == (
        "crm.contacts",
        "contract_end",
        " > accounts(id) < contracts(account_id)",
    )
    ((_, found),) = rules_of(events.SOURCE, events.PURPOSES, events.COMPANY).facts
    assert [f"{route.name}{''.join(map(_hop, route.hops))}" for route in found] == [
        "deal_end < merged: crm.people(at) < deals(person_id)", "visit < visits(mail*)"
    ]  # fmt: skip


def test_fields_that_serve_the_same_purposes_share_one_fate_and_what_something_is_decided_by_lives_as_long() -> None:
    """`status` says whether a contract runs, for claims and the relationship alike; `left_on` when a contact left, a register what
    was said."""
    assert structural(rules_of(SALES, SALES_PURPOSES)) == {
        "consents": "given_on mail status", "contacts": "left_on", "contracts": "ends_on status"
    }  # fmt: skip
    assert clusters(rules_of(SALES, SALES_PURPOSES)) == {
        "calls": [
            ("letter", "mood", True, False),
            ("letter+relationship", "contact_id", False, False),
            ("relationship", "note", False, True),
        ],
        "consents": [("claims", "", False, False)],
        "contacts": [("claims+letter+relationship", "account_id name", False, False), ("letter+relationship", "mail", False, True)],
        "contracts": [("claims+relationship", "", False, False), ("relationship", "account_id", False, True)],
        "lines": [("claims", "text", False, True), ("claims+relationship", "", False, False)],
    }


def test_a_key_that_may_come_back_is_waited_for_as_long_as_the_slowest_purpose_settles() -> None:
    found = {rule.table.name: str(rule.unexplained.settle) for rule in rules_of(SALES, SALES_PURPOSES).tables}
    assert found == {"calls": "P14D", "consents": "P1M", "contacts": "P1M", "contracts": "P1M", "lines": "P1M"}


def test_kinds_entities_versions_and_consents_are_where_the_policy_says() -> None:
    assert routes(rules_of(events.SOURCE, events.PURPOSES, events.COMPANY)) == {
        "consents": ["proof: consent letter.mail | sure kept 0"],
        "deals": ["deal: own deal_end | missing deletable 2"],
        "papers": ["books: own paper@acme, own paper@? | missing kept 0"],
        "people": [
            "care: subject deal_end | admits kind customer | missing deletable 0",
            "letter: consent letter.mail | sure deletable 0",
            "supply: subject visit | admits kind supplier | missing kept 0",
        ],
        "visits": ["visit: own visit | missing deletable 0"],
    }


def test_what_kinds_merges_and_notices_are_read_from_lives_as_long_as_the_row() -> None:
    rules = rules_of(events.SOURCE, events.PURPOSES, events.COMPANY)
    assert structural(rules) == {
        "consents": "given_on mail status",
        "deals": "cancelled_on changed_on ended_at noted_on person_id status",
        "papers": "code mail on_day",
        "people": "master role",
        "visits": "came_on left_on mail",
    }
    assert clusters(rules) == {
        "consents": [("proof", "", True, False)],
        "deals": [("deal", "", False, False)],
        "papers": [("books", "", False, False)],
        "people": [("care+letter+supply", "mail", False, False), ("care+supply", "name", False, True)],
        "visits": [("visit", "", False, False)],
    }


def test_a_rules_order_and_rolling_are_its_versions_own_and_legal_entities_count_where_any_version_asks() -> None:
    point = "starting_point: {event: paper, of: record, offset: end_of_month, order: period_then_offset}"
    now = f"{point}\nperiod: P7Y\nroll: next_weekday\neffective_from: 2026-01-01"
    old = "{period: P5Y, offset: end_of_fiscal_year, order: offset_then_period, roll: none, effective_from: 2020-01-01, approved_by: dpo}"
    missing = "on_missing_event: {restrict: P9Y, from: first_seen}"
    books = f"nature: duty\nlegal_basis: eu-gdpr:A6-1-c\n{now}\nearlier: [{old}]\n{missing}"
    (rule,) = rules_of(events.SOURCE, {**events.PURPOSES, "books": books}, events.COMPANY).of("crm.papers").purposes
    said = [(one.offset, one.period_first, one.roll, one.statutory) for _, one in rule.versions]
    assert said == [(("end_of_fiscal_year",), False, False, True), (("end_of_month",), True, True, True)]
    assert [_reach(start) for start in rule.starts] == ["own paper@acme", "own paper@?"]


CARDS = """
tables:
  cards:
    key: id
    fields:
      id: {category: user.unique_id, serves: [promo, kept]}
      mail: {category: user.contact.email, serves: kept, type: email}
      opted: {category: user.content, serves: kept}
      said_on: {category: user.content, serves: kept, type: date}
      made_on: {category: user.content, serves: kept, type: date}
      name: {category: user.name, serves: promo}
      note: {category: user.content, serves: kept}
    events: {made: made_on}
consents:
  promo: {table: cards, match: {mail: cards.mail}, status: opted, valid: ["Yes"], from: said_on}
"""


def test_what_a_consent_is_read_from_lives_as_long_as_what_needs_it() -> None:
    """A register that only its own rows ask keeps its columns for the purposes that do; what another table's register calls its own columns
    is no concern of a table's."""
    purposes = {
        "promo": "legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: promo}",
        "kept": "starting_point: {event: made, of: record}",
    }
    rules = rules_of(CARDS, purposes)
    assert structural(rules) == {"cards": "made_on"}
    assert [(name, columns) for name, columns, *_ in clusters(rules)["cards"]] == [
        ("kept", "note"),
        ("kept+promo", "mail opted said_on"),
        ("promo", "name"),
    ]
    source = SALES.replace(
        "mail: {category: user.contact.email, serves: [letter, relationship]", "mail: {category: user.contact.email, serves: relationship"
    )
    source = source.replace("      left_on", "      status: {category: user.content, serves: claims}\n      left_on", 1)
    assert [(name, columns) for name, columns, *_ in clusters(rules_of(source, SALES_PURPOSES))["contacts"]] == [
        ("claims", "status"),
        ("claims+letter+relationship", "account_id name"),
        ("letter+relationship", "mail"),
    ]


def test_an_early_end_is_of_the_record_that_has_it_and_of_what_belongs_to_a_person_who_has_it() -> None:
    """A contract's own, and its contact's; not a line's, which has it only over its contract. An objection may only restrict."""
    source = SALES.replace("events: {contract_end: {", "events: {cancelled: ends_on, contract_end: {")
    early = SALES_PURPOSES["relationship"].replace("[{event: contact_left", "[{event: cancelled, period: P0D}, {event: contact_left")
    letter = SALES_PURPOSES["letter"].replace("mailing: end", "mailing: restrict")
    rules = rules_of(source, {**SALES_PURPOSES, "relationship": early, "letter": letter})
    ends = {
        table: [part for line in lines for part in line.split(" | ") if part.startswith("ends")] for table, lines in routes(rules).items()
    }
    assert (ends["contracts"], ends["lines"]) == (["ends own cancelled 0"], [])
    assert ends["contacts"][1] == "ends subject cancelled 0, own contact_left 0"
    restricts = [rule.restricts for one in rules.of("crm.contacts").purposes for _, rule in one.ends]
    assert restricts == [False, True, False, False]


def test_a_row_that_has_the_event_lives_by_its_persons_latest_where_its_table_says_so() -> None:
    source = events.SOURCE.replace("    collected: noted_on\n", "    collected: noted_on\n    scopes: {deal: subject}\n")
    found = routes(rules_of(source, events.PURPOSES, events.COMPANY))["deals"]
    assert found[0].startswith("deal: subject deal_end > merged: crm.people(name) > people(id)")


def test_what_a_row_ends_with_comes_before_it_wherever_it_stands_in_the_file() -> None:
    echoes = """
  answers:
    key: id
    links: {call_id: {to: calls, when_target_ends: end_too}}
    fields:
      id: {category: user.unique_id, serves: letter}
      call_id: {category: user.unique_id, serves: letter}
  calls:"""
    rules = rules_of(SALES.replace("\n  calls:", echoes), SALES_PURPOSES)
    written, first = [rule.table.name for rule in rules.tables], [rule.table.name for rule in rules.targets_first]
    assert (written.index("answers") < written.index("calls"), first.index("answers") > first.index("calls")) == (True, True)
    assert sorted(first) == sorted(written)
    assert rules.of("crm.answers").table.name == "answers"
    with pytest.raises(KeyError):
        rules.of("crm.accounts")


def test_what_is_not_linked_to_the_event_or_to_a_consents_person_is_refused() -> None:
    alone = SALES.replace("    links: {contact_id: contacts}\n", "")
    with pytest.raises(PolicyErrors) as found:
        rules_of(alone, SALES_PURPOSES)
    said = str(found.value)
    assert "purpose 'relationship' cannot be decided: crm.calls is linked to no data subject that event 'contract_end' reaches" in said
    assert "purpose 'letter' cannot be decided" in said


def test_of_two_ways_of_one_length_none_is_guessed() -> None:
    twice = SALES.replace("links: {contact_id: contacts}", "links: {contact_id: contacts, mood: {to: contacts, optional: true}}")
    with pytest.raises(PolicyErrors, match=r"two ways of the same length from crm\.calls"):
        rules_of(twice, SALES_PURPOSES)
