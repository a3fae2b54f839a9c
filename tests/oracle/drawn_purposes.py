"""Purposes as hypothesis draws them: everything that one may say, for a group of tables."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.oracle.days import span
from tests.oracle.law import Json

PERIODS = ["P0D", "P14D", "P1M", "P3M", "P9M", "P1Y", "P12M", "P24M", "P3Y", "P7Y", "P1M10D", "P2W", "P10Y"]
OFFSETS: list[Any] = [
    "end_of_month",
    "end_of_calendar_year",
    "end_of_fiscal_year",
    "end_of_vacation_year",
    ["end_of_fiscal_year", "end_of_calendar_year"],
    ["end_of_month", "end_of_vacation_year"],
]
VERSIONS = ["2015-01-01", "2022-07-01", "2024-02-29", "2025-06-30", "2025-12-31", "2026-01-10", "2026-06-30"]
"""First days of a rule's newer versions; some lie ahead."""
WINDOWS = ["P1D", "P14D", "P30D", "P1M", "P3M", "P2M3D"]
SETTLES = ["P0D", "P0D", "P1D", "P14D", "P27D"]
NATURES = ("policy", "policy", "policy", "claims", "duty")


def purpose(
    draw: st.DrawFn, reaches: dict[str, dict[str, tuple[str, ...]]], group: str, needed: str | None, natures: tuple[str, ...] = NATURES
) -> Json:
    """One of a group; `reaches`: table → event → the scopes in which its rows find it. `needed`: the event by which it starts."""
    events = sorted({event for found in reaches.values() for event in found})
    event = needed or draw(st.sampled_from(events))
    scopes = sorted({scope for found in reaches.values() for scope in found.get(event, ())})
    start: Json = {"event": event, "of": draw(st.sampled_from(scopes))}
    if draw(st.integers(0, 2)) == 0:
        start["offset"] = draw(st.sampled_from(OFFSETS))
        start["order"] = draw(st.sampled_from(["offset_then_period", "period_then_offset"]))
    said = _rule(draw, draw(st.sampled_from(natures)), start)
    if said["nature"] != "duty" or draw(st.booleans()):
        _early_ends(draw, said, events)
    if group == "party" and draw(st.booleans()):
        said["subjects"] = draw(st.sampled_from([["employee"], ["customer"], ["employee", "customer"]]))
    if group == "reader" and said["nature"] == "policy" and event == "seen":
        _gated(draw, said)
    return said


def consented(draw: st.DrawFn) -> Json:
    """A purpose whose clock starts at the end of a consent."""
    nature = draw(st.sampled_from(["policy", "policy", "claims"]))
    said = _rule(draw, nature, {"consent": draw(st.sampled_from([["letters"], ["letters", "pictures"]]))})
    said.update({"settle": "P0D", "legal_basis": "eu-gdpr:A6-1-a" if nature == "policy" else "eu-gdpr:A6-1-f"})
    said.pop("on_missing_event", None)
    return said


def _rule(draw: st.DrawFn, nature: str, start: Json) -> Json:
    period, window = draw(st.sampled_from(PERIODS)), draw(st.sampled_from(WINDOWS))
    said: Json = {
        "title": {"en": "A purpose"},
        "reason": {"en": "It is needed."},
        "data_use": "essential.service",
        "legal_basis": "eu-gdpr:A6-1-c" if nature == "duty" else "eu-gdpr:A6-1-f",
        "nature": nature,
        "starting_point": start,
        "period": period,
        "execution_window": window,
        "source": "a test",
        "effective_from": "1990-01-01",
        "approved_by": "dpo",
    }
    if draw(st.integers(0, 2)) == 0:
        said.update(_changed(draw, said))
    settle = draw(st.sampled_from(SETTLES))
    if span(settle)[1] <= _at_least(window):
        said["settle"] = settle
    if draw(st.integers(0, 3)) == 0:
        said["roll"] = "next_weekday"
    if nature == "duty":
        said["on_missing_event"] = {"restrict": "P11Y", "from": "first_seen"}
    elif draw(st.integers(0, 3)):
        said["on_missing_event"] = {"restrict": draw(st.sampled_from(["P12M", "P1M", "P0D"])), "from": "first_seen"}
        if draw(st.integers(0, 3)) == 0:
            said["on_missing_event"]["execution_window"] = "P40D"
    return said


def _changed(draw: st.DrawFn, said: Json) -> Json:
    """What the rule was before, once or twice: no version says what the next one says."""
    periods, days = [said["period"]], sorted(draw(st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=2, unique=True)))
    while len(periods) <= len(days):
        periods.append(draw(st.sampled_from([one for one in PERIODS if span(one) not in map(span, periods)])))
    firsts = [said["effective_from"], *days[:-1]]
    earlier = [{"period": one, "effective_from": day, "approved_by": "dpo"} for one, day in zip(periods[1:], firsts, strict=True)]
    return {"earlier": earlier, "effective_from": days[-1]}


def only_shortened(said: Json) -> Json:
    """The versions of a claim's rule, the longest period first: what it finds dates over may not go before it."""
    if said["nature"] != "claims" or "earlier" not in said:
        return {}
    *before, now = sorted([said["period"], *(one["period"] for one in said["earlier"])], key=_length)
    return {"period": now, "earlier": [{**one, "period": period} for one, period in zip(said["earlier"], before, strict=True)]}


def _length(period: str) -> int:
    """Of the drawn ones: the longest first."""
    months, days = span(period)
    return -(months * 30 + days)


def _early_ends(draw: st.DrawFn, said: Json, events: list[str]) -> None:
    others = [event for event in events if event != said["starting_point"]["event"] and event != "noted"]
    if others and draw(st.integers(0, 2)) == 0:
        end = {"event": draw(st.sampled_from(others)), "period": draw(st.sampled_from(["P0D", "P1M"]))}
        if draw(st.booleans()):
            end["execution_window"] = "P45D"
        said["ended_by"] = [end]


def _gated(draw: st.DrawFn, said: Json) -> None:
    gate = draw(st.sampled_from([None, "requires_consent", "admitted_by_consent"]))
    if gate:
        said[gate] = draw(st.sampled_from(["letters", "pictures"]))
    if gate == "requires_consent":
        said["legal_basis"] = "eu-gdpr:A6-1-a"
    else:
        effects = draw(st.sampled_from([None, {"mailing": "end"}, {"profiling": "restrict"}, {"mailing": "end", "profiling": "restrict"}]))
        said.update({"objections": effects} if effects else {})


def _at_least(window: str) -> int:
    months, days = span(window)
    return months * 28 + days
