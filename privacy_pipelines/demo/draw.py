"""Chance, seeded by name: each table draws from its own stream, so that a change in one leaves the others as they were."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import numpy as np

from privacy_pipelines.demo.frames import Ints, Texts, texts


def stream(seed: int, name: str) -> np.random.Generator:
    """The random stream of this name. CRC-32, because `hash` differs from process to process."""
    return np.random.default_rng([seed, crc32(name.encode())])


def pick(rng: np.random.Generator, pool: Texts, count: int) -> Texts:
    """`count` values from the pool, each as likely as the other."""
    return pool[rng.integers(len(pool), size=count)]


def weighted(rng: np.random.Generator, shares: Mapping[str, float], count: int) -> Texts:
    """`count` values in roughly these shares, which are scaled to sum up to one."""
    weights = np.array(list(shares.values()))
    return texts(list(shares))[rng.choice(len(shares), size=count, p=weights / weights.sum())]


def between(rng: np.random.Generator, low: Ints | int, high: Ints | int, count: int) -> Ints:
    """Whole numbers from `low` to `high`, both included; where `high` is below `low`, `low`."""
    return rng.integers(low, np.maximum(high, low) + 1, size=count)


def scattered(rng: np.random.Generator, where: Ints, count: int) -> Ints:
    """Up to `count` different members of `where`, in a fixed order."""
    return np.sort(rng.choice(where, size=min(count, len(where)), replace=False))


def few(people: int, share: float, *, low: int, high: int = 10**9) -> int:
    """A nightly number: a share of the people, but never fewer than `low` or more than `high`.

    >>> few(2_000, 0.001, low=3), few(1_000_000, 0.001, low=3, high=200)
    (3, 200)
    """
    return min(high, max(low, round(people * share)))


def band(count: int, nights: int) -> int:
    """How many of `count` rows get an event day whose deadline passes during the nights."""
    return min(count // 8, max(2 * (nights + 2), count // 250))
