"""Hub models at work: loaded once, called by a method's name, on a CPU, a GPU or one lent for the call.

A task package has one class for each family of models (`ModelCard.family`). It is made with the card, the
folder of its files and the place it runs on, which loads it. What its methods take and give is picklable and
holds no tensor of a GPU, for on ZeroGPU they run in another process. Work that takes more than a second is a
generator method: what it yields can be shown, and closing the generator stops it.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from inspect import isgeneratorfunction
from pathlib import Path
from typing import Any, Protocol

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.errors import ImageCraftError, ModelUnavailable, ResourceExhausted
from imagecraft.runtime import hub, loaded
from imagecraft.runtime.device import hardware
from imagecraft.runtime.quiet import quietly

JOB = "neural"


@dataclass(frozen=True)
class Place:
    """Where a model runs.

    Attributes:
        device: torch's name of the device: "cpu", "cuda" or "mps".
        dtype: torch's name of the number format: "float32", "bfloat16" or "float16".
    """

    device: str
    dtype: str


class Network(Protocol):
    """A loaded model of one family. One thread at a time calls it."""

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        """Load it. OSError and ValueError say that the files are no such model."""

    @staticmethod
    def gpu_seconds(card: ModelCard, method: str, *args: Any, **kwargs: Any) -> float:
        """About how long a call takes on a large GPU, loading not included: what a visitor's quota pays."""
        ...


def call(card: ModelCard, method: str, *args: Any, **kwargs: Any) -> Any:
    """What a method of a card's network returns; of a generator method, what it yields last.

    Raises:
        InvalidInput: the card's folder holds no such model.
        ModelUnavailable: packages or files are missing, or the files are damaged.
        ResourceExhausted: there is not enough memory, or no GPU is to be had.
    """
    value = None
    for value in stream(card, method, *args, **kwargs):  # noqa: B007 - the last one is wanted
        pass
    return value


def stream(card: ModelCard, method: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
    """Each value that a generator method yields, as soon as it is made. Raises as `call`."""
    require_packages(card)
    if hardware().profile == "zerogpu" and "cuda" in card.devices and not card.folder:
        from imagecraft.runtime import gpu

        yield from gpu.stream(JOB, card.id, method, args, kwargs)
        return
    place = place_of(card)
    key = (card.id, card.folder, place.device, place.dtype)
    with (
        loaded.use(key, lambda: load(card, place), size_bytes=card.size_bytes, exclusive=True) as network,
        memory_errors_in_words(card),
    ):
        yield from _values(network, method, args, kwargs)


def load(card: ModelCard, place: Place) -> Any:
    """A new network of a card, without bars or warnings on stderr. Raises as `call`."""
    folder = hub.folder_of(card)
    module, _, name = card.family.partition(":")
    family = getattr(importlib.import_module(module), name)
    with memory_errors_in_words(card):
        try:
            with quietly():
                return family(card, folder, place)
        except ImageCraftError:
            raise
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and _is_memory_error(error):
                raise
            raise ModelUnavailable(
                f"The model '{card.name}' cannot be loaded from {folder}.",
                "Its files are damaged or of another kind of model: fetch it again, or name another folder.",
            ) from error


def place_of(card: ModelCard) -> Place:
    """Where a card's network runs on this machine."""
    here = hardware()
    device = here.device if here.device in card.devices else "cpu"
    dtype = here.dtype if device == here.device else "float32"
    return Place(device, dtype if dtype in card.settings.get("dtypes", (dtype,)) else "float32")


def require_packages(card: ModelCard) -> None:
    """Raise ModelUnavailable if a Python package that a card needs is missing."""
    if any(importlib.util.find_spec(name) is None for name in (*card.package.split(), *card.data_packages)):
        raise ModelUnavailable(f"The model '{card.id}' is not installed.", f"Install it with: {card.install}")


def serve(
    card_id: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Generator[Any, None, None]:
    """The job of `runtime.gpu`: in a ZeroGPU worker, where the resident networks are."""
    card = catalog.card(card_id)
    network = _resident.get(card_id)
    with memory_errors_in_words(card):
        if network is None:
            network = _resident[card_id] = load(card, Place("cuda", "bfloat16"))
        yield from _values(network, method, args, kwargs)


def gpu_seconds(card_id: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> float:
    """How long `serve` takes, as the card's family estimates it."""
    card = catalog.card(card_id)
    module, _, name = card.family.partition(":")
    return float(getattr(importlib.import_module(module), name).gpu_seconds(card, method, *args, **kwargs))


_resident: dict[str, Any] = {}
"""On ZeroGPU: networks placed on the GPU when the program starts, by card id."""


def make_resident(cards: list[ModelCard]) -> None:
    """Load networks for ZeroGPU and announce the job that calls them. To be called in the main thread."""
    from imagecraft.runtime import gpu

    gpu.job(JOB, seconds=gpu_seconds)(serve)
    for card in cards:
        _resident[card.id] = load(card, Place("cuda", "bfloat16"))


@contextmanager
def memory_errors_in_words(card: ModelCard) -> Iterator[None]:
    """Turn a full memory into an error with a way out."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not _is_memory_error(error):
            raise
        raise ResourceExhausted(
            f"There is not enough memory for '{card.id}'.",
            "Choose a smaller size or a smaller model, or unload others first.",
        ) from error


def _is_memory_error(error: Exception) -> bool:
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return named or "can't allocate memory" in str(error)


def _values(network: Any, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[Any]:
    work = getattr(network, method)
    if isgeneratorfunction(work):
        with closing(work(*args, **kwargs)) as values:
            yield from values
    else:
        yield work(*args, **kwargs)
