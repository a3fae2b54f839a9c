"""A consent that is lost without a word is no ground, and is not erased: it waits for the source, or for a person (GDPR Art. 7(1))."""

from __future__ import annotations

import pytest

from privacy_pipelines.cli.outcome import advice
from privacy_pipelines.explaining.review import listed
from privacy_pipelines.publishing.publish import PublishedFile
from privacy_pipelines.retention.plan import Plan
from tests.way.house import Company, csv, day, steps, withheld
from tests.way.test_consents import NEWSLETTER, READERS, extracts

GIVEN = ("S1,ada@x.example,Given,2026-01-10,", "S2,bo@x.example,Given,2026-01-10,")
PEOPLE = "R1,ada@x.example,cats\nR2,bo@x.example,dogs"
PUBLISHED = f"{NEWSLETTER}\npublish: {{format: csv, tables: crm.readers}}"
LOOSE = "guards: {unexpected_share: 0.001, unexpected_count: 20, row_drop: 1.0, vanished_share: 1.0, clock_lead: P2D}"
UNPROVED = "consent_unproved"
"""What the plan says of such a part."""


def subscribed(company: Company, source: str = READERS) -> Company:
    """Two persons, both of whom gave their consent."""
    company.policy(source, newsletter=PUBLISHED)
    said(company, "2026-02-01", *GIVEN)
    return company


def said(company: Company, on: str, *consents: str, people: str = PEOPLE) -> list[tuple[str, str, int, int]]:
    """A night over these consents: (table, reason, rows, limit) of what it withheld."""
    extracts(company, on, "\n".join(consents), people)
    return [(part["table"], part["reason"], part["unexpected"], part["limit"]) for part in withheld(company.night(on))]


def published(company: Company) -> int:
    """Rows of the newsletter's file."""
    files = company.stations["published"]
    assert isinstance(files, tuple)
    return sum(file.rows for file in files if isinstance(file, PublishedFile))


def both_wait() -> list[tuple[str, str, int, int]]:
    """One person's consent, and her record."""
    return [("crm.consents", UNPROVED, 1, 0), ("crm.readers", UNPROVED, 1, 0)]


LOST = {
    "its state is none": "S1,ada@x.example,??,2026-01-10,",
    "its state is gone": "S1,ada@x.example,,2026-01-10,",
    "another address": "S1,adda@x.example,Given,2026-01-10,",
    "no address": "S1,,Given,2026-01-10,",
    "no date": "S1,ada@x.example,Given,,",
    "a sentinel": "S1,ada@x.example,Given,1900-01-01,",
    "a day to come": "S1,ada@x.example,Given,2062-01-10,",
    "state and address in each other's place": "S1,Given,ada@x.example,2026-01-10,",
}


@pytest.mark.parametrize("line", LOST.values(), ids=LOST)
def test_a_consent_that_is_lost_without_a_word_is_used_no_more_and_waits(company: Company, line: str) -> None:
    subscribed(company)
    assert published(company) == 2
    assert said(company, "2026-02-05", line, GIVEN[1]) == [one for one in both_wait() if one[0] == "crm.readers" or "adda" not in line]
    assert (company.keys("readers"), company.keys("consents")) == (["R1", "R2"], ["S1", "S2"])
    assert published(company) == 1


def test_it_waits_for_as_long_as_nothing_is_said(company: Company) -> None:
    subscribed(company)
    for on in ("2026-02-05", "2026-02-06", "2026-03-20"):
        assert said(company, on, LOST["its state is none"], GIVEN[1]) == both_wait()
    assert company.row("readers", "R1")["topics"] == "cats"


def test_who_runs_the_night_is_told_what_to_look_at(company: Company) -> None:
    subscribed(company)
    extracts(company, "2026-02-05", f"{LOST['no date']}\n{GIVEN[1]}", PEOPLE)
    plan = Plan.from_json(company.night("2026-02-05").record["plan"])
    (what, then), (_, mend) = (advice(part) for part in plan.withheld)
    assert (
        what
        == "crm.consents, newsletter: 1 rows rest on consents that are lost since 2026-02-05, and nothing says that they were withdrawn"
    )
    assert then.startswith("→ have the source corrected, privacy-pipelines review crm.consents says for whom")
    assert plan.withheld[1].digest in mend


def test_said_again_it_stands_as_before(company: Company) -> None:
    subscribed(company)
    said(company, "2026-02-05", LOST["its state is gone"], GIVEN[1])
    assert said(company, "2026-02-06", *GIVEN) == []
    assert published(company) == 2
    assert steps(company.night("2026-02-07")) == []


@pytest.mark.parametrize("status", ["Withdrawn", "Refused", "Unknown", "Requested"])
def test_who_says_otherwise_needs_nobodys_leave(company: Company, status: str) -> None:
    """At once, and after a night on which nothing was said: a withdrawal is as easy as giving (Art. 7(3))."""
    subscribed(company)
    no = GIVEN[0].replace("Given", status)
    assert said(company, "2026-02-05", no, GIVEN[1].replace("Given", "")) == both_wait()
    assert (company.keys("readers"), company.keys("consents")) == (["R2"], ["S2"])
    assert said(company, "2026-02-06", no, GIVEN[1].replace("Given", status)) == []
    assert (company.keys("readers"), company.keys("consents")) == ([], [])


WORDS_BY_DAY = (
    "S1,ada@x.example,,2026-01-10,2026-02-04",
    "S1,ada@x.example,gone,2026-01-10,2026-02-04",
    "S1,ada@x.example,Given,,2026-02-04",
)


@pytest.mark.parametrize("line", WORDS_BY_DAY)
def test_a_day_of_withdrawal_is_a_word(company: Company, line: str) -> None:
    """Whatever the state beside it, and where nothing else is left."""
    subscribed(company)
    assert said(company, "2026-02-05", line, GIVEN[1]) == []
    assert company.keys("readers") == ["R2"]


def test_leaving_its_source_is_a_word(company: Company) -> None:
    """The entry's, and the person's, after a night on which nothing was said."""
    company.policy(READERS, company=LOOSE, newsletter=NEWSLETTER)
    said(company, "2026-02-01", *GIVEN)
    lost = [line.replace("Given", "") for line in GIVEN]
    assert said(company, "2026-02-05", *lost) == [("crm.consents", UNPROVED, 2, 0), ("crm.readers", UNPROVED, 2, 0)]
    assert said(company, "2026-02-06", lost[0]) == both_wait()
    assert (company.keys("readers"), company.keys("consents")) == (["R1"], ["S1"])
    said(company, "2026-02-07", lost[0], people=PEOPLE.splitlines()[1])
    assert [part["table"] for part in withheld(company.night("2026-02-08"))] == ["crm.consents"]
    assert company.keys("readers") == []


def test_who_objects_waits_for_nobody(company: Company) -> None:
    """Art. 21(3): on the night on which the state was emptied, a day of objection was written beside it."""
    objected = "      no_on: {category: user.privacy_preferences, serves: newsletter, type: date}\n"
    source = READERS.replace("      withdrawn_on:", f"{objected}      withdrawn_on:")
    source += 'objections:\n  mailing: {table: consents, match: {email: readers.email}, from: no_on, when: "no_on IS NOT NULL"}\n'
    company.policy(source, newsletter=f"{NEWSLETTER}\ndata_use: marketing.communications.email\nobjections: {{mailing: end}}")
    for on, line in (("2026-02-01", "S1,ada@x.example,Given,2026-01-10,,"), ("2026-02-05", "S1,ada@x.example,,2026-01-10,2026-02-04,")):
        company.extract("readers", on, "id,email,topics\nR1,ada@x.example,cats")
        company.extract("consents", on, csv("id,email,status,given_on,no_on,withdrawn_on", [line]))
        last = company.night(on)
    assert (withheld(last), company.keys("readers")) == ([], [])


NEEDED = [("Given", "", True), ("", "Given", True), ("Refused", "", False), ("", "Refused", False)]


@pytest.mark.parametrize(("newsletter", "profile", "waits"), NEEDED)
def test_each_consent_that_a_purpose_needs_is_asked_alone(company: Company, newsletter: str, profile: str, *, waits: bool) -> None:
    """One that it begins with, and one without which it never applied: a no to either ends it, and neither may be lost without a word."""
    other = "  profile: {table: consents, match: {email: readers.email}, status: other, valid: [Given], from: given_on}\n"
    column = "      other: {category: user.privacy_preferences, serves: newsletter}\n"
    source = READERS.replace("consents:\n  newsletter:", f"consents:\n{other}  newsletter:")
    source = source.replace("      withdrawn_on:", f"{column}      withdrawn_on:")
    company.policy(source, newsletter=f"{NEWSLETTER}\nrequires_consent: profile")
    for on, states in (("2026-02-01", ("Given", "Given")), ("2026-02-05", (newsletter, profile))):
        company.extract("readers", on, "id,email,topics\nR1,ada@x.example,cats")
        entry = f"S1,ada@x.example,{states[0]},2026-01-10,{states[1]},"
        company.extract("consents", on, csv("id,email,status,given_on,other,withdrawn_on", [entry]))
        last = company.night(on)
    assert [part["reason"] for part in withheld(last)] == [UNPROVED, UNPROVED] * waits
    assert company.keys("readers") == ["R1"] * waits


@pytest.mark.parametrize("email", ["adda@x.example", ""])
def test_a_persons_own_address_that_is_lost_takes_no_consent_with_it(company: Company, email: str) -> None:
    subscribed(company)
    lost = PEOPLE.replace("ada@x.example", email)
    assert said(company, "2026-02-05", *GIVEN, people=lost) == [("crm.readers", UNPROVED, 1, 0)]
    assert published(company) == 1
    assert said(company, "2026-02-06", *GIVEN, people=lost) == [("crm.readers", UNPROVED, 1, 0)]
    assert said(company, "2026-02-07", *GIVEN) == []
    assert published(company) == 2


def test_a_person_whose_address_moves_in_both_places_stays_subscribed(company: Company) -> None:
    subscribed(company)
    assert said(company, "2026-02-05", GIVEN[0].replace("ada", "a.b"), GIVEN[1], people=PEOPLE.replace("ada", "a.b")) == []
    assert published(company) == 2


def test_a_word_that_is_declared_later_is_heard_then(company: Company) -> None:
    status = "status: {category: user.privacy_preferences, serves: newsletter"
    words = READERS.replace("[Given, RenewedConsentGiven]", "[Given]")
    subscribed(company, words.replace(status, f"{status}, accepted: [Given]"))
    no = GIVEN[0].replace("Given", "nej")
    assert said(company, "2026-02-05", no, GIVEN[1]) == both_wait()
    company.policy(words.replace(status, f"{status}, accepted: [Given, nej]"), newsletter=PUBLISHED)
    assert said(company, "2026-02-06", no, GIVEN[1]) == []
    assert (company.keys("readers"), company.keys("consents")) == (["R2"], ["S2"])


def test_each_night_that_loses_one_is_a_part_of_its_own(company: Company) -> None:
    """So that an approval covers what was seen, and holds although another is lost meanwhile."""
    subscribed(company)
    said(company, "2026-02-05", LOST["no date"], GIVEN[1])
    first = {(part["table"], part["since"]): part["digest"] for part in withheld(company.night("2026-02-06"))}
    lost = GIVEN[1].replace("Given", "")
    extracts(company, "2026-02-07", f"{LOST['no date']}\n{lost}", PEOPLE)
    then = {(part["table"], part["since"]): part["digest"] for part in withheld(company.night("2026-02-07"))}
    assert dict(first.keys()) == {"crm.consents": "2026-02-05", "crm.readers": "2026-02-05"}
    assert set(then) - set(first) == {("crm.consents", "2026-02-07"), ("crm.readers", "2026-02-07")}
    assert then | first == then
    assert [(one.why, one.since, one.purpose) for one in listed(company.paths.store, "crm.readers")] == [
        (UNPROVED, day("2026-02-05"), "newsletter"),
        (UNPROVED, day("2026-02-07"), "newsletter"),
    ]
    for digest in first.values():
        company.approve(digest, at="2026-02-07")
    assert said(company, "2026-02-08", LOST["no date"], lost) == both_wait()
    assert company.keys("readers") == ["R2"]


def test_a_merged_persons_no_is_heard(company: Company) -> None:
    """A consent must stand for both of the records; so a no of either ends what rests on them."""
    merged = "      master: {category: user.unique_id, serves: newsletter}\n"
    source = READERS.replace("subject: reader", "subject: reader\n    merged_into: master").replace(
        "      topics:", f"{merged}      topics:"
    )
    company.policy(source, newsletter=NEWSLETTER)
    given = (*GIVEN, "S3,cy@x.example,Given,2026-01-10,")
    states = {"2026-02-01": given, "2026-02-05": (given[0].replace("Given", "Refused"), given[1], given[2].replace("Given", ""))}
    for on, consents in states.items():
        company.extract("readers", on, csv("id,email,master,topics", ["R1,ada@x.example,R2,a", "R2,bo@x.example,,b", "R3,cy@x.example,,c"]))
        company.extract("consents", on, csv("id,email,status,given_on,withdrawn_on", consents))
        last = company.night(on)
    assert [(part["table"], part["unexpected"]) for part in withheld(last)] == [("crm.consents", 1), ("crm.readers", 1)]
    assert company.keys("readers") == ["R2", "R3"]


def test_an_approval_lets_exactly_it_through(company: Company) -> None:
    subscribed(company)
    said(company, "2026-02-05", LOST["no date"], GIVEN[1])
    parts = withheld(company.night("2026-02-06"))
    for part in parts:
        company.approve(part["digest"], at="2026-02-06")
    assert [part["reason"] for part in parts] == [UNPROVED, UNPROVED]
    assert withheld(company.night("2026-02-07")) == []
    assert (company.keys("readers"), company.keys("consents")) == (["R2"], ["S2"])


def test_of_many_none_goes(company: Company) -> None:
    """Two hundred withdrawals may pass a night; what nobody withdrew may not."""
    company.policy(READERS, newsletter=NEWSLETTER)
    people = "\n".join(f"R{n},r{n}@x.example,cats" for n in range(150))
    said(company, "2026-02-01", *(f"S{n},r{n}@x.example,Given,2026-01-10," for n in range(150)), people=people)
    garbled = [f"S{n},Given,r{n}@x.example,2026-01-10," for n in range(150)]
    assert said(company, "2026-02-05", *garbled, people=people) == [
        ("crm.consents", UNPROVED, 150, 0),
        ("crm.readers", UNPROVED, 150, 0),
    ]
    assert len(company.keys("readers")) == 150


def test_a_company_with_words_of_its_own_says_so_with_each_of_them(company: Company) -> None:
    """Where the valid ones are none of DPV's, every other word is a no; only the empty state says nothing."""
    subscribed(company, READERS.replace("[Given, RenewedConsentGiven]", '["yes", Given]'))
    assert said(company, "2026-02-05", GIVEN[0].replace("Given", "no"), GIVEN[1].replace("Given", "")) == both_wait()
    assert company.keys("readers") == ["R2"]


def test_what_a_status_accepts_are_its_words(company: Company) -> None:
    status = "status: {category: user.privacy_preferences, serves: newsletter"
    words = READERS.replace(status, f"{status}, accepted: [Given, 'no']").replace("[Given, RenewedConsentGiven]", "[Given]")
    subscribed(company, words)
    assert said(company, "2026-02-05", GIVEN[0].replace("Given", "no"), GIVEN[1].replace("Given", "Refused")) == both_wait()
    assert company.keys("readers") == ["R2"]


def test_an_entry_of_before_is_no_word_of_today(company: Company) -> None:
    """A register that keeps each step as a row of its own: that she was asked once says nothing of what became of it."""
    company.policy(READERS, newsletter=NEWSLETTER)
    asked = "S0,ada@x.example,Requested,2026-01-09,"
    said(company, "2026-02-01", asked, *GIVEN)
    assert said(company, "2026-02-05", asked, LOST["its state is none"], GIVEN[1])[-1:] == [("crm.readers", UNPROVED, 1, 0)]
    assert company.keys("readers") == ["R1", "R2"]


def test_a_consent_that_is_a_gate_is_treated_alike(company: Company) -> None:
    source = """
tables:
  guests:
    key: id
    subject: guest
    fields:
      id: {category: user.unique_id, serves: seminar}
      email: {category: user.contact.email, serves: seminar, type: email}
      came_on: {category: user.content, serves: seminar, type: date}
      state: {category: user.privacy_preferences, serves: seminar}
      asked_on: {category: user.privacy_preferences, serves: seminar, type: date}
    events: {came: came_on}
consents:
  seminar: {table: guests, match: {email: guests.email}, status: state, valid: [Given], from: asked_on}
"""
    company.policy(
        source, seminar="legal_basis: eu-gdpr:A6-1-a\nstarting_point: {event: came, of: record}\nrequires_consent: seminar\nperiod: P12M"
    )
    head = "id,email,came_on,state,asked_on"
    company.extract(
        "guests", "2026-02-01", csv(head, ["G1,a@x.example,2026-01-10,Given,2026-01-01", "G2,b@x.example,2026-01-10,Given,2026-01-01"])
    )
    company.night("2026-02-01")
    company.extract(
        "guests", "2026-02-05", csv(head, ["G1,a@x.example,2026-01-10,,2026-01-01", "G2,b@x.example,2026-01-10,Refused,2026-01-01"])
    )
    assert [(part["reason"], part["unexpected"]) for part in withheld(company.night("2026-02-05"))] == [(UNPROVED, 1)]
    assert company.keys("guests") == ["G1"]
