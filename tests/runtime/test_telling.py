"""Work that tells its news through a callback, followed as a generator, and stopped by closing it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator

import pytest

from imagecraft.errors import Cancelled
from imagecraft.runtime.telling import telling


def count(tell: Callable[[int], None]) -> str:
    for number in range(3):
        tell(number)
    return "done"


def test_all_news_come_in_order_then_the_result() -> None:
    told = []

    def followed() -> Generator[int, None, None]:
        told.append((yield from telling(count)))

    assert list(followed()) == [0, 1, 2]
    assert told == ["done"]


def test_what_the_work_raises_comes_after_its_news() -> None:
    def fails(tell: Callable[[int], None]) -> None:
        tell(1)
        raise ValueError("broken")

    steps = telling(fails)
    assert next(steps) == 1
    with pytest.raises(ValueError, match="broken"):
        next(steps)


def test_closing_stops_the_work_and_waits_for_it() -> None:
    closing, stopped = threading.Event(), threading.Event()

    def works(tell: Callable[[int], None]) -> None:
        tell(1)
        closing.wait()
        try:
            while True:
                tell(2)
        except Cancelled:
            stopped.set()
            raise

    steps = telling(works)
    assert next(steps) == 1
    closing.set()
    steps.close()
    assert stopped.is_set()
