"""Small sets of captions with known scores."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from imagecraft.scoring.base import Corpus
from imagecraft.scoring.metrics import metrics

SOUNDS = (
    ["a man is speaking", "rain falls"],
    [
        ["a man speaks.", "someone speaks.", "a man is speaking while a bird is chirping in the background"],
        ["rain is falling hard on a surface"],
    ],
)
PICTURES = (
    ["a cat sleeps on a red mat", "two dogs run on a beach", "a man in a blue shirt rides a horse", ""],
    [
        ["a cat lies on a red mat", "the cat is sleeping"],
        ["dogs running on the beach", "two dogs play on a beach near the sea"],
        ["a man rides a brown horse", "someone on horseback"],
        ["a plate of food on a table"],
    ],
)


def corpus(predictions: list[str], references: list[list[str]]) -> Corpus:
    """Captions without ids of their own."""
    ids = tuple(str(place) for place in range(len(predictions)))
    return Corpus(ids, tuple(predictions), tuple(map(tuple, references)))


def measured(name: str, predictions: list[str], references: list[list[str]]) -> dict[str, float]:
    """Values of one metric by output."""
    return {one.name: one.value for one in metrics()[name].measure(corpus(predictions, references))}


def audio_captions(shared_data: Path) -> tuple[list[str], list[list[str]]]:
    """464 captions of sounds with five references each."""
    with (shared_data / "data" / "metrics" / "aac_example_1.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    references = [[row[f"caption_{turn}"] for turn in range(1, 6)] for row in rows]
    return [row["caption_predicted"] for row in rows], references


def clipscore_example(shared_data: Path, which: str) -> tuple[list[str], list[list[str]]]:
    """Two pictures with three references each; `which` is "good" or "bad"."""
    folder = shared_data / "data" / "metrics" / "clipscore_example"
    references = json.loads((folder / "refs.json").read_text("utf-8"))
    captions = json.loads((folder / f"{which}_captions.json").read_text("utf-8"))
    return list(captions.values()), [references[name] for name in captions]
