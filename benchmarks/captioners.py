"""Neural captioners on this machine: ours beside the usual way (float32, one picture at a time).

    python -m benchmarks.captioners [--model blip-base] [--rounds 3] [--folder FOLDER]

The networks are of the full published configuration with random weights (no hub is asked), which costs the
same arithmetic as real ones. BLIP writes 12 tokens, Florence-2 12 of its <CAPTION>. On the CPU the ways are
run in turn, round by round, and told as medians of seconds on the clock and of the CPU's own seconds, which
other work on the machine does not lengthen. The floor is the arithmetic at the best speed of a large matrix
product in the same run. The cosine compares what a network sees in a picture with what the usual one sees.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.captioner_networks import MAKERS, made
from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.runtime import neural, pretrained, tuning
from imagecraft.runtime.device import hardware
from imagecraft.runtime.neural import Place

TOKENS = 12
CLASSES = {
    "blip-base": "BlipForConditionalGeneration",
    "florence-2-base": "Florence2ForConditionalGeneration",
}
PROMPTS = {"blip-base": None, "florence-2-base": "<CAPTION>"}
PRODUCT_SIDES = (4608, 768, 3072)  # of a layer that eight of BLIP's pictures pass through


@dataclass
class Way:
    """One way to caption pictures.

    Attributes:
        name: What it is called.
        run: Captions pictures.
        batch: How many at a time.
        weights: Bytes of the network's numbers.
        seen: What its network sees in a picture, to compare ways by.
    """

    name: str
    run: Callable[[Sequence[Image.Image]], object]
    batch: int
    weights: int
    seen: Callable[[Image.Image], np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", choices=tuple(MAKERS), action="append", help="only this one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keeps the networks for another run")
    options = parser.parse_args()
    with kept_folder(options.folder) as folder:
        for model in options.model or MAKERS:
            compare(model, folder, options.rounds)


def compare(model: str, folder: Path, rounds: int) -> None:
    """Run all ways on the CPU in turn, and print a table."""
    home = made(model, folder)
    photos = pictures(8)
    ways = [usual(model, home), *_ours(model, home)]
    times: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    speeds: dict[str, list[tuple[float, float]]] = {"float32": [], "bfloat16": []}
    for turn in range(rounds + 1):
        for dtype, found in speeds.items():
            found.append(product_speed(dtype))
        for way in ways:
            took = _timed(lambda way=way: way.run(photos[: way.batch]))
            if turn:  # the first warms up
                times[way.name].append((took[0] / way.batch, took[1] / way.batch))
    work = flops(model, home)
    print(f"\n{model}: {work / 1e9:.0f} GFLOP a picture, {TOKENS} tokens, {_threads()} thread(s)")
    for dtype, found in speeds.items():
        clock, own = (max(pair[side] for pair in found) for side in (0, 1))
        print(
            f"  matrix product in {dtype:9} {clock / 1e9:5.0f} GFLOP/s on the clock, {own / 1e9:5.0f} of CPU "
            f"time; floor {work / own * 1e3:5.0f} ms"
        )
    first = _median(times[ways[0].name])
    reference = ways[0].seen(photos[0])
    print(f"  {'way':34}{'ms':>7}{'CPU ms':>8}{'times':>7}{'CPU x':>7}{'MB':>6}{'cosine':>8}")
    for way in ways:
        clock, own = _median(times[way.name])
        print(
            f"  {way.name:34}{clock * 1e3:7.0f}{own * 1e3:8.0f}{first[0] / clock:7.1f}{first[1] / own:7.1f}"
            f"{way.weights / 1e6:6.0f}{_cosine(way.seen(photos[0]), reference):8.4f}"
        )
    print(f"  peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


def usual(model: str, home: Path) -> Way:
    """As tutorials do it: transformers in float32, one picture at a time."""
    network, asked = network_of(model, home, Place("cpu", "float32"), usual_way=True)
    return Way(
        "usual: float32, batch 1",
        lambda photos: [generate(network, asked([photo])) for photo in photos],
        1,
        tuning.size_bytes(_Holder(network)),
        lambda photo: _seen(network, asked([photo])),
    )


def _ours(model: str, home: Path) -> Iterator[Way]:
    """The product's own adapter: in the number format of this CPU, alone and together, and in 8 bits."""
    card = _card(model)
    place = Place("cpu", hardware().dtype)
    network = neural.load(replace(card, folder=str(home)), place)
    for batch in (1, 8):
        yield _way(f"ours: {place.dtype}, batch {batch}", network, batch)
    if model == "blip-base":
        os.environ["IMAGECRAFT_INT8"] = "1"
        network = neural.load(replace(card, folder=str(home)), place)
        del os.environ["IMAGECRAFT_INT8"]
        for batch in (1, 8):
            yield _way(f"ours: 8-bit layers, batch {batch}", network, batch)


def _way(name: str, network: Any, batch: int) -> Way:
    def seen(photo: Image.Image) -> np.ndarray:
        processor, place = network._processor, network._place
        text = {"text": ["<CAPTION>"]} if "Florence" in type(network).__name__ else {}
        inputs = processor(images=[photo], return_tensors="pt", **text)
        from imagecraft.captioning.writing import on_place

        return _seen(network._network, on_place(inputs, place))

    return Way(
        name,
        lambda photos: network.describe(list(photos), "short", "en"),
        batch,
        tuning.size_bytes(network),
        seen,
    )


def _card(model: str) -> ModelCard:
    card = catalog.card(model)
    tasks = {"tasks": {"short": ["<CAPTION>"]}} if model == "florence-2-base" else {}
    return replace(card, settings=dict(card.settings) | {"tokens": TOKENS} | tasks)


def network_of(
    model: str, home: Path, place: Place, *, usual_way: bool
) -> tuple[Any, Callable[[Sequence[Image.Image]], dict[str, Any]]]:
    """A network of transformers, and what makes its inputs of pictures."""
    from imagecraft.captioning.blip import attend_at_once
    from imagecraft.captioning.writing import on_place

    network = pretrained.network(CLASSES[model], home, place)
    if not usual_way and model == "blip-base":
        attend_at_once(network, place.dtype)
    processor = pretrained.processor(home)

    def asked(photos: Sequence[Image.Image]) -> dict[str, Any]:
        text = {"text": [PROMPTS[model]] * len(photos)} if PROMPTS[model] else {}
        return on_place(processor(images=list(photos), return_tensors="pt", **text), place)

    return network, asked


def generate(network: Any, inputs: dict[str, Any]) -> Any:
    """What a network writes of its inputs, `TOKENS` tokens each."""
    import torch

    with torch.inference_mode():
        return network.generate(**inputs, max_new_tokens=TOKENS, do_sample=False, num_beams=1)


def _seen(network: Any, inputs: dict[str, Any]) -> np.ndarray:
    import torch

    with torch.inference_mode():
        if hasattr(network, "get_image_features"):
            states = network.get_image_features(inputs["pixel_values"], return_dict=True).pooler_output
        else:
            states = network.vision_model(pixel_values=inputs["pixel_values"]).last_hidden_state
    return np.asarray(states.float().cpu().numpy())


def flops(model: str, home: Path) -> float:
    """Additions and multiplications for a caption of one picture, counted by torch."""
    from torch.utils.flop_counter import FlopCounterMode

    network, asked = network_of(model, home, Place("cpu", "float32"), usual_way=True)
    inputs = asked(pictures(1))
    with FlopCounterMode(display=False) as counter:
        generate(network, inputs)
    return float(counter.get_total_flops())


def product_speed(dtype: str) -> tuple[float, float]:
    """FLOP a second of a matrix product: by the clock, and by the CPU's own seconds."""
    import torch

    rows, inner, columns = PRODUCT_SIDES
    left = torch.ones(rows, inner, dtype=getattr(torch, dtype))
    right = torch.ones(inner, columns, dtype=getattr(torch, dtype))
    left @ right
    clock, own = _timed(lambda: [left @ right for _ in range(4)])
    return tuple(4 * 2 * rows * inner * columns / seconds for seconds in (clock, own))  # type: ignore[return-value]


def pictures(count: int) -> list[Image.Image]:
    """Pictures of a photo's size, no two alike."""
    noise = np.random.default_rng(0).integers(0, 255, (count, 12, 16, 3), np.uint8)
    return [Image.fromarray(one).resize((1024, 768), Image.Resampling.BICUBIC) for one in noise]


class _Holder:
    """Holds a network of transformers as our own networks do."""

    def __init__(self, network: Any) -> None:
        self.network = network


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and the CPU's own."""
    clock, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - own


def _median(found: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(pair[0] for pair in found), statistics.median(pair[1] for pair in found)


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float((one * other).sum() / np.sqrt((one * one).sum() * (other * other).sum()))


def _threads() -> int:
    import torch

    return torch.get_num_threads()


@contextmanager
def kept_folder(kept: Path | None) -> Iterator[Path]:
    """A folder for networks: the named one, or one that is gone afterwards."""
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
