"""What the policy would have to say for its papers to be complete, and does not. Pure.

A gap is a finding: the night decides without it. Whoever publishes a notice closes the gaps first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from privacy_pipelines.papers.activities import activities
from privacy_pipelines.papers.wording import LANGUAGES
from privacy_pipelines.policy.model import Policy, Text


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing where, and which article asks for it."""

    where: str
    what: str
    article: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} ({self.article})"


def gaps(policy: Policy) -> tuple[Gap, ...]:
    """Every gap, the company's first."""
    return (*_company(policy), *_recipients(policy), *_purposes(policy), *_words(policy))


def _company(policy: Policy) -> Iterator[Gap]:
    said = policy.company.notice
    if said.authority is None:
        yield Gap("company.yaml", "notice.authority names nobody to complain to", "GDPR Art. 13(2)(d)")
    elif lacking := _lacking(said.authority.name, policy):
        yield Gap("company.yaml", f"notice.authority has no name in {lacking}", "GDPR Art. 12(1)")
    if lacking := _lacking(said.security, policy):
        yield Gap("company.yaml", f"notice.security does not describe the measures in {lacking}", "GDPR Art. 30(1)(g)")
    if said.automated_decisions and (lacking := _lacking(said.automated_decisions, policy)):
        yield Gap("company.yaml", f"notice.automated_decisions is missing in {lacking}", "GDPR Art. 12(1)")
    for language in policy.company.languages:
        if language not in LANGUAGES:
            yield Gap(
                "company.yaml",
                f"there are no papers in {language!r}: the product has words for {', '.join(sorted(LANGUAGES))}",
                "GDPR Art. 12(1)",
            )


def _recipients(policy: Policy) -> Iterator[Gap]:
    for to in {to.name: to for one in activities(policy) for to in one.abroad}.values():
        if lacking := _lacking(to.safeguard, policy):
            yield Gap(
                "company.yaml",
                f"recipient {to.name!r} is in {to.country}, outside the EEA, without a safeguard in {lacking}",
                "GDPR Art. 13(1)(f)",
            )


def _purposes(policy: Policy) -> Iterator[Gap]:
    for one in activities(policy):
        where = f"purposes/{one.purpose.name}.yaml"
        if one.basis == "f" and (lacking := _lacking(one.purpose.legitimate_interest, policy)):
            yield Gap(where, f"legitimate_interest is not named in {lacking}", "GDPR Art. 13(1)(d)")
        if not one.subjects:
            yield Gap(where, "no table says whose data it is: give a table a subject, or the purpose its subjects", "GDPR Art. 30(1)(c)")


def _words(policy: Policy) -> Iterator[Gap]:
    """Events and consents are names of the policy's own: nobody outside the company knows what they mean."""
    said = policy.company.notice
    points = [purpose.starting_point for purpose in policy.purposes]
    events = {point.event for point in points if point.event} | {end.event for purpose in policy.purposes for end in purpose.ended_by}
    consents = {name for point in points for name in point.consents}
    consents |= {purpose.requires_consent for purpose in policy.purposes if purpose.requires_consent}
    for key, names, words in (("events", events, dict(said.events)), ("consents", consents, dict(said.consents))):
        for name in sorted(names):
            if lacking := _lacking(words.get(name, ()), policy):
                yield Gap("company.yaml", f"notice.{key} does not say what people call {name!r} in {lacking}", "GDPR Art. 12(1)")


def _lacking(text: Text, policy: Policy) -> str:
    """The languages in which there is no text."""
    return ", ".join(language for language in policy.company.languages if language not in dict(text))
