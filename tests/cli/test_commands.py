"""The front door: what `--help` costs, where it leads, and what a program sees."""

from __future__ import annotations
