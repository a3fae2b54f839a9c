"""The same decision in vectorised pandas, as a careful engineer would write it for this one company, from the policy's prose.

It reads nothing of the product's rules or statements: joins, `groupby().max()` and column arithmetic. Its answer is, per table and
data cluster, how many records are kept, restricted, undetermined, ended or empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from benchmarks.pandas_calendar import ENDED, IN_FORCE, NONE, OPEN, UNDETERMINED, Clause, add_months, days_off, level

Days = np.ndarray
Counts = dict[tuple[str, str, str], int]

VALID = ("Given", "RenewedConsentGiven")
ONCE_GIVEN = ("Withdrawn", "Revoked", "Expired", "Invalidated")
SHARED_MAILBOXES = (
    "abuse", "accounts", "admin", "billing", "booking", "career", "contact", "ekonomi", "faktura", "fakturor", "hello", "hej", "help",
    "helpdesk", "hr", "info", "invoice", "jobb", "jobs", "kontakt", "kontor", "kundservice", "kundtjanst", "leverantor", "mail",
    "marketing", "news", "noreply", "office", "order", "personal", "post", "postmaster", "reception", "registrator", "sales", "service",
    "support", "team", "webmaster",
)  # fmt: skip
SENTINELS = np.array(["9999-12-31", "1900-01-01", "0001-01-01"], dtype="M8[D]")
YEAR_END, VACATION_YEAR_END = (12, 31), (3, 31)
YEAR, GRACE = Clause(12), Clause(settle=14)

ROWS: dict[str, tuple[str, ...]] = {
    "crm.activities": ("contact_id", "prospect_id"),
    "crm.consents": ("email", "purpose", "status", "given_at", "withdrawn_at", "_first_seen"),
    "crm.contacts": (
        "contact_id", "account_id", "created_on", "full_name", "job_title", "left_on", "notes", "phone", "email",
    ),
    "crm.contracts": ("account_id", "status", "end_date", "cancelled_on", "signatory_id", "successor_id"),
    "crm.invoice_lines": ("invoice_id",),
    "crm.invoices": (
        "invoice_id", "account_id", "contact_id", "invoice_date", "due_date", "paid_on", "amount_sek", "bankgiro",
        "reference_name", "reference_email",
    ),
    "crm.opportunities": ("contact_id", "prospect_id"),
    "crm.prospects": ("prospect_id", "last_inbound_on", "created_on"),
    "crm.seminars": ("seminar_id", "held_on"),
    "crm.seminar_registrations": (
        "registration_id", "seminar_id", "consent_status", "consent_given_at", "consent_withdrawn_at", "_first_seen",
    ),
    "hr.absences": ("kind", "end_on", "note"),
    "hr.applications": ("candidate_id", "recruitment_id"),
    "hr.candidate_consents": ("candidate_id", "purpose", "status", "given_at", "withdrawn_at", "_first_seen"),
    "hr.candidates": ("candidate_id",),
    "hr.employees": (
        "employee_id", "street", "postal_code", "city", "private_email", "private_phone", "work_email", "notes", "full_name",
        "personal_number", "bank_account", "trade_union",
    ),
    "hr.employments": (
        "employee_id", "status", "end_on", "final_pay_on", "start_on", "monthly_salary", "title", "end_reason",
    ),
    "hr.next_of_kin": ("employee_id",),
    "hr.payroll": ("employee_id", "pay_date", "net_sek", "paid_to_account"),
    "hr.recruitments": ("recruitment_id", "status", "closed_on"),
}  # fmt: skip
"""What the peer reads of each table, beside `_gone_since` and `_undetermined_since`."""

FACTS = {"crm.contacts": ("contact_id",), "hr.candidates": ("candidate_id",), "hr.employees": ("employee_id",)}
"""Tables of which the store keeps what departed rows said about a data subject, and their keys."""


def decide(rows: Mapping[str, pd.DataFrame], facts: Mapping[str, pd.DataFrame], as_of: str) -> Counts:
    """The whole decision over tonight's rows."""
    return _Peer(rows, facts, np.datetime64(as_of, "D")).decide()


class _Peer:
    def __init__(self, rows: Mapping[str, pd.DataFrame], facts: Mapping[str, pd.DataFrame], as_of: np.datetime64) -> None:
        self.rows, self.facts, self.as_of, self.free = rows, facts, as_of, days_off(as_of)
        self.counts: Counts = {}

    def decide(self) -> Counts:
        self._customers()
        self._consents_and_seminars()
        self._staff()
        self._applicants()
        return self.counts

    # -- who is whose ---------------------------------------------------------------------------------------------------

    def _customers(self) -> None:
        contacts, contracts = self.rows["crm.contacts"], self.rows["crm.contracts"]
        ended = self._event(contracts, ("cancelled_on", "end_date"), contracts["status"] == "active")
        claims = self._purpose(contracts, ended, Clause(120, roll=True), YEAR)
        own = self._purpose(contracts, ended, GRACE, Clause(12, 14), policy=True)
        self._count("crm.contracts", contracts, {
            "agreement_claims+customer_relationship": [(claims, False), (own, True)], "customer_relationship": [(own, True)],
        }, {"customer_relationship": ("signatory_id", "successor_id")})  # fmt: skip

        fact = self._fact("crm.contacts", contacts["account_id"], contracts["account_id"], ended, "contract_end")
        left = self._event(contacts, ("left_on",))
        customer = self._customer(contacts, fact, left[0])
        self.newsletter = self._stands(self.rows["crm.consents"], "email", "newsletter", months=24)
        news = self._lives_by(contacts, _on(_plain(contacts["email"]), self.newsletter), policy=True)
        self._count("crm.contacts", contacts, {
            "customer_relationship": [(customer, True)], "customer_relationship+newsletter": [(customer, True), (news, True)],
        }, {"customer_relationship": ("account_id", "created_on", "full_name", "job_title", "left_on", "notes", "phone")})  # fmt: skip

        prospects = self.rows["crm.prospects"]
        heard = self._event(prospects, ("last_inbound_on", "created_on"))
        prospecting = self._purpose(prospects, heard, Clause(12, 14), Clause(12, 14), policy=True)
        self._count("crm.prospects", prospects, {"prospecting": [(prospecting, True)]})
        self._dealings(fact, left[0], heard)
        self._invoices(fact, left[0])

    def _dealings(self, fact: tuple[Days, Days], left: Days, heard: tuple[Days, np.ndarray]) -> None:
        contacts, prospects = self.rows["crm.contacts"], self.rows["crm.prospects"]
        for table in ("crm.opportunities", "crm.activities"):
            rows = self.rows[table]
            to = _positions(contacts["contact_id"], rows["contact_id"])
            customer = self._customer(rows, (_at(fact[0], to), _at(fact[1], to)), _at(left, to))
            to = _positions(prospects["prospect_id"], rows["prospect_id"])
            prospect = self._purpose(rows, (_at(heard[0], to), heard[1][to] & (to >= 0)), Clause(12, 14), Clause(12, 14), policy=True)
            self._count(table, rows, {
                "customer_relationship": [(customer, True)], "customer_relationship+prospecting": [(customer, True), (prospect, True)],
                "prospecting": [(prospect, True)],
            }, {"customer_relationship": ("contact_id",), "prospecting": ("prospect_id",)})  # fmt: skip

    def _invoices(self, fact: tuple[Days, Days], left: Days) -> None:
        invoices, lines = self.rows["crm.invoices"], self.rows["crm.invoice_lines"]
        seven, ten = Clause(84, year_end=YEAR_END), Clause(120)
        voucher = self._event(invoices, ("invoice_date",))
        books = self._purpose(invoices, voucher, seven, ten)
        to = _positions(self.rows["crm.contacts"]["contact_id"], invoices["contact_id"])
        customer = self._customer(invoices, (_at(fact[0], to), _at(fact[1], to)), _at(left, to))
        self._count("crm.invoices", invoices, {
            "bookkeeping": [(books, False)], "bookkeeping+customer_relationship": [(books, False), (customer, True)],
            "customer_relationship": [(customer, True)],
        }, {
            "bookkeeping": ("account_id", "amount_sek", "bankgiro", "due_date", "invoice_date", "paid_on", "reference_name"),
            "customer_relationship": ("contact_id", "reference_email"),
        })  # fmt: skip
        to = _positions(invoices["invoice_id"], lines["invoice_id"])
        books = self._purpose(lines, (_at(voucher[0], to), voucher[1][to] & (to >= 0)), seven, ten)
        self._count("crm.invoice_lines", lines, {"bookkeeping": [(books, False)]})

    def _consents_and_seminars(self) -> None:
        consents = self.rows["crm.consents"]
        ends = _on(_plain(consents["email"]), self.newsletter)
        proof, news = self._lives_by(consents, ends, months=60), self._lives_by(consents, ends, policy=True)
        self._count("crm.consents", consents, {"consent_proof+newsletter": [(proof, False), (news, True)]}, consent=True)

        seminars, rows = self.rows["crm.seminars"], self.rows["crm.seminar_registrations"]
        held = self._event(seminars, ("held_on",))
        to = _positions(seminars["seminar_id"], rows["seminar_id"])
        held = (_at(held[0], to), held[1][to] & (to >= 0))
        ends = _on(rows["registration_id"], self._stands(rows, "registration_id", None, prefix="consent_"))
        part = self._gated(self._purpose(rows, held, Clause(12, 14), Clause(12, 14), policy=True), ends)
        held_on = held[0] + np.where(held[0] < OPEN, 14, 0).astype("m8[D]")
        diet = self._gated(self._purpose(rows, (held_on, held[1]), Clause(), Clause(1), policy=True), ends)
        self._count("crm.seminar_registrations", rows, {
            "seminar_diet": [(diet, True)], "seminar_diet+seminar_participation": [(diet, True), (part, True)],
            "seminar_participation": [(part, True)],
        }, consent=True)  # fmt: skip

    def _staff(self) -> None:
        people, jobs, payroll = self.rows["hr.employees"], self.rows["hr.employments"], self.rows["hr.payroll"]
        active = jobs["status"] == "active"
        over, paid = self._event(jobs, ("end_on",), active), self._event(jobs, ("final_pay_on", "end_on"), active)
        admin = self._purpose(jobs, over, GRACE, Clause(12, 14), policy=True)
        contract = dismissal = self._purpose(jobs, over, Clause(24, roll=True), YEAR)
        both = [(admin, True), (contract, False)]
        self._count("hr.employments", jobs, {
            "dismissal_claims": [(dismissal, False)],
            "dismissal_claims+employment_administration+employment_contract": [(dismissal, False), *both],
            "employment_administration+employment_contract": both,
        }, {
            "dismissal_claims": ("end_reason",),
            "employment_administration+employment_contract": ("final_pay_on", "monthly_salary", "start_on", "title"),
        })  # fmt: skip

        voucher = self._event(payroll, ("pay_date",))
        books = tax = self._purpose(payroll, voucher, Clause(84, year_end=YEAR_END), Clause(120))
        self._count("hr.payroll", payroll, {
            "payroll_bookkeeping": [(books, False)], "payroll_bookkeeping+tax_reporting": [(books, False), (tax, False)],
        }, {"payroll_bookkeeping": ("net_sek", "paid_to_account")})  # fmt: skip

        key = people["employee_id"]
        left = self._fact("hr.employees", key, jobs["employee_id"], over, "employment_end")
        final = self._fact("hr.employees", key, jobs["employee_id"], paid, "final_pay")
        slips = self._fact("hr.employees", key, payroll["employee_id"], voucher, "payroll_voucher")
        self._employees(people, left, final, slips)

        kin = self.rows["hr.next_of_kin"]
        to = _positions(key, kin["employee_id"])
        emergency = self._since(kin, (_at(final[0], to), _at(final[1], to)), GRACE, Clause(12, 14), policy=True)
        self._count("hr.next_of_kin", kin, {"emergency_contact": [(emergency, True)]})

        rows = self.rows["hr.absences"]
        sick = self._event(rows, ("end_on",), only=rows["kind"] == "sick")
        vacation = self._event(rows, ("end_on",), only=rows["kind"] == "vacation")
        leave = self._purpose(rows, sick, Clause(24, 14), Clause(12, 14), policy=True)
        pay = self._purpose(rows, vacation, Clause(24, year_end=VACATION_YEAR_END, roll=True), YEAR)
        clusters = {"holiday_pay_claims+sick_leave": [(pay, False), (leave, True)], "sick_leave": [(leave, True)]}
        self._count("hr.absences", rows, clusters, {"sick_leave": ("note",)})

    def _employees(self, people: pd.DataFrame, left: tuple[Days, Days], final: tuple[Days, Days], slips: tuple[Days, Days]) -> None:
        contact = (self._since(people, left, Clause(12, 14), Clause(12, 14), policy=True), True)
        admin = (self._since(people, left, GRACE, Clause(12, 14), policy=True), True)
        contract = (self._since(people, left, Clause(24, roll=True), YEAR), False)
        again = (self._since(people, left, Clause(9, roll=True), YEAR), False)
        salary = (self._since(people, final, GRACE, Clause(12, 14), policy=True), True)
        books = tax = (self._since(people, slips, Clause(84, year_end=YEAR_END), Clause(120)), False)
        whole = "employee_contact+employment_administration+employment_contract+payroll_bookkeeping+reemployment_claims+salary_payment"
        self._count("hr.employees", people, {
            "employee_contact": [contact], f"{whole}+tax_reporting": [contact, admin, contract, books, again, salary, tax],
            "employee_contact+reemployment_claims": [contact, again], "employment_administration": [admin],
            "employment_administration+employment_contract+payroll_bookkeeping+reemployment_claims+tax_reporting":
                [admin, contract, books, again, tax],
            "employment_administration+tax_reporting": [admin, tax], "salary_payment": [salary],
        }, {
            "employee_contact": ("street", "postal_code", "city"),
            "employee_contact+reemployment_claims": ("private_email", "private_phone"),
            "employment_administration": ("notes", "work_email"),
            "employment_administration+employment_contract+payroll_bookkeeping+reemployment_claims+tax_reporting": ("full_name",),
            "employment_administration+tax_reporting": ("personal_number",), "salary_payment": ("bank_account", "trade_union"),
        })  # fmt: skip

    def _applicants(self) -> None:
        people, rows, jobs = self.rows["hr.candidates"], self.rows["hr.applications"], self.rows["hr.recruitments"]
        given = self.rows["hr.candidate_consents"]
        recruiting = self._stands(given, "candidate_id", "recruitment", months=24)
        pool = self._stands(given, "candidate_id", "talent_pool", months=12)
        closed = self._event(jobs, ("closed_on",), jobs["status"] == "open")
        to = _positions(jobs["recruitment_id"], rows["recruitment_id"])
        closed = (_at(closed[0], to), closed[1][to] & (to >= 0))
        fact = self._fact("hr.candidates", people["candidate_id"], rows["candidate_id"], closed, "recruitment_closed")
        both = "discrimination_claims+recruitment"
        for table, found, start in (("hr.candidates", people, fact), ("hr.applications", rows, self._with_day(rows, closed))):
            key = found["candidate_id"]  # an application whose candidate is not there still has that person's consent
            consent, talent = _on(key, recruiting), _on(key, pool)
            claims = (self._admitted(self._since(found, start, Clause(24, roll=True), YEAR), consent), False)
            recruitment = (self._gated(self._since(found, start, GRACE, Clause(12, 14), policy=True), consent), True)
            pooled = (self._lives_by(found, talent, policy=True), True)
            clusters = {f"{both}+talent_pool": [claims, recruitment, pooled], "recruitment+talent_pool": [recruitment, pooled]}
            if table == "hr.applications":
                clusters[both] = [claims, recruitment]
            self._count(table, found, clusters, consent=True)
        proofs = [self._lives_by(given, _on(given["candidate_id"], ends), months=60) for ends in (recruiting, pool)]
        self._count("hr.candidate_consents", given, {"consent_proof": [(np.maximum(*proofs), False)]}, consent=True)

    # -- starting points ------------------------------------------------------------------------------------------------

    def _event(
        self, rows: pd.DataFrame, columns: Sequence[str], still_open: pd.Series | None = None, only: pd.Series | None = None
    ) -> tuple[Days, np.ndarray]:
        """The event's day in each row (OPEN, or none), and whether it should be there and is not."""
        day = _days(rows[columns[0]])
        for other in columns[1:]:
            day = np.where(np.isnat(day), _days(rows[other]), day)
        usable = (day >= np.datetime64("1930-01-01")) & (day <= add_months(np.array([self.as_of]), 240)[0]) & ~np.isin(day, SENTINELS)
        found = np.where(usable, day, np.datetime64("NaT"))
        has_one = usable
        if still_open is not None:
            opened = _sure(still_open) & rows["_gone_since"].isna().to_numpy()
            found, has_one = np.where(opened, OPEN, found), usable | opened
        if only is not None:
            found, has_one = np.where(_sure(only), found, np.datetime64("NaT")), has_one | ~_sure(only)
        return found, ~has_one

    def _fact(self, table: str, key: pd.Series, of: pd.Series, event: tuple[Days, np.ndarray], name: str) -> tuple[Days, Days]:
        """Per data subject the latest day over its rows, and since when one is missing; what departed rows said counts."""
        told = pd.DataFrame({"of": of.to_numpy(), "day": event[0].astype("M8[s]"), "missing": event[1]})
        by = (
            told[told["of"].notna() & (told["day"].notna() | told["missing"])]
            .groupby("of", sort=False)
            .agg({"day": "max", "missing": "any"})
        )
        to = _positions(by.index, key)
        latest, missing = _at(_days(by["day"]), to), by["missing"].to_numpy()[to] & (to >= 0) if len(by) else np.zeros(len(key), bool)
        gone = since = lost = np.full(len(key), np.datetime64("NaT"), "M8[D]")
        old = self.facts.get(table)
        if old is not None:
            to = _positions(old[FACTS[table][0]], self.rows[table][FACTS[table][0]])
            gone, since, lost = (_at(_days(old[f"{name}{part}"]), to) for part in ("_gone", "_since", "_lost"))
        since = np.where(np.isnat(since), self.as_of, since)
        return np.fmax(latest, gone), np.fmax(np.where(missing, since, np.datetime64("NaT")), lost)

    def _stands(self, rows: pd.DataFrame, who: str, purpose: str | None, months: int = 0, prefix: str = "") -> pd.Series:
        """Per person the first day on which the consent does not stand."""
        if purpose is not None:
            rows = rows[_sure(rows["purpose"] == purpose)]
        given, until = _local(rows[f"{prefix}given_at"]), _local(rows[f"{prefix}withdrawn_at"])
        gone, status = _days(rows["_gone_since"]), rows[f"{prefix}status"]
        valid = _sure(status.isin(VALID)) & (given <= self.as_of)
        once = _sure(status.isin(ONCE_GIVEN))
        over = np.fmin(_first(until, given, _days(rows["_first_seen"])), self.as_of)
        expires = add_months(given, months) + np.timedelta64(1, "D") if months else np.full(len(rows), OPEN)
        nothing = np.datetime64("NaT")
        entries = pd.DataFrame({
            "who": _plain(rows[who]) if who == "email" else rows[who], "stood": valid | once, "valid": valid,
            "given": given.astype("M8[s]"),
            "act": np.where(once, over, np.where(until <= self.as_of, until, nothing)).astype("M8[s]"),
            "ends": np.fmin(np.fmin(np.where(once, over, until), expires), gone).astype("M8[s]"),
        })  # fmt: skip
        entries = entries[(_sure(status.isin(VALID)) | once) & entries["who"].notna().to_numpy()]
        if who == "email":
            entries = entries[~entries["who"].str.split("@", n=1).str[0].isin(SHARED_MAILBOXES)]
        withdrawn = entries.groupby("who", sort=False)["act"].transform("max")
        later = entries["valid"] & (withdrawn.isna() | (entries["given"] > withdrawn))
        value = entries["ends"].where(later, entries[["ends"]].assign(withdrawn=withdrawn).min(axis=1))
        return value[entries["stood"]].groupby(entries["who"], sort=False).max()

    # -- levels ---------------------------------------------------------------------------------------------------------

    def _with_day(self, rows: pd.DataFrame, event: tuple[Days, np.ndarray]) -> tuple[Days, Days]:
        since = _days(rows["_undetermined_since"])
        return event[0], np.where(event[1], np.where(np.isnat(since), self.as_of, since), np.datetime64("NaT"))

    def _purpose(
        self, rows: pd.DataFrame, event: tuple[Days, np.ndarray], clause: Clause, missing: Clause, *, policy: bool = False
    ) -> np.ndarray:
        return self._since(rows, self._with_day(rows, event), clause, missing, policy=policy)

    def _since(self, rows: pd.DataFrame, start: tuple[Days, Days], clause: Clause, missing: Clause, *, policy: bool = False) -> np.ndarray:
        """A purpose's level from its day and from the night since which the day is missing; a vanished key ends a policy purpose."""
        found = np.maximum(self._level(start[0], clause), self._level(start[1], missing, highest=UNDETERMINED))
        gone = Clause(settle=clause.settle)
        return np.minimum(found, self._level(_days(rows["_gone_since"]), gone, absent=IN_FORCE)) if policy else found

    def _customer(self, rows: pd.DataFrame, fact: tuple[Days, Days], left: Days) -> np.ndarray:
        return np.minimum(self._since(rows, fact, GRACE, Clause(12, 14), policy=True), self._level(left, GRACE, absent=IN_FORCE))

    def _lives_by(self, rows: pd.DataFrame, ends: Days, *, months: int = 0, policy: bool = False) -> np.ndarray:
        """A purpose that lives by a consent: until the day before it ends, or as proof for some months after."""
        found = self._level(ends, Clause(months, lead=-1 if policy else 0))
        return np.minimum(found, self._level(_days(rows["_gone_since"]), Clause(), absent=IN_FORCE)) if policy else found

    def _gated(self, found: np.ndarray, consent: Days) -> np.ndarray:
        """Never without the consent, and ended with it."""
        return self._admitted(np.minimum(found, self._level(consent, Clause(lead=-1), absent=IN_FORCE)), consent)

    def _admitted(self, found: np.ndarray, consent: Days) -> np.ndarray:
        return np.where(np.isnat(consent), NONE, found)

    def _level(self, days: Days, clause: Clause, *, highest: int = IN_FORCE, absent: int = NONE) -> np.ndarray:
        return level(days, clause, self.as_of, self.free, highest=highest, absent=absent)

    # -- states ---------------------------------------------------------------------------------------------------------

    def _count(
        self, table: str, rows: pd.DataFrame, clusters: Mapping[str, Sequence[tuple[np.ndarray, bool]]],
        may_be_empty: Mapping[str, Sequence[str]] | None = None, *, consent: bool = False,
    ) -> None:  # fmt: skip
        """Count the states of each data cluster, given the levels of its purposes and whether each is a policy."""
        since = _days(rows["_undetermined_since"])
        ceiling = self._level(np.where(np.isnat(since), self.as_of, since), YEAR) >= UNDETERMINED
        for name, purposes in clusters.items():
            best = np.maximum.reduce([found for found, _ in purposes])
            kept = np.logical_or.reduce([(found == IN_FORCE) & policy for found, policy in purposes])
            state = np.select([best <= ENDED, kept, best == UNDETERMINED], ["ended", "keep", "undetermined"], "restrict")
            if not consent:
                state = np.where(best == NONE, np.where(ceiling, "undetermined", "ended"), state)
                if may_be_empty and name in may_be_empty:
                    empty = rows[list(may_be_empty[name])].isna().all(axis=1).to_numpy()
                    state = np.where((best == NONE) & empty, "empty", state)
            for value, number in zip(*np.unique(state, return_counts=True), strict=True):
                self.counts[table, name, str(value)] = int(number)


def _positions(index: pd.Index | pd.Series, keys: pd.Series) -> np.ndarray:
    """Where each key stands, -1 where it does not or is NULL."""
    return np.where(keys.isna(), -1, pd.Index(index).get_indexer(keys))


def _at(days: Days, positions: np.ndarray) -> Days:
    if not len(days):
        return np.full(len(positions), np.datetime64("NaT"), "M8[D]")
    return np.where(positions < 0, np.datetime64("NaT"), days[positions])


def _on(keys: pd.Series, ends: pd.Series) -> Days:
    return _at(_days(ends), _positions(ends.index, keys))


def _days(column: pd.Series) -> Days:
    return column.to_numpy().astype("M8[D]")


def _local(column: pd.Series) -> Days:
    """The civil day in Stockholm of a UTC time stamp."""
    return _days(column.dt.tz_localize("UTC").dt.tz_convert("Europe/Stockholm").dt.tz_localize(None))


def _plain(column: pd.Series) -> pd.Series:
    return column.str.strip().str.lower()


def _sure(condition: pd.Series) -> np.ndarray:
    return condition.fillna(False).to_numpy(dtype=bool)


def _first(*columns: Days) -> Days:
    found = columns[0]
    for other in columns[1:]:
        found = np.where(np.isnat(found), other, found)
    return found
