"""Run in a process of its own by test_zerogpu.py: jobs that go through the door, what came of them as JSON.

Usage: python visits.py URL FIFO [CALL...]; without CALLs all are made, in order.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import zerosim

zerosim.pretend(sys.argv[1])

from imagecraft.errors import ImageCraftError, InvalidInput  # noqa: E402 - after pretend()
from imagecraft.runtime import gpu  # noqa: E402


@gpu.job("double", seconds=lambda number, **_: 2.6 * number)
def double(number: int, *, add: int = 0) -> tuple[int, int]:
    return 2 * number + add, os.getpid()


@gpu.job("pid", seconds=2)
def pid() -> int:
    return os.getpid()


@gpu.job("count", seconds=4)
def count(fifo: str) -> Iterator[int]:
    """Counts to two; the second number only after the visitor has answered to the first."""
    yield 1
    with open(fifo) as answer:  # noqa: PTH123
        yield int(answer.read())


@gpu.job("endless", seconds=5)
def endless() -> Iterator[int]:
    while True:
        yield os.getpid()


@gpu.job("nested", seconds=5)
def nested() -> Any:
    return gpu.run("double", 21)


@gpu.job("refuse", seconds=1)
def refuse() -> None:
    raise InvalidInput("The picture is empty.", "Choose another one.")


@gpu.job("refuse_late", seconds=1)
def refuse_late() -> Iterator[int]:
    yield 1
    raise InvalidInput("The picture is empty.", "Choose another one.")


@gpu.job("out_of_memory", seconds=1)
def out_of_memory() -> None:
    raise type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory")


@gpu.job("bug", seconds=1)
def bug() -> None:
    raise ZeroDivisionError


@gpu.job("die", seconds=1)
def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@gpu.job("leave", seconds=1)
def leave() -> None:
    raise SystemExit


@gpu.job("unpicklable", seconds=1)
def unpicklable() -> Any:
    return lambda: 1


@gpu.job("take", seconds=1)
def take(_: object) -> None: ...


def outcome(call: Callable[[], Any]) -> Any:
    """What a call gives, or what its visitor reads."""
    try:
        return call()
    except ImageCraftError as error:
        return {"kind": type(error).__name__, "message": error.message, "hint": error.hint}
    except Exception as error:
        return {"kind": type(error).__name__, "message": str(error)}


def streamed(fifo: str) -> list[int]:
    numbers = []
    for number in gpu.stream("count", fifo):
        numbers.append(number)
        if number == 1:
            with open(fifo, "w") as answer:  # noqa: PTH123
                answer.write("2")
    return numbers


def closed_early() -> int:
    numbers = gpu.stream("endless")
    worker: int = next(numbers)
    numbers.close()
    return worker


def main(fifo: str, chosen: list[str]) -> None:
    calls: dict[str, Callable[[], Any]] = {
        "double": lambda: gpu.run("double", 3, add=1),
        "pid": lambda: gpu.run("pid"),
        "streamed": lambda: streamed(fifo),
        "last": lambda: list(gpu.stream("pid")),
        "nested": lambda: gpu.run("nested"),
        "refuse": lambda: gpu.run("refuse"),
        "refuse_late": lambda: gpu.run("refuse_late"),
        "out_of_memory": lambda: gpu.run("out_of_memory"),
        "closed_early": closed_early,
        "still_warm": lambda: gpu.run("pid"),
        "bad_argument": lambda: gpu.run("take", lambda: 1),
        "bad_result": lambda: gpu.run("unpicklable"),
        "bug": lambda: gpu.run("bug"),
        "leave": lambda: gpu.run("leave"),
        "die": lambda: gpu.run("die"),
        "afterwards": lambda: gpu.run("pid"),
    }
    result = {name: outcome(call) for name, call in calls.items() if not chosen or name in chosen}
    print("RESULT " + json.dumps({"app": os.getpid(), **result}))


if __name__ == "__main__":
    main(sys.argv[2], sys.argv[3:])
    zerosim.stop()
