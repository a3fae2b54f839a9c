"""What two policies say differently, in words: purposes, periods, tables, fields. It looks at no record and knows no store."""

from privacy_pipelines.policy.diff.change import Change, changes_between

__all__ = ["Change", "changes_between"]
