"""What `verify` asks: a visible tuple of small checks over a store, each with one answer. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from privacy_pipelines.collector.absence import absences
from privacy_pipelines.errors import StoreBusy
from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.log import walk
from privacy_pipelines.evidence.verification import verify
from privacy_pipelines.extracts.drop import extracts_of
from privacy_pipelines.extracts.landing import before
from privacy_pipelines.nights.memory import remembered
from privacy_pipelines.publishing.publish import is_published
from privacy_pipelines.publishing.sets import linked_set, other_sets
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import Reader

DEPARTED = "departed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the checks look at. `current` is None before the first night."""

    store: Store
    current: Reader | None
    extracts: Path
    as_of: date


@dataclass(frozen=True, slots=True)
class Answer:
    """`right` is None where the check could not be made; `what` says why, or what was found."""

    right: bool | None
    what: str


@dataclass(frozen=True, slots=True)
class Check:
    """A question and how to answer it."""

    name: str
    title: str
    answer: Callable[[Asked], Answer]


NOTHING_YET = Answer(None, "no night has been completed yet")


def _chain(asked: Asked) -> Answer:
    head = asked.current.intent.evidence_head if asked.current else None
    found = verify(asked.store.evidence, expected_head=head)
    if found.intact:
        return Answer(True, f"{found.entries} entries, the last one is {found.head.hash[:12]}")
    return Answer(False, f"entry {found.first_wrong}: {found.what}")


def _recorded(asked: Asked) -> Answer:
    """The current generation is the last completed night's, and rests on the one before."""
    if asked.current is None:
        return NOTHING_YET
    intent, name = asked.current.intent, asked.current.generation.name
    nights = _nights(asked.store)
    if not nights or (nights[-1].body["run"], nights[-1].body["generation"]) != (intent.run, name):
        return Answer(False, f"{name} is not the last night that the log knows. The next night records one that a crash cut short")
    said = (nights[-1].body["as_of"], nights[-1].body["policy_version"])
    if said != (intent.as_of.isoformat(), intent.policy_version):
        return Answer(False, f"{name} and the log differ about its day or its policy")
    base = str(nights[-2].body["generation"]) if len(nights) > 1 else ""
    if base != intent.base and intent.base not in {str(entry.body["generation"]) for entry in _restored(asked.store)}:
        return Answer(False, f"{name} rests on {intent.base or 'nothing'}, and the log has {base or 'nothing'} before it")
    return Answer(True, f"{name}, night {len(nights)}, decided for {intent.as_of}")


def _succession(asked: Asked) -> Answer:
    """Generations follow each other upwards, and each but the last is disposed of."""
    names = [str(entry.body["generation"]) for entry in _nights(asked.store)]
    if names != sorted(set(names), key=lambda name: asked.store.generation(name).number):
        return Answer(False, "the generations that the log names do not go up")
    gone = {str(e.body["name"]) for e in _entries(asked.store) if e.kind == "disposed" and e.body["what"] == "generation"}
    lost = {str(entry.body.get("lost", "")) for entry in _restored(asked.store)}
    waiting = {name for name in names[:-1] if name not in gone | lost}
    there = {name for name in gone if asked.store.generation(name).path.exists()} | {old.name for old in asked.store.old_generations()}
    if waiting or there:
        return Answer(False, f"left behind and not disposed of: {', '.join(sorted(waiting | there))}. The next night does it")
    return Answer(True, f"{len(gone)} earlier generations, each disposed of")


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


def _leftovers(asked: Asked) -> Answer:
    if asked.current is None and not asked.store.staging.is_dir():
        return NOTHING_YET
    try:
        with asked.store.writing(0.0):
            left = [path.relative_to(asked.store.root).as_posix() for path in asked.store.leftovers()]
    except StoreBusy:
        return Answer(None, "a night is being written now. Ask again when it is over")
    if left:
        return Answer(False, f"{_some(left)}. The next night sweeps them")
    return Answer(True, "no unfinished generation, no dead WAL, no spill, nothing in staging")


def _modes(asked: Asked) -> Answer:
    open_to_others = [path.as_posix() for path in (asked.store.root, *asked.store.root.rglob("*")) if _is_open(path)]
    if open_to_others:
        return Answer(False, f"others can read {_some(sorted(open_to_others))}. Take that away: chmod -R go= {asked.store.root}")
    return Answer(True, "only this store's owner can read it")


def _published(asked: Asked) -> Answer:
    """Consumers read the current generation; files of an earlier one hold what has ended since."""
    if asked.current is None:
        return NOTHING_YET
    if not is_published(asked.store, asked.current) or other_sets(asked.store):
        return Answer(False, "published files are not those of the current generation. The next night publishes it")
    return Answer(
        True, f"{linked_set(asked.store)}, made from {asked.current.generation.name}" if linked_set(asked.store) else "no purpose publishes"
    )


def _extracts(asked: Asked) -> Answer:
    """Landed extracts past their `keep`, by the policy of the last night; a file that never landed is past it too."""
    if asked.current is None:
        return NOTHING_YET
    if not asked.extracts.is_dir():
        return Answer(None, f"{asked.extracts}: no such folder")
    policy, landed = asked.current.intent.rules_document(), remembered(asked.current.session)
    past: list[str] = []
    unread = 0
    for table in policy.tables:
        limit = before(max(asked.as_of, asked.current.intent.as_of), table.extract.keep)
        late = [file for file in extracts_of(policy, table, asked.extracts) if file.day < limit]
        past += [file.name for file in late]
        unread += sum(table.id not in landed or file.day > landed[table.id].day for file in late)
    if past:
        return Answer(False, f"past their keep: {_some(past)}; {unread} of them never landed. The next night disposes of what has landed")
    return Answer(True, "none is past its keep")


CHECKS: tuple[Check, ...] = (
    Check("evidence_chain", "The evidence log is whole", _chain),
    Check("night_recorded", "The current generation is recorded", _recorded),
    Check("generations", "Generations follow each other", _succession),
    Check("absence", "What was left behind is absent", _absent),
    Check("leftovers", "Nothing is left over in the store", _leftovers),
    Check("published", "Consumers read the current generation", _published),
    Check("modes", "Nobody else can read the store", _modes),
    Check("extracts", "Landed extracts are gone in time", _extracts),
)


def _nights(store: Store) -> list[Entry]:
    return [entry for entry in _entries(store) if entry.kind == "night_completed"]


def _restored(store: Store) -> list[Entry]:
    """Backups that were restored: a night may rest on one, and one may stand in for a generation that was lost."""
    return [entry for entry in _entries(store) if entry.kind == "restored"]


def _entries(store: Store) -> list[Entry]:
    """As far as the log is right; whether all of it is, is another check."""
    return [entry for entry in walk(store.evidence) if isinstance(entry, Entry)]


def _some(names: list[str]) -> str:
    return f"{len(names)} ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})"


def _is_open(path: Path) -> bool:
    """Whether others may read it; a link has no mode of its own."""
    return not path.is_symlink() and bool(path.lstat().st_mode & 0o077)
