"""CRM: newsletter consents, and seminars with the people who registered for them."""

from __future__ import annotations

import numpy as np

from privacy_pipelines.demo import wording
from privacy_pipelines.demo.calendar import spread
from privacy_pipelines.demo.draw import between, pick, weighted
from privacy_pipelines.demo.frames import MISSING, Frame, Ints, Texts, append, dates, filled, keys, timestamps
from privacy_pipelines.demo.people import addresses, draw_firms, draw_names, private_domains
from privacy_pipelines.demo.pools import Pools
from privacy_pipelines.demo.scene import Scene

_NEWSLETTER = {"Given": 0.58, "RenewedConsentGiven": 0.12, "Withdrawn": 0.16, "Requested": 0.06, "Refused": 0.03, "Unknown": 0.05}
_SEMINAR = {"Given": 0.88, "RenewedConsentGiven": 0.03, "Withdrawn": 0.04, "Requested": 0.03, "Unknown": 0.02}
_EVER_GIVEN = ("Given", "RenewedConsentGiven", "Withdrawn")


def make_consents(scene: Scene, contacts: Texts) -> Frame:
    """Newsletter consents: valid, expired, withdrawn, never given, and given anew after a withdrawal (a second row)."""
    rng = scene.rng("consents")
    again = scene.sizes.consents // 40
    count = scene.sizes.consents - again
    status = weighted(rng, _NEWSLETTER, count)
    given = scene.today - np.where(rng.random(count) < 0.85, between(rng, 3, 700, count), between(rng, 760, 1800, count))
    due = rng.permutation(np.flatnonzero(status == "Given"))[: scene.band(count)]
    given[due] = spread(len(due), scene.span.due(months=24))
    withdrawn = np.where(status == "Withdrawn", np.minimum(given + between(rng, 5, 600, count), scene.today - 2), MISSING)
    email = _readers(scene, contacts, count)
    frame = consent_rows(rng, 1, email, status, (np.where(np.isin(status, _EVER_GIVEN), given, MISSING), withdrawn))
    back = rng.permutation(np.flatnonzero((status == "Withdrawn") & (withdrawn < scene.today - 60)))[:again]
    renewed = withdrawn[back] + between(rng, 20, 50, len(back))
    none = np.full(len(back), MISSING)
    return append(frame, consent_rows(rng, count + 1, email[back], filled("Given", len(back)), (renewed, none)))


def consent_rows(rng: np.random.Generator, start: int, email: Texts, status: Texts, days: tuple[Ints, Ints]) -> Frame:
    """Newsletter consents number `start` and on; `days` are when they were given and withdrawn."""
    count = len(email)
    return {
        "consent_id": keys("S", start, count),
        "email": email,
        "purpose": filled("newsletter", count),
        "status": status,
        "given_at": timestamps(days[0], rng.integers(86_400, size=count)),
        "withdrawn_at": timestamps(days[1], rng.integers(86_400, size=count)),
        "channel": pick(rng, wording.CHANNELS, count),
    }


def make_seminars(scene: Scene) -> tuple[Frame, Ints]:
    """Seminars and their days: past, coming, and some whose year or whose fourteen days end during the nights."""
    rng = scene.rng("seminars")
    count = scene.sizes.seminars
    held = scene.today + between(rng, -900, 80, count)
    some = min(count // 3, max(2 * len(scene.span.days), count // 50))
    held[:some] = spread(some, scene.span.due(months=12, settle=14), scene.span.due(settle=14))
    held[-2:] = scene.today + 30
    return {"seminar_id": keys("H", 1, count), "title": pick(rng, wording.SEMINAR_TITLES, count), "held_on": dates(held)}, held


def make_registrations(scene: Scene, seminars: tuple[Texts, Ints], contacts: Frame) -> Frame:
    """Registrations: three in ten by contacts, under the address that the CRM knows them by."""
    rng = scene.rng("registrations")
    count = scene.sizes.participants
    row = rng.integers(len(seminars[1]), size=count)
    held = seminars[1][row]
    registered = np.minimum(held - between(rng, 2, 45, count), scene.today - between(rng, 1, 9, count))
    frame = registration_rows(rng, scene.pools, 1, seminars[0][row], registered)
    known = np.flatnonzero(rng.random(count) < 0.3)
    who = rng.integers(len(contacts["email"]), size=len(known))
    frame["full_name"][known], frame["email"][known] = contacts["full_name"][who], contacts["email"][who]
    frame["company_name"][known] = ""
    return _with_statuses(scene, frame, registered)


def registration_rows(rng: np.random.Generator, pools: Pools, start: int, seminars: Texts, registered: Ints) -> Frame:
    """Registrations number `start` and on, each with its consent."""
    count = len(seminars)
    names = draw_names(rng, pools, count, start=start)
    firms = draw_firms(pools, 2, start, count)
    domains = np.where(rng.random(count) < 0.4, private_domains(rng, count), firms.domains)
    return {
        "registration_id": keys("R", start, count),
        "seminar_id": seminars,
        "full_name": names.full,
        "email": addresses(names.mailbox, domains),
        "company_name": firms.names,
        "registered_on": dates(registered),
        "consent_status": filled("Given", count),
        "consent_given_at": timestamps(registered, rng.integers(86_400, size=count)),
        "consent_withdrawn_at": filled("", count),
        "diet": np.where(rng.random(count) < 0.2, pick(rng, wording.DIETS, count), ""),
    }


def _with_statuses(scene: Scene, frame: Frame, registered: Ints) -> Frame:
    rng = scene.rng("registration_statuses")
    count = len(registered)
    status = weighted(rng, _SEMINAR, count)
    withdrawn = np.where(status == "Withdrawn", np.minimum(registered + between(rng, 1, 20, count), scene.today - 1), MISSING)
    given = np.where(np.isin(status, _EVER_GIVEN), frame["consent_given_at"], "")
    times = timestamps(withdrawn, np.full(count, 86_399))
    return frame | {"consent_status": status, "consent_given_at": given, "consent_withdrawn_at": times}


def _readers(scene: Scene, contacts: Texts, count: int) -> Texts:
    """Addresses: seven in ten are contacts', of which one in twelve is written differently (case, spaces)."""
    rng = scene.rng("readers")
    known = round(count * 0.7)
    of_contacts = contacts[rng.permutation(len(contacts))[:known]]
    odd = rng.random(known)
    shouted = [
        address.upper() if share < 0.05 else f" {address} " if share < 0.08 else address
        for address, share in zip(of_contacts, odd, strict=True)
    ]
    others = draw_names(rng, scene.pools, count - known)
    own = addresses(others.mailbox, private_domains(rng, count - known))
    return np.concatenate([np.array(shouted, dtype=object), own])[rng.permutation(count)]
