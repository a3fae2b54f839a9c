"""Everything that is looked up for the metrics alone, once a night: after the proof, before the flip."""

from __future__ import annotations

from dataclasses import replace

from privacy_pipelines.evidence.heads import Head
from privacy_pipelines.evidence.keys import own_key
from privacy_pipelines.evidence.verification import Trust, verify
from privacy_pipelines.observing.ends import ends
from privacy_pipelines.observing.outlook import horizon, outlook
from privacy_pipelines.observing.seen import Seen
from privacy_pipelines.observing.stored import never_filled, returns
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.store.layout import CURRENT, DEPARTED_KEY, NIGHT
from privacy_pipelines.store.night import Night


def observe(night: Night, rules: Rules) -> Seen:
    """Look at an open night whose next generation is attached and proved. Raises StoreError."""
    session, as_of = night.session, night.pin.as_of
    late, waited = ends(session, rules, as_of)
    due, consented = outlook(session, rules, as_of)
    returned, resurrected = returns(session, rules, night.store.secret(DEPARTED_KEY))
    return Seen(
        late=late, due=due, months=tuple(f"{day:%Y-%m}" for day in horizon(as_of, rules.policy.company)), waited=waited,
        consented=consented, never_filled=never_filled(session, rules.policy), returned=returned, resurrected=resurrected,
        log_faults=_log_faults(night),
    )  # fmt: skip


def observe_again(night: Night, seen: Seen) -> Seen:
    """The same of a quiet night: what the night that it repeats has `seen`, for tables, policy and month are that one's; the log is not.
    Raises StoreError."""
    return replace(seen, log_faults=_log_faults(night))


def _log_faults(night: Night) -> int:
    """Whether the log is wrong, checked against the head that the generation before has kept."""
    kept: tuple[Head, ...] = ()
    if night.session.columns(CURRENT, NIGHT, "intent"):
        found: dict[str, str] = dict(night.session.rows(f"SELECT name, body FROM {CURRENT}.{NIGHT}.intent"))
        kept = (Head(int(found["evidence_size"]), found["evidence_root"]),)
    return int(not verify(night.store.evidence, Trust(own_key(night.store.keys), kept)).intact)
