"""Results of equal requests, kept for an hour: a GPU that is lent by the second is not asked twice.

A request is known by the digest of all of it, the picture or sound included: only who sends the very same
gets what it made. Results are in memory alone, and go when the page's files go.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

MOST_BYTES = 256_000_000
LARGEST_BYTES = 32_000_000
OLDEST_SECONDS = 3600.0


class Remembered:
    """Values of streams by their requests: the newest, within a budget of memory and an age.

    Args:
        most_bytes: What all of them together may take.
        clock: Seconds that only grow.
    """

    def __init__(self, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()

    def stream(self, request: Any, make: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """The values of an earlier equal request, else those that `make` gives, kept if they come to an end.

        Args:
            request: All that decides what is made; picklable.
            make: Called where nothing is kept.
        """
        key = hashlib.sha256(pickle.dumps(request)).digest()
        found = self._find(key)
        if found is not None:
            yield from pickle.loads(found)
            return
        values = []
        for value in make():
            values.append(value)
            yield value
        self._keep(key, pickle.dumps(values))

    def _find(self, key: bytes) -> bytes | None:
        with self._lock:
            self._forget()
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][1]

    def _keep(self, key: bytes, values: bytes) -> None:
        if len(values) > min(LARGEST_BYTES, self._most_bytes):
            return
        with self._lock:
            self._kept[key] = (self._clock(), values)
            self._forget()

    def _forget(self) -> None:
        """Drop what is too old, then the longest unused until the rest fits."""
        oldest = self._clock() - OLDEST_SECONDS
        for key in [key for key, (since, _) in self._kept.items() if since < oldest]:
            del self._kept[key]
        while sum(len(values) for _, values in self._kept.values()) > self._most_bytes:
            self._kept.popitem(last=False)
