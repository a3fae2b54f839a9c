"""Checks of what a link brings together: data that no common purpose needs (GDPR Art. 5(1)(b))."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.freeze import table_id
from privacy_pipelines.policy.lint.context import Context, TablePlace

IP_ADDRESS = "user.device.ip_address"


def addresses_meet_no_person_without_a_purpose(context: Context) -> Iterator[Problem]:
    """LAW scenario 47, GDPR rec. 30: an IP address is not tied to a person for a purpose that only one of the two tables serves."""
    for table in context.tables:
        for name, link in table.block.links.items():
            for to in link.to.values():
                other = context.table_of.get(table_id(table.source, to))
                for addresses, people in ((table, other), (other, table)) if other else ():
                    for field in _unshared(addresses, people) if addresses and people else ():
                        tied = f"link {name!r} of {table.id} ties the IP address {field!r} to {people.id}"
                        what = f"{tied}, and no purpose of it is served there"
                        yield table.problem(("links", name), what, "Leave the link out, or count addresses without persons")


def _unshared(addresses: TablePlace, people: TablePlace) -> Iterator[str]:
    """IP addresses of one table of which no purpose is served by personal data of the other."""
    personal = [field for field in people.block.fields.values() if field.category.startswith("user")]
    served = {purpose for field in personal for purpose in field.serves}
    for name, field in addresses.block.fields.items():
        if personal and f"{field.category}.".startswith(f"{IP_ADDRESS}.") and not served & set(field.serves):
            yield name
