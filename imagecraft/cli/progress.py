"""How far a batch is, on stderr, and Ctrl-C or a scheduler's SIGTERM that lets it end in order."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagecraft.batch.local import Standing

EVERY_SECONDS = 0.5
STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Whether it is to stop: Ctrl-C was pressed, or SIGTERM came. At the second of these it stops at once."""
    pressed: list[int] = []

    def press(number: int, _frame: FrameType | None) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    before = {number: signal.signal(number, press) for number in STOPS}
    try:
        yield lambda: bool(pressed)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def shown_as(how: str, task: str) -> Iterator[Callable[[Standing], None]]:
    """Progress on stderr: a bar on a terminal, or a JSON line now and then for programs."""
    if how == "json":
        yield _json_lines()
        return
    from tqdm import tqdm

    hidden = how == "none" or not sys.stderr.isatty()
    with tqdm(desc=task, unit="", disable=hidden, leave=False, dynamic_ncols=True) as bar:

        def told(standing: Standing) -> None:
            if bar.total != standing.total:
                bar.total = standing.total
            bar.update(standing.done + standing.skipped - bar.n)
            if standing.errors:
                bar.set_postfix_str(f"errors: {standing.errors}", refresh=False)

        yield told


def _json_lines() -> Callable[[Standing], None]:
    last = 0.0

    def told(standing: Standing) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY_SECONDS or standing.total == standing.done + standing.skipped:
            last = now
            print(json.dumps(standing.to_dict()), file=sys.stderr, flush=True)

    return told
