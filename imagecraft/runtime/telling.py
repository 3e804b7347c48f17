"""Work that can only be followed through a callback, as a generator of what it tells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

from imagecraft.errors import Cancelled

Made = TypeVar("Made")
Told = TypeVar("Told")


def telling(work: Callable[[Callable[[Told], None]], Made]) -> Generator[Told, None, Made]:
    """Give all that some work tells, as soon as it tells it, and return its result.

    The work goes on in a thread of its own. Closing the generator stops it where it tells something next, and
    waits until it has stopped: what the work uses is free then.

    Args:
        work: Called with what it tells its news to; that raises Cancelled once nobody follows any more.

    Raises:
        Whatever the work raises.
    """
    news: SimpleQueue[tuple[Told] | None] = SimpleQueue()
    made: Future[Made] = Future()
    stopped = threading.Event()

    def tell(one: Told) -> None:
        if stopped.is_set():
            raise Cancelled
        news.put((one,))

    def run() -> None:
        try:
            made.set_result(work(tell))
        except BaseException as error:
            made.set_exception(error)
        finally:
            news.put(None)

    thread = threading.Thread(target=run, name="telling", daemon=True)
    thread.start()
    try:
        while (one := news.get()) is not None:
            yield one[0]
    finally:
        stopped.set()
        thread.join()
    return made.result()
