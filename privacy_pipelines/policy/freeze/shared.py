"""What several kinds of file write alike: ceilings, and texts in several languages."""

from __future__ import annotations

from collections.abc import Mapping

from privacy_pipelines.policy.documents.company import CeilingBlock
from privacy_pipelines.policy.model import Ceiling, Text
from privacy_pipelines.values import Period


def frozen_ceiling(block: CeilingBlock, window: Period) -> Ceiling:
    """The ceiling; `window` counts where it names none of its own."""
    return Ceiling(block.restrict, block.execution_window or window)


def frozen_text(translations: Mapping[str, str]) -> Text:
    """The text per language, in the order of the languages' codes."""
    return tuple(sorted(translations.items()))
