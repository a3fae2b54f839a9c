"""Pools of Swedish names, streets and towns from Faker, drawn once per demo; the population is combined from them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from faker import Faker

from privacy_pipelines.demo.frames import Texts, texts
from privacy_pipelines.demo.swedish import phone_numbers

_BRANCHES = (
    "Bygg", "Data", "Design", "El", "Energi", "Fastigheter", "Fordon", "Frakt", "Förlag", "Gruppen", "Handel", "Hälsa", "Industri",
    "Invest", "Konsult", "Kraft", "Livs", "Logistik", "Maskin", "Media", "Mekaniska", "Miljö", "Måleri", "Papper", "Plast", "Redovisning",
    "Rör", "Skog", "Stål", "System", "Teknik", "Textil", "Trä", "Utbildning", "Verkstad", "Vård",
)  # fmt: skip
_PLAIN = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", "ü": "u"})


@dataclass(frozen=True, slots=True)
class Pools:
    """What people and companies are put together from."""

    women: Texts
    men: Texts
    surnames: Texts
    streets: Texts
    cities: Texts
    branches: Texts
    phones: Texts


def draw_pools(seed: int) -> Pools:
    """The pools of this seed. Faker is asked some thousand times, whatever the number of people."""
    fake = Faker("sv_SE")
    fake.seed_instance(seed)
    return Pools(
        women=_distinct(fake.first_name_female, 1500),
        men=_distinct(fake.first_name_male, 1500),
        surnames=_distinct(fake.last_name, 2500),
        streets=_distinct(fake.street_name, 800),
        cities=_distinct(fake.city, 400),
        branches=texts(_BRANCHES),
        phones=phone_numbers(),
    )


def slug(name: str) -> str:
    """The name as it stands in an e-mail address.

    >>> slug("Åsa-Märta Öström")
    'asa-marta.ostrom'
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN)).encode("ascii", "ignore").decode()
    return plain.replace("& ", "").replace(" ", ".")


def _distinct(draw: Callable[[], str], times: int) -> Texts:
    """What `draw` gave, each once, in the order of first appearance: a set's order would differ from process to process."""
    return texts(list(dict.fromkeys(draw() for _ in range(times))))
