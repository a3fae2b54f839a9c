"""Names and e-mail addresses. Every domain ends in `.example` (RFC 2606), so no message can ever arrive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from privacy_pipelines.demo.draw import pick
from privacy_pipelines.demo.frames import Flags, Texts, texts
from privacy_pipelines.demo.pools import Pools, slug

PRIVATE_DOMAINS = texts(["mejl.example", "postlada.example", "brevlada.example", "epost.example"])


@dataclass(frozen=True, slots=True)
class Names:
    """Full names, and each as the part of an e-mail address before the @."""

    full: Texts
    mailbox: Texts


@dataclass(frozen=True, slots=True)
class Firms:
    """Company names and their e-mail domains, each different."""

    names: Texts
    domains: Texts


def draw_names(rng: np.random.Generator, pools: Pools, count: int, *, women: Flags | None = None, start: int = 1) -> Names:
    """`count` people. From the second night on (`start` > 1) the mailbox has a number, so that no address is given twice."""
    female = rng.random(count) < 0.5 if women is None else women
    last = rng.integers(len(pools.surnames), size=count)
    first_of_all = np.concatenate([pools.women, pools.men])
    first = np.where(female, rng.integers(len(pools.women), size=count), len(pools.women) + rng.integers(len(pools.men), size=count))
    mailbox = _slugs(first_of_all)[first] + "." + _slugs(pools.surnames)[last]
    if start > 1:
        mailbox = mailbox + texts([str(number) for number in range(start, start + count)])
    return Names(first_of_all[first] + " " + pools.surnames[last], mailbox)


def addresses(mailboxes: Texts, domains: Texts) -> Texts:
    """E-mail addresses, each different: namesakes in one domain get a number."""
    seen: dict[str, int] = {}
    found = []
    for mailbox, domain in zip(mailboxes.tolist(), domains.tolist(), strict=True):
        address = f"{mailbox}@{domain}"
        times = seen[address] = seen.get(address, 0) + 1
        found.append(address if times == 1 else f"{mailbox}{times}@{domain}")
    return texts(found)


def private_domains(rng: np.random.Generator, count: int) -> Texts:
    """Where people have their own mailbox."""
    return pick(rng, PRIVATE_DOMAINS, count)


def draw_firms(pools: Pools, series: int, start: int, count: int) -> Firms:
    """Companies number `start` and on of one of four series: surname, branch and, once those are used up, a number."""
    size = len(pools.surnames) * len(pools.branches)
    stride = next(step for step in (7919, 7907, 7901) if size % step)
    number = np.arange(start, start + count, dtype=np.int64) * 4 + series
    at, more = number * stride % size, (number // size).tolist()
    plain = pools.surnames[at // len(pools.branches)] + " " + pools.branches[at % len(pools.branches)]
    full = [f"{name} {again + 1}" if again else name for name, again in zip(plain.tolist(), more, strict=True)]
    return Firms(texts([f"{name} AB" for name in full]), texts([slug(name).replace(".", "-") + ".example" for name in full]))


def _slugs(names: Texts) -> Texts:
    return texts([slug(name) for name in names])
