"""Segmentation by models of the hub: a network's answer made into regions like those of the offline one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagecraft.catalog import ModelCard
from imagecraft.media.images import Picture
from imagecraft.media.pixels import shrink
from imagecraft.media.places import Box
from imagecraft.runtime import neural
from imagecraft.segmentation.base import Segmentation, Source
from imagecraft.segmentation.classes import BACKGROUND, Kind
from imagecraft.segmentation.naming import named_kinds
from imagecraft.segmentation.regions import (
    SPECK_PIXELS,
    SPECK_SHARE,
    Judge,
    Map,
    by_size,
    cleaned,
    described,
    enlarged,
    is_blank,
    numbered,
    told_of_size,
)
from imagecraft.segmentation.transformers_models import Division

Number = TypeVar("Number", bound=np.generic)

WORK_SIDE = 800  # pixels; the networks see a copy of at most this size, which bounds time and memory
LEAST_SIDE = 32  # pixels
MOST_ASPECT = 4.0  # a longer strip is shown to the networks wider than it is
MOST_CLASSES = 255  # what an 8-bit map can number
TOGETHER = 8
RENUMBERED = (
    "The model has more classes than 8 bits can number: numbers in the label map are this picture's own."
)


class NeuralSegmenter:
    """A segmentation model of the hub, or of a folder. Safe to call from several threads."""

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    @property
    def together(self) -> int:
        """How many pictures it divides at once."""
        return TOGETHER

    def segment(self, picture: Picture) -> Segmentation:
        """Divide an upright RGB picture; see `imagecraft.segmentation.base.Segmenter`."""
        return self.segments([picture])[0]

    def segments(self, pictures: Sequence[Picture]) -> list[Segmentation]:
        """Divide pictures, the network looking at them together; each one's seconds are its share."""
        started = time.perf_counter()
        shown = [seen(picture.image) for picture in pictures]
        divisions = neural.call(self.card, "divide", shown)
        each = (time.perf_counter() - started) / max(1, len(pictures))
        return [self._made(*pair, each) for pair in zip(pictures, divisions, strict=True)]

    def _made(self, picture: Picture, division: Division, seconds: float) -> Segmentation:
        started = time.perf_counter()
        work = shrink(picture.image, WORK_SIDE)
        classes = named_kinds(division.names, str(self.card.settings.get("data_set", "")))
        known = _distinct(classes)
        numbers, indices, sureness = _regions(division, classes, known, work.size)
        if is_blank(np.asarray(work)):
            numbers, indices = np.zeros_like(numbers), []
        notices = picture.notices + told_of_size(picture)
        if len(known) > MOST_CLASSES:
            known, indices = _renumbered(known, indices)
            notices = (*notices, RENUMBERED)
        judge = _judge(numbers, sureness)
        numbers = enlarged(numbers, picture.image.size)
        return Segmentation(
            mask=np.array([0, *indices], np.uint8)[numbers],
            region_map=numbers,
            regions=tuple(described(numbers, indices, np.asarray(picture.image), known, judge)),
            labels=(BACKGROUND, *(kind.label for kind in known)),
            image=picture.image,
            model=self.card.name,
            seconds=seconds + time.perf_counter() - started,
            notices=notices,
            kinds=tuple(known),
        )


def seen(image: Image.Image) -> Image.Image:
    """A copy of a picture as the networks are shown it: not large, not tiny, and no thin strip."""
    small = shrink(image, WORK_SIDE)
    longer = max(*small.size, LEAST_SIDE)
    least = max(LEAST_SIDE, round(longer / MOST_ASPECT))
    size = (max(small.width, least), max(small.height, least))
    return small if size == small.size else small.resize(size, Image.Resampling.BICUBIC)


def _regions(
    division: Division, classes: Sequence[Kind | None], known: Sequence[Kind], size: tuple[int, int]
) -> tuple[Map, list[int], NDArray[np.float32]]:
    """The number of each pixel, the class of each number, and how sure the network is: of each pixel where
    it knows classes only, else of each number."""
    indices = [0, *(kind.index if kind else 0 for kind in classes)]
    owners = _resized(division.owners, size)
    if division.classes is None:
        mask = cleaned(np.array(indices, np.int32)[owners])
        numbers, found = numbered(mask, known=known)
        return numbers, found, _resized(division.sureness, size)
    own = np.array([0, *(indices[number + 1] for number in division.classes)], np.int32)
    least = max(SPECK_PIXELS, round(SPECK_SHARE * owners.size))
    sizes = np.bincount(owners.ravel(), minlength=len(own))
    kept = (own > 0) & ((sizes >= least) | (sizes == sizes[1:].max(initial=0)))
    owners = np.where(kept[owners], owners, 0)
    numbers, found = by_size(owners, own.tolist())
    order = [int(owners[numbers == number][0]) for number in range(1, len(found) + 1)]
    return numbers, found, division.sureness[[owner - 1 for owner in order]]


def _judge(numbers: Map, sureness: NDArray[np.float32]) -> Judge:
    small = numbers.copy()

    def judge(number: int, kind: Kind, box: Box) -> tuple[float, Source]:  # noqa: ARG001 - as others judge
        mean = sureness[small == number].mean() if sureness.ndim > 1 else sureness[number - 1]
        return float(mean), "outline"

    return judge


def _distinct(classes: Sequence[Kind | None]) -> list[Kind]:
    """The kinds by index; several of a model's names may mean one."""
    return list({kind.index: kind for kind in classes if kind}.values())


def _renumbered(known: Sequence[Kind], indices: Sequence[int]) -> tuple[list[Kind], list[int]]:
    """The kinds that are there, numbered from 1, and the new number of each region's."""
    there = sorted(set(indices))
    kinds = [replace(known[old - 1], index=new) for new, old in enumerate(there, 1)]
    return kinds, [there.index(old) + 1 for old in indices]


def _resized(values: NDArray[Number], size: tuple[int, int]) -> NDArray[Number]:
    """A map in another size (width, height), by the nearest value."""
    width, height = size
    if values.shape == (height, width):
        return values
    rows = (np.arange(height) * values.shape[0] // height).clip(0, values.shape[0] - 1)
    columns = (np.arange(width) * values.shape[1] // width).clip(0, values.shape[1] - 1)
    return values[np.ix_(rows, columns)]
