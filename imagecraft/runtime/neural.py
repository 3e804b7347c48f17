"""Hub models at work: loaded once, called by a method's name, on a CPU, a GPU or one lent for the call.

A task package has one class for each family of models (`ModelCard.family`). It is made with the card, the
folder of its files and the place it runs on, which loads it. What its methods take and give is picklable and
holds no tensor of a GPU, for on ZeroGPU they run in another process. Work that takes more than a second is a
generator method: what it yields can be shown, and closing the generator stops it.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from inspect import isgeneratorfunction
from pathlib import Path
from typing import Any, Protocol

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.errors import ImageCraftError, ModelUnavailable
from imagecraft.runtime import hub, loaded, tuning
from imagecraft.runtime.device import hardware
from imagecraft.runtime.memory import is_memory_error, memory_errors_in_words, release
from imagecraft.runtime.quiet import quietly
from imagecraft.runtime.remembered import Remembered

JOB = "neural"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where a model runs.

    Attributes:
        device: torch's name of the device: "cpu", "cuda" or "mps".
        dtype: torch's name of the number format: "float32", "bfloat16" or "float16".
    """

    device: str
    dtype: str


LENT = Place("cuda", "bfloat16")
"""Where networks run on ZeroGPU."""

START_BYTES_A_SECOND = 4e9
"""From disk to a lent GPU. A guess on the safe side for a fast disk; it was not measured."""


class Network(Protocol):
    """A loaded model of one family. One thread at a time calls it.

    It may have an `offload() -> bool`, called when memory is short: from then on its parts are on the GPU
    only while they work; False if they were already. The call that failed begins again, so what a generator
    method of such a network yields must be news of the work, not pieces of its result.
    """

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


def stream(card: ModelCard, method: str, *args: Any, **kwargs: Any) -> Generator[Any, None, None]:
    """Each value that a generator method yields, as soon as it is made. Raises as `call`."""
    require_packages(card)
    if is_lent(card):
        yield from _lent(card, method, args, kwargs)
        return
    place = place_of(card)
    key = (card.id, card.folder, place.device, place.dtype)
    shelf = loaded.shelf(place.device)
    with shelf.use(
        key,
        lambda: load(card, place),
        size_bytes=most_bytes(card, place),
        exclusive=True,
        measure=tuning.size_bytes,
    ) as network:
        values = _values(card, place, network, method, args, kwargs)
        del network  # what is unloaded meanwhile goes when the values end, not after
        yield from values


def is_lent(card: ModelCard) -> bool:
    """Whether a card's network is kept for a GPU that is lent for each call."""
    return card.id in _resident and not card.folder


def _lent(
    card: ModelCard, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Generator[Any, None, None]:
    from imagecraft.runtime import gpu

    yield from _remembered.stream(
        (card.id, method, args, kwargs), lambda: gpu.stream(JOB, card.id, method, args, kwargs)
    )


def load(card: ModelCard, place: Place) -> Any:
    """A new network of a card, without bars or warnings on stderr. Raises as `call`."""
    folder = hub.folder_of(card)
    with memory_errors_in_words(card):
        try:
            network = _make(card, folder, place)
        except (MemoryError, RuntimeError) as error:
            if not is_memory_error(error) or not loaded.shelf(place.device).free_idle():
                raise
            network = None
        if network is None:
            release()
            network = _make(card, folder, place)
        tuning.tune(network, place.device, lent=place is LENT)
    return network


def _make(card: ModelCard, folder: Path, place: Place) -> Any:
    try:
        with quietly():
            return family_of(card)(card, folder, place)
    except ImageCraftError:
        raise
    except Exception as error:
        if is_memory_error(error) or not _is_about_files(error):
            raise
        raise ModelUnavailable(
            f"The model '{card.name}' cannot be loaded from {folder}.",
            "Its files are damaged or of another kind of model: fetch it again, or name another folder.",
        ) from error


def _is_about_files(error: Exception) -> bool:
    """Whether a library says that the files it was to load are damaged, or of another model."""
    kinds = (OSError, ValueError, KeyError, RuntimeError)
    return isinstance(error, kinds) or type(error).__name__ == "SafetensorError"


def family_of(card: ModelCard) -> Any:
    """The class that runs a card."""
    module, _, name = card.family.partition(":")
    return getattr(importlib.import_module(module), name)


def place_of(card: ModelCard) -> Place:
    """Where a card's network runs on this machine."""
    here = hardware()
    # A GPU that is lent is only for what was placed on it at the start: the rest runs on the CPU there.
    owned = here.device if here.profile != "zerogpu" else "cpu"
    device = owned if owned in card.devices else "cpu"
    dtype = here.dtype if device == here.device else "float32"
    return Place(device, dtype if dtype in card.settings.get("dtypes", (dtype,)) else "float32")


def most_bytes(card: ModelCard, place: Place) -> int:
    """About the most memory that a card's weights take at a place.

    As much as on disk, but twice that where numbers of 16 bits are made numbers of 32 there.
    """
    widened = card.stored_dtype != "float32" and place.dtype == "float32"
    return card.size_bytes * (2 if widened else 1)


def require_packages(card: ModelCard) -> None:
    """Raise ModelUnavailable if a Python package that a card needs is missing."""
    if any(importlib.util.find_spec(name) is None for name in (*card.package.split(), *card.data_packages)):
        raise ModelUnavailable(f"The model '{card.id}' is not installed.", f"Install it with: {card.install}")


def serve(
    card_id: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Generator[Any, None, None]:
    """The job of `runtime.gpu`: in a ZeroGPU worker, where the resident networks are."""
    yield from _values(catalog.card(card_id), LENT, _resident[card_id], method, args, kwargs)


def gpu_seconds(card_id: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> float:
    """How long `serve` may take: as the card's family estimates it, in a worker that has to start first.

    The clock of a lent GPU runs while its worker starts; whether one is there already is not known before.
    """
    card = catalog.card(card_id)
    return start_seconds(catalog.card(name).size_bytes for name in _resident) + float(
        family_of(card).gpu_seconds(card, method, *args, **kwargs)
    )


def start_seconds(sizes: Iterable[int]) -> float:
    """About how long a new worker takes to move all that is kept for a lent GPU, of these bytes, there."""
    return sum(sizes) / START_BYTES_A_SECOND


_resident: dict[str, Any] = {}
"""On ZeroGPU: networks placed on the GPU when the program starts, by card id."""

_remembered = Remembered()
"""What lent GPUs made, so that an equal request takes no second of one."""


def make_resident(cards: Iterable[ModelCard]) -> dict[str, ImageCraftError]:
    """Load networks for ZeroGPU and announce the job that calls them. To be called in the main thread.

    Returns:
        Why, for each card that could not be loaded, by its id.
    """
    from imagecraft.runtime import gpu

    gpu.job(JOB, seconds=gpu_seconds)(serve)
    failures: dict[str, ImageCraftError] = {}
    for card in cards:
        try:
            require_packages(card)
            _resident[card.id] = load(card, LENT)
        except ImageCraftError as failure:
            failures[card.id] = failure
        except Exception as error:
            _log.exception("%s could not be loaded.", card.id)
            failures[card.id] = ModelUnavailable(f"It could not be loaded ({type(error).__name__}).")
    return failures


def compile_residents() -> None:
    """Compile the resident networks ahead of time, where the user wants that."""
    from imagecraft.runtime import ahead

    if compiling_wanted():
        ahead.compile_all(_resident)


def compiling_wanted() -> bool:
    """Whether IMAGECRAFT_AOT asks for networks compiled ahead of time."""
    return os.environ.get("IMAGECRAFT_AOT", "").strip().lower() in ("1", "true", "yes", "on")


def resident_ids() -> list[str]:
    """Ids of the cards whose networks are kept for a lent GPU."""
    return list(_resident)


def _values(
    card: ModelCard, place: Place, network: Any, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Iterator[Any]:
    """What a method yields, or returns; begun again with more room where memory runs out."""
    offload = getattr(network, "offload", None)
    remedies = iter([loaded.shelf(place.device).free_idle, *filter(None, [offload])])
    begun = False
    with memory_errors_in_words(card):
        while True:
            try:
                for value in _run(network, method, args, kwargs):
                    begun = True
                    yield value
                return
            except (MemoryError, RuntimeError) as error:
                again = is_memory_error(error) and (offload is not None or not begun)
                if not again or not any(remedy() for remedy in remedies):
                    raise
            release()


def _run(network: Any, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[Any]:
    work = getattr(network, method)
    if isgeneratorfunction(work):
        with closing(work(*args, **kwargs)) as values:
            yield from values
    else:
        yield work(*args, **kwargs)
