"""What a Space on ZeroGPU keeps ready for its GPU, and how it starts.

References: the package `spaces`: weights that are on "cuda" when the app starts are packed to disk, and moved
to the GPU with each new worker; above 42 GiB of them, a GPU of twice the price is lent.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

from imagecraft import catalog
from imagecraft.assets import vocabulary
from imagecraft.catalog import ModelCard
from imagecraft.errors import ImageCraftError, ModelUnavailable, ResourceExhausted
from imagecraft.runtime import hub, hub_fetch, neural
from imagecraft.runtime.device import hardware

MOST_BYTES = 42 * 2**30

_log = logging.getLogger(__name__)
_absent: dict[str, ImageCraftError] = {}


def models() -> list[ModelCard]:
    """The models of the Space: IMAGECRAFT_SPACE_MODELS (ids, separated by commas), or those of space.toml.

    Raises:
        InvalidInput: if one of them is none; the error lists those there are.
    """
    named = os.environ.get("IMAGECRAFT_SPACE_MODELS")
    ids = vocabulary("space")["models"] if named is None else filter(None, map(str.strip, named.split(",")))
    return [catalog.card(name) for name in ids]


def is_space() -> bool:
    """Whether this is a Space on ZeroGPU."""
    return hardware().profile == "zerogpu"


def packed_bytes(cards: list[ModelCard]) -> int:
    """The most that models can take on the GPU: there they are in 16 bits, on disk in that or more.

    Pipelines that are compiled ahead of time hold what is compiled twice, at most all they have.
    """
    twice = neural.compiling_wanted()
    return sum(
        card.size_bytes * (2 if twice and "pipeline" in card.settings else 1)
        + sum(helper.size_bytes for helper in catalog.helpers(card))
        for card in cards
    )


def start() -> None:
    """On ZeroGPU: fetch the Space's models and place them for the GPU; elsewhere nothing.

    To be called in the main thread, before the page is served. What cannot be had is left out, see `absent`:
    the offline models are always there.

    Raises:
        InvalidInput: if IMAGECRAFT_REVISIONS is wrong.
    """
    catalog.cards()
    if not is_space():
        return
    _absent.clear()
    try:
        wanted = _within_limit(models())
    except ImageCraftError as error:
        _log.warning("No model is kept on this Space: %s", error)
        wanted = []
    # Announced even without a model: ZeroGPU stops a Space that has no work for it.
    _absent.update(neural.make_resident(list(_fetched(wanted))))
    neural.compile_residents()
    for name, reason in _absent.items():
        _log.warning("%s is not kept on this Space: %s", name, reason)


def absent() -> dict[str, str]:
    """Why, for each model of the Space that it could not get, by its id."""
    return {name: str(reason) for name, reason in _absent.items()}


def _within_limit(cards: list[ModelCard]) -> list[ModelCard]:
    kept: list[ModelCard] = []
    for card in cards:
        if packed_bytes([*kept, card]) <= MOST_BYTES:
            kept.append(card)
        else:
            _absent[card.id] = ResourceExhausted("With it the GPU would hold more than 42 GiB.")
    return kept


def _fetched(cards: list[ModelCard]) -> Iterator[ModelCard]:
    """The models that are here, fetched where they are missing, as long as the hub can be reached."""
    reachable = True
    for card in cards:
        try:
            hub_fetch.fetch(card) if reachable else hub.folder_of(card)
        except ImageCraftError as reason:
            reachable = reachable and not isinstance(reason, hub_fetch.Unreachable)
            _absent[card.id] = reason
        except Exception as error:
            _log.exception("%s could not be fetched.", card.id)
            _absent[card.id] = ModelUnavailable(f"It could not be fetched ({type(error).__name__}).")
        else:
            if reachable:
                _fetch_helpers(card)
            yield card


def _fetch_helpers(card: ModelCard) -> None:
    """Fetch the small models that a model is better with; without them it does as well as it can."""
    for helper in catalog.helpers(card):
        try:
            hub_fetch.fetch(helper)
        except Exception as error:
            _log.warning("%s is kept without %s: %s", card.id, helper.id, error)
