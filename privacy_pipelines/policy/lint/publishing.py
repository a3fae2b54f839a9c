"""Checks of what purposes publish."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents.purpose import PublishBlock
from privacy_pipelines.policy.lint.context import Context, unknown


def published_tables_serve(context: Context) -> Iterator[Problem]:
    """A table of which no field serves the purpose has nothing to publish for it (GDPR Art. 5(1)(b))."""
    for file in context.purposes:
        said, purpose = file.content.publish, file.content.purpose
        serving = frozenset(field.table.id for field in context.fields if purpose in field.block.serves)
        for table in (said.tables or ()) if isinstance(said, PublishBlock) else ():
            if table not in context.columns:
                yield file.located.problem(("publish", "tables"), *unknown("table", table, frozenset(context.columns)))
            elif table not in serving:
                hint = f"Tables with such a field: {', '.join(sorted(serving)) or 'none'}"
                yield file.located.problem(("publish", "tables"), f"no field of {table} serves purpose {purpose!r}", hint)
