"""The product against a vectorised pandas script that decides the same over the same rows: the answers must be equal."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
from sqlglot import exp

from benchmarks import pandas_peer
from benchmarks.frozen import Frozen
from benchmarks.pandas_peer import Counts
from privacy_pipelines.deciding.gather import framed, gather_consents, gather_facts, gather_frames, tonight
from privacy_pipelines.deciding.weigh import weigh
from privacy_pipelines.retention.decide import judge
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.rules import TableRule
from privacy_pipelines.store.engine import Session

COMPARED = (
    "pandas peer: consents, facts and the decision of every table, from rows to counts, by the product's own statements, nothing kept but "
    "the facts; the peer's rows are already in memory (loading is counted for neither). 'written' adds what a night keeps: frames, "
    "their digests, verdicts"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Seconds of each repetition on both sides, the records decided, and where the answers differ."""

    product: list[float]
    written: list[float]
    pandas: list[float]
    records: int
    differences: tuple[str, ...]


def compare(frozen: Frozen, repetitions: int) -> Compared:
    """Both sides in turn. Rows are loaded into frames beforehand and stay there; the product reads them from its files."""
    rows = {table: _loaded(frozen, f'tonight."{table}"', _read(table)) for table in pandas_peer.ROWS}
    facts = {table: _loaded(frozen, f'cur._facts."{table}"', "*") for table in pandas_peer.FACTS}
    as_of = frozen.night.pin.as_of.isoformat()
    product: list[float] = []
    written: list[float] = []
    pandas: list[float] = []
    for _ in range(repetitions):
        ours, seconds = _timed(lambda: _count(frozen))
        product.append(seconds)
        kept, seconds = _timed(lambda: _decide(frozen))
        written.append(seconds)
        assert kept == ours
        theirs, seconds = _timed(lambda: pandas_peer.decide(rows, facts, as_of))
        pandas.append(seconds)
    return Compared(product, written, pandas, sum(len(frame) for frame in rows.values()), tuple(_differences(ours, theirs)))


def _count(frozen: Frozen) -> Counts:
    """From rows to counts: consents and facts gathered, each table's frame decided where it is joined."""
    session, rules, as_of = frozen.night.session, frozen.rules, frozen.night.pin.as_of
    sources = tonight(rules, as_of)
    gather_consents(session, sources)
    gather_facts(session, rules, sources)

    def counted(rule: TableRule, session: Session) -> list[tuple[int, int]]:
        code = code_expression(rule, as_of, rules.policy.company).as_("code")
        coded = exp.select(code).from_(framed(sources, rule).subquery("f", copy=False), copy=False)
        counted = exp.select("code", "count(*)").from_(coded.subquery("c", copy=False), copy=False)
        return session.rows(counted.group_by("code", copy=False))

    counts: Counter[tuple[str, str, str]] = Counter()
    for rule, found in zip(rules.tables, session.together(partial(counted, rule) for rule in rules.tables), strict=True):
        for number, rows in found:
            for cluster, state in zip(rule.clusters, judge(rule, number).states, strict=True):
                counts[rule.table.id, cluster.name, state.value] += rows
    return dict(counts)


def _decide(frozen: Frozen) -> Counts:
    """Everything that the stations `facts` and `decisions` do, verdicts and digests included."""
    session, rules, as_of = frozen.night.session, frozen.rules, frozen.night.pin.as_of
    sources = tonight(rules, as_of)
    gather_consents(session, sources)
    gather_facts(session, rules, sources)
    gather_frames(session, rules, sources)
    counts: Counter[tuple[str, str, str]] = Counter()
    for weighed in weigh(session, rules, as_of):
        for cluster, state in zip(rules.of(weighed.table).clusters, weighed.verdict.states, strict=True):
            counts[weighed.table, cluster.name, state.value] += weighed.rows
    return dict(counts)


def _loaded(frozen: Frozen, source: str, columns: str) -> pd.DataFrame:
    return frozen.night.session.connection.execute(f"SELECT {columns} FROM {source}").df()


def _read(table: str) -> str:
    return ", ".join(dict.fromkeys((*pandas_peer.ROWS[table], "_gone_since", "_undetermined_since")))


def _timed(work: Callable[[], Counts]) -> tuple[Counts, float]:
    gc.collect()
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def _differences(ours: Counts, theirs: Counts) -> list[str]:
    every = sorted(ours.keys() | theirs.keys())
    return [
        f"{' '.join(key)}: {ours.get(key, 0)} here, {theirs.get(key, 0)} in pandas"
        for key in every
        if ours.get(key, 0) != theirs.get(key, 0)
    ]
