"""The one door to a GPU that is lent for a call (ZeroGPU); elsewhere a plain call.

Every job goes through one decorated function: each one would get a worker process of its own, and each new
worker moves all weights to the GPU again. Only app code and the adapters of neural models import this module:
it needs the package `spaces`, which must be imported before anything touches CUDA.

What crosses between the app and the worker is pickled here, so that what cannot be pickled fails with its own
error before a GPU is asked for. An `ImageCraftError` of a job crosses as a value: raised in the worker, its
words would be lost to the visitor and the warm worker to everyone.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from inspect import isgeneratorfunction
from typing import Any, TypeVar

import spaces

from imagecraft.errors import ImageCraftError, ResourceExhausted

F = TypeVar("F", bound=Callable[..., Any])
Estimate = Callable[..., float]


@dataclass(frozen=True)
class Job:
    """Work for a GPU.

    Attributes:
        work: A function, or a generator function for work that has something to show on the way.
        seconds: Estimates from the job's own arguments how long it takes. The platform's clock includes the
            start of a worker, so a job that keeps weights on the GPU must count their way there.
    """

    work: Callable[..., Any]
    seconds: Estimate


@dataclass(frozen=True)
class _Value:
    """Something the job made."""

    value: Any


@dataclass(frozen=True)
class _Refusal:
    """The job ended with an error that its user can understand."""

    error: ImageCraftError


@dataclass(frozen=True)
class _End:
    """The job is done. Without it, the worker was lost on the way."""


_jobs: dict[str, Job] = {}


def job(name: str, *, seconds: float | Estimate) -> Callable[[F], F]:
    """Register a function as a GPU job when its module is imported.

    Args:
        name: What `run` and `stream` call it.
        seconds: How long it takes, or a function of the job's arguments that estimates it. A visitor's quota
            is charged with it, and a call that declares more than is left is refused: keep it tight.

    Raises:
        ValueError: if another function has that name.
    """

    def register(work: F) -> F:
        known = _jobs.get(name)
        if known is not None and (known.work.__module__, known.work.__qualname__) != (
            work.__module__,
            work.__qualname__,
        ):
            raise ValueError(f"There is a GPU job '{name}' already: {known.work!r}")
        _jobs[name] = Job(work, seconds if callable(seconds) else lambda *_, **__: seconds)
        return work

    return register


def run(name: str, *args: Any, **kwargs: Any) -> Any:
    """Do a job on the GPU and return its result; of a generator job, the last value.

    Arguments and result must be picklable, and hold no CUDA tensor.

    Raises:
        ImageCraftError: what the job raised; ResourceExhausted if no GPU is to be had, its memory is full or
            it was taken away.
        RuntimeError: if the job failed in a way its user cannot mend.
    """
    value = None
    for value in stream(name, *args, **kwargs):  # noqa: B007 - the last one is wanted
        pass
    return value


def stream(name: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
    """Do a job on the GPU and give each value as soon as it is made. Args and Raises are those of `run`."""
    chosen = _jobs[name]
    if not on_zerogpu():
        yield from _values(chosen, args, kwargs)
        return
    seconds = max(1, math.ceil(chosen.seconds(*args, **kwargs)))
    outcome: _Refusal | _End | None = None
    with _zerogpu_errors_in_words(), closing(_door(name, pickle.dumps((args, kwargs)), seconds)) as messages:
        for packed in messages:
            message = pickle.loads(packed)
            if isinstance(message, _Value):
                yield message.value
            else:
                outcome = message
    if outcome is None:
        raise _lost_worker()
    if isinstance(outcome, _Refusal):
        raise outcome.error


def on_zerogpu() -> bool:
    """Whether a GPU is lent for each call, as on a ZeroGPU Space."""
    return hasattr(_door, "zerogpu")


def _serve(name: str, packed: bytes, _seconds: int) -> Generator[bytes, None, None]:
    """Do a job in the worker. Yields pickled `_Value`s, then a `_Refusal` or the `_End`."""
    args, kwargs = pickle.loads(packed)
    try:
        for value in _values(_jobs[name], args, kwargs):
            yield pickle.dumps(_Value(value))
    except ImageCraftError as error:
        yield pickle.dumps(_Refusal(error))
    else:
        yield pickle.dumps(_End())


def _granted_seconds(_name: str, _packed: bytes, seconds: int) -> int:
    return seconds


_door: Callable[[str, bytes, int], Generator[bytes, None, None]] = spaces.GPU(duration=_granted_seconds)(
    _serve
)


def lent_once(seconds: int) -> Callable[[F], F]:
    """Decorate a function that runs on a lent GPU while the program starts: it gets a worker of its own.

    Args:
        seconds: The most it may take.
    """
    return spaces.GPU(duration=seconds)  # type: ignore[no-any-return]


def captured(part: Any) -> AbstractContextManager[Any]:
    """Ends with the first call of a network's part inside it, and keeps that call's `args` and `kwargs`."""
    return spaces.aoti_capture(part)  # type: ignore[no-any-return]


def compiled(exported: Any) -> Callable[..., Any]:
    """A network's part, compiled for the lent GPU from what torch.export made of it."""
    return spaces.aoti_compile(exported)  # type: ignore[no-any-return]


def _values(chosen: Job, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[Any]:
    try:
        if isgeneratorfunction(chosen.work):
            yield from chosen.work(*args, **kwargs)
        else:
            yield chosen.work(*args, **kwargs)
    except Exception as error:
        if type(error).__name__ == "OutOfMemoryError":  # torch's; torch need not be there
            raise ResourceExhausted(
                "The GPU's memory is full.",
                "Choose a smaller size or a smaller model, or unload others first.",
            ) from error
        raise


@contextmanager
def _zerogpu_errors_in_words() -> Iterator[None]:
    """Turn what `spaces` says when there is no GPU, or no longer, into an error with a way out."""
    import gradio as gr

    try:
        yield
    except gr.Error as error:
        title, message = getattr(error, "title", ""), str(error.message)
        if message == "GPU task aborted":
            raise _lost_worker() from error
        if title == "ZeroGPU worker error":
            raise RuntimeError(f"A GPU job failed: {message}") from error
        raise ResourceExhausted(f"{message.rstrip('. ')}.", _HINTS.get(title, _HINT)) from error


_LESS = "a smaller size, fewer steps or a shorter sound"
_HINT = "Try again in a minute, or choose a model that runs on the CPU."
_HINTS = {
    "ZeroGPU quota exceeded": "Sign in to Hugging Face for more, or choose a model that runs on the CPU.",
    "ZeroGPU illegal duration": f"Choose {_LESS}.",
}


def _lost_worker() -> ResourceExhausted:
    return ResourceExhausted(
        "The GPU was taken away before the work was done.",
        f"Try again; if it happens again, choose {_LESS}.",
    )
