"""A model that is not there: the offline one does its work on the page, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from imagecraft import catalog
from imagecraft.errors import ImageCraftError, ModelUnavailable, ResourceExhausted
from imagecraft.runtime.selection import best, chosen

T = TypeVar("T")


@dataclass(frozen=True)
class Instead:
    """Another model does the work.

    Attributes:
        wanted: Name of the model that cannot.
        model: Id of the one that does.
        message: Why the first cannot, and which does it instead, in the user's words.
        hint: What would help the first.
        visitors_can: Whether a visitor of the page can do that; else only whoever runs the program.
    """

    wanted: str
    model: str
    message: str
    hint: str
    visitors_can: bool = False


def or_offline(
    task: str, model: str | None, run: Callable[[str | None], Iterator[T]]
) -> Iterator[T | Instead]:
    """Do a job with a model, or with the offline one of its task where the first is not to be had.

    For the page alone: a script must know which model made what it counts on, so verbs raise instead.
    A GPU that is not to be had counts only for the model that is the best here, which the page's menus name
    unless another was chosen: whoever chose another is told to wait.

    Args:
        task: The task of the model.
        model: What the user chose; None or empty for the default.
        run: The job; called with a model, it gives what is made on the way.

    Yields:
        What the job gives. Before the offline model begins, an `Instead`.

    Raises:
        ImageCraftError: as the job, if the offline model fails too or the cause is another.
    """
    offline = catalog.default_card(task).id
    try:
        yield from run(model)
        return
    except ModelUnavailable as error:
        cause: ImageCraftError = error
    except ResourceExhausted as error:
        if model and model != best(task).id:
            raise
        cause = error
    wanted = chosen(model, task)
    if wanted.id == offline:
        raise cause
    message = f"{cause.message} {offline} did it instead."
    visitors_can = not isinstance(cause, ModelUnavailable)
    yield Instead(wanted.name, offline, message, cause.hint, visitors_can)
    yield from run(offline)
