"""How much a file may hold: a small file that unpacks to a huge one is a fault of its sender, or an attack on the disk."""

from __future__ import annotations

UNPACKED_FREELY = 1 << 30
"""Bytes that any file may unpack to."""
UNPACKED_PER_BYTE = 100
"""Beyond those, bytes that each byte of the file may unpack to. Extracts of text unpack to 3 to 30."""


def unpacks_too_far(packed: int, unpacked: int) -> str:
    """Why a file of so many bytes may not unpack to so many, or ''.

    >>> unpacks_too_far(1_000, 1_000_000), unpacks_too_far(1_000_000, 2_000_000_000)
    ('', 'unpacks to more than 100 times its size: perhaps a decompression bomb')
    """
    if unpacked <= max(UNPACKED_FREELY, packed * UNPACKED_PER_BYTE):
        return ""
    return f"unpacks to more than {UNPACKED_PER_BYTE} times its size: perhaps a decompression bomb"
