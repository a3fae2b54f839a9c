"""Objections: marketing ends for who objected the same night, others as they say, duties do not (GDPR Art. 21; LAW §5, 44, 65)."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.way.customers import ANY_DROP
from tests.way.house import Company, day, withheld

SOURCE = """
tables:
  people:
    key: id
    subject: prospect
    fields:
      id: {category: user.unique_id, serves: [mailing, profiling, accounts]}
      email: {category: user.contact.email, serves: [mailing, profiling, accounts], type: email}
      phone: {category: user.contact.phone_number, serves: [mailing, accounts]}
      tastes: {category: user.behavior, serves: mailing}
      score: {category: user.behavior, serves: profiling}
      seen_on: {category: user.content, serves: [mailing, profiling, accounts], type: date}
    events: {seen: seen_on}
  letters:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: mailing}
      person_id: {category: user.unique_id, serves: mailing}
  refusals:
    key: id
    fields:
      id: {category: user.unique_id, serves: accounts}
      email: {category: user.contact.email, serves: accounts, type: email}
      what: {category: user.content, serves: accounts}
      on_day: {category: user.content, serves: accounts, type: date}
      lifted_on: {category: user.content, serves: accounts, type: date}
    events: {seen: on_day}
objections:
  marketing: {table: refusals, match: {email: people.email}, from: on_day, until: lifted_on, when: "what = 'mail'"}
  profiling: {table: refusals, match: {email: people.email}, from: on_day, until: lifted_on, when: "what = 'profile'"}
"""
SEEN = "starting_point: {event: seen, of: subject}\nperiod: P12M\nsettle: P14D\non_missing_event: {restrict: P12M, from: first_seen}"
MAILING = f"{SEEN}\ndata_use: marketing.communications.email\nobjections: {{marketing: end}}"
DUTY = "nature: duty\nlegal_basis: eu-gdpr:A6-1-c"
ACCOUNTS = f"{DUTY}\nstarting_point: {{event: seen, of: record}}\nperiod: P24M\non_missing_event: {{restrict: P3Y, from: first_seen}}"
REFUSALS = "id,email,what,on_day,lifted_on\n"


def people(company: Company, *, many: int = 0, mailing: str = MAILING) -> Company:
    profiling = SEEN + "\nobjections: {profiling: restrict}"
    company.policy(SOURCE, company=ANY_DROP, mailing=mailing, profiling=profiling, accounts=ACCOUNTS)
    extra = [f"X{n},x{n}@x.example,1,t,9,2026-01-01" for n in range(many)]
    rows = ["P1,ada@x.example,0701,cats,7,2026-01-01", "P2,bo@x.example,0702,dogs,8,2026-01-01", *extra]
    company.extract("people", "2026-01-10", "\n".join(["id,email,phone,tastes,score,seen_on", *rows]))
    company.extract("letters", "2026-01-10", "id,person_id\nL1,P1\nL2,P2")
    company.extract("refusals", "2026-01-10", REFUSALS)
    return company


def test_who_objects_to_marketing_is_out_of_it_the_same_night_and_stays_in_what_a_duty_keeps(company: Company) -> None:
    """Scenario 44. The phone serves a duty too; the tastes and the letter served nothing else."""
    people(company).night("2026-01-10")
    company.extract("refusals", "2026-01-15", f"{REFUSALS}R1, Ada@X.example ,mail,2026-01-15,")
    last = company.night("2026-01-15")
    found = company.row("people", "P1")
    assert [found[name] for name in ("phone", "tastes", "score")] == ["0701", None, "7"]
    assert company.row("people", "P2")["tastes"] == "dogs"
    assert company.keys("letters") == ["L2"]
    assert withheld(last) == []
    clause = company.clause("people", "P1", "mailing")
    assert (clause.ended_by, clause.retain_until) == (("objection: marketing 2026-01-15",), day("2026-01-14"))
    assert company.clause("people", "P2", "mailing").ended_by == ()


@pytest.mark.parametrize("row", ["R1,ada@x.example,mail,,", "R1,ada@x.example,mail,2027-01-01,"])
def test_an_objection_without_a_date_or_of_a_day_to_come_counts_from_the_night_it_was_seen(company: Company, row: str) -> None:
    people(company).night("2026-01-10")
    company.extract("refusals", "2026-01-15", REFUSALS + row)
    company.night("2026-01-15")
    assert company.row("people", "P1")["tastes"] is None


def test_an_objection_outlives_the_row_that_its_source_no_longer_sends(company: Company) -> None:
    """And what still arrives of that person does not come back."""
    people(company)
    company.extract("refusals", "2026-01-10", f"{REFUSALS}R1,ada@x.example,mail,2026-01-05,")
    company.night("2026-01-10")
    assert company.row("people", "P1")["tastes"] is None
    company.extract("refusals", "2026-01-11", REFUSALS)
    company.extract("people", "2026-01-11", "id,email,phone,tastes,score,seen_on\nP1,ada@x.example,0701,cats and owls,7,2026-01-11")
    company.night("2026-01-11")
    assert company.row("people", "P1")["tastes"] is None


def test_an_objection_that_was_taken_back_is_none(company: Company) -> None:
    people(company)
    company.extract("refusals", "2026-01-10", f"{REFUSALS}R1,ada@x.example,mail,2026-01-05,2026-01-08")
    company.night("2026-01-10")
    assert company.row("people", "P1")["tastes"] == "cats"


def test_an_objection_that_restricts_keeps_the_cells_for_as_long_as_it_stands_and_uses_them_for_nothing(company: Company) -> None:
    people(company).night("2026-01-10")
    assert company.cluster("people", "P1", "score").state == "keep"
    company.extract("refusals", "2026-01-15", f"{REFUSALS}R1,ada@x.example,profile,2026-01-15,")
    company.night("2026-01-15")
    found = company.cluster("people", "P1", "score")
    assert (found.state, found.retain_until) == ("restrict", day("2027-01-01"))
    assert company.clause("people", "P1", "profiling").restricted_by == ("objection: profiling 2026-01-15",)
    assert company.cluster("people", "P2", "score").state == "keep"
    company.extract("refusals", "2026-01-20", f"{REFUSALS}R1,ada@x.example,profile,2026-01-15,2026-01-20")
    company.night("2026-01-20")
    assert company.cluster("people", "P1", "score").state == "keep"
    company.night("2027-01-16")
    assert company.row("people", "P1")["score"] is None


def test_a_missing_date_stays_missing_while_an_objection_is_weighed(company: Company) -> None:
    """Both restrict; only one of them is for the steward to find out, and only it has a ceiling."""
    people(company)
    company.extract("people", "2026-01-10", "id,email,phone,tastes,score,seen_on\nP1,ada@x.example,0701,cats,7,")
    company.extract("refusals", "2026-01-10", REFUSALS + "O1,ada@x.example,profile,2026-01-05,")
    company.night("2026-01-10")
    found = company.cluster("people", "P1", "score")
    assert (found.state, found.retain_until) == ("undetermined", day("2027-01-10"))


def test_many_objections_of_one_night_are_not_held_up_as_a_mistake(company: Company) -> None:
    """Twenty-five is over the limit of what is unexpected, and under that of what people say themselves."""
    people(company, many=25).night("2026-01-10")
    rows = [f"R{n},x{n}@x.example,mail,2026-01-15," for n in range(25)]
    company.extract("refusals", "2026-01-15", REFUSALS + "\n".join(rows))
    last = company.night("2026-01-15")
    assert withheld(last) == []
    assert sum(row["tastes"] is not None for row in company.rows("people")) == 2


@pytest.mark.parametrize(
    ("mailing", "said"),
    [
        (MAILING.replace("end}", "restrict}"), "an objection to marketing ends it: GDPR Art. 21(3). Legal values: end"),
        (
            MAILING.replace("objections: {marketing: end}", ""),
            "purpose 'mailing' is marketing and heeds no objection. Name it, for example `objections: {marketing: end}`",
        ),
        (MAILING.replace("{marketing", "{marketting"), "unknown objection 'marketting'. Did you mean 'marketing'?"),
        (MAILING.replace("end}", "stop}"), "'stop' is no legal value of 'marketing'. Legal values: end, restrict"),
        (
            f"{MAILING}\n{DUTY}".replace("P12M, from", "P24M, from"),
            "nobody can object to 'mailing': it is duty, on eu-gdpr:A6-1-c. "
            "GDPR Art. 21: to a legitimate interest, a public task, or direct marketing",
        ),
    ],
)
def test_what_a_purpose_may_not_say_of_objections(company: Company, mailing: str, said: str) -> None:
    people(company, mailing=mailing)
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    assert said in [str(problem).split(": ", 1)[1] for problem in caught.value.problems]
