"""A category for a column, from its values' look and its name in English or Swedish, and how sure that is. Pure.

The strict default: what nobody recognises is `user`, personal data, until a person says that it tells of nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from privacy_pipelines.drafting.profile import Profile


@dataclass(frozen=True, slots=True)
class Guess:
    """A fideslang category, how sure (`high`, `medium`, `low`) and why."""

    category: str
    confidence: str
    why: str


BY_KIND: tuple[tuple[str, str, str], ...] = (
    ("email", "user.contact.email", "e-mail addresses"),
    ("personal_number", "user.government_id.national_identification_number", "identity numbers with right check digits"),
    ("organisation_number", "system.operations", "organisation numbers; a sole trader's is an identity number"),
    ("iban", "user.financial.bank_account", "bank accounts with right check digits"),
    ("ip_address", "user.device.ip_address", "IP addresses"),
)
"""(what the values look like, category, in words)."""

BY_NAME: tuple[tuple[str, str], ...] = (
    (r"e_?mail|e_?post|mejl", "user.contact.email"),
    (r"personal_?number|personnummer|pers_?nr|ssn|national_?id|samordningsnummer", "user.government_id.national_identification_number"),
    (r"(^|_)(id|nr|no|key|guid|uuid)$", "user.unique_id"),
    (r"phone|telefon|mobil|(^|_)cell($|_)|(^|_)tel($|_)", "user.contact.phone_number"),
    (r"street|address|adress|gata|postal|post_?nr|post_?kod|zip|(^|_)city|(^|_)ort($|_)|stad($|_)", "user.contact.address"),
    (r"iban|bank|account_?n|konto|clearing|bankgiro|plusgiro", "user.financial.bank_account"),
    (r"union|fack", "user.membership.union"),
    (r"diet|allerg|kost($|_)|health|hälsa|sick|sjuk|diagnos|rehab|medical", "user.health_and_medical"),
    (r"religi", "user.religious_belief"),
    (r"birth|född|fodel|födel", "user.demographic.date_of_birth"),
    (r"gender|(^|_)sex($|_)|kön($|_)", "user.demographic.gender"),
    (r"(^|_)ip($|_)|ip_?address", "user.device.ip_address"),
    (r"salary|lön($|_)|wage|gross|net_|tax|skatt|amount|belopp|price|pris($|_)|invoice|faktura", "user.financial"),
    (r"consent|samtycke|status|given|withdrawn", "user.content"),
    (r"company|företag|employer|arbetsgivare|department|avdelning", "user.workplace"),
    (r"(full|first|last|sur|given|för|efter|signed|contact)_?(na(me|mn)|by)|(^|_)na(me|mn)($|_)", "user.name"),
    (r"title|titel|role($|_)|(^|_)roll($|_)|job", "user.workplace"),
    (r"note|anteckning|comment|kommentar|description|beskriv|body|text|message|meddel|subject|cv|assess", "user.content"),
    (r"(^|_)(id|nr|no|number|nummer)($|_)", "user.unique_id"),
)
"""(what the name is like, category); the first that fits counts."""

DIRECT = ("user.name", "user.contact.email", "user.contact.phone_number", "user.government_id.national_identification_number")
"""A table with one of these may be about a kind of person."""


def guess(column: Profile) -> Guess:
    """The best guess.

    >>> from privacy_pipelines.drafting.profile import profile
    >>> guess(profile("kontakt", ("a@x.example", "b@x.example"))).confidence
    'high'
    >>> guess(profile("zzz", ("1", "2"))).category
    'user'
    """
    for kind, category, said in BY_KIND:
        if column.kind == kind:
            return Guess(category, "high", f"nearly all values are {said}")
    named = _by_name(column.name)
    if column.kind == "phone" and named in ("", "user.contact.phone_number"):
        return Guess("user.contact.phone_number", "high" if named else "medium", "the values look like phone numbers")
    if column.long:
        return Guess("user.content", "medium", "long texts: people write here")
    if named:
        return Guess(named, "medium", "by its name")
    return Guess("user", "low", "not recognised: personal until somebody says otherwise")


def _by_name(name: str) -> str:
    plain = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", "_", name).lower()
    return next((category for pattern, category in BY_NAME if re.search(pattern, plain)), "")
