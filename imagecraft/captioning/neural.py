"""Captions by the hub's models: asked through `imagecraft.runtime.neural`, put in order here."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from imagecraft.captioning.base import Caption, Evidence, Length, Word
from imagecraft.captioning.cleaning import cleaned, fitted
from imagecraft.captioning.wording import SHORTEST
from imagecraft.captioning.writing import batch_size
from imagecraft.catalog import ModelCard
from imagecraft.runtime import neural

ONE_SENTENCE = "{model} only writes one sentence."
CANNOT_HEDGE = "{model} does not say how sure it is, so nothing is marked as probable."
NOTHING_SAID = "{model} found no words for this picture."


@dataclass(frozen=True)
class Region:
    """Something that a captioning network saw at a place.

    Attributes:
        label: What it is, in words.
        score: How sure the network was of the words, 0 to 1.
        box: (x0, y0, x1, y1) as shares of the picture's width and height.
    """

    label: str
    score: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Description:
    """What a captioning network made of a picture.

    Attributes:
        text: As it wrote it.
        complete: Whether it ended by itself, and not because it may write no more.
        regions: What it saw where, most important first; empty for networks that do not say.
    """

    text: str
    complete: bool = True
    regions: tuple[Region, ...] = ()


class NeuralCaptioner:
    """A model of the hub as a `Captioner`. Holds no state: the network is shared through `runtime.loaded`.

    Its network has a method `describe(images, length, language)` that gives a `Description` of each picture.
    """

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    @property
    def together(self) -> int:
        """How many pictures its network looks at together."""
        return batch_size(self.card, neural.place_of(self.card))

    def captions(
        self,
        images: Sequence[Image.Image],
        *,
        length: Length,
        language: str,
        max_chars: int | None,
        sizes: Sequence[tuple[int, int]],
        hedge: bool,
    ) -> list[Caption]:
        """Describe upright RGB pictures together; see `imagecraft.captioning.base.Captioner`."""
        if not images:
            return []
        started = time.perf_counter()
        made = neural.call(self.card, "describe", list(images), length, language)
        seconds = (time.perf_counter() - started) / len(images)
        return [
            self.in_order(described, size, seconds, length, language, max_chars, hedge=hedge)
            for described, size in zip(made, sizes, strict=True)
        ]

    def close(self) -> None:
        """Nothing to give back: the network is unloaded by `imagecraft.unload()`."""

    def in_order(
        self,
        made: Description,
        size: tuple[int, int],
        seconds: float,
        length: Length,
        language: str,
        max_chars: int | None,
        *,
        hedge: bool,
    ) -> Caption:
        """The caption of one picture in what a network made of it.

        Args:
            made: What it made.
            size: Width and height that boxes are given for.
            seconds: Time it took.
            length, language, max_chars, hedge: As of `imagecraft.captioning.base.Captioner`.
        """
        text = cleaned(made.text, length=length, language=language, complete=made.complete)
        notices = []
        if not text:
            text = SHORTEST
            notices.append(NOTHING_SAID.format(model=self.card.id))
        if length == "detailed" and self.card.settings.get("one_sentence"):
            notices.append(ONE_SENTENCE.format(model=self.card.id))
        if hedge:
            notices.append(CANNOT_HEDGE.format(model=self.card.id))
        text = fitted(text, max_chars, language)
        words = _words(text, [region.label for region in made.regions])
        stated = {label for word in words for label in word.labels}
        evidence = tuple(
            Evidence(
                region.label, region.score, _pixels(region.box, size), "captioner", region.label in stated
            )
            for region in made.regions
        )
        return Caption(text, self.card.name, seconds, evidence, tuple(notices), words)


def _words(text: str, labels: Sequence[str]) -> tuple[Word, ...]:
    """Where a text names what was seen, from its beginning on; longer names come before what is in them."""
    found: list[Word] = []
    for label in sorted(dict.fromkeys(labels), key=len, reverse=True):
        pattern = rf"\b{re.escape(label)}(?:s|es)?\b"
        found += [
            Word(place.group(), place.start(), place.end(), (label,))
            for place in re.finditer(pattern, text, re.IGNORECASE)
            if not any(word.start < place.end() and place.start() < word.end for word in found)
        ]
    return tuple(sorted(found, key=lambda word: word.start))


def _pixels(box: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    x0, y0, x1, y1 = (min(1.0, max(0.0, share)) for share in box)
    return (
        round(min(x0, x1) * width),
        round(min(y0, y1) * height),
        round(max(x0, x1) * width),
        round(max(y0, y1) * height),
    )
