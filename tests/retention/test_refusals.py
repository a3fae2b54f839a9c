"""Ways that are not there, or of which there are two: refused before any night, and never guessed."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.retention.test_routes import SALES, SALES_PURPOSES, clusters, routes, rules_of

Edits = list[tuple[str, str]]

BY_NAME = [("links: {contact_id: contacts}", "links: {contact_id: {to: contacts, column: name}}")]
FIELDS = "fields:\n      id: {category: user.unique_id, serves: [relationship, letter, claims]}"
OF_CONTACTS = f"links: {{account_id: accounts}}\n    {FIELDS}"
OF_LINES = "links: {contract_id: contracts}"
STATUS = "status: {category: user.content, serves: claims}\n      ends_on"
ONLY_CUSTOMERS = "subjects: [customer]"
BY_CONSENT = "legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: letter}"
PAIR = """
  pairs:
    key: id
    links: {one: contacts, other: {to: readers, optional: true}}
    fields:
      id: {category: user.unique_id, serves: relationship}
      one: {category: user.unique_id, serves: relationship}
      other: {category: user.unique_id, serves: relationship}
  readers:
    key: id
    subject: reader
    links: {account_id: accounts}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
  consents:"""
PARTS = """
  parts:
    key: id
    links: {account_id: accounts}
    events_via: {contract_end: [accounts, contracts]}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
  consents:"""
ECHOES = """
  echoes:
    key: id
    links: {call_id: calls}
    fields:
      id: {category: user.unique_id, serves: letter}
      call_id: {category: user.unique_id, serves: letter}
  consents:"""
CONSENTS = "\n  consents:"
VIA = "events_via: {contract_end: [contacts, accounts, contracts]}"
REFUSED: list[tuple[Edits, dict[str, str], str]] = [
    (
        [(OF_CONTACTS, f"links: {{account_id: accounts}}\n    scopes: {{claims: record}}\n    {FIELDS}")],
        {},
        "crm.contacts: purpose 'claims' cannot be decided: event 'contract_end' is neither in crm.contacts nor in a row that its links",
    ),
    (
        [(STATUS, STATUS.replace("claims", "letter"))],
        {},
        "crm.contracts: purpose 'letter' cannot be decided: consent 'letter' does not match crm.contracts or a row that its links point to",
    ),
    (
        [(STATUS, STATUS.replace("claims", "letter"))],
        {"letter": BY_CONSENT},
        "crm.contracts: purpose 'letter' cannot be decided: none of its consents (letter) matches crm.contracts",
    ),
    (
        BY_NAME,
        {},
        "crm.calls: purpose 'letter' cannot be decided: consent 'letter' cannot be proved over a link to what is no key",
    ),
    (
        [*BY_NAME, (CONSENTS, ECHOES)],
        {},
        "crm.echoes: purpose 'letter' cannot be decided: consent 'letter' cannot be proved over a link to what is no key",
    ),
    (
        BY_NAME,
        {"relationship": ONLY_CUSTOMERS},
        "crm.calls: purpose 'relationship' cannot be decided: crm.calls is linked by a key to no customer",
    ),
    (
        [],
        {"claims": ONLY_CUSTOMERS},
        "crm.contracts: purpose 'claims' cannot be decided: crm.contracts is linked by a key to no customer",
    ),
    (
        [(CONSENTS, PAIR)],
        {},
        "crm.pairs: purpose 'relationship' cannot be decided: subjects crm.contacts and crm.readers are equally near; say in 'events_via'",
    ),
    (
        [(CONSENTS, PAIR)],
        {"relationship": ONLY_CUSTOMERS},
        "crm.readers: purpose 'relationship' cannot be decided: it is for customer, and the rows of crm.readers are reader",
    ),
    (
        [(OF_CONTACTS, FIELDS)],
        {},
        "crm.contacts: purpose 'claims' cannot be decided: no links lead from crm.contacts to event 'contract_end'",
    ),
    (
        [(OF_LINES, f"{OF_LINES}\n    events_via: {{contract_end: [contracts, accounts, contracts]}}")],
        {},
        "crm.lines: purpose 'claims' cannot be decided: 'events_via' of crm.lines: 'contract_end' is found over links to other rows",
    ),
    (
        [
            (
                CONSENTS,
                PAIR.replace("other: {to: readers", "other: {to: contacts").replace("optional: true}}", "optional: true}}\n    " + VIA),
            )
        ],
        {},
        "crm.pairs: purpose 'relationship' cannot be decided: 'events_via' of crm.pairs: 2 links between crm.pairs and crm.contacts, "
        "expected one; say which",
    ),
    (
        [
            ("links: {contact_id: contacts}", "links: {contact_id: contacts}\n    " + VIA),
            (OF_CONTACTS, OF_CONTACTS.replace("accounts}", "accounts, name: {to: contracts, optional: true}}")),
        ],
        {},
        "crm.calls: purpose 'relationship' cannot be decided: 'events_via' of crm.calls: crm.contacts finds event 'contract_end' another",
    ),
    (
        [(CONSENTS, PARTS)],
        {},
        "crm.parts: purpose 'relationship' cannot be decided: 'events_via' of crm.parts: its links lead to no data subject on the way",
    ),
]


@pytest.mark.parametrize(("edits", "more", "said"), REFUSED, ids=[said[:60] for _, _, said in REFUSED])
def test_a_way_that_is_not_there_is_refused_with_its_table_and_purpose(edits: Edits, more: dict[str, str], said: str) -> None:
    source = SALES
    for old, new in edits:
        assert source.count(old) == 1
        source = source.replace(old, new)
    purposes = {
        name: more[name] if more.get(name) == BY_CONSENT else f"{rule}\n{more.get(name, '')}" for name, rule in SALES_PURPOSES.items()
    }
    with pytest.raises(PolicyErrors) as found:
        rules_of(source, purposes)
    assert said in str(found.value)


def test_of_two_subjects_the_nearer_one_is_meant_and_events_via_says_another_way() -> None:
    """A reader is nearer than the contact of a call; and a call goes over its contact where that is said."""
    nearer = PAIR.replace("links: {one: contacts,", "links: {one: calls,")
    found = routes(rules_of(SALES.replace(CONSENTS, nearer), SALES_PURPOSES))
    assert found["pairs"][0].startswith("relationship: subject contract_end > readers(id)")
    said = SALES.replace("links: {contact_id: contacts}", "links: {contact_id: contacts}\n    " + VIA)
    found = routes(rules_of(said, SALES_PURPOSES))
    assert found["calls"][1].startswith("relationship: subject contract_end > contacts(id)")


def test_a_link_that_is_about_nobody_leads_nowhere_and_is_no_second_way() -> None:
    links = "links: {contact_id: contacts, mood: {to: contacts, optional: true, about: false}}"
    plain = routes(rules_of(SALES, SALES_PURPOSES))
    for via in ("", f"\n    {VIA}"):
        assert routes(rules_of(SALES.replace("links: {contact_id: contacts}", f"{links}{via}"), SALES_PURPOSES)) == plain


HIRES = """
  hires:
    key: id
    links: {reader: readers, one: contacts, two: contacts}
    fields:
      id: {category: user.unique_id, serves: extra}
      reader: {category: user.unique_id, serves: extra}
      one: {category: user.unique_id, serves: extra}
      two: {category: user.unique_id, serves: extra}
      on_day: {category: user.content, serves: extra, type: date}
    events: {hired: on_day}
  consents:"""


def test_the_whole_way_to_the_event_is_measured_and_a_subject_with_two_ways_of_one_length_is_passed_over() -> None:
    """Over its call to the contact who left a pair has two steps; over its reader one, and three more. Of a hire, a reader is one side, and
    contacts are two."""
    extra = PAIR.replace("serves: relationship", "serves: extra")
    left = {**SALES_PURPOSES, "extra": "starting_point: {event: contact_left, of: subject}"}
    found = routes(rules_of(SALES.replace(CONSENTS, extra.replace("one: contacts", "one: calls")), left))
    assert [line.split(" | ")[0] for line in found["pairs"]] == ["extra: linked contact_left > calls(id) > contacts(id)"]
    hired = {**SALES_PURPOSES, "extra": "starting_point: {event: hired, of: subject}"}
    found = routes(rules_of(SALES.replace(CONSENTS, extra).replace(CONSENTS, HIRES), hired))
    assert [line.split(" | ")[0] for line in found["pairs"]] == ["extra: subject hired > readers(id)"]


def one_table(purposes: int, sets: int) -> dict[str, list[tuple[object, ...]]]:
    """The clusters of a table with so many purposes, and so many different sets of them among its fields."""
    names = [f"p{number:02d}" for number in range(purposes)]
    served = [*([name] for name in names), *([names[0], name] for name in names[1:])][: sets - 1]
    fields = "".join(f"\n      f{n}: {{category: user.content, serves: [{', '.join(one)}]}}" for n, one in enumerate(served))
    source = f"""
tables:
  things:
    key: id
    fields:
      id: {{category: user.unique_id, serves: [{", ".join(names)}]}}
      on_day: {{category: system.operations, type: date}}{fields}
    events: {{begun: on_day}}
"""
    return clusters(rules_of(source, dict.fromkeys(names, "starting_point: {event: begun, of: record}")))


def test_no_table_has_more_purposes_and_clusters_than_fit_a_code() -> None:
    assert len(one_table(13, 14)["things"]) == 14
    with pytest.raises(PolicyErrors, match=r"crm\.things: 15 different sets of purposes among its fields, at most 14"):
        one_table(13, 15)
    with pytest.raises(PolicyErrors, match=r"crm\.things: 14 purposes in one table, at most 13\. Split the table"):
        one_table(14, 15)
