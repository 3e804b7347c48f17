"""What a device does at most: large matrix products and copies of its memory, measured here and now."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PRODUCT_SIDE, COPIED_BYTES = 8192, 1 << 30
SMALL_SIDE, SMALL_BYTES = 256, 1 << 20
ROUNDS = 10


@dataclass(frozen=True)
class Limits:
    """What no program can pass on a device.

    Attributes:
        device: Its name.
        dtype: torch's name of the number format that the arithmetic was measured in.
        flop_per_second: Operations a second of a matrix product.
        bytes_per_second: Bytes a second that are read and written.
    """

    device: str
    dtype: str
    flop_per_second: float
    bytes_per_second: float

    def least_seconds(self, flop: float, read: float) -> float:
        """The least time that some operations take which read so many bytes."""
        return max(flop / self.flop_per_second, read / self.bytes_per_second)

    def told(self) -> str:
        """In words, with units."""
        return (
            f"{self.device}: {self.flop_per_second / 1e12:.1f} TFLOP/s in {self.dtype}, "
            f"{self.bytes_per_second / 1e9:.0f} GB/s"
        )


def limits(device: str, dtype: str = "bfloat16", *, small: bool = False) -> Limits:
    """Measure them.

    Args:
        device: torch's name of the device, "cuda" or "cpu".
        dtype: torch's name of a number format.
        small: With matrices so small that they say little, to try a program.
    """
    import torch

    side, size = (SMALL_SIDE, SMALL_BYTES) if small else (PRODUCT_SIDE, COPIED_BYTES)
    matrix = torch.randn(side, side, device=device, dtype=getattr(torch, dtype))
    block = torch.zeros(size, device=device, dtype=torch.uint8)
    product = best_seconds(lambda: matrix @ matrix, device)
    copy = best_seconds(block.clone, device)
    name = torch.cuda.get_device_name() if device == "cuda" else platform.processor() or platform.machine()
    return Limits(name, dtype, 2 * side**3 / product, 2 * size / copy)


def best_seconds(work: Callable[[], Any], device: str, rounds: int = ROUNDS) -> float:
    """Seconds of the fastest of several runs of some work, after one that is not counted."""
    work()
    took = []
    for _ in range(rounds):
        finished(device)
        started = time.perf_counter()
        work()
        finished(device)
        took.append(time.perf_counter() - started)
    return min(took)


def finished(device: str) -> None:
    """Wait until a device has done what it was given."""
    if device == "cuda":
        import torch

        torch.cuda.synchronize()


@contextmanager
def going_on(what: str) -> Iterator[None]:
    """Say on stderr that something could not be measured here, and go on with the rest.

    Memory may not hold it, and a compiler may be missing.
    """
    try:
        yield
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0]
        print(f"{what}: not measured ({type(error).__name__}: {reason[:200]})", file=sys.stderr)
