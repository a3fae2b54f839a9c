"""What persons said, by the statements alone: since when a consent does not stand, and an objection does (GDPR Art. 7, 21; LAW §1, C10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import tonight
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.consents import STATES, refusal_statement
from privacy_pipelines.retention.registers import following, registers
from privacy_pipelines.store.layout import CONSENTS
from tests.retention.memory import gathered
from tests.retention.policies import policy as written

SOURCE = """
tables:
  readers:
    key: id
    subject: reader
    fields:
      id: {category: user.unique_id, serves: newsletter}
      email: {category: user.contact.email, serves: newsletter, type: email}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: newsletter}
      email: {category: user.contact.email, serves: newsletter, type: email}
      what: {category: user.content, serves: newsletter}
      status: {category: user.privacy_preferences, serves: newsletter}
      given_on: {category: user.privacy_preferences, serves: newsletter, type: date}
      until: {category: user.privacy_preferences, serves: newsletter, type: date}
consents:
  newsletter:
    {table: consents, match: {email: readers.email}, status: status, valid: [Given, RenewedConsentGiven], from: given_on, until: until,
     valid_for: P12M, when: "what = 'mail'"}
  endless:
    {table: consents, match: {email: readers.email}, status: status, valid: [Given], from: given_on, when: "what = 'endless'"}
objections:
  mailing:
    {table: consents, match: {email: readers.email}, status: status, valid: [Objected], from: given_on, until: until,
     when: "what = 'no'"}
  plain:
    {table: consents, match: {email: readers.email}, from: given_on}
"""
NEWSLETTER = "legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: newsletter}"
TODAY = "2026-02-05"
SEEN = "2026-01-07"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return law()


def law() -> Policy:
    """The policy of these tests."""
    return written(SOURCE, company="shared_mailboxes: [info]", newsletter=NEWSLETTER)


def ends(policy: Policy, register: str, cases: Sequence[tuple[Sequence[str], object]]) -> list[str | None]:
    """Of each case's Ada the first day on which her consent does not stand, or her objection does. An entry is
    `status,given,until[,gone[,what[,email]]]`; an address that is none of hers is another person's of the same case."""
    rows = [
        _entry(f"{case}.{number}", case, register, *entry.split(","))
        for case, (entries, _) in enumerate(cases)
        for number, entry in enumerate(entries)
    ]
    with gathered(policy, date.fromisoformat(TODAY), {"crm.consents": rows}) as (opened, _):
        (name,) = [one for one in registers(policy) if one.endswith(register)]
        found: dict[str | None, date] = dict(opened.rows(f"SELECT * FROM {sql.text(sql.table(CONSENTS, name))}"))
    assert None not in found
    days = [found.get(f"ada{case}@x.se") for case in range(len(cases))]
    return [day.isoformat() if day else None for day in days]


def _entry(
    key: str, case: int, register: str, status: str, given: str, until: str = "", gone: str = "", what: str = "", email: str = " Ada@x.se"
) -> dict[str, object]:
    what = what or {"newsletter": "mail", "endless": "endless", "mailing": "no"}.get(register, "")
    email = email.replace("@", f"{case}@")
    values = {"id": key, "email": email, "what": what, "status": status, "given_on": given, "until": until, "_gone_since": gone}
    return {name: value or None for name, value in {**values, "_first_seen": SEEN}.items()}


CONSENTS_OF_ONE: list[tuple[list[str], str | None]] = [
    (["Given,2026-01-10"], "2027-01-11"),  # valid through the same day of the next year
    (["RenewedConsentGiven,2024-02-29"], "2025-03-01"),  # a leap day's last day is 28 February
    (["Given,2026-02-05"], "2027-02-06"),  # given today
    (["Given,2026-02-06"], None),  # not given yet
    (["Given,"], None),  # Art. 7(1): it cannot be proved
    (["Given,1900-01-01"], None),
    (["Given,9999-12-31"], None),
    (["Requested,2026-01-10"], None),
    (["Unknown,2026-01-10"], None),
    ([",2026-01-10"], None),
    (["Given,2026-01-10,2026-02-01"], "2026-02-01"),  # withdrawn
    (["Given,2026-01-10,2026-02-05"], "2026-02-05"),  # withdrawn today
    (["Given,2026-01-10,2026-06-30"], "2026-06-30"),  # an end of its own
    (["Given,2026-01-10,2027-06-30"], "2027-01-11"),  # which does not outlast its validity
    (["Given,2026-01-10,9999-12-31"], "2027-01-11"),
    (["Withdrawn,2026-01-10,2026-02-01"], "2026-02-01"),
    (["Expired,2026-01-10,2026-02-01"], "2026-02-01"),
    (["Withdrawn,2026-01-10,2026-06-30"], "2026-02-05"),  # a status that says so is not of a day to come
    (["Withdrawn,2026-01-10"], "2026-01-10"),  # without a day of withdrawal, from the day of giving
    (["Withdrawn,"], SEEN),  # and without that, from the night that first saw it
    (["Given,2026-01-10,,2026-01-20"], "2026-01-20"),  # no longer sent
    (["Given,2026-01-10,2026-01-15,2026-01-20"], "2026-01-15"),
    (["Withdrawn,2024-01-10,2026-02-01"], "2025-01-11"),  # it had ended by itself before
    (["Given,2026-01-10,,,,"], None),  # of nobody
]
CONSENTS_OF_SEVERAL: list[tuple[list[str], str | None]] = [
    (["Given,2025-06-01", "RenewedConsentGiven,2026-01-10"], "2027-01-11"),  # the last to end
    (["Given,2025-06-01", "Withdrawn,2025-01-01,2026-02-01"], "2026-02-01"),  # a withdrawal withdraws what was given before
    (["Given,2026-02-02", "Withdrawn,2025-01-01,2026-02-01"], "2027-02-03"),  # not what is given after
    (["Given,2026-02-01", "Withdrawn,2025-01-01,2026-02-01"], "2026-02-01"),  # on one day the withdrawal decides
    (["Given,2026-01-10", "Given,1900-01-01,2026-01-20"], "2026-01-20"),  # it counts without a day of giving
    (["Given,2026-01-10", "Given,2025-01-01,2026-06-30"], "2027-01-11"),  # an end to come withdraws nothing yet
    (["Given,2026-01-10", "Given,2025-01-01,,2026-01-20"], "2027-01-11"),  # what is no longer sent withdraws no other
    (["Given,2025-06-01", "Withdrawn,2026-01-10"], "2026-01-10"),  # without a day of its own, from that of giving
    (["Given,2024-06-01", "Given,2025-01-01,2026-02-01"], "2026-01-02"),  # what had ended by itself is not brought back by it
    (["Given,2026-01-10", "Requested,2026-01-01,2026-02-01"], "2027-01-11"),  # what proves nothing withdraws nothing
    (["Given,2025-06-01", "Withdrawn,2026-01-01,2026-01-02", "Withdrawn,2026-01-01,2026-01-20"], "2026-01-20"),
    (["Given,2025-06-01", "Withdrawn,2025-01-01,2026-02-01,,other"], "2026-06-02"),  # another consent's
    (["Given,2025-06-01", "Withdrawn,2025-01-01,2026-02-01,,,bo@x.se"], "2026-06-02"),  # another person's
    (["Given,2025-06-01", "Withdrawn,2025-01-01,2026-02-01,,, "], "2026-06-02"),
]


OBJECTIONS: list[tuple[list[str], str | None]] = [
    (["Objected,2026-01-10"], "2026-01-10"),
    (["Objected,2026-02-05"], "2026-02-05"),
    (["Objected,2026-03-01"], SEEN),  # a day to come, an unknown one and none: from the night that first saw it
    (["Objected,9999-12-31"], SEEN),
    (["Objected,"], SEEN),
    (["Objected,2026-01-10,,2026-01-20"], "2026-01-10"),  # nobody has to object twice
    (["Objected,2026-01-10,2026-02-05"], None),  # lifted
    (["Objected,2026-01-10,2026-02-06"], "2026-01-10"),  # not lifted yet
    (["Objected,2026-01-10,9999-12-31"], "2026-01-10"),
    (["Asked,2026-01-10"], None),
    (["Objected,2026-01-10,,,mail"], None),
    (["Objected,2026-01-10", "Objected,2026-01-05"], "2026-01-05"),  # the first
    (["Objected,2026-01-10", "Objected,2026-01-05,,,,bo@x.se"], "2026-01-10"),
    (["Objected,2026-01-10,,,, "], None),
]


def test_a_consent_stands_until_the_first_day_on_which_no_entry_says_so(policy: Policy) -> None:
    cases = [*CONSENTS_OF_ONE, *CONSENTS_OF_SEVERAL]
    assert list(zip(cases, ends(policy, "newsletter", cases), strict=True)) == [(one, one[1]) for one in cases]


def test_a_consent_without_a_validity_of_its_own_has_no_end(policy: Policy) -> None:
    assert ends(policy, "endless", [(["Given,2010-01-10"], None)]) == ["9999-12-31"]


def test_an_objection_stands_from_its_first_day_until_it_is_lifted(policy: Policy) -> None:
    assert list(zip(OBJECTIONS, ends(policy, "mailing", OBJECTIONS), strict=True)) == [(one, one[1]) for one in OBJECTIONS]


def test_an_objection_that_asks_for_no_status_and_no_condition_is_any_row(policy: Policy) -> None:
    assert ends(policy, "plain", [(["Whatever,2026-01-10,2026-01-20"], None)]) == ["2026-01-10"]


def test_what_persons_said_are_registers_and_what_follows_what_is_another_kind(policy: Policy) -> None:
    assert len(registers(policy)) == 4
    assert following(policy) == ()


def test_a_mailbox_that_several_people_read_proves_nobodys_consent_and_anybodys_objection(policy: Policy) -> None:
    entry = {"id": "C1", "email": "Info@x.se", "status": "Given", "given_on": "2026-01-10", "_first_seen": SEEN}
    other = {**entry, "email": "information@x.se"}
    rows = [{**one, "id": f"{what}{n}", "what": what} for what in ("endless", "mail") for n, one in enumerate((entry, other))]
    with gathered(policy, date.fromisoformat(TODAY), {"crm.consents": rows}) as (opened, _):
        found = {
            register: sorted(opened.rows(f"SELECT who FROM {sql.text(sql.table(CONSENTS, name))}"))
            for register in ("endless", "newsletter", "plain")
            for name in registers(policy)
            if name.endswith(register)
        }
    assert found == {
        "endless": [("information@x.se",)],
        "newsletter": [("information@x.se",)],
        "plain": [("info@x.se",), ("information@x.se",)],
    }


REFUSED: dict[str, dict[str, bool]] = {
    "newsletter": {
        **dict.fromkeys(STATES, True), "Given": False, "RenewedConsentGiven": False,
        "": False, "??": False, "given": False, "Ada@x.se": False,
    },
    "own": {"yes": False, "Given": False, "no": True, "Withdrawn": True, "??": True, "": False},
    "accepted": {"Given": False, "no": True, "Withdrawn": False, "??": False, "": False},
}  # fmt: skip
"""Consent → what its status says → whether that is a no: of DPV's words, of a company's own, of those that the field accepts."""
WORDS = """
  own:
    {table: consents, match: {email: readers.email}, status: status, valid: ["yes", Given], from: given_on, when: "what = 'mail'"}
  accepted:
    {table: consents, match: {email: readers.email}, status: answer, valid: [Given], from: given_on, when: "what = 'mail'"}
objections:"""
ANSWER = "      answer: {category: user.privacy_preferences, serves: newsletter, accepted: [Given, 'no']}\n      given_on:"


@pytest.mark.parametrize("name", REFUSED)
def test_a_no_is_a_word_that_was_declared_and_is_not_among_the_valid_ones(name: str) -> None:
    source = SOURCE.replace("\nobjections:", WORDS).replace("      given_on:", ANSWER, 1)
    policy, day = written(source, company="shared_mailboxes: [info]", newsletter=NEWSLETTER), date.fromisoformat(TODAY)
    words = enumerate(REFUSED[name].items())
    rows = [{**_entry(word, n, name, word, "2026-01-10", what="mail"), "answer": word or None} for n, (word, _) in words]
    others = {"info": ("info@x.se", "mail"), "nobody": (None, "mail"), "another consent": ("bo@x.se", "other")}
    for key, (email, what) in others.items():
        rows.append({**_entry(key, 0, name, "no", "2026-01-10", what=what), "email": email, "answer": "no"})
    with gathered(policy, day, {"crm.consents": rows}) as (opened, rules):
        found = opened.rows(refusal_statement(tonight(rules, day), policy.consent(name)))
    assert sorted(found) == sorted((f"ada{n}@x.se", day) for n, no in enumerate(REFUSED[name].values()) if no)


def test_a_day_of_withdrawal_is_a_no_and_so_is_an_entry_that_left_its_source(policy: Policy) -> None:
    """Whatever the status says, but not on a day to come, nor on one that stands for an unknown one."""
    said = {"2026-02-01": True, "2026-02-05": True, "2026-02-06": False, "9999-12-31": False, "": False}
    entries = [(status, until, "", no) for until, no in said.items() for status in ("", "??", "Given")]
    entries += [(status, "", "2026-01-20", True) for status in ("", "Given")]
    rows = [_entry(str(n), n, "newsletter", status, "", until, gone) for n, (status, until, gone, _) in enumerate(entries)]
    day = date.fromisoformat(TODAY)
    with gathered(policy, day, {"crm.consents": rows}) as (opened, rules):
        found = opened.rows(refusal_statement(tonight(rules, day), policy.consent("newsletter")))
    assert sorted(who for who, _ in found) == sorted(f"ada{n}@x.se" for n, (*_, no) in enumerate(entries) if no)
