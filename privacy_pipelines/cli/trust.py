"""What `verify` asks: a visible tuple of small checks over a store, each with one answer. Reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from privacy_pipelines.certifying.issue import ERASING, erasing
from privacy_pipelines.cli.answer import Answer
from privacy_pipelines.cli.asked import NOTHING_YET, Asked, entries, nights, restored, some
from privacy_pipelines.cli.disk import extracts, leftovers, modes, published
from privacy_pipelines.cli.tails import tails
from privacy_pipelines.collector.absence import absences
from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.export import CERTIFICATES
from privacy_pipelines.evidence.heads import Head
from privacy_pipelines.evidence.keys import own_key
from privacy_pipelines.evidence.levels import levels
from privacy_pipelines.evidence.verification import Trust, verify
from privacy_pipelines.nights.whole import recorded_digest, wrong_with

DEPARTED = "departed"


@dataclass(frozen=True, slots=True)
class Check:
    """A question and how to answer it."""

    name: str
    title: str
    answer: Callable[[Asked], Answer]


def _log(asked: Asked) -> Answer:
    """The whole log against its signed heads, and against the head that the current generation has kept."""
    kept = (Head(asked.current.intent.evidence_size, asked.current.intent.evidence_root),) if asked.current else ()
    found = verify(asked.store.evidence, Trust(own_key(asked.store.keys), kept))
    if not found.intact:
        return Answer(False, f"entry {found.first_wrong}: {found.what}")
    if found.entries and not own_key(asked.store.keys):
        return Answer(
            False, "the key that signs the next head is gone. Restore keys/ from a backup, or: privacy-pipelines evidence rotate --lost"
        )
    left = (
        f"; {found.unsigned} more, and {found.torn} torn bytes, as a kill leaves them to the next append"
        if found.unsigned or found.torn
        else ""
    )
    return Answer(True, f"{found.entries} entries, signed for by root {found.head.root[:12]}{left}")


def _recorded(asked: Asked) -> Answer:
    """The current generation is the last completed night's, and rests on the one before."""
    if asked.current is None:
        return NOTHING_YET
    intent, name = asked.current.intent, asked.current.generation.name
    known = nights(asked.store)
    if _awaits_its_record(asked, known):
        return Answer(None, f"{name}: a crash came between the flip and its record. The next night completes it")
    if not known or (known[-1].body["run"], known[-1].body["generation"]) != (intent.run, name):
        return Answer(False, f"{name} is not the last night that the log knows")
    said = (known[-1].body["as_of"], known[-1].body["policy_version"])
    if said != (intent.as_of.isoformat(), intent.policy_version):
        return Answer(False, f"{name} and the log differ about its day or its policy")
    base = str(known[-2].body["generation"]) if len(known) > 1 else ""
    if base != intent.base and intent.base not in {str(entry.body["generation"]) for entry in restored(asked.store)}:
        return Answer(False, f"{name} rests on {intent.base or 'nothing'}, and the log has {base or 'nothing'} before it")
    return Answer(True, f"{name}, night {len(known)}, decided for {intent.as_of}")


def _whole(asked: Asked) -> Answer:
    """The current generation's file, all of it, against the digest that its night left in the log; and the key it was written with."""
    if asked.current is None:
        return NOTHING_YET
    known, name = entries(asked.store), asked.current.generation.name
    if not (asked.store.keys / f"{DEPARTED}.key").is_file():
        return Answer(None, f"the key for it is gone: {DEPARTED}.key")
    wrong = wrong_with(asked.store, asked.current, known)
    if wrong:
        return Answer(False, wrong)
    if not recorded_digest(asked.current, known):
        return Answer(None, f"the log has no digest of {name} yet. The next night leaves one of its own")
    return Answer(True, f"{name} is what its night proved, byte for byte")


def _succession(asked: Asked) -> Answer:
    """Generations follow each other upwards, and each but the last is disposed of. The one before it may be waiting for that."""
    names = [str(entry.body["generation"]) for entry in nights(asked.store)]
    if names != sorted(set(names), key=lambda name: asked.store.generation(name).number):
        return Answer(False, "the generations that the log names do not go up")
    current = asked.current.generation.name if asked.current else ""
    gone = {str(e.body["name"]) for e in entries(asked.store) if e.kind == "disposed" and e.body["what"] == "generation"}
    lost = {str(entry.body.get("lost", "")) for entry in restored(asked.store)}
    waiting = {name for name in names if name not in (*gone, *lost, current)}
    there = {name for name in gone if asked.store.generation(name).path.exists()} | {old.name for old in asked.store.old_generations()}
    if asked.current is not None and waiting | there == {asked.current.intent.base} == waiting:
        return Answer(None, f"erasing: {asked.current.intent.base} is left behind and not recorded as disposed of. The next night does it")
    if waiting or there:
        return Answer(False, f"left behind and not disposed of: {', '.join(sorted(waiting | there))}. The next night does it")
    return Answer(True, f"{len(gone)} earlier generations, each disposed of")


def _awaits_its_record(asked: Asked, known: list[Entry]) -> bool:
    """Whether the flip was the last thing that happened: the log ends with the night before, and knows all that this one began with."""
    assert asked.current is not None
    intent = asked.current.intent
    logged = any(entry.body["run"] == intent.run for entry in known)
    return not logged and intent.base == (str(known[-1].body["generation"]) if known else "") and asked.store.evidence.exists()


def _absent(asked: Asked) -> Answer:
    if asked.current is None:
        return NOTHING_YET
    if not (asked.store.keys / f"{DEPARTED}.key").is_file():
        return Answer(False, "the key of the index of the departed is gone, so nothing can be looked up in it. Restore keys/ from a backup")
    found = absences(asked.current.session, asked.current.intent.rules_document(), asked.store.secret(DEPARTED))
    wrong = [f"{one.table} ({one.found})" for one in found if one.found]
    if wrong:
        return Answer(False, f"records that were left behind stand in the store again: {', '.join(wrong)}")
    return Answer(True, f"{sum(one.departed for one in found)} departed records of {len(found)} tables, none of them is stored")


def _certified(asked: Asked) -> Answer:
    """Each certificate is the one that the log says was issued; what is still erasing has none yet, or one that is just being issued."""
    said = {str(entry.body["digest"]) for entry in entries(asked.store) if entry.kind == "certified"}
    waiting = [path.name.removesuffix(ERASING) for path in erasing(asked.store)]
    files = [path for path in sorted((asked.store.root / CERTIFICATES).glob("*.json")) if path.name.removesuffix(ERASING) == path.name]
    unknown = [path.name for path in files if path.stem not in waiting and hashlib.sha256(path.read_bytes()).hexdigest() not in said]
    if unknown:
        return Answer(False, f"not as the log says they were issued: {some(unknown)}")
    if waiting:
        return Answer(None, f"erasing, so without one yet: {some(waiting)}")
    return Answer(True, f"{len(files)} certificates")


def _beyond(asked: Asked) -> Answer:
    """What the product cannot reach is stated: the device's blocks, and the backups with their tail, where the policy says one."""
    if asked.current is None:
        return NOTHING_YET
    company = asked.current.intent.rules_document().company
    return Answer(True if company.backup_tail else None, tails(levels(entries(asked.store)), company, asked.as_of).said)


CHECKS: tuple[Check, ...] = (
    Check("evidence_log", "The evidence log is whole", _log),
    Check("night_recorded", "The current generation is recorded", _recorded),
    Check("generation_whole", "The current generation is whole", _whole),
    Check("generations", "Generations follow each other", _succession),
    Check("certificates", "Nights that erased are certified", _certified),
    Check("absence", "What was left behind is absent", _absent),
    Check("leftovers", "Nothing is left over in the store", leftovers),
    Check("published", "Consumers read the current generation", published),
    Check("modes", "Nobody else can read the store", modes),
    Check("extracts", "Landed extracts are gone in time", extracts),
    Check("beyond", "What the product cannot reach is stated", _beyond),
)
