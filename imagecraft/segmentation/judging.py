"""How sure two witnesses are of a region: the scores that drew it, and the box that fits it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.places import Box
from imagecraft.runtime.vision import Sighting
from imagecraft.segmentation.base import Source
from imagecraft.segmentation.classes import Kind
from imagecraft.segmentation.fusion import Layers
from imagecraft.segmentation.regions import Judge, iou

FITTING_IOU = 0.5


def judge_of(numbers: NDArray[np.uint8], layers: Layers, sightings: Sequence[Sighting]) -> Judge:
    """Who tells how sure each region is.

    Args:
        numbers: The region of each pixel of the picture.
        layers: The scores that decided.
        sightings: What the detector saw.
    """
    import cv2

    small = cv2.resize(numbers, layers.scores.shape[1::-1], interpolation=cv2.INTER_NEAREST)

    def judge(number: int, kind: Kind, box: Box) -> tuple[float, Source]:
        mean, source = _sureness(layers, kind.index, small == number)
        return max(mean, _seen_as(kind.label, box, sightings)), source

    return judge


def _sureness(layers: Layers, index: int, inside: np.ndarray) -> tuple[float, Source]:
    """Mean score of a class in a region, and what drew most of it."""
    numbers = [number for number, layer in enumerate(layers.indices) if layer == index]
    means = {
        layers.sources[number]: float(layers.scores[..., number][inside].mean()) if inside.any() else 0.0
        for number in numbers
    }
    source = max(means, key=lambda name: means[name])
    return min(1.0, sum(means.values())), source


def _seen_as(label: str, box: Box, sightings: Sequence[Sighting]) -> float:
    """Score of the detection that fits a region best; 0 where none does."""
    fits = [(iou(one.box, box), one.score) for one in sightings if one.label == label]
    overlap, score = max(fits, default=(0.0, 0.0))
    return score if overlap >= FITTING_IOU else 0.0
