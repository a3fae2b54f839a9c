"""What the stations are handed: where the house stands, what day it is, and an IO manager that stores nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import dagster as dg
from pydantic import PrivateAttr

from assets.tags import AS_OF
from privacy_pipelines.errors import ClockError
from privacy_pipelines.store.generations import Store
from privacy_pipelines.values import Paths

ROOT = Path(__file__).resolve().parent.parent


class House(dg.ConfigurableResource):  # type: ignore[type-arg]  # it is its own type
    """The folders of a night; a relative one is below the checkout, wherever the process was started."""

    policies: str = "policies"
    store: str = "var/store"
    extracts: str = "var/extracts"
    textfiles: str = ""
    """Where Prometheus' node exporter reads text files; empty: in the store."""

    @classmethod
    def from_environment(cls) -> House:
        """PRIVACY_PIPELINES_POLICIES, _STORE, _EXTRACTS and _TEXTFILES, or the defaults."""
        given = {name: os.environ.get(f"PRIVACY_PIPELINES_{name.upper()}") for name in ("policies", "store", "extracts", "textfiles")}
        return cls(**{name: value for name, value in given.items() if value})

    @property
    def paths(self) -> Paths:
        """The folders as paths, short where they are below the working folder."""
        return Paths(_path(self.policies), _path(self.store), _path(self.extracts))


class Clock(dg.ConfigurableResource):  # type: ignore[type-arg]  # it is its own type
    """The one place where assets learn what time it is. `as_of` decides for another day than today."""

    as_of: str = ""

    def now(self) -> datetime:
        """This instant, in UTC."""
        return datetime.now(UTC)

    def today(self, zone: str) -> date:
        """Today in the company's zone."""
        return datetime.now(ZoneInfo(zone)).date()

    def day(self, tags: dict[str, str], today: Callable[[], date]) -> date:
        """The day decided: the run's tag, else this resource's `as_of`, else today. Raises ClockError."""
        said = tags.get(AS_OF) or self.as_of
        try:
            return date.fromisoformat(said) if said else today()
        except ValueError:
            raise ClockError(f"{AS_OF}: {said!r} is not a day. Write it as 2026-11-22") from None


class Vigil(dg.ConfigurableResource):  # type: ignore[type-arg]  # it is its own type
    """Kept from a night's first station to the end of its run, however that ends: two nights never overlap."""

    patience_s: float = 2.0
    """How long a night waits for the lock: not for another night, whose stations it would hold up, but for who only looks whether there
    is one. Behind another night Dagster's queue lets it wait."""

    _kept: ExitStack = PrivateAttr(default_factory=ExitStack)

    def keep(self, paths: Paths, run: str) -> None:
        """Raises StoreBusy where another night is in progress."""
        from privacy_pipelines import pipeline

        self._kept.enter_context(Store(paths.store).alone(self.patience_s))
        self._kept.callback(pipeline.end_expecting, run)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """The run is over, and with it what it has begun."""
        self._kept.close()


class NothingStored(dg.IOManager):
    """Refuses every value: rows stay in the store, and Dagster's own storage never holds one."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> NoReturn:
        """Raises DagsterInvariantViolationError."""
        raise dg.DagsterInvariantViolationError(
            f"{context.asset_key.to_user_string()}: returned a value. Rows stay in the store; return metadata only"
        )

    def load_input(self, context: dg.InputContext) -> NoReturn:
        """Raises DagsterInvariantViolationError."""
        raise dg.DagsterInvariantViolationError("an asset asked for a value. Depend on an asset with deps=[…], and read the store")


def _path(text: str) -> Path:
    path = ROOT / text
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
