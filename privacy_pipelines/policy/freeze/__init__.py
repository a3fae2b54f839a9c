"""From checked documents to the frozen policy. Decides nothing: what a document leaves out gets its documented default here."""

from __future__ import annotations

from privacy_pipelines.policy.freeze.company import freeze_company, freeze_holds
from privacy_pipelines.policy.freeze.extracts import merged_extract
from privacy_pipelines.policy.freeze.naming import column_path, table_id
from privacy_pipelines.policy.freeze.purposes import freeze_purpose
from privacy_pipelines.policy.freeze.registers import freeze_consents, freeze_objections
from privacy_pipelines.policy.freeze.tables import freeze_not_read, freeze_tables

__all__ = [
    "column_path",
    "freeze_company",
    "freeze_consents",
    "freeze_holds",
    "freeze_not_read",
    "freeze_objections",
    "freeze_purpose",
    "freeze_tables",
    "merged_extract",
    "table_id",
]
