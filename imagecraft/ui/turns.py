"""Taking turns: long work goes on step by step, so that nobody waits behind all of it.

All tabs and the HTTP API share two lines: `quick` for short steps, `whole` for work of one long step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

Step = TypeVar("Step")

PLACES = 2
"""Visitors whose work is done at the same time: more would only take the processor from each other."""
LOOK_SECONDS = 0.2
GONE_AFTER_SECONDS = 5.0
"""A visitor in the line who has not looked up for so long has left, and holds up nobody."""


@dataclass(frozen=True)
class Waiting:
    """It is not this visitor's turn yet.

    Attributes:
        others: Those whose turn comes first, at work or in the line.
    """

    others: int


class Turns:
    """A few places and one line before them, first come first served. Safe to use from several threads."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = places
        self._free = places
        self._line: dict[object, float] = {}
        self._changed = threading.Condition()

    def keep(self, steps: Iterator[Step]) -> Iterator[Step | Waiting]:
        """The steps of some work, all made in one turn; it waits for that as in `share`."""
        yield from self._turn()
        try:
            yield from steps
        finally:
            self._give_back()

    def share(self, steps: Iterator[Step]) -> Iterator[Step | Waiting]:
        """The steps of some work, each made in a turn of its own; after each, the others have theirs.

        While it waits it gives `Waiting` every `LOOK_SECONDS`, so that it can be closed (stopped) then.
        """
        while True:
            yield from self._turn()
            try:
                step = next(steps)
            except StopIteration:
                return
            finally:
                self._give_back()
            yield step

    def _turn(self) -> Iterator[Waiting]:
        """Ends when the turn has come, with a place taken."""
        ticket = object()
        try:
            while (others := self._others_before(ticket)) is not None:
                yield Waiting(others)
        finally:
            with self._changed:
                self._line.pop(ticket, None)
                self._changed.notify_all()

    def _others_before(self, ticket: object) -> int | None:
        """Wait a little; None with a place taken, or how many come first."""
        with self._changed:
            self._line[ticket] = time.monotonic()
            if self._changed.wait_for(lambda: self._ahead(ticket) < self._free, LOOK_SECONDS):
                self._free -= 1
                return None
            return self._ahead(ticket) + self._places - self._free

    def _ahead(self, ticket: object) -> int:
        """How many stand before a ticket in the line, those not counted who have left."""
        since = time.monotonic() - GONE_AFTER_SECONDS
        before = list(self._line)[: list(self._line).index(ticket)]
        return sum(self._line[other] > since for other in before)

    def _give_back(self) -> None:
        with self._changed:
            self._free += 1
            self._changed.notify_all()


def last(steps: Iterator[Step | Waiting]) -> Step:
    """The last step of work that takes turns, for those who wait for nothing else.

    Raises:
        RuntimeError: if the work has no steps.
    """
    made: list[Step] = []
    for step in steps:
        if not isinstance(step, Waiting):
            made = [step]
    if not made:
        raise RuntimeError("the work ended without a result")
    return made[0]


quick = Turns()
"""Of all who describe, speak, segment, mix: work of short steps."""
whole = Turns(1)
"""Of all whose work is one long step, such as scoring files: they wait for each other and for nobody else."""
