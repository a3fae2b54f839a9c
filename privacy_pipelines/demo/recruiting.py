"""HR: recruitments, the candidates who applied, and what they consented to."""

from __future__ import annotations

import numpy as np

from privacy_pipelines.demo import wording
from privacy_pipelines.demo.calendar import spread
from privacy_pipelines.demo.draw import between, pick, weighted
from privacy_pipelines.demo.frames import MISSING, Frame, Ints, Texts, append, dates, filled, keys, timestamps
from privacy_pipelines.demo.people import addresses, draw_names, private_domains
from privacy_pipelines.demo.pools import Pools
from privacy_pipelines.demo.scene import Scene

_RECRUITMENT = {"Given": 0.86, "RenewedConsentGiven": 0.03, "Withdrawn": 0.03, "Requested": 0.03, "Unknown": 0.02, "none": 0.03}
_TALENT_POOL = {"Given": 0.2, "RenewedConsentGiven": 0.04, "Withdrawn": 0.03, "Expired": 0.01, "none": 0.72}
_NEVER_GIVEN = ("Requested", "Unknown")


def make_recruitments(scene: Scene) -> tuple[Frame, Ints, Ints]:
    """Recruitments with the days on which each opened and closed; for some, two years have just passed."""
    rng = scene.rng("recruitments")
    count, today = scene.sizes.recruitments, scene.today
    closed = today - between(rng, 3, 1300, count)
    still_open = np.arange(count) % 6 == 0
    some = np.flatnonzero(~still_open)[: max(2 * len(scene.span.days), count // 40)]
    closed[some] = spread(len(some), scene.span.due(months=24))
    opened = np.where(still_open, today - between(rng, 5, 80, count), closed - between(rng, 20, 90, count))
    closed[still_open] = MISSING
    return recruitment_rows(rng, 1, opened, closed), opened, closed


def recruitment_rows(rng: np.random.Generator, start: int, opened: Ints, closed: Ints) -> Frame:
    """Recruitments number `start` and on; one without a closing day is open."""
    count = len(opened)
    return {
        "recruitment_id": keys("J", start, count),
        "title": pick(rng, wording.ROLES, count),
        "status": np.where(closed == MISSING, "open", "closed").astype(object),
        "opened_on": dates(opened),
        "closed_on": dates(closed),
    }


def draw_applications(scene: Scene, opened: Ints, closed: Ints) -> tuple[Ints, Ints, Ints]:
    """For each application the candidate's row, the recruitment's row and the day: one each, for three in ten a second."""
    rng = scene.rng("draw_applications")
    again = np.flatnonzero(rng.random(scene.sizes.candidates) < 0.3)
    candidate = np.concatenate([np.arange(scene.sizes.candidates), again])
    recruitment = rng.integers(len(opened), size=len(candidate))
    last = np.where(closed == MISSING, scene.today - 1, closed - 10)[recruitment]
    return candidate, recruitment, between(rng, opened[recruitment], last, len(candidate))


def candidate_rows(rng: np.random.Generator, pools: Pools, start: int, registered: Ints) -> Frame:
    """Candidates number `start` and on, who first applied on these days."""
    count = len(registered)
    names = draw_names(rng, pools, count, start=start)
    return {
        "candidate_id": keys("D", start, count),
        "full_name": names.full,
        "email": addresses(names.mailbox, private_domains(rng, count)),
        "phone": np.where(rng.random(count) < 0.9, pick(rng, pools.phones, count), ""),
        "city": pick(rng, pools.cities, count),
        "registered_on": dates(registered),
    }


def application_rows(rng: np.random.Generator, start: int, links: tuple[Texts, Texts], day: Ints, pending: Texts) -> Frame:
    """Applications number `start` and on; `links` are candidate and recruitment, `pending` is "" where it is decided."""
    count = len(day)
    decided = weighted(rng, {"rejected": 0.86, "hired": 0.07, "withdrawn": 0.07}, count)
    return {
        "application_id": keys("Q", start, count),
        "candidate_id": links[0],
        "recruitment_id": links[1],
        "applied_on": dates(day),
        "outcome": np.where(pending == "", decided, pending),
        "assessment": np.where(rng.random(count) < 0.5, pick(rng, wording.ASSESSMENTS, count), ""),
        "cv_text": np.where(rng.random(count) < 0.9, pick(rng, wording.curricula(), count), ""),
    }


def make_candidate_consents(scene: Scene, candidates: Texts, registered: Ints) -> Frame:
    """Consents to be considered, and to the talent pool; some candidates gave none, some took theirs back."""
    rng, today = scene.rng("candidate_consents"), scene.today
    asked = weighted(rng, _RECRUITMENT, len(candidates))
    pool = weighted(rng, _TALENT_POOL, len(candidates))
    pooled = registered.copy()
    due = rng.permutation(np.flatnonzero(pool == "Given"))[: scene.band(len(candidates))]
    pooled[due] = spread(len(due), scene.span.due(months=12))
    asked[due] = "Given"
    first = _consents(rng, 1, ("recruitment", candidates, asked, registered), today)
    return append(first, _consents(rng, len(first["consent_id"]) + 1, ("talent_pool", candidates, pool, pooled), today))


def candidate_consent_rows(rng: np.random.Generator, start: int, of: tuple[str, Texts, Texts], days: tuple[Ints, Ints]) -> Frame:
    """Candidate consents number `start` and on: purpose, candidates and statuses, and when they were given and withdrawn."""
    (purpose, candidates, status), count = of, len(of[1])
    return {
        "consent_id": keys("T", start, count),
        "candidate_id": candidates,
        "purpose": filled(purpose, count),
        "status": status,
        "given_at": timestamps(days[0], rng.integers(86_400, size=count)),
        "withdrawn_at": timestamps(days[1], rng.integers(86_400, size=count)),
    }


def _consents(rng: np.random.Generator, start: int, of: tuple[str, Texts, Texts, Ints], today: int) -> Frame:
    purpose, candidates, status, given = of
    rows = np.flatnonzero(status != "none")
    candidates, status, given = candidates[rows], status[rows], given[rows]
    withdrawn = np.minimum(given + between(rng, 5, 200, len(rows)), today - 2)
    times = np.where(np.isin(status, _NEVER_GIVEN), MISSING, given), np.where(status == "Withdrawn", withdrawn, MISSING)
    return candidate_consent_rows(rng, start, (purpose, candidates, status), times)
