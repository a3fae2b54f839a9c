"""How many of what: the shares of the population, the same at two thousand people as at a million."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Row counts of the first night that everything else follows from."""

    people: int
    contacts: int
    prospects: int
    participants: int
    employees: int
    candidates: int

    @classmethod
    def of(cls, people: int) -> Sizes:
        """38 % contacts, 18 % prospects, 20 % seminar participants, 4 % employees, and the rest candidates."""
        contacts, prospects, participants, employees = (round(people * share) for share in (0.38, 0.18, 0.20, 0.04))
        candidates = people - contacts - prospects - participants - employees
        return cls(people, contacts, prospects, participants, employees, candidates)

    @property
    def accounts(self) -> int:
        """Four contacts per customer."""
        return self.contacts // 4

    @property
    def opportunities(self) -> int:
        return self.people // 10

    @property
    def activities(self) -> int:
        return round(self.people * 2.0)

    @property
    def invoices(self) -> int:
        return round(self.people * 0.84)

    @property
    def consents(self) -> int:
        return self.people // 5

    @property
    def seminars(self) -> int:
        return max(18, self.participants // 60)

    @property
    def recruitments(self) -> int:
        return max(18, self.candidates // 40)
