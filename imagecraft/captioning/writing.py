"""What captioning networks have in common: how they write, how many pictures at once, how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagecraft.catalog import ModelCard
from imagecraft.runtime.neural import Place

BATCH = {"cpu": 8, "cuda": 64, "mps": 8}
SECONDS_A_PICTURE = 1.0  # on a large GPU, where the card does not say otherwise


def batch_size(card: ModelCard, place: Place) -> int:
    """How many pictures a network looks at together, if memory holds them."""
    return int(card.settings.get("batch", BATCH).get(place.device, 1))


def gpu_seconds(card: ModelCard, _method: str, images: Any, *_args: Any) -> float:
    """About how long a large GPU takes to describe the pictures."""
    return float(card.settings.get("gpu_seconds", SECONDS_A_PICTURE)) * (1 + len(images) / 8)


def written(network: Any, inputs: Mapping[str, Any], place: Place, **options: Any) -> Any:
    """The tokens that a network writes for inputs, on the CPU; always the likeliest, never drawn by chance.

    Args:
        network: A model of transformers.
        inputs: What its processor made; moved to the network's device and number format.
        place: Where the network is.
        options: More for `generate`.
    """
    import torch

    numbers = getattr(torch, place.dtype)
    moved = {
        name: value.to(device=place.device, dtype=numbers if value.is_floating_point() else None)
        for name, value in inputs.items()
    }
    with torch.inference_mode():
        made = network.generate(**moved, do_sample=False, use_cache=True, **options)
    return made.cpu() if isinstance(made, torch.Tensor) else made
