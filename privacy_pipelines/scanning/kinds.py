"""What is looked for: a visible tuple of kinds, each an expression that the engine finds candidates with and an exact check. Pure.

The expressions are RE2's, for whole columns at the engine's speed, and are wide; the checks are Python's, for candidates alone, and are
narrow. Names of people are not looked for: no model for Swedish names is kept on the package registry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from privacy_pipelines.policy.model import Identifier
from privacy_pipelines.scanning.numbers import card, email, iban, identity_number, ip_address
from privacy_pipelines.scanning.phones import RUN, phone


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of identifier: its fideslang category, its expression, its exact check, and the mark that replaces it."""

    name: Identifier
    category: str
    title: str
    expression: str
    check: Callable[[str, str], str]
    """The candidate, and the company's country, by whose rules a number without a country code is read."""
    mark: str
    hint: str = ""
    """A text without it holds none."""
    by_shape: bool = False
    """Whether what has the shape is masked without the check: a masked order number is a nuisance, a kept identity number is a breach."""
    digits: int = 0
    """What has fewer of them is none."""
    numeric: bool = True


EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0\d|1[0-2])(?:[678]\d|9[01])"
"""Month and day; of a coordination number 60 is added to the day, and either may be unknown."""
IDENTITY_NUMBER = rf"\b(?:18|19|20)?\d{{2}}(?:{_DAY})[-+ ]?\d{{4}}\b"

KINDS: tuple[Kind, ...] = (
    Kind("email", "user.contact.email", "e-mail addresses", EMAIL, email, "[e-mail]", hint="@", by_shape=True, numeric=False),
    Kind(
        "identity_number", "user.government_id.national_identification_number", "identity numbers", IDENTITY_NUMBER, identity_number,
        "[identity number]", by_shape=True, digits=10,
    ),
    Kind("card", "user.financial.credit_card", "payment card numbers", r"\b\d(?:[ -]?\d){11,18}\b", card, "[card]", digits=12),
    Kind(
        "iban", "user.financial.bank_account", "bank account numbers (IBAN)", r"(?i)\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b", iban,
        "[IBAN]",
    ),
    Kind(
        "ip_address", "user.device.ip_address", "IP addresses",
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?i)\b(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})+\b", ip_address, "[IP address]",
    ),
    Kind("phone", "user.contact.phone_number", "telephone numbers", RUN, phone, "[telephone]", digits=7),
)  # fmt: skip


def kind_of(name: str) -> Kind:
    """Raises KeyError for a kind that is not looked for."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    raise KeyError(name)
