"""What a duty or a claim finds its date over lasts as long as it does: rows on the way that may go before are refused."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.retention.test_refusals import CONSENTS, ECHOES, FIELDS, ONLY_CUSTOMERS, Edits
from tests.retention.test_routes import SALES, SALES_PURPOSES, routes, rules_of

MOOD = "mood: {category: user.content, serves: letter}"
CALLED = f"""{MOOD}
      called_on: {{category: user.content, serves: [letter, extra], type: date}}
    events: {{called: called_on}}"""
TEXT = "text: {category: user.content, serves: claims}"
ALL_THREE = [(FIELDS, FIELDS.replace("claims]", "claims, extra]")), (MOOD, MOOD.replace("letter", "[letter, extra]"))]
ALL_THREE.append((CONSENTS, ECHOES.replace("serves: letter", "serves: extra")))
OF_SUBJECT, OF_RECORD = "starting_point: {event: contract_end, of: subject}", "starting_point: {event: contract_end, of: record}"
ADMITTED = "\nadmitted_by_consent: letter"
LASTS: list[tuple[Edits, str, str]] = [
    (
        [(TEXT, TEXT.replace("claims", "[claims, extra]"))],
        OF_RECORD,
        "crm.lines: purpose 'extra' finds 'contract_end' over crm.contracts, whose rows do not serve it and may go before. Let the key",
    ),
    (ALL_THREE[1:2], OF_SUBJECT, "crm.calls: purpose 'extra' finds 'contract_end' over crm.contacts, whose rows do not serve it"),
    (
        [(MOOD, CALLED)],
        f"starting_point: {{event: called, of: record}}{ADMITTED}",
        "crm.calls: purpose 'extra' finds 'letter' over crm.contacts, whose rows do not serve it",
    ),
    (
        [*ALL_THREE[::2], (MOOD, CALLED), ("links: {contact_id: contacts}", "links: {contact_id: contacts}\n    scopes: {extra: record}")],
        "starting_point: {event: called, of: subject}",
        "crm.echoes: purpose 'extra' finds 'called' over crm.calls, whose rows live by another date for it and may go before. Say in",
    ),
    (ALL_THREE, OF_SUBJECT, ""),
    (ALL_THREE, OF_SUBJECT + ADMITTED, ""),
    (ALL_THREE, OF_SUBJECT + f"\n{ONLY_CUSTOMERS}", ""),  # who has left excludes nothing
]


@pytest.mark.parametrize("nature", ["claims", "policy"])
@pytest.mark.parametrize(("edits", "rule", "said"), LASTS, ids=[str(number) for number in range(len(LASTS))])
def test_what_a_claim_finds_over_a_row_that_may_go_before_is_refused(edits: Edits, rule: str, said: str, nature: str) -> None:
    """A policy's purpose may end with the row that says it. What serves the purpose all the way, by one date, is no problem."""
    source = SALES
    for old, new in edits:
        assert source.count(old) == 1
        source = source.replace(old, new)
    purposes = {**SALES_PURPOSES, "extra": f"{rule}\nnature: {nature}"}
    if nature == "policy" or not said:
        assert rules_of(source, purposes).tables
        return
    with pytest.raises(PolicyErrors) as found:
        rules_of(source, purposes)
    assert [str(problem).startswith(said) for problem in found.value.problems] == [True]


CLAIM = "nature: claims\nstarting_point: {event: contract_end, of: subject}"
DUTY = CLAIM.replace("claims", "duty") + "\nlegal_basis: eu-gdpr:A6-1-c\non_missing_event: {restrict: P3Y, from: first_seen}"


@pytest.mark.parametrize(
    ("rule", "periods", "refused"),
    [
        (CLAIM, ["P12M", "P24M"], True),
        (CLAIM, ["P365D", "P1Y"], True),  # longer by a day from some days
        (CLAIM, ["P36M", "P12M", "P24M"], True),  # what was collected under the first keeps P12M, too
        (CLAIM, ["P24M", "P12M"], False),
        (DUTY, ["P12M", "P24M"], False),
    ],
)
def test_a_claim_whose_period_was_made_longer_finds_no_date_over_a_row_that_may_be_of_an_older_notice(
    rule: str, periods: list[str], refused: bool
) -> None:
    """A contract of 2025 keeps the shorter period, and a line of 2026 the longer one, without a date once the contract has gone. What has
    the date itself or is a person's own row finds it over no other row."""
    *before, now = [f"period: {period}" for period in periods]
    earlier = ", ".join(f"{{{period}, effective_from: 20{20 + n}-01-01, approved_by: dpo}}" for n, period in enumerate(before))
    changed = {**SALES_PURPOSES, "claims": f"{rule}\n{now}\neffective_from: 2026-01-01\nearlier: [{earlier}]"}
    if not refused:
        rules = rules_of(SALES, changed)
        assert f"claims: linked contract_end > contracts(id) | missing kept {len(periods)}" in routes(rules)["lines"]
        assert [rule.asks_notice for rule in rules.tables] == [any(one.versions for one in rule.purposes) for rule in rules.tables]
        assert (rules.of("crm.lines").asks_notice, rules.of("crm.calls").asks_notice) == (True, False)
        return
    with pytest.raises(PolicyErrors) as found:
        rules_of(SALES, changed)
    (problem,) = found.value.problems
    assert (problem.where, problem.what) == (
        "crm.lines",
        "purpose 'claims' finds 'contract_end' over crm.contracts, whose rows may go before: what was collected before 2026-01-01, when it "
        "was made longer, keeps the shorter period",
    )
    assert problem.hint.startswith("Let crm.lines have the date itself.")
