"""The extracts that the demo writes: the columns of `policies/sources/` in their order. A test compares the two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a source writes its files."""

    folder: str
    day_mark: str
    delimiter: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One declared table: `key` comes first in `columns`; only `prose` can hold a delimiter, a quote or a line break."""

    name: str
    dialect: Dialect
    columns: tuple[str, ...]
    prose: tuple[str, ...] = ()
    mode: Literal["snapshot", "increment"] = "snapshot"

    @property
    def id(self) -> str:
        """`source.table`."""
        return f"{self.dialect.folder}.{self.name}"

    def path(self, day: date) -> str:
        """Where this day's extract lies below the demo folder."""
        return f"{self.dialect.folder}/{self.name}{self.dialect.day_mark}{day.isoformat()}.csv"


CRM = Dialect(folder="crm", day_mark="-", delimiter=",", encoding="utf-8")
HR = Dialect(folder="hr", day_mark="_", delimiter=";", encoding="latin-1")


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


SHEETS: tuple[Sheet, ...] = (
    Sheet("accounts", CRM, _columns("account_id name org_number city status")),
    Sheet("contacts", CRM, _columns("contact_id account_id full_name email phone job_title created_on left_on notes"), prose=("notes",)),
    Sheet(
        "contracts",
        CRM,
        _columns("contract_id account_id signatory_id signed_by title status start_date end_date cancelled_on successor_id value_sek"),
    ),
    Sheet("prospects", CRM, _columns("prospect_id company_name full_name email phone origin created_on last_inbound_on")),
    Sheet(
        "opportunities",
        CRM,
        _columns("opportunity_id contact_id prospect_id name stage amount_sek closed_on description"),
        prose=("description",),
    ),
    Sheet(
        "activities",
        CRM,
        _columns("activity_id contact_id prospect_id kind direction occurred_on subject body"),
        prose=("subject", "body"),
        mode="increment",
    ),
    Sheet(
        "invoices",
        CRM,
        _columns("invoice_id account_id contact_id invoice_date due_date paid_on amount_sek bankgiro reference_name reference_email"),
        mode="increment",
    ),
    Sheet(
        "invoice_lines",
        CRM,
        _columns("invoice_id line_no description quantity unit_price amount_sek"),
        prose=("description",),
        mode="increment",
    ),
    Sheet("consents", CRM, _columns("consent_id email purpose status given_at withdrawn_at channel")),
    Sheet("seminars", CRM, _columns("seminar_id title held_on"), prose=("title",)),
    Sheet(
        "seminar_registrations",
        CRM,
        _columns(
            "registration_id seminar_id full_name email company_name registered_on consent_status consent_given_at"
            " consent_withdrawn_at diet"
        ),
        prose=("diet",),
    ),
    Sheet(
        "employees",
        HR,
        _columns(
            "employee_id personal_number full_name work_email private_email private_phone street postal_code city bank_account"
            " trade_union notes"
        ),
        prose=("notes",),
    ),
    Sheet(
        "employments",
        HR,
        _columns("employment_id employee_id title status start_on end_on final_pay_on monthly_salary end_reason"),
    ),
    Sheet("payroll", HR, _columns("payroll_id employee_id pay_date gross_sek tax_sek net_sek paid_to_account")),
    Sheet("next_of_kin", HR, _columns("kin_id employee_id full_name relation phone")),
    Sheet("absences", HR, _columns("absence_id employee_id kind start_on end_on days note"), prose=("note",)),
    Sheet("recruitments", HR, _columns("recruitment_id title status opened_on closed_on")),
    Sheet("candidates", HR, _columns("candidate_id full_name email phone city registered_on")),
    Sheet(
        "applications",
        HR,
        _columns("application_id candidate_id recruitment_id applied_on outcome assessment cv_text"),
        prose=("assessment", "cv_text"),
    ),
    Sheet("candidate_consents", HR, _columns("consent_id candidate_id purpose status given_at withdrawn_at")),
)


def sheet(table_id: str) -> Sheet:
    """Raises KeyError for a table that the demo does not write."""
    return {each.id: each for each in SHEETS}[table_id]
