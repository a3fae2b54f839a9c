"""How an extract arrives: what the table says over what its source says, and the defaults below both."""

from __future__ import annotations

from privacy_pipelines.policy.documents import SourceDocument
from privacy_pipelines.policy.documents.extract import NO_MARKER, ExtractBlock
from privacy_pipelines.policy.documents.source import TableBlock
from privacy_pipelines.policy.model import Deletes, Extract

FETCHED_PATH = "{table}-{day}.parquet"
"""Where a database's table is fetched to, unless the policy says otherwise."""
EXTRACT_DEFAULTS = ExtractBlock(
    format="csv", mode="snapshot", delimiter=",", quote='"', header=True, skip_before=0, skip_after=0, ragged="quarantine",
    repeated_header="quarantine", trim=False, encoding="utf-8", decimal=".",
)  # fmt: skip


def merged_extract(source: ExtractBlock, table: ExtractBlock) -> ExtractBlock:
    """The source's extract with what the table says otherwise, and the defaults below both."""
    said = {key: value for block in (source, table) for key, value in block if value is not None}
    if said.get("format") == "database":
        said = {"path": FETCHED_PATH, **said}
    return EXTRACT_DEFAULTS.model_copy(update=said)


def frozen_extract(document: SourceDocument, block: TableBlock) -> Extract:
    """The table's extract with every default filled in."""
    merged = merged_extract(document.extract, block.extract)
    marker = merged.deletes if merged.deletes != NO_MARKER else None
    said = {
        key: value if value is not None else "" for key, value in merged if key in ("escape", "comment", "thousands", "preamble", "footer")
    }
    said |= {key: value or () for key, value in merged if key in ("columns", "null_values")}
    said["quote"] = "" if merged.quote == "none" else merged.quote
    said["header"] = int(merged.header or 0)
    return Extract(**{**dict(merged), **said, "deletes": Deletes(marker.column, marker.values) if marker else None})
