"""Words of which the policy may choose one, and texts in several languages."""

from __future__ import annotations

from typing import Literal

Nature = Literal["policy", "claims", "duty"]
Scope = Literal["record", "subject"]
Offset = Literal["end_of_month", "end_of_calendar_year", "end_of_fiscal_year", "end_of_vacation_year"]
OnObjection = Literal["end", "restrict"]
WhenTargetEnds = Literal["clear", "keep_key", "end_too"]
Identifier = Literal["email", "identity_number", "phone", "card", "iban", "ip_address"]
"""What is looked for in texts, and may be masked in them."""
Text = tuple[tuple[str, str], ...]
"""A text per language, e.g. (("en", "Hold seminars"), ("sv", "Genomföra seminarier"))."""
