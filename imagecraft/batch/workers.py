"""Two ways to work through inputs at once: in processes, or decoding in threads ahead of one model.

The offline networks serve one thread at a time (`imagecraft.runtime.vision`), so each process has its own. A
model on a GPU, or one that takes all cores itself, is loaded once and fed from threads.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from multiprocessing import connection
from typing import Any

from imagecraft.batch.items import Item
from imagecraft.batch.rows import Row
from imagecraft.batch.work import Prepared, Work
from imagecraft.errors import ImageCraftError, InvalidInput, ResourceExhausted

Job = tuple[Item, int | None]
"""An input, and what its row of an earlier run says (see `Work.prepare`)."""
Outcome = tuple[Item, Row | None]
"""An input and its row; None where the row of an earlier run still holds."""
Finished = Generator[list[Outcome], None, None]
"""Outcomes that come at the same time."""

CHUNKS_AHEAD = 2
PREPARED_AT_ONCE = 4
"""Threads of a process that read and decode: inputs far away are then waited for together."""
MOST_DEATHS = 3
EXIT_SECONDS = 5.0


def in_threads(work: Work, jobs: Iterator[Job], decoders: int, together: int) -> Finished:
    """Work in this process: inputs are decoded in threads while the model works on those before.

    Args:
        work: What is done.
        jobs: The inputs, asked for as there is room for them.
        decoders: Threads that decode.
        together: Inputs that the model gets at once.
    """
    with ThreadPoolExecutor(decoders, thread_name_prefix="decode") as threads:
        waiting: deque[Future[Prepared]] = deque()
        try:
            while True:
                for item, known in islice(jobs, CHUNKS_AHEAD * together - len(waiting)):
                    waiting.append(threads.submit(work.prepare, item, known))
                if not waiting:
                    return
                prepared = [waiting.popleft().result() for _ in range(min(together, len(waiting)))]
                rows = work.finish(prepared)
                yield list(zip((one.item for one in prepared), rows, strict=True))
        finally:
            for future in waiting:
                future.cancel()


def in_processes(work: Work, jobs: Iterator[Job], count: int, together: int) -> Finished:
    """Work in processes of their own, each with its own model. One that dies takes at most one input with it.

    Raises:
        ResourceExhausted: if processes die one after another without finishing anything.
    """
    redo: deque[list[Job]] = deque()
    hands: list[_Hand] = []
    deaths = 0

    def more() -> list[Job]:
        return redo.popleft() if redo else list(islice(jobs, together))

    try:
        first = [chunk for _ in range(count) if (chunk := more())]
        hands += [_Hand(work, chunk) for chunk in first]
        while True:
            for hand in hands:
                while hand.has_room and (chunk := more()):
                    hand.give(chunk)
            busy = [hand for hand in hands if hand.chunks]
            if not busy:
                return
            for pipe in connection.wait([hand.pipe for hand in busy]):
                hand = next(one for one in busy if one.pipe is pipe)
                done = hand.take()
                if done is not None:
                    deaths = 0
                    yield done
                    continue
                deaths += 1
                if deaths > MOST_DEATHS:
                    raise ResourceExhausted(
                        "The processes that do the work end before they finish anything.",
                        "Try --workers 1, and see whether there is memory enough.",
                    )
                hands.remove(hand)
                suspects, *others = hand.chunks
                redo.extend(others)
                if len(suspects) > 1:
                    redo.extend([job] for job in suspects)
                else:
                    yield [(suspects[0][0], work.failed(suspects[0][0], _ended()))]
                    deaths = 0
                if chunk := more():
                    hands.append(_Hand(work, chunk))
    finally:
        for hand in hands:
            hand.dismiss()
        for hand in hands:
            hand.leave()


class OwnProcess:
    """One process that works on what it is given; when an input ends it, the next one takes over.

    Args:
        work: What is done.
        together: Inputs that the model gets at once.
    """

    def __init__(self, work: Work, together: int) -> None:
        self._work = work
        self._together = together
        self._hand: _Hand | None = None

    def __call__(self, jobs: list[Job]) -> list[Outcome]:
        """The inputs' rows, in their order. Raises what ends the whole batch."""
        left = deque(jobs[place : place + self._together] for place in range(0, len(jobs), self._together))
        outcomes: list[Outcome] = []
        while left or (self._hand is not None and self._hand.chunks):
            hand = self._hand = self._hand or _Hand(self._work, left.popleft())
            while left and hand.has_room:
                hand.give(left.popleft())
            try:
                done = hand.take()
            except ImageCraftError:
                self.close()
                raise
            if done is not None:
                outcomes += done
                continue
            self._hand = None
            suspects, *others = hand.chunks
            left.extendleft(reversed(others))
            if len(suspects) > 1:
                left.extendleft([job] for job in reversed(suspects))
            else:
                item = suspects[0][0]
                outcomes.append((item, self._work.failed(item, _ended())))
        return outcomes

    def close(self) -> None:
        """See that the process ends."""
        if self._hand is not None:
            self._hand.dismiss()
            self._hand.leave()
            self._hand = None


class _Hand:
    """A process that works.

    Attributes:
        pipe: To it and from it.
        chunks: What it was given and has not given back.
    """

    def __init__(self, work: Work, chunk: list[Job]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.chunks: deque[list[Job]] = deque()
        self._process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self._process.start()
        theirs.close()
        self.give(chunk)

    @property
    def has_room(self) -> bool:
        """Whether it may have another chunk. Not behind a single input: that is to blame for what happens."""
        return not self.chunks or (len(self.chunks) < CHUNKS_AHEAD and len(self.chunks[0]) > 1)

    def give(self, chunk: list[Job]) -> None:
        """Hand over inputs; a process that has died is found out when an answer is awaited."""
        self.chunks.append(chunk)
        with suppress(OSError):
            self.pipe.send(chunk)

    def take(self) -> list[Outcome] | None:
        """The answer that has come; None if the process has died.

        Raises:
            ImageCraftError: what ends the whole batch.
        """
        try:
            answer = self.pipe.recv()
        except (EOFError, OSError):
            self.leave()
            return None
        if isinstance(answer, ImageCraftError):
            raise answer
        return [(item, row) for (item, _), row in zip(self.chunks.popleft(), answer, strict=True)]

    def dismiss(self) -> None:
        """Ask it to end."""
        with suppress(OSError):
            self.pipe.send(None)
        self.pipe.close()

    def leave(self) -> None:
        """See that it has ended."""
        self.pipe.close()
        self._process.join(0 if self.chunks else EXIT_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(pipe: Any, work: Work) -> None:
    """Work on what comes through the pipe until nothing comes any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it says when to stop
    chunks: queue.SimpleQueue[list[Future[Prepared]] | None] = queue.SimpleQueue()
    with ThreadPoolExecutor(PREPARED_AT_ONCE, thread_name_prefix="decode") as threads:
        threading.Thread(target=_receive, args=(pipe, work, threads, chunks), daemon=True).start()
        while (chunk := chunks.get()) is not None:
            try:
                answer: Any = work.finish([prepared.result() for prepared in chunk])
            except MemoryError:
                os._exit(1)
            except ImageCraftError as error:
                answer = error
            try:
                pipe.send(answer)
            except OSError:
                return


def _receive(
    pipe: Any,
    work: Work,
    threads: ThreadPoolExecutor,
    chunks: queue.SimpleQueue[list[Future[Prepared]] | None],
) -> None:
    """Empty the pipe as things come, and begin to prepare them while the model works on those before; when
    its other end is gone, so is who asked."""
    try:
        while (chunk := pipe.recv()) is not None:
            chunks.put([threads.submit(work.prepare, item, known) for item, known in chunk])
        chunks.put(None)
    except (EOFError, OSError):
        os._exit(1)


def _ended() -> InvalidInput:
    return InvalidInput(
        "The process that worked on it was ended by it.", "The file may be damaged on purpose."
    )
