"""HR: employees, their employments, pay, absences and next of kin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from privacy_pipelines.demo import wording
from privacy_pipelines.demo.calendar import Span, months_before, number, spread
from privacy_pipelines.demo.draw import between, pick, weighted
from privacy_pipelines.demo.frames import MISSING, Flags, Frame, Ints, Texts, amounts, dates, filled, keys, texts
from privacy_pipelines.demo.people import addresses, draw_names, private_domains
from privacy_pipelines.demo.pools import Pools
from privacy_pipelines.demo.scene import Scene
from privacy_pipelines.demo.swedish import bank_accounts, identity_numbers

EMPLOYER_DOMAIN = "exempelkonsult.example"
_FATES = ("active", "ended", "rehired", "left twice")
_FATE_SHARES = (0.68, 0.22, 0.06, 0.04)


@dataclass(frozen=True, slots=True)
class Employments:
    """Employments as numbers: the employee's row, first and last day, monthly salary in kronor; an active one may lack its end."""

    employee: Ints
    start: Ints
    end: Ints
    ended: Flags
    salary: Ints


def make_employees(scene: Scene) -> Frame:
    """Every employee of the last ten years."""
    rng = scene.rng("employees")
    return employee_rows(rng, scene.pools, 1, scene.sizes.employees)


def employee_rows(rng: np.random.Generator, pools: Pools, start: int, count: int) -> Frame:
    """Employees number `start` and on."""
    numbers, women = identity_numbers(start, count)
    names = draw_names(rng, pools, count, women=women, start=start)
    house = texts([str(each) for each in range(1, 100)])
    postal = texts([f"{area:03d} {district:02d}" for area in range(112, 985, 3) for district in (20, 31, 46, 58)])
    return {
        "employee_id": keys("E", start, count),
        "personal_number": numbers,
        "full_name": names.full,
        "work_email": addresses(names.mailbox, filled(EMPLOYER_DOMAIN, count)),
        "private_email": addresses(names.mailbox, private_domains(rng, count)),
        "private_phone": pick(rng, pools.phones, count),
        "street": pick(rng, pools.streets, count) + " " + pick(rng, house, count),
        "postal_code": pick(rng, postal, count),
        "city": pick(rng, pools.cities, count),
        "bank_account": bank_accounts(rng, count),
        "trade_union": np.where(rng.random(count) < 0.6, pick(rng, wording.UNIONS, count), ""),
        "notes": np.where(rng.random(count) < 0.25, pick(rng, wording.EMPLOYEE_NOTES, count), ""),
    }


def draw_employments(scene: Scene) -> Employments:
    """One employment each, and two for who was hired again; the ends reach ten years back."""
    rng = scene.rng("employments")
    count, today = scene.sizes.employees, scene.today
    fate = rng.choice(len(_FATES), size=count, p=_FATE_SHARES)
    over = np.isin(fate, (1, 3))
    end = np.where(over, today - between(rng, 20, 3600, count), MISSING)
    due = rng.permutation(np.flatnonzero(fate == 1))[: scene.band(4 * count)]
    end[due] = spread(len(due), *_due_ends(scene.span))
    fixed_term = ~over & (rng.random(count) < 0.08)
    end[fixed_term] = today + between(rng, 30, 500, int(fixed_term.sum()))
    start = np.where(end == MISSING, today, np.minimum(end, today)) - between(rng, 90, 3000, count)
    twice = np.flatnonzero(np.isin(fate, (2, 3)))
    first_end = start[twice] - between(rng, 40, 800, len(twice))
    first_start = first_end - between(rng, 90, 900, len(twice))
    salary = between(rng, 280, 780, count) * 100
    return Employments(
        np.concatenate([np.arange(count), twice]),
        np.concatenate([start, first_start]),
        np.concatenate([end, first_end]),
        np.concatenate([over, np.ones(len(twice), dtype=bool)]),
        np.concatenate([salary, salary[twice] - 3000]),
    )


def employment_rows(rng: np.random.Generator, start: int, of: Employments, employees: Texts) -> Frame:
    """Employments number `start` and on. The final pay comes on the 25th of the month after the end."""
    count = len(of.employee)
    final = np.where(of.ended, payday_after(of.end), MISSING)
    return {
        "employment_id": keys("M", start, count),
        "employee_id": employees[of.employee],
        "title": pick(rng, wording.ROLES, count),
        "status": np.where(of.ended, "ended", "active").astype(object),
        "start_on": dates(of.start),
        "end_on": dates(of.end),
        "final_pay_on": dates(final),
        "monthly_salary": amounts(of.salary * 100, ","),
        "end_reason": np.where(of.ended, pick(rng, wording.END_REASONS, count), ""),
    }


def make_payroll(of: Employments, employees: Frame, span: Span) -> Frame:
    """Pay slips: the last eighteen months in full, and the December of each year before that back to ten years."""
    paydays = payroll_days(span)
    last = np.where(of.ended, of.end + 31, span.first)
    worked = (paydays[:, None] > of.start) & (paydays[:, None] <= last)
    month, row = np.nonzero(worked)
    return payroll_rows(1, employees, of.employee[row], of.salary[row], paydays[month])


def payroll_rows(start: int, employees: Frame, employee: Ints, salary: Ints, payday: Ints) -> Frame:
    """Pay slips number `start` and on: a third is tax, to the krona."""
    tax = salary * 31 // 100
    return {
        "payroll_id": keys("L", start, len(employee)),
        "employee_id": employees["employee_id"][employee],
        "pay_date": dates(payday),
        "gross_sek": amounts(salary * 100, ","),
        "tax_sek": amounts(tax * 100, ","),
        "net_sek": amounts((salary - tax) * 100, ","),
        "paid_to_account": employees["bank_account"][employee],
    }


def payroll_days(span: Span) -> Ints:
    """The 25th of each month that has pay slips, up to the day before the first night."""
    months = [months_before(span.days[0].replace(day=25), back) for back in range(121)]
    kept = [number(day) for back, day in enumerate(months) if back < 19 or day.month == 12]
    return np.array(sorted(day for day in kept if day < span.first), dtype=np.int64)


def make_kin(scene: Scene, employees: Texts) -> Frame:
    """Next of kin: one for most employees, two for some."""
    rng = scene.rng("next_of_kin")
    many = rng.choice(3, size=len(employees), p=(0.15, 0.6, 0.25))
    return kin_rows(rng, scene.pools, 1, np.repeat(employees, many))


def kin_rows(rng: np.random.Generator, pools: Pools, start: int, employees: Texts) -> Frame:
    """Next of kin number `start` and on, of these employees."""
    count = len(employees)
    return {
        "kin_id": keys("N", start, count),
        "employee_id": employees,
        "full_name": draw_names(rng, pools, count).full,
        "relation": pick(rng, wording.RELATIONS, count),
        "phone": pick(rng, pools.phones, count),
    }


def make_absences(scene: Scene, of: Employments, employees: Texts) -> Frame:
    """Six absences per employment in its last four years; for some sick leaves the two years end during the nights."""
    rng = scene.rng("absences")
    row = np.repeat(np.arange(len(of.employee)), 6)
    count = len(row)
    last = np.where(of.ended[row], of.end[row], scene.today - 1)
    days = between(rng, 1, 18, count)
    end = between(rng, np.maximum(of.start[row] + days, last - 1460), last, count)
    kind = weighted(rng, {"sick": 0.55, "vacation": 0.45}, count)
    long = np.flatnonzero((kind == "sick") & (of.start[row] < scene.today - 800) & (last > scene.today - 700))
    due = rng.permutation(long)[: scene.band(count)]
    end[due] = spread(len(due), scene.span.due(months=24, settle=14))
    return absence_rows(rng, 1, employees[of.employee[row]], kind, (end, days))


def absence_rows(rng: np.random.Generator, start: int, employees: Texts, kind: Texts, period: tuple[Ints, Ints]) -> Frame:
    """Absences number `start` and on; `period` is the last day and the number of days."""
    end, days = period
    count = len(kind)
    return {
        "absence_id": keys("B", start, count),
        "employee_id": employees,
        "kind": kind,
        "start_on": dates(end - days + 1),
        "end_on": dates(end),
        "days": texts([f"{each},0" for each in range(20)])[days],
        "note": np.where(kind == "sick", pick(rng, wording.SICK_NOTES, count), ""),
    }


def _due_ends(span: Span) -> tuple[Ints, ...]:
    """Ends whose deadlines pass: at once, after nine months, after a year, after two."""
    return span.due(settle=14), span.due(months=9), span.due(months=12, settle=14), span.due(months=24)


def payday_after(ends: Ints) -> Ints:
    month = np.where(ends == MISSING, 0, ends).astype("datetime64[D]").astype("datetime64[M]") + 1
    found: Ints = month.astype("datetime64[D]").astype(np.int64) + 24
    return np.where(ends == MISSING, MISSING, found)
