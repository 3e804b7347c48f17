"""Only one process or thread fetches a file at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imagecraft.errors import ModelUnavailable

LOCK_WAIT_SECONDS = 900.0


@contextmanager
def one_fetcher(lock: Path, what: str, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
    """Hold a lock file, after waiting for whoever holds it now.

    Raises:
        ModelUnavailable: if that takes longer than `wait_seconds`; `what` is being fetched then.
    """
    from filelock import FileLock, Timeout

    held = FileLock(lock)
    try:
        held.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise ModelUnavailable(
            f"Another process has been fetching {what} for {wait_seconds:.0f} seconds.",
            f"Wait until it is done, or stop the process that holds {lock}.",
        ) from error
    try:
        yield
    finally:
        held.release()
