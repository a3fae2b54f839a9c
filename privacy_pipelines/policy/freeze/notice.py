"""What the papers say beyond the rules."""

from __future__ import annotations

from collections.abc import Mapping

from privacy_pipelines.policy.documents import CompanyDocument
from privacy_pipelines.policy.documents.notice import NoticeBlock
from privacy_pipelines.policy.freeze.shared import frozen_text
from privacy_pipelines.policy.model import Authority, Notice
from privacy_pipelines.policy.model.notice import Words


def frozen_notice(document: CompanyDocument) -> Notice:
    """The notice's own words; a company's own category is called by its title unless the notice says otherwise."""
    said = document.notice or NoticeBlock()
    own = {name: block.title for name, block in (document.categories or {}).items()}
    return Notice(
        address=said.address or "",
        representative=said.representative or "",
        joint_controllers=said.joint_controllers,
        authority=Authority(frozen_text(said.authority.name), said.authority.contact) if said.authority else None,
        automated_decisions=frozen_text(said.automated_decisions or {}),
        security=frozen_text(said.security or {}),
        events=_words(said.events),
        consents=_words(said.consents),
        subjects=_words(said.subjects),
        categories=_words({**own, **said.categories}),
    )


def _words(said: Mapping[str, Mapping[str, str]]) -> Words:
    return tuple((name, frozen_text(text)) for name, text in sorted(said.items()))
