"""Issues certificates when their time has come, and not before: a night that has flipped is *erasing* until its sinks are confirmed.

What the night did is kept aside at once (`….erasing.json`), because its record goes with its generation. It becomes a certificate when the
old generation's disposal stands in the log, its file is gone, and no published file of an earlier night is left (LAW scenario 55). Done
again, it gives nothing new; a crash on the way is made good by the next start.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from privacy_pipelines.certifying.deed import deed_of
from privacy_pipelines.certifying.page import render
from privacy_pipelines.evidence.appending import Place, last_head
from privacy_pipelines.evidence.certificate import Certificate, Moments, issue
from privacy_pipelines.evidence.deed import Controller, Deed, Erased, Exempt, Residual, Rule, Scope
from privacy_pipelines.evidence.entries import Entry, moment
from privacy_pipelines.evidence.export import CERTIFICATES
from privacy_pipelines.evidence.keys import secret_of
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.publishing.sets import other_sets
from privacy_pipelines.report.told import read_record
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.store.durable import explained, make_folder, remove, write_whole
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import Reader
from privacy_pipelines.values import Period

ERASING = ".erasing.json"


def certify(store: Store, current: Reader | None, *, at: datetime) -> tuple[Path, ...]:
    """Write what is due; the JSON files. The caller holds the write lock.

    Raises:
        PolicyErrors: today's product no longer reads the night's policy.
        StoreError: the certificate cannot be written or signed. The night stands, and stays *erasing*.
    """
    log = EvidenceLog(store.evidence)
    entries = tuple(log.entries())
    _set_aside(store, current, entries)
    return tuple(path for path in (_completed(store, log, draft, at) for draft in erasing(store)) if path is not None)


def erasing(store: Store) -> tuple[Path, ...]:
    """What waits for its certificate, oldest first."""
    return tuple(sorted((store.root / CERTIFICATES).glob(f"*{ERASING}")))


def certificate_of(store: Store, generation: str) -> Path | None:
    """The page for people of a generation's night; None where it has none."""
    return next(iter((store.root / CERTIFICATES).glob(f"*-{generation.removesuffix('.duckdb')}.html")), None)


def _set_aside(store: Store, current: Reader | None, entries: tuple[Entry, ...]) -> None:
    if current is None or any(e.kind == "certified" and e.body["run"] == current.intent.run for e in entries):
        return
    deed = deed_of(read_record(current.record()), current.intent.rules_document())
    if deed is not None:
        make_folder(store.root / CERTIFICATES)
        with explained(store.root):
            write_whole(_named(store, deed, ERASING), json.dumps(asdict(deed)).encode())


def _completed(store: Store, log: EvidenceLog, draft: Path, at: datetime) -> Path | None:
    """The certificate's path; None while a sink is not confirmed."""
    with explained(draft):
        deed = _deed(json.loads(draft.read_bytes()))
    shown = _shown(log, deed)
    if shown is None or store.generation(deed.base).path.exists() or other_sets(store):
        return None
    certificate = _issued(store, log, deed, shown, at)
    path, content = _named(store, deed, ".json"), certificate.to_json().encode()
    with explained(store.root):
        write_whole(path.with_suffix(".html"), render(certificate, hashlib.sha256(content).hexdigest()).encode())
        write_whole(path, content)
        log.append("certified", {"run": deed.run, "digest": hashlib.sha256(content).hexdigest()}, at=at)
        remove(draft)
    return path


def _shown(log: EvidenceLog, deed: Deed) -> tuple[Entry, Entry] | None:
    """(the night's entry, its base's disposal); None where one is not in the log yet."""
    night = gone = None
    for entry in log.entries():
        if entry.kind == "night_completed" and entry.body["run"] == deed.run:
            night = entry
        elif entry.kind == "disposed" and (entry.body["what"], entry.body["name"]) == ("generation", deed.base):
            gone = entry
    return (night, gone) if night is not None and gone is not None else None


def _issued(store: Store, log: EvidenceLog, deed: Deed, shown: tuple[Entry, Entry], at: datetime) -> Certificate:
    place = Place(store.evidence)
    head = last_head(place)
    assert head is not None
    _, gone = shown
    disposed = date.fromisoformat(gone.at[:10])
    extracts, backups = (add(disposed, Period.parse(span)).isoformat() if span else "" for span in (deed.extracts_tail, deed.backup_tail))
    moments = Moments(gone.at, moment(at), extracts, backups)
    entries = [entry for entry in log.entries() if entry.seq <= head.tree.size]
    return issue(deed, moments, entries, [entry.seq for entry in shown], head, secret_of(place.keys, head.signer_of_the_next))


def _named(store: Store, deed: Deed, suffix: str) -> Path:
    return store.root / CERTIFICATES / f"night-{deed.as_of}-{deed.generation.removesuffix('.duckdb')}{suffix}"


def _deed(body: dict[str, Any]) -> Deed:
    """What `_set_aside` wrote."""
    erased = tuple(Erased(**{**one, "fields": tuple(one["fields"]), "purposes": tuple(one["purposes"])}) for one in body["erased"])
    parts = {"scope": Scope, "rules": Rule, "checks": Residual, "exceptions": Exempt}
    read = {name: tuple(kind(**one) for one in body[name]) for name, kind in parts.items()}
    return Deed(**{**body, **read, "erased": erased, "controller": Controller(**body["controller"])})
