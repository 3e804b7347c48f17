"""Loaded models: each is loaded once however many ask, and the least recently used make room for others.

A key is (card id, device, dtype, …). A loaded thing may have a `close()`; it is called exactly once, when the
thing is evicted, unloaded or the program ends, and never while someone uses it. Main memory and that of a
GPU have a budget each.
"""

from __future__ import annotations

import atexit
import concurrent.futures.thread
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

from imagecraft.errors import Cancelled
from imagecraft.runtime.device import hardware, usable_memory
from imagecraft.runtime.memory import release

T = TypeVar("T")
Key = tuple[str, ...]

BUDGET_SHARE = 0.5
GPU_BUDGET_SHARE = 0.8
EXIT_WAIT_SECONDS = 2.0

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Entry:
    """A model that is being loaded, or is loaded.

    Attributes:
        value: What was loaded, or why that failed.
        size_bytes: Memory it is counted with.
        users: How many hold it now.
        doomed: To be closed when the last of them leaves.
        one_at_a_time: Held by those who asked for exclusive use.
    """

    value: concurrent.futures.Future[Any] = field(default_factory=concurrent.futures.Future)
    size_bytes: int = 0
    users: int = 0
    doomed: bool = False
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)


class Shelf:
    """Loaded models under one memory budget. Safe to use from any thread.

    Args:
        budget_bytes: Asked before each load: how much all of them together may take. What is in use is never
            evicted, so a moment above the budget is possible.
    """

    def __init__(self, budget_bytes: Callable[[], int]) -> None:
        self._budget_bytes = budget_bytes
        self._lock = threading.Lock()
        self._someone_left = threading.Condition(self._lock)
        self._entries: dict[Key, _Entry] = {}
        self._user_threads: list[int] = []

    @contextmanager
    def use(
        self,
        key: Key,
        load: Callable[[], T],
        *,
        size_bytes: int = 0,
        exclusive: bool = False,
        measure: Callable[[T], int] | None = None,
    ) -> Iterator[T]:
        """Hold the model called `key`, loading it first if nobody has.

        Args:
            key: (card id, …); everything that makes two loaded models different.
            load: Makes the model. Runs once however many ask at the same time; what it raises reaches all of
                them, and the next to ask tries again.
            size_bytes: Memory it takes, for the budget.
            exclusive: Wait for other exclusive users, for models that only one thread may call at a time.
            measure: Asked for the memory that the loaded model really takes, where that can be another.
        """
        user_thread = threading.get_ident()
        entry, mine, evicted = self._take(key, size_bytes, user_thread)
        value: Any = None
        try:
            _close_all(evicted)
            if mine:
                self._load(key, entry, load, measure)
            value = entry.value.result()
            turn: AbstractContextManager[Any] = entry.one_at_a_time if exclusive else nullcontext()
            with turn:
                yield value
        finally:
            value = None
            left = [entry]
            del entry  # what this frame still held would stay in memory
            self._leave(left, user_thread)

    def free_idle(self) -> bool:
        """Close all that nobody uses now; whether there were any."""
        with self._lock:
            idle = [
                entry for key, entry in list(self._entries.items()) if entry.users == 0 and self._remove(key)
            ]
        found = bool(idle)
        _close_all(idle)
        return found

    def unload(self, card_id: str | None = None) -> None:
        """Close one card's models, or all. Those in use are closed when their last user leaves."""
        with self._lock:
            keys = [key for key in self._entries if card_id in (None, key[0])]
            idle = list(filter(None, map(self._remove, keys)))
        _close_all(idle)

    def close(self, wait_seconds: float) -> None:
        """Close everything, after waiting a while for other threads that are using a model."""
        self.unload()
        with self._lock:
            myself = threading.get_ident()
            self._someone_left.wait_for(lambda: set(self._user_threads) <= {myself}, wait_seconds)

    def sizes(self) -> dict[str, int]:
        """Ids of the cards that have a loaded model, the longest unused first, and the bytes they take."""
        sizes: dict[str, int] = {}
        with self._lock:
            for key, entry in self._entries.items():
                if entry.value.done():
                    sizes[key[0]] = sizes.get(key[0], 0) + entry.size_bytes
        return sizes

    def _take(self, key: Key, size_bytes: int, user_thread: int) -> tuple[_Entry, bool, list[_Entry]]:
        """The key's entry, counted as used; whether the caller must load it; what must go to make room."""
        with self._lock:
            entry = self._entries.pop(key, None)
            mine = entry is None
            evicted = self._make_room(size_bytes) if entry is None else []
            entry = entry or _Entry(size_bytes=size_bytes)
            self._entries[key] = entry
            entry.users += 1
            self._user_threads.append(user_thread)
            return entry, mine, evicted

    def _make_room(self, size_bytes: int) -> list[_Entry]:
        budget = self._budget_bytes()
        evicted: list[_Entry] = []
        for key, entry in list(self._entries.items()):
            if size_bytes + sum(other.size_bytes for other in self._entries.values()) <= budget:
                break
            if entry.users == 0 and entry.size_bytes:
                del self._entries[key]
                evicted.append(entry)
        return evicted

    def _load(
        self, key: Key, entry: _Entry, load: Callable[[], T], measure: Callable[[T], int] | None
    ) -> None:
        try:
            value = load()
            size_bytes = entry.size_bytes if measure is None else measure(value)
        except BaseException as error:
            with self._lock:
                if self._entries.get(key) is entry:
                    del self._entries[key]
            if isinstance(error, Exception):
                entry.value.set_exception(error)
                return
            entry.value.set_exception(Cancelled("Loading was stopped."))
            raise
        else:
            with self._lock:
                entry.size_bytes = size_bytes
            entry.value.set_result(value)

    def _leave(self, left: list[_Entry], user_thread: int) -> None:
        """Stop using the entry in a list. The last user of a doomed one closes it, and empties the list."""
        with self._lock:
            left[0].users -= 1
            last = left[0].doomed and left[0].users == 0
        if last:
            _close_all(left)
        with self._lock:
            self._user_threads.remove(user_thread)
            self._someone_left.notify_all()

    def _remove(self, key: Key) -> _Entry | None:
        """Take an entry off the shelf. Returned for closing, unless its last user is to do that."""
        entry = self._entries.pop(key)
        entry.doomed = True
        return entry if entry.users == 0 else None


def _close_all(entries: list[_Entry]) -> None:
    """Close what was loaded, and give back what it took, before anything else is loaded.

    Args:
        entries: Empty afterwards: what a caller still held would stay in memory.
    """
    if not entries:
        return
    while entries:
        _close(entries.pop(0))
    release()


def _close(entry: _Entry) -> None:
    if entry.value.exception() is not None:
        return
    close = getattr(entry.value.result(), "close", None)
    if close is None:
        return
    try:
        close()
    except Exception:
        _log.exception("A model could not be closed.")


def budget_bytes() -> int:
    """Main memory that loaded models may take: IMAGECRAFT_MEMORY_MB, or half of what this process may use."""
    named = os.environ.get("IMAGECRAFT_MEMORY_MB", "").strip()
    return int(named) * 1_000_000 if named.isdigit() else int(usable_memory() * BUDGET_SHARE)


def gpu_budget_bytes() -> int:
    """Memory of a GPU that loaded models may take: the rest is for what they compute."""
    return int(hardware().gpu_memory_bytes * GPU_BUDGET_SHARE)


_main = Shelf(budget_bytes)
_gpu = Shelf(gpu_budget_bytes)

# MediaPipe closes its models through a thread pool of its own, and atexit comes too late for that: by then
# concurrent.futures takes no more work. What threading calls at exit runs in reverse order of registration:
# this comes before concurrent.futures' own, which the import above registered.
_at_exit = getattr(threading, "_register_atexit", atexit.register)
for _shelf in (_main, _gpu):
    _at_exit(_shelf.close, EXIT_WAIT_SECONDS)

use = _main.use


def shelf(device: str) -> Shelf:
    """Where models on a device are kept; `device` is torch's name of it."""
    return _gpu if device == "cuda" else _main


def unload(card_id: str | None = None) -> None:
    """Close one card's models, or all, on every device. As `Shelf.unload`."""
    _main.unload(card_id)
    _gpu.unload(card_id)


def loaded_sizes() -> dict[str, int]:
    """Ids of the cards that have a loaded model, and the bytes they take, in main memory and on a GPU."""
    sizes = _main.sizes()
    for card_id, size_bytes in _gpu.sizes().items():
        sizes[card_id] = sizes.get(card_id, 0) + size_bytes
    return sizes


def loaded_ids() -> list[str]:
    """Ids of the cards that have a loaded model."""
    return list(loaded_sizes())
