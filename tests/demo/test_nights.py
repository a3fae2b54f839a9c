"""From night to night things happen, some of which make data fall due."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from privacy_pipelines.demo import write_demo
from privacy_pipelines.demo.calendar import Span, months_before

EVENTS = {
    "contract_end": ("crm.contracts", "end_date"),
    "cancelled": ("crm.contracts", "cancelled_on"),
    "contact_left": ("crm.contacts", "left_on"),
    "last_inbound_contact": ("crm.prospects", "last_inbound_on"),
    "voucher": ("crm.invoices", "invoice_date"),
    "seminar_end": ("crm.seminars", "held_on"),
    "employment_end": ("hr.employments", "end_on"),
    "final_pay": ("hr.employments", "final_pay_on"),
    "payroll_voucher": ("hr.payroll", "pay_date"),
    "recruitment_closed": ("hr.recruitments", "closed_on"),
    "newsletter": ("crm.consents", "given_at"),
    "newsletter_end": ("crm.consents", "withdrawn_at"),
    "seminar": ("crm.seminar_registrations", "consent_given_at"),
    "candidate_consent_end": ("hr.candidate_consents", "withdrawn_at"),
}
KINDS = {
    "contact_left", "deleted_at_source", "contract_renewed", "contract_ended", "contract_cancelled", "end_corrected_earlier",
    "end_corrected_later", "account_new", "contact_new", "contract_new", "name_corrected", "inbound_contact", "prospect_new",
    "activity_new", "activity_changed", "opportunity_closed", "opportunity_new", "invoice_new", "invoice_paid",
    "consent_new", "consent_withdrawn",
    "consent_renewed", "registration_new", "employee_new", "employment_new", "employment_ended", "rehired", "absence_new",
    "recruitment_closed", "recruitment_new", "candidate_new", "application_new", "application_decided", "address_changed", "kin_new",
}  # fmt: skip
SUDDEN = ("contact_left", "deleted_at_source", "end_corrected_earlier")
"""Changes that end a purpose on the same night and that no deadline foretold."""


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_kind_occurs(demo, event):
    table, column = EVENTS[event]
    assert sum(bool(row.get(column)) for row in demo.rows(table, demo.first)) >= 3


def test_sick_leaves_and_vacations_both_occur(demo):
    assert set(Counter(row["kind"] for row in demo.rows("hr.absences", demo.first))) == {"sick", "vacation"}


def test_contracts_end_in_every_way(demo):
    contracts = demo.by_key("crm.contracts", demo.first)
    rows = [row for row in contracts.values() if row["status"] != "paused"]
    assert any(row["status"] == "active" and not row["end_date"] for row in rows)
    assert any(row["status"] == "ended" and not row["end_date"] for row in rows)
    assert any(row["status"] == "ended" and row["end_date"] == "9999-12-31" for row in rows)
    assert any(row["status"] == "cancelled" and row["cancelled_on"] < row["end_date"] for row in rows)
    chained = [(row, contracts[row["successor_id"]]) for row in rows if row["successor_id"]]
    seamless = [
        date.fromisoformat(after["start_date"]) - date.fromisoformat(row["end_date"]) for row, after in chained if row["end_date"] < "9"
    ]
    assert len(seamless) > 5
    assert set(seamless) == {timedelta(days=1)}


def test_some_contacts_left_while_the_contract_lives_and_some_long_ago(demo):
    alive = {row["account_id"] for row in demo.rows("crm.contracts", demo.first) if row["status"] == "active"}
    left = [row["left_on"] for row in demo.rows("crm.contacts", demo.first) if row["left_on"] and row["account_id"] in alive]
    assert min(left) < "2025-01-01" < max(left)


def test_newsletter_consents_are_of_every_kind_and_some_addresses_are_written_differently(demo):
    consents = demo.rows("crm.consents", demo.first)
    assert {"Given", "RenewedConsentGiven", "Withdrawn", "Requested", "Unknown"} <= {row["status"] for row in consents}
    contacts = {row["email"] for row in demo.rows("crm.contacts", demo.first)}
    odd = [row["email"] for row in consents if row["email"] not in contacts and row["email"].strip().lower() in contacts]
    assert len(odd) >= 3
    again = [email for email, times in Counter(row["email"] for row in consents).items() if times > 1]
    histories = [[row["status"] for row in consents if row["email"] == email] for email in again]
    assert ["Withdrawn", "Given"] in histories


def test_some_employees_were_hired_again_and_some_candidates_gave_no_consent(demo):
    employments = Counter(row["employee_id"] for row in demo.rows("hr.employments", demo.first))
    assert max(employments.values()) == 2
    applications = Counter(row["candidate_id"] for row in demo.rows("hr.applications", demo.first))
    assert set(applications.values()) == {1, 2}
    consenting = {row["candidate_id"] for row in demo.rows("hr.candidate_consents", demo.first)}
    assert 0 < sum(row["candidate_id"] not in consenting for row in demo.rows("hr.candidates", demo.first)) < 60


def test_every_kind_of_change_happens(demo):
    assert {change.kind for change in demo.manifest.changes} == KINDS


def test_changes_are_in_the_files(demo):
    faulty = {key for fault in demo.manifest.faults for key in fault.keys}  # a fault lies over the change
    for change in demo.manifest.changes:
        if (change.table, change.day) == ("crm.contracts", demo.manifest.days[-2]):
            continue
        before, after = demo.by_key(change.table, change.day - timedelta(days=1)), demo.by_key(change.table, change.day)
        for key in set(change.keys) - faulty:
            assert (key in after) == (change.kind != "deleted_at_source")
            assert before.get(key) != after.get(key)


def test_what_ends_a_purpose_unforeseen_stays_small(demo):
    sudden = Counter((change.table, change.day) for change in demo.manifest.changes if change.kind in SUDDEN for _ in range(change.count))
    assert max(sudden.values()) <= 3


def test_salaries_are_paid_on_the_night_after_the_25th(tmp_path):
    manifest = write_demo(tmp_path, people=500, nights=3, until=date(2026, 2, 27))
    (slips,) = [change for change in manifest.changes if change.kind == "payroll_new"]
    assert slips.day == date(2026, 2, 26)
    assert slips.count > 5


@pytest.mark.parametrize(
    ("table", "column", "months", "settle"),
    [
        ("crm.contracts", "end_date", 0, 14),
        ("crm.prospects", "last_inbound_on", 12, 14),
        ("crm.consents", "given_at", 24, 0),
        ("crm.seminars", "held_on", 12, 14),
        ("hr.employments", "end_on", 12, 14),
        ("hr.absences", "end_on", 24, 14),
        ("hr.recruitments", "closed_on", 24, 0),
        ("hr.candidate_consents", "given_at", 12, 0),
    ],
)
def test_some_records_fall_due_on_the_later_nights(demo, table, column, months, settle):
    stored = Counter(row.get(column, "")[:10] for row in demo.rows(table, demo.first))
    first_due = [months_before(day - timedelta(days=settle + 1), months) for day in demo.manifest.days[1:]]
    assert all(stored[day.isoformat()] for day in first_due)


def test_a_due_day_lies_period_and_grace_before_its_night():
    due = Span.ending(date(2026, 3, 10), 3).due(months=12, settle=14)
    assert [str(date(1970, 1, 1) + timedelta(days=day)) for day in due.tolist()] == ["2025-02-22", "2025-02-23", "2025-02-21"]
