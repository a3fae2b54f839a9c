"""What happens in HR from one night to the next. As in the CRM, what ends a purpose at once stays small."""

from __future__ import annotations

import numpy as np

from privacy_pipelines.demo import recruiting, staff
from privacy_pipelines.demo.draw import between, pick
from privacy_pipelines.demo.frames import MISSING, Flags, Texts, filled, timestamps
from privacy_pipelines.demo.night import Night, day_text, renamed, within


def employees_hired(night: Night) -> None:
    """New employees, each with an employment and a next of kin; and one who comes back within the year."""
    rng, count = night.rng("hired"), night.few(1e-5, low=1)
    new = staff.employee_rows(rng, night.world.pools, night.next_number("hr.employees"), count)
    night.issue("employee_new", "hr.employees", new)
    _employ(night, "employment_new", new["employee_id"])
    kin = staff.kin_rows(rng, night.world.pools, night.next_number("hr.next_of_kin"), new["employee_id"])
    night.issue("kin_new", "hr.next_of_kin", kin)
    _employ(night, "rehired", _lately_ended(night))


def employees_leave(night: Night) -> None:
    """Employments that ended yesterday; the final pay is still to come."""
    employments = night.tables["hr.employments"]
    rows = night.some("leave", (employments["status"] == "active") & (employments["end_on"] == ""), night.few(1e-5, low=1, high=40))
    pay = day_text(int(staff.payday_after(np.array([night.yesterday]))[0]))
    values = {"status": "ended", "end_on": day_text(night.yesterday), "final_pay_on": pay, "end_reason": "egen uppsägning"}
    night.set("employment_ended", "hr.employments", rows, values)


def details_corrected(night: Night) -> None:
    """Employees who married or moved, and a next of kin who is taken off the list."""
    employees = night.tables["hr.employees"]
    everyone = np.ones(len(employees["employee_id"]), dtype=bool)
    married = night.some("married", everyone, night.few(1e-5, low=1))
    night.set("name_corrected", "hr.employees", married, {"full_name": renamed(night, "married names", employees["full_name"][married])})
    moved = night.some("moved", everyone, night.few(2e-5, low=1))
    streets = pick(night.rng("streets"), night.world.pools.streets, len(moved)) + " 7"
    night.set("address_changed", "hr.employees", moved, {"street": streets})
    kin = night.tables["hr.next_of_kin"]["kin_id"]
    night.drop("deleted_at_source", "hr.next_of_kin", night.some("kin", np.ones(len(kin), dtype=bool), 1))


def salaries_paid(night: Night) -> None:
    """On the night after the 25th, a pay slip for everyone who is employed."""
    payday = night.yesterday
    if day_text(payday)[-2:] != "25":
        return
    employees, employments = night.tables["hr.employees"], night.tables["hr.employments"]
    at_work = np.flatnonzero(employments["status"] == "active")
    salary = np.array([int(each.partition(",")[0]) for each in employments["monthly_salary"][at_work].tolist()], dtype=np.int64)
    row_of = {key: row for row, key in enumerate(employees["employee_id"].tolist())}
    rows = np.array([row_of[key] for key in employments["employee_id"][at_work].tolist()], dtype=np.int64)
    slips = staff.payroll_rows(night.next_number("hr.payroll"), employees, rows, salary, np.full(len(rows), payday))
    night.issue("payroll_new", "hr.payroll", slips)


def absences_reported(night: Night) -> None:
    """Sick leaves and vacations that ended yesterday."""
    rng, count = night.rng("absences"), night.few(1e-4, low=2)
    employments = night.tables["hr.employments"]
    who = pick(rng, employments["employee_id"][employments["status"] == "active"], count)
    kind = pick(rng, np.array(["sick", "vacation"], dtype=object), count)
    period = np.full(count, night.yesterday), between(rng, 1, 10, count)
    night.issue("absence_new", "hr.absences", staff.absence_rows(rng, night.next_number("hr.absences"), who, kind, period))


def recruitments_close(night: Night) -> None:
    """A recruitment closes, its candidates are turned down but for one, and another one opens."""
    recruitments, applications = night.tables["hr.recruitments"], night.tables["hr.applications"]
    rows = night.some("close", recruitments["status"] == "open", night.few(5e-6, low=1))
    night.set("recruitment_closed", "hr.recruitments", rows, {"status": "closed", "closed_on": day_text(night.yesterday)})
    closed = np.isin(applications["recruitment_id"].astype(str), recruitments["recruitment_id"][rows].astype(str))
    decided = np.flatnonzero(closed & (applications["outcome"] == "pending"))
    night.set("application_decided", "hr.applications", decided[1:], {"outcome": "rejected"})
    night.set("application_decided", "hr.applications", decided[:1], {"outcome": "hired"})
    opened, open_ended = np.array([night.yesterday]), np.array([MISSING])
    start = night.next_number("hr.recruitments")
    night.issue("recruitment_new", "hr.recruitments", recruiting.recruitment_rows(night.rng("open"), start, opened, open_ended))


def candidates_apply(night: Night) -> None:
    """New candidates with an application and a consent, and one candidate who is deleted at the source."""
    rng, count = night.rng("apply"), night.few(2e-4, low=3)
    day = np.full(count, night.yesterday)
    new = recruiting.candidate_rows(rng, night.world.pools, night.next_number("hr.candidates"), day)
    recruitments = night.tables["hr.recruitments"]
    where = pick(rng, recruitments["recruitment_id"][recruitments["status"] == "open"], count)
    start, pending = night.next_number("hr.applications"), filled("pending", count)
    applications = recruiting.application_rows(rng, start, (new["candidate_id"], where), day, pending)
    known = night.tables["hr.candidates"]
    gone = night.some("candidates", known["registered_on"] > day_text(night.yesterday - 500), 1)
    night.drop("deleted_at_source", "hr.candidates", gone)
    night.issue("candidate_new", "hr.candidates", new)
    night.issue("application_new", "hr.applications", applications)
    _consent(night, "consent_new", new["candidate_id"], "recruitment")


def consents_change(night: Night) -> None:
    """Consents withdrawn, and talent pool consents renewed before their year is over."""
    consents = night.tables["hr.candidate_consents"]
    given, at = consents["status"] == "Given", timestamps(np.array([night.yesterday]), np.array([36_000]))[0]
    for purpose in ("recruitment", "talent_pool"):
        standing = given & (consents["purpose"] == purpose) & (consents["given_at"] > day_text(night.yesterday - 300))
        rows = night.some(f"withdraw {purpose}", standing, night.few(5e-6, low=1, high=5))
        night.set("consent_withdrawn", "hr.candidate_consents", rows, {"status": "Withdrawn", "withdrawn_at": at})
    ending = given & (consents["purpose"] == "talent_pool") & within(consents["given_at"], night.yesterday - 362, 60)
    rows = night.some("renew", ending, night.few(2e-5, low=1))
    night.set("consent_renewed", "hr.candidate_consents", rows, {"status": "RenewedConsentGiven", "given_at": at})


HR_CHANGES = (
    employees_leave,
    employees_hired,
    details_corrected,
    salaries_paid,
    absences_reported,
    recruitments_close,
    candidates_apply,
    consents_change,
)
"""In the order in which they happen."""


def _employ(night: Night, kind: str, employees: Texts) -> None:
    rng, count = night.rng(kind), len(employees)
    start, none = np.full(count, night.yesterday), np.full(count, MISSING)
    terms = staff.Employments(np.arange(count), start, none, np.zeros(count, dtype=bool), between(rng, 300, 600, count) * 100)
    night.issue(kind, "hr.employments", staff.employment_rows(rng, night.next_number("hr.employments"), terms, employees))


def _lately_ended(night: Night) -> Texts:
    """One employee whose employment ended within the last half year and who has no other."""
    employments = night.tables["hr.employments"]
    late: Flags = (employments["status"] == "ended") & within(employments["end_on"], night.yesterday - 180, 175)
    working = set(employments["employee_id"][employments["status"] == "active"].tolist())
    alone = np.array([key not in working for key in employments["employee_id"].tolist()], dtype=bool)
    return employments["employee_id"][night.some("rehired", late & alone, 1)]


def _consent(night: Night, kind: str, candidates: Texts, purpose: str) -> None:
    count, start = len(candidates), night.next_number("hr.candidate_consents")
    days = np.full(count, night.yesterday), np.full(count, MISSING)
    rows = recruiting.candidate_consent_rows(night.rng(kind), start, (purpose, candidates, filled("Given", count)), days)
    night.issue(kind, "hr.candidate_consents", rows)
