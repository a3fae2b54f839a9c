"""A company of its own for each test: a policy folder, a drop folder and a store, and nights run through the real way.

Nothing here decides, computes a date or looks at a table of the product's own: what a test sees is what is in the generation, in the
night's record and in the explanation. A test writes only the YAML that its rule needs; `folder` adds what every policy must say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.explaining.answer import Clause, ClusterAnswer, Explanation
from privacy_pipelines.explaining.explain import explain
from privacy_pipelines.pipeline import LastNight, last_night, night
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from privacy_pipelines.values import Paths
from tests.way.folder import write_policy


@dataclass
class Company:
    """A company below `root`. Tables are named without their source, which is always `crm`, and their key is called `id`."""

    root: Path
    nights: int = 0
    repeat: bool = True
    """Whether a night may be quiet; without it every night is a full one."""
    stations: dict[str, Any] = field(default_factory=dict)
    """What each station of the last night returned, by name."""

    @property
    def paths(self) -> Paths:
        return Paths(self.root / "policies", self.root / "store", self.root / "extracts")

    def policy(self, source: str, *, company: str = "", holds: str = "holds: []", **purposes: str) -> Company:
        """Write the whole policy folder: the `crm` source, and one purpose per further argument."""
        write_policy(self.paths.policies, source, company=company, holds=holds, **purposes)
        self.paths.extracts.mkdir(parents=True, exist_ok=True)
        return self

    def extract(self, table: str, day: str, text: str, *, encoding: str = "utf-8") -> Path:
        """Write a table's extract of a day. The text is CSV; indentation, and spaces around each line, are only for the reader."""
        lines = [line.strip() for line in text.strip().splitlines()]
        return self.raw(table, day, ("\n".join(lines) + "\n").encode(encoding))

    def raw(self, table: str, day: str, content: bytes) -> Path:
        """Write an extract byte by byte."""
        path = self.paths.extracts / f"{table}-{day}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def night(self, as_of: str, *, today: str | None = None, again: Iterable[str] = (), first_load: bool | None = None) -> LastNight:
        """A whole night on `as_of`; a store's first night has leave for its first load."""
        self.nights += 1
        clock = datetime.combine(date.fromisoformat(today or as_of), datetime.min.time(), tzinfo=UTC).replace(hour=2)
        first = self.nights == 1 if first_load is None else first_load
        days = [date.fromisoformat(day) for day in again]
        self.stations = {}
        for station, answer in night(
            self.paths,
            run=f"night-{self.nights}",
            as_of=date.fromisoformat(as_of),
            at=clock,
            first_load=first,
            again=days,
            repeat=self.repeat,
        ):
            self.stations[station] = answer
        found = last_night(self.paths)
        assert found is not None
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every row of the current generation, its declared columns only."""
        return [{name: value for name, value in row.items() if not name.startswith("_")} for row in self.stored(table)]

    def stored(self, table: str) -> list[dict[str, Any]]:
        """Every row of the current generation with the product's own columns, in the order of their keys."""
        with reader(Store(self.paths.store)) as current:
            assert current is not None
            names = current.session.columns("cur", "crm", table)
            found = current.session.rows(f'SELECT * FROM cur.crm."{table}"') if names else []
            return sorted((dict(zip(names, row, strict=True)) for row in found), key=lambda row: str(row.get("id")))

    def keys(self, table: str) -> list[Any]:
        """The key of every row, sorted."""
        return sorted(row["id"] for row in self.rows(table))

    def row(self, table: str, key: str) -> dict[str, Any]:
        """The row of that key; fails where there is none, or more than one."""
        (found,) = [row for row in self.rows(table) if row["id"] == key]
        return found

    def explain(self, table: str, key: str, field_name: str | None = None, as_of: str | None = None) -> Explanation:
        """The product's own answer about a record."""
        return explain(self.paths.store, f"crm.{table}", key, field_name, date.fromisoformat(as_of) if as_of else None)

    def cluster(self, table: str, key: str, column: str, as_of: str | None = None) -> ClusterAnswer:
        """The answer for one field's data cluster."""
        (found,) = self.explain(table, key, column, as_of).clusters
        return found

    def clause(self, table: str, key: str, purpose: str, as_of: str | None = None) -> Clause:
        """The answer for one purpose of a record."""
        clusters = self.explain(table, key, None, as_of).clusters
        return next(clause for cluster in clusters for clause in cluster.clauses if clause.purpose == purpose)

    def evidence(self) -> list[Entry]:
        """Every entry of the evidence log."""
        return list(EvidenceLog(Store(self.paths.store).evidence).entries())

    def approve(self, digest: str, *, at: str, by: str = "dpo") -> None:
        """Let one withheld part through."""
        body = {"digest": digest, "by": by, "reason": "looked at and right"}
        EvidenceLog(Store(self.paths.store).evidence).append("approved", body, at=datetime.fromisoformat(f"{at}T08:00:00+00:00"))

    def data(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table of the current generation but those about the night itself, each as sorted rows."""
        with reader(Store(self.paths.store)) as current:
            assert current is not None
            tables = current.session.rows(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'cur' AND schema_name <> '_night' ORDER BY ALL"
            )
            return {
                f"{schema}.{table}": sorted(current.session.rows(f'SELECT * FROM cur."{schema}"."{table}"'), key=repr)
                for schema, table in tables
            }

    def departed(self) -> list[tuple[Any, ...]]:
        """(table, cluster, left_on, was_stored) of everything that was left behind and is still remembered."""
        with reader(Store(self.paths.store)) as current:
            assert current is not None
            return current.session.rows('SELECT "table", cluster, left_on, was_stored FROM cur._night.departed ORDER BY ALL')


def steps(last: LastNight) -> list[tuple[str, str, str, int, int]]:
    """(table, cluster, action, rows, cells) of the night's plan."""
    return [(s["table"], s["cluster"], s["action"], s["rows"], s["cells"]) for s in last.record["plan"]["steps"]]


def arrival(last: LastNight, table: str) -> dict[str, Any]:
    """What became of the one extract of a table."""
    (found,) = [one for one in last.record["inbox"]["arrivals"] if one["table"] == f"crm.{table}"]
    return dict(found)


def withheld(last: LastNight) -> list[dict[str, Any]]:
    """The parts of the plan that wait for a person."""
    return [part for part in last.record["plan"]["parts"] if part["withheld"]]


def day(text: str) -> date:
    """A date as the tests write it."""
    return date.fromisoformat(text)


def csv(header: str, rows: Sequence[str]) -> str:
    """A header and its lines."""
    return "\n".join((header, *rows))
