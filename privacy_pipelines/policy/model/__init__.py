"""The policy as the other rooms see it: frozen values, already checked against each other.

`load.py` makes them from YAML; nobody else does. Names are the YAML's own (DESIGN §2), terms are ISO/IEC 27555's and DIN 66398's.
"""

from __future__ import annotations

from privacy_pipelines.policy.model.company import (
    MASKED_BY_DEFAULT,
    Ceiling,
    Company,
    Entity,
    FiscalYears,
    Guards,
    IrregularYear,
    Recipient,
)
from privacy_pipelines.policy.model.extracts import (
    ENDINGS,
    PACKABLE,
    Compression,
    Deletes,
    Extract,
    ExtractFormat,
    LineEnd,
    Ragged,
    RepeatedHeader,
)
from privacy_pipelines.policy.model.fields import ROW_KEY, Column, ColumnType
from privacy_pipelines.policy.model.notice import Authority, Notice
from privacy_pipelines.policy.model.policy import Policy
from privacy_pipelines.policy.model.purposes import EndedBy, Publish, Purpose, StartingPoint, Version
from privacy_pipelines.policy.model.registers import OBJECTION, Consent, Hold, Objection
from privacy_pipelines.policy.model.relations import (
    FIRST,
    LAST,
    DateParts,
    EntityOf,
    Event,
    Link,
    Merged,
    Step,
    Subject,
    Succession,
)
from privacy_pipelines.policy.model.tables import NotRead, Table
from privacy_pipelines.policy.model.terms import Identifier, Nature, Offset, OnObjection, Scope, Text, WhenTargetEnds

__all__ = [
    "ENDINGS",
    "FIRST",
    "LAST",
    "MASKED_BY_DEFAULT",
    "OBJECTION",
    "PACKABLE",
    "ROW_KEY",
    "Authority",
    "Ceiling",
    "Column",
    "ColumnType",
    "Company",
    "Compression",
    "Consent",
    "DateParts",
    "Deletes",
    "EndedBy",
    "Entity",
    "EntityOf",
    "Event",
    "Extract",
    "ExtractFormat",
    "FiscalYears",
    "Guards",
    "Hold",
    "Identifier",
    "IrregularYear",
    "LineEnd",
    "Link",
    "Merged",
    "Nature",
    "NotRead",
    "Notice",
    "Objection",
    "Offset",
    "OnObjection",
    "Policy",
    "Publish",
    "Purpose",
    "Ragged",
    "Recipient",
    "RepeatedHeader",
    "Scope",
    "StartingPoint",
    "Step",
    "Subject",
    "Succession",
    "Table",
    "Text",
    "Version",
    "WhenTargetEnds",
]
