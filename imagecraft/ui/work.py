"""Long work seen from the page: status values, and downloads as steps that can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, wait
from contextvars import copy_context
from typing import Any, TypeVar

from imagecraft import catalog
from imagecraft.errors import Cancelled
from imagecraft.pipelines import models
from imagecraft.pipelines.image_to_speech import describe_aloud
from imagecraft.ui import strings
from imagecraft.ui.turns import Waiting

Made = TypeVar("Made")
Told = TypeVar("Told")

LOOK_SECONDS = 0.2


class Pauses:
    """Says now and then that it is time for a pause in work of many small steps.

    A run can only be stopped where it hands something to the page, so long work must do that often enough.
    """

    def __init__(self) -> None:
        self._next = time.monotonic() + LOOK_SECONDS

    def __call__(self) -> bool:
        """Whether `LOOK_SECONDS` have passed since the last pause."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + LOOK_SECONDS
        return True


def busy(words: str, fraction: float | None = None) -> dict[str, Any]:
    """The page is working on something, named in words; `fraction` where it is known how far."""
    return {"state": "busy", "words": words, "fraction": fraction, "say": ""}


def waiting(step: Waiting) -> dict[str, Any]:
    """Others come first."""
    one = step.others == 1
    return busy(strings.WAITING_ONE if one else strings.WAITING.format(others=step.others))


def done(words: str, say: str, *, player: str | None = None) -> dict[str, Any]:
    """The work is done: a word to see, and what is said to those who listen.

    Args:
        words: To see.
        say: To hear.
        player: Id of the player that tells this result, where it is not the run's own.
    """
    told = {"player": player} if player else {}
    return {"state": "done", "words": words, "fraction": None, "say": say} | told


def failed(say: str = "") -> dict[str, Any]:
    """The work failed; the notice beside its cause says why. `say` tells what there is nevertheless."""
    return {"state": "failed", "words": "", "fraction": None, "say": say}


def idle() -> dict[str, Any]:
    """Nothing is being done."""
    return {"state": "idle", "words": "", "fraction": None, "say": ""}


def aside(make: Callable[[], Made], meanwhile: Told) -> Generator[Told, None, Made]:
    """Make something in one long step; `meanwhile` is told every now and then, and waiting can be stopped."""
    return (yield from following(lambda _: make(), meanwhile))


def following(job: Callable[[Callable[[Told], None]], Made], first: Told) -> Generator[Told, None, Made]:
    """Run a job that tells how it goes; give the newest of that every now and then, and return its result.

    Closing the generator stops the job where it tells something next. The job sees the context variables of
    whoever asked for it: a lent GPU is charged to the visitor whose request is among them.

    Args:
        job: Called with what it tells its news to; that raises Cancelled once nobody follows any more.
        first: Given until there is news.
    """
    future: Future[Made] = Future()
    stopped = threading.Event()
    newest = [first]

    def told(news: Told) -> None:
        if stopped.is_set():
            raise Cancelled
        newest[0] = news

    def run() -> None:
        try:
            future.set_result(job(told))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=copy_context().run, args=(run,), name="aside", daemon=True).start()
    try:
        while wait([future], LOOK_SECONDS).not_done:
            yield newest[0]
    finally:
        stopped.set()
    return future.result()


def warm_up() -> None:
    """Load what the first visitor will need: a blank picture is described, a breath of wind is mixed.

    Nothing is downloaded for it, and no lent GPU is asked for: the offline model describes.
    """
    from PIL import Image

    from imagecraft.pipelines.image_to_soundscape import soundscape

    offline = catalog.default_card("caption").id
    if missing("caption", offline) is None:
        for _ in describe_aloud(Image.new("RGB", (320, 240), "grey"), model=offline):
            pass
    soundscape(prompt="wind", seconds=1, seed=0)


def missing(task: str, model: str) -> models.ModelState | None:
    """The model's state, if its files still have to be fetched."""
    for state in models.states(task):
        if state.card.id == model and state.installed and not state.on_disk:
            return state
    return None


def fetched(task: str) -> Iterator[dict[str, Any]]:
    """Fetch the default model of a task where its files are missing, told as busy states."""
    model = catalog.default_card(task).id
    state = missing(task, model)
    if state is None:
        return
    size = f"{max(1, round((state.card.size_bytes - state.bytes_on_disk) / 1e6))} MB"
    for have, total in fetching(model):
        yield busy(strings.FETCHING[task].format(size=size), have / total if total else None)


def fetched_if_used(task: str, wanted: str | None) -> Iterator[dict[str, Any]]:
    """`fetched`, where the task's offline model is the one to do it.

    Args:
        task: The task.
        wanted: Id of the model that the visitor chose; None for the best one here.
    """
    if (wanted or models.best(task).id) == catalog.default_card(task).id:
        yield from fetched(task)


def fetching(model: str) -> Iterator[tuple[int, int]]:
    """Download a model, telling (bytes done, bytes in all) every now and then.

    Closing the iterator stops the download; what came is kept for the next try.

    Raises:
        ModelUnavailable, ResourceExhausted: as `imagecraft.pipelines.models.download`.
    """

    def download(told: Callable[[tuple[int, int]], None]) -> tuple[int, int]:
        so_far = (0, 0)

        def progress(label: str, done_bytes: int, total_bytes: int) -> None:  # noqa: ARG001 - as it is called
            nonlocal so_far
            so_far = (done_bytes, total_bytes)
            told(so_far)

        models.download([model], progress)
        return so_far

    yield (yield from following(download, (0, 0)))
