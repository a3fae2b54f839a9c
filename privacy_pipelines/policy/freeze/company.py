"""The company, and what holds without being asked for: its class-wide holds."""

from __future__ import annotations

from privacy_pipelines.policy.documents import CompanyDocument, HoldsDocument
from privacy_pipelines.policy.documents.company import RecipientBlock
from privacy_pipelines.policy.documents.fiscal import EntityBlock
from privacy_pipelines.policy.documents.holds import HoldBlock
from privacy_pipelines.policy.freeze.notice import frozen_notice
from privacy_pipelines.policy.freeze.shared import frozen_ceiling, frozen_text
from privacy_pipelines.policy.model import Company, Entity, FiscalYears, Guards, Hold, IrregularYear, Recipient
from privacy_pipelines.values import Period

UNDETERMINED_WINDOW = Period(days=30)


def freeze_company(document: CompanyDocument) -> Company:
    """The company's values, recipients by name."""
    return Company(
        name=document.controller.name,
        contact=document.controller.contact,
        dpo=document.controller.dpo,
        notice=frozen_notice(document),
        country=document.controller.country or "",
        masking=tuple(sorted(document.masking)),
        zone=document.zone,
        languages=document.languages,
        fiscal_year_end=_first_year_end(document.fiscal_year_end),
        fiscal_changes=document.fiscal_year_end[1:],
        entities=tuple(_entity(name, block) for name, block in sorted((document.entities or {}).items())),
        vacation_year_end=document.vacation_year_end,
        unknown_dates=tuple(sorted(document.unknown_dates)),
        earliest_date=document.plausible_dates.earliest,
        dates_ahead=document.plausible_dates.ahead,
        undetermined=frozen_ceiling(document.undetermined, UNDETERMINED_WINDOW),
        guards=Guards(**dict(document.guards)),
        departed_expiry=document.departed_expiry,
        backup_tail=document.backup_tail,
        source_cleanup=document.source_cleanup,
        shared_mailboxes=tuple(sorted({name.lower() for name in document.shared_mailboxes})),
        recipients=tuple(_recipient(name, block) for name, block in sorted(document.recipients.items())),
    )


def freeze_holds(document: HoldsDocument) -> tuple[Hold, ...]:
    """Every class-wide hold, by name."""
    return tuple(sorted(map(_hold, document.holds), key=lambda hold: hold.name))


def _first_year_end(years: FiscalYears) -> tuple[int, int]:
    first = years[0]
    assert not isinstance(first, IrregularYear), "a list of years begins with a regular one"
    return first


def _entity(name: str, block: EntityBlock) -> Entity:
    return Entity(name, block.values or (name,), _first_year_end(block.fiscal_year_end), block.fiscal_year_end[1:])


def _recipient(name: str, block: RecipientBlock) -> Recipient:
    return Recipient(name, frozen_text(block.title), block.country, frozen_text(block.safeguard or {}))


def _hold(block: HoldBlock) -> Hold:
    return Hold(block.hold, block.ground, block.owner, block.review_by, tuple(sorted(block.tables)), block.effective_from)
