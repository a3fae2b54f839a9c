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
    ("identity_number", "user.government_id.national_identification_number", "national identity numbers with right check digits"),
    ("organisation_number", "system.operations", "organisation numbers; a sole trader's is an identity number"),
    ("iban", "user.financial.bank_account", "bank accounts with right check digits"),
    ("card", "user.financial", "card numbers with right check digits"),
    ("ip_address", "user.device.ip_address", "IP addresses"),
    ("guid", "user.unique_id", "random identifiers"),
)
"""(what the values look like, category, in words)."""

BY_NAME: tuple[tuple[str, str], ...] = (
    (
        r"personal_?number|personnummer|pers_?nr|(^|_)ssn($|_)|national_?id|samordningsnummer|passport|(^|_)cpr($|_)",
        "user.government_id.national_identification_number",
    ),
    (r"(^|_)(id|nr|no|key|guid|uuid|rowguid)$", "user.unique_id"),
    (r"e_?mail|e_?post|mejl", "user.contact.email"),
    (r"phone|telefon|mobil|(^|_)cell($|_)|(^|_)tel($|_)|(^|_)fax|(^|_)extension$|anknytning", "user.contact.phone_number"),
    (
        r"street|address|adress|gata|postal|post_?nr|post_?kod|zip|(^|_)city|(^|_)ort($|_)|stad($|_)|(^|_)region$|(^|_)state($|_)|province|"
        r"county|country|(^|_)land($|_)|län($|_)",
        "user.contact.address",
    ),
    (r"opted?_?(out|in)|do_?not_?(call|contact|mail)|consent|samtycke|unsubscri|promotion", "user.privacy_preferences"),
    (r"iban|bank|account_?n|konto|clearing|bankgiro|plusgiro", "user.financial.bank_account"),
    (r"union|fack", "user.membership.union"),
    (r"diet|allerg|kost($|_)|health|hälsa|sick|sjuk|diagnos|rehab|medical|disab", "user.health_and_medical"),
    (r"religi", "user.religious_belief"),
    (r"ethnic|(^|_)race($|_)", "user.race"),
    (r"political|parti($|_)", "user.political_opinion"),
    (r"birth|född|fodel|födel|(^|_)dob($|_)", "user.demographic.date_of_birth"),
    (r"gender|(^|_)sex($|_)|kön($|_)|is_?(fe)?male", "user.demographic.gender"),
    (r"marital|civil|nationality|medborgar|(^|_)language|språk|education|occupation|children", "user.demographic"),
    (r"(^|_)ip($|_)|ip_?address|remote_?host", "user.device.ip_address"),
    (r"user_?agent", "user.device"),
    (r"login|user_?name|(^|_)remote_?user", "user.unique_id"),
    (r"password|passwd|lösenord", "user.authorization.credentials"),
    (
        r"salary|lön($|_)|wage|gross|net_|(^|_)tax|skatt|amount|belopp|price|pris($|_)|invoice|faktura|freight|total|income|credit|(^|_)card|"
        r"commission|bonus|(^|_)rate$",
        "user.financial",
    ),
    (r"order|purchase|ship|quantity|basket|donation|gift", "user.behavior.purchase_history"),
    (r"hire|employ|anställ|department|avdelning|company|företag|employer|arbetsgivare|organi[sz]ation", "user.workplace"),
    (r"status|given|withdrawn", "user.content"),
    (
        r"(full|first|last|middle|sur|given|för|efter|signed|contact|nick)_?(na(me|mn)|by)|salutation|courtesy|suffix|prefix|(^|_)na(me|mn)($|_)",
        "user.name",
    ),
    (r"title|titel|role($|_)|(^|_)roll($|_)|(^|_)job", "user.workplace"),
    (r"photo|picture|image|bild|foto", "user.content"),
    (r"note|anteckning|comment|kommentar|description|beskriv|body|text|message|meddel|subject|(^|_)cv|resume|assess", "user.content"),
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
    plain = plain_name(name)
    return next((category for pattern, category in BY_NAME if re.search(pattern, plain)), "")


def plain_name(name: str) -> str:
    """A name in lower case with its words apart, and without what a system puts around its own columns.

    >>> plain_name("BusinessEntityID"), plain_name("npsp__Primary_Contact__c")
    ('business_entity_id', 'primary_contact')
    """
    words = re.sub(r"(?<=[a-zåäö0-9])(?=[A-ZÅÄÖ])", "_", re.sub(r"^[A-Za-z0-9]+__(?=.)|__c$", "", name))
    return re.sub(r"[^a-zà-öø-ÿ0-9]+", "_", words.lower()).strip("_")
