"""Random numbers that come out the same each time, for networks that draw from torch's own generator."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

SEED = 0

_one_at_a_time = threading.Lock()


@contextmanager
def seeded(seed: int = SEED) -> Iterator[None]:
    """Inside, torch's generator starts from `seed`; afterwards it goes on where it was. One thread at a time:
    the generator is the whole program's.
    """
    import torch

    with _one_at_a_time, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
