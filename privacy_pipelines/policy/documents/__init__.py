"""The policy files as they are written: strict models at the YAML threshold, one per kind of file.

Every key has a description (they become the JSON Schemas in `docs/schema`). Every required key has an example, which also stands
in for a value that cannot be read, so that the rest of the file is still checked (`mending`). No other room sees these models.
"""

from __future__ import annotations

from privacy_pipelines.policy.documents.company import CompanyDocument
from privacy_pipelines.policy.documents.holds import HoldsDocument
from privacy_pipelines.policy.documents.purpose import PurposeDocument
from privacy_pipelines.policy.documents.source import SourceDocument

__all__ = ["CompanyDocument", "HoldsDocument", "PurposeDocument", "SourceDocument"]
