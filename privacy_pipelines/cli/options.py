"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from privacy_pipelines.values import Paths

P = ParamSpec("P")
R = TypeVar("R")


class Day(click.ParamType[date]):
    """An ISO day."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date; a usage error for anything else."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day. Write it as 2026-01-31", param, ctx)


DAY = Day()


@dataclass(frozen=True, slots=True)
class Folders:
    """The three folders, as they were given."""

    policies: Path
    store: Path
    extracts: Path

    def paths(self) -> Paths:
        """The same for the pipeline."""
        from privacy_pipelines.values import Paths

        return Paths(self.policies, self.store, self.extracts)


def folders(command: Callable[Concatenate[Folders, P], R]) -> Callable[..., R]:
    """`--policies`, `--store` and `--extracts`, handed on as `Folders`."""

    @click.option("--policies", type=click.Path(path_type=Path), default="policies", show_default=True, help="The policy folder.")
    @click.option("--store", type=click.Path(path_type=Path), default="var/store", show_default=True, help="The store of generations.")
    @click.option("--extracts", type=click.Path(path_type=Path), default="var/extracts", show_default=True, help="The drop folder.")
    @wraps(command)
    def with_folders(policies: Path, store: Path, extracts: Path, *args: P.args, **kwargs: P.kwargs) -> R:
        return command(Folders(policies, store, extracts), *args, **kwargs)

    return with_folders


as_of_option = click.option("--as-of", type=DAY, default=None, help="The day that is decided. Default: today in the company's zone.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
