"""What the policy has published: which purposes, of which tables, and which of their columns. Pure."""

from __future__ import annotations

from privacy_pipelines.policy.model import Policy, Table


def published_purposes(policy: Policy, table: Table) -> tuple[str, ...]:
    """The purposes that publish rows of this table, sorted."""
    asking = (policy.purpose(name) for name in table.purposes)
    return tuple(purpose.name for purpose in asking if purpose.publish and table.id in (purpose.publish.tables or (table.id,)))


def published_columns(table: Table, purpose: str) -> tuple[str, ...]:
    """The fields that serve the purpose: a key, which stands first, a link or a date only where it does too."""
    serving = [column.name for column in table.read if purpose in column.serves]
    return (*(name for name in table.key if name in serving), *(name for name in serving if name not in table.key))
