"""What a cohort's version says where the policy says of it what the last night's said: which policy that was. Facts and days have
versions of their own (`facts`), so a night under an unchanged policy has nothing to note. Pure."""

from __future__ import annotations

NIGHTS = "night-"
_DIGITS = 12


def night_version(policy_version: str) -> str:
    """Of every cohort, under the policy of a night.

    >>> night_version("0123456789abcdef")
    'night-0123456789ab'
    """
    return NIGHTS + policy_version[:_DIGITS]
