"""What everything on the first night is drawn from: the seed, the pools, the sizes and the days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from privacy_pipelines.demo.calendar import Span
from privacy_pipelines.demo.draw import band, stream
from privacy_pipelines.demo.pools import Pools
from privacy_pipelines.demo.sizes import Sizes


@dataclass(frozen=True, slots=True)
class Scene:
    """One demo's givens."""

    seed: int
    pools: Pools
    sizes: Sizes
    span: Span

    @property
    def today(self) -> int:
        """The day number of the first night."""
        return self.span.first

    def rng(self, name: str) -> np.random.Generator:
        """A new random stream of this name."""
        return stream(self.seed, name)

    def band(self, count: int) -> int:
        """How many of `count` rows get an event day whose deadline passes during the nights."""
        return band(count, len(self.span.days))
