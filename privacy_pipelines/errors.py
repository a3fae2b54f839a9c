"""Every error this package raises on purpose, in one small tree.

    PrivacyPipelinesError
    ├── InputError            input that cannot be used: exit code 2
    │   ├── PolicyErrors          every problem of the policy files at once
    │   ├── ExtractError          the drop folder or one of its files
    │   └── ClockError            an as_of that goes back or runs ahead
    ├── StoreError            the store: locked, newer, damaged, no space
    │   └── StoreBusy             another process writes it
    └── NotSealed             the collector was handed something that was not decided

A message says where · what · hint and never holds a value of a record: errors reach logs, and logs outlive people.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with an input file.

    >>> str(Problem("policies/company.yaml", 7, "unknown key 'zon'", "Did you mean 'zone'?"))
    "policies/company.yaml:7: unknown key 'zon'. Did you mean 'zone'?"
    """

    where: str
    line: int
    what: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line else self.where
        return f"{place}: {self.what}. {self.hint}" if self.hint else f"{place}: {self.what}"


class PrivacyPipelinesError(Exception):
    """The root of the tree."""


class InputError(PrivacyPipelinesError):
    """Input that cannot be used; nothing was changed."""


class PolicyErrors(InputError):
    """The policy does not compile. `problems` holds every error, in file and line order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ExtractError(InputError):
    """The drop folder or a file in it cannot be used."""


class ClockError(InputError):
    """The decision day lies before the last night's, or too far ahead of the clock."""


class StoreError(PrivacyPipelinesError):
    """The store cannot be used as it is."""


class StoreBusy(StoreError):
    """Another process writes the store."""


class NotSealed(StoreError):
    """Something would have been collected that was not decided on this policy, these facts and this day."""
