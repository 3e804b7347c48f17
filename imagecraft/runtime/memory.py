"""Memory that runs out: smaller batches, then an error with a way out."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from imagecraft.catalog import ModelCard
from imagecraft.errors import ResourceExhausted

T = TypeVar("T")
R = TypeVar("R")

SIGNS = (
    "can't allocate memory",  # torch on a CPU
    "not enough memory",  # the same on Windows
    "out of memory",  # CUDA and Apple's Metal
    "ALLOC_FAILED",  # cuBLAS and cuDNN
    "Failed to allocate memory",  # ONNX Runtime
)


def halving(items: Sequence[T], run: Callable[[Sequence[T]], Sequence[R]], size: int) -> list[R]:
    """Run a network over many items in batches, in halves of a batch where memory does not hold it whole.

    A batch size that was too much is not tried again in the same call.

    Args:
        items: What is to be done, of any number.
        run: From a batch of items to a result for each. Called again with fewer when it runs out of memory.
        size: Items of a batch to begin with, at least 1.

    Returns:
        One result for each item, in their order.

    Raises:
        MemoryError, RuntimeError: as the network says it, if memory does not hold a single item; see
            `memory_errors_in_words`.
    """
    results: list[R] = []
    while len(results) < len(items):
        batch = items[len(results) : len(results) + size]
        try:
            results += run(batch)
            continue
        except (MemoryError, RuntimeError) as error:
            if len(batch) == 1 or not is_memory_error(error):
                raise
        # Only here is the error gone, and with it the tensors that its frames held.
        size = len(batch) // 2
        release()
    return results


def is_memory_error(error: BaseException) -> bool:
    """Whether a library's error says that main memory, or a GPU's, is full."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in SIGNS)


def release() -> None:
    """Give back what nothing uses any more: Python's cycles, and what torch keeps of a GPU."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is None:
        return
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()


def process_bytes() -> int:
    """Main memory that this process takes now; where the system does not tell, the most it ever took."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return _peak_bytes()


def gpu_bytes() -> tuple[int, int]:
    """Memory of the GPU that is taken, by all programs, and installed; 0 and 0 while none is in use here."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return 0, 0
    free, installed = torch.cuda.mem_get_info()
    return installed - free, installed


if sys.platform == "win32":

    def _peak_bytes() -> int:
        return 0

else:

    def _peak_bytes() -> int:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024  # bytes there, KiB elsewhere


def memory_errors_in_words(card: ModelCard) -> AbstractContextManager[None]:
    """Turn a full memory into an error that names the model."""
    return memory_errors_as(
        f"There is not enough memory for '{card.id}'.",
        "Choose a smaller size or a smaller model, or unload others first.",
    )


@contextmanager
def memory_errors_as(message: str, hint: str) -> Iterator[None]:
    """Turn a full memory into an error with a way out: what happened, and what to do."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_memory_error(error):
            raise
        raise ResourceExhausted(message, hint) from error
