"""Ways to caption pictures with random weights: the usual one (float32, one picture at a time), and ours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from imagecraft import catalog
from imagecraft.captioning import florence
from imagecraft.catalog import ModelCard
from imagecraft.runtime import neural, pretrained, tuning
from imagecraft.runtime.device import hardware
from imagecraft.runtime.neural import Place

TOKENS = 12
FOUND_TOKENS = 24  # of four things, each with its name and its place
CLASSES = {
    "blip-base": "BlipForConditionalGeneration",
    "florence-2-base": "Florence2ForConditionalGeneration",
}
PROMPTS = {"blip-base": None, "florence-2-base": "<CAPTION>"}
TOGETHER = {"blip-base": 8, "florence-2-base": 4}
INT8 = "IMAGECRAFT_INT8"


@dataclass
class Way:
    """One way to caption pictures.

    Attributes:
        name: What it is called.
        run: Captions pictures.
        batch: How many it is given.
        weights: Bytes of the network's numbers.
        scores: What its network thinks of every token after some words on a picture, to compare ways by.
    """

    name: str
    run: Callable[[Sequence[Image.Image]], object]
    batch: int
    weights: int
    scores: Callable[[Image.Image], np.ndarray]


class _Holder:
    """Holds a network of transformers as our own networks do."""

    def __init__(self, network: Any) -> None:
        self.network = network


def usual(model: str, home: Path) -> Way:
    """As tutorials do it: transformers in float32, one picture at a time."""
    network, asked = network_of(model, home, Place("cpu", "float32"), usual_way=True)
    return Way(
        "usual: float32, batch 1",
        lambda photos: [generate(network, asked([photo])) for photo in photos],
        1,
        tuning.size_bytes(_Holder(network)),
        lambda photo: _scores(network, asked([photo])),
    )


def ours(model: str, home: Path, only: str = "") -> Iterator[Way]:
    """The product's own adapter: in the number format of this CPU and in 8 bits, alone and together.

    Args:
        model: Id of its card.
        home: Its folder.
        only: What the name of a way must contain; a network that none of them needs is not loaded.
    """
    place = Place("cpu", hardware().dtype)
    finding = {"short": ["<CAPTION>", florence.FINDING]}
    plans = [
        (place.dtype, "0", (1, TOGETHER[model]), {}),
        ("8 bits", "1", (1, TOGETHER[model]), {}),
    ]
    if model == "florence-2-base":
        plans.append((f"{place.dtype}, and what is where", "0", (1,), {"tasks": finding}))
    for numbers, int8, batches, settings in plans:
        names = {batch: f"ours: {numbers}, batch {batch}" for batch in batches}
        if any(only in name for name in names.values()):
            network = _adapter(_card(model, home, **settings), place, int8)
            for batch, name in names.items():
                if only in name:
                    yield _way(name, network, batch)


def _adapter(card: ModelCard, place: Place, int8: str) -> Any:
    before = os.environ.get(INT8)
    os.environ[INT8] = int8
    try:
        network = neural.load(card, place)
    finally:
        if before is None:
            del os.environ[INT8]
        else:
            os.environ[INT8] = before
    network._network.generation_config.min_new_tokens = TOKENS
    return network


def _way(name: str, network: Any, batch: int) -> Way:
    from imagecraft.captioning.writing import on_place

    prompt = {"text": ["<CAPTION>"]} if isinstance(network, florence.Florence) else {}

    def run(photos: Sequence[Image.Image]) -> object:
        most, florence.REGION_TOKENS = florence.REGION_TOKENS, FOUND_TOKENS
        try:
            return network.describe(list(photos), "short", "en")
        finally:
            florence.REGION_TOKENS = most

    def scores(photo: Image.Image) -> np.ndarray:
        inputs = network._processor(images=[photo], return_tensors="pt", **prompt)
        return _scores(network._network, on_place(inputs, network._place))

    return Way(name, run, batch, tuning.size_bytes(network), scores)


def _card(model: str, home: Path, **settings: Any) -> ModelCard:
    card = catalog.card(model)
    tasks = {"tasks": {"short": ["<CAPTION>"]}} if model == "florence-2-base" else {}
    return replace(card, folder=str(home), settings=card.settings | {"tokens": TOKENS} | tasks | settings)


def network_of(
    model: str, home: Path, place: Place, *, usual_way: bool
) -> tuple[Any, Callable[[Sequence[Image.Image]], dict[str, Any]]]:
    """A network of transformers, and what makes its inputs of pictures."""
    from imagecraft.captioning.attending import attend_in_blip, attend_in_florence
    from imagecraft.captioning.writing import on_place

    network = pretrained.network(CLASSES[model], home, place)
    if not usual_way:
        {"blip-base": attend_in_blip, "florence-2-base": attend_in_florence}[model](network)
    processor = pretrained.processor(home)

    def asked(photos: Sequence[Image.Image]) -> dict[str, Any]:
        text = {"text": [PROMPTS[model]] * len(photos)} if PROMPTS[model] else {}
        return on_place(processor(images=list(photos), return_tensors="pt", **text), place)

    return network, asked


def generate(network: Any, inputs: dict[str, Any]) -> Any:
    """What a network writes of its inputs, `TOKENS` tokens each."""
    import torch

    with torch.inference_mode():
        return network.generate(
            **inputs, min_new_tokens=TOKENS, max_new_tokens=TOKENS, do_sample=False, num_beams=1
        )


def _scores(network: Any, inputs: dict[str, Any]) -> np.ndarray:
    import torch

    words = torch.randint(1000, 30000, (1, TOKENS), generator=torch.Generator().manual_seed(0))
    given = {"decoder_input_ids": words} if "input_ids" in inputs else {"input_ids": words}
    with torch.inference_mode():
        made = network(**inputs, **given).logits
    return np.asarray(made.float().cpu().numpy())


def flops(model: str, home: Path) -> float:
    """Additions and multiplications for a caption of one picture, counted by torch."""
    from torch.utils.flop_counter import FlopCounterMode

    network, asked = network_of(model, home, Place("cpu", "float32"), usual_way=True)
    inputs = asked(pictures(1))
    with FlopCounterMode(display=False) as counter:
        generate(network, inputs)
    return float(counter.get_total_flops())


def pictures(count: int) -> list[Image.Image]:
    """Pictures of a photo's size, no two alike."""
    noise = np.random.default_rng(0).integers(0, 255, (count, 12, 16, 3), np.uint8)
    return [Image.fromarray(one).resize((1024, 768), Image.Resampling.BICUBIC) for one in noise]
