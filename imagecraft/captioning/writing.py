"""What captioning networks have in common: how they write, how many pictures at once, how long it takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput
from imagecraft.runtime.neural import Place

BATCH = {"cpu": 8, "cuda": 64, "mps": 8}
MOST_BEAMS = 10
SECONDS_A_PICTURE = 1.0  # for a short caption on a large GPU, where the card does not say otherwise
LONGER = {"short": 1.0, "detailed": 2.0, "dense": 4.0}
"""Times as long as a short caption; estimates: up to 4 and 8 times the words, the picture read once."""


def batch_size(card: ModelCard, place: Place) -> int:
    """How many pictures a network looks at together, if memory holds them."""
    return int(card.settings.get("batch", BATCH).get(place.device, 1))


def beams(card: ModelCard, place: Place) -> int:
    """How many beginnings of a text are followed: as many as the user wants, 1 to `MOST_BEAMS`, or the card.

    Raises:
        InvalidInput: IMAGECRAFT_BEAMS is no such number.
    """
    asked = os.environ.get("IMAGECRAFT_BEAMS", "").strip()
    if not asked:
        return int(card.settings.get("beams", {}).get(place.device, 1))
    if not asked.isdecimal() or not 1 <= int(asked) <= MOST_BEAMS:
        raise InvalidInput(
            f"IMAGECRAFT_BEAMS is no number of beams: {asked!r}.",
            f"Set it to a whole number from 1 to {MOST_BEAMS}.",
        )
    return int(asked)


def gpu_seconds(card: ModelCard, _method: str, images: Any, length: str = "short", *_args: Any) -> float:
    """About how long a large GPU takes to describe the pictures at a length."""
    short = float(card.settings.get("gpu_seconds", SECONDS_A_PICTURE))
    return short * LONGER[length] * (1 + len(images) / 8)


def on_place(inputs: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Inputs on a network's device, in its number format where they are no whole numbers."""
    import torch

    numbers = getattr(torch, place.dtype)
    return {
        name: value.to(device=place.device, dtype=numbers if value.is_floating_point() else None)
        for name, value in inputs.items()
    }


def written(network: Any, inputs: Mapping[str, Any], place: Place, **options: Any) -> Any:
    """The tokens that a network writes for inputs, on the CPU; always the likeliest, never drawn by chance.

    Args:
        network: A model of transformers.
        inputs: What its processor made.
        place: Where the network is.
        options: More for `generate`.
    """
    import torch

    with torch.inference_mode():
        made = network.generate(**on_place(inputs, place), do_sample=False, use_cache=True, **options)
    return made.cpu()


class Sureness:
    """Remembers how likely each token was that a network wrote; given to `generate` as a logits processor."""

    def __init__(self) -> None:
        self._steps: list[Any] = []

    def __call__(self, _written: Any, scores: Any) -> Any:
        self._steps.append(scores.float().softmax(-1).amax(-1))
        return scores

    def rows(self) -> list[list[float]]:
        """For each text, how likely its tokens were, 0 to 1."""
        import torch

        rows: list[list[float]] = torch.stack(self._steps, 1).cpu().tolist()
        return rows
