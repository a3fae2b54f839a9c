"""The policy as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from privacy_pipelines.policy.model.company import Company
from privacy_pipelines.policy.model.purposes import Purpose
from privacy_pipelines.policy.model.registers import Consent, Hold, Objection
from privacy_pipelines.policy.model.tables import NotRead, Table


@dataclass(frozen=True)
class Policy:
    """The law in force, checked. `document` is the canonical JSON of every file; `version` is its SHA-256."""

    company: Company
    purposes: tuple[Purpose, ...]
    tables: tuple[Table, ...]
    consents: tuple[Consent, ...]
    holds: tuple[Hold, ...]
    document: str
    version: str
    objections: tuple[Objection, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    @cached_property
    def _purposes(self) -> dict[str, Purpose]:
        return {purpose.name: purpose for purpose in self.purposes}

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.id: table for table in self.tables}

    def purpose(self, name: str) -> Purpose:
        """Raises KeyError for a purpose that is not declared."""
        return self._purposes[name]

    def table(self, table_id: str) -> Table:
        """Raises KeyError for a table that is not declared; `table_id` is `source.table`."""
        return self._tables[table_id]

    def objection(self, name: str) -> Objection:
        """Raises KeyError for an objection that is not declared."""
        for objection in self.objections:
            if objection.name == name:
                return objection
        raise KeyError(name)

    def consent(self, name: str) -> Consent:
        """Raises KeyError for a consent that is not declared."""
        for consent in self.consents:
            if consent.name == name:
                return consent
        raise KeyError(name)
