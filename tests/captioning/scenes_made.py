"""Measurements made up for tests of the words alone."""

from __future__ import annotations

import numpy as np

from imagecraft.captioning.evidence import PIXEL_SIDE, REGION_SIDE, Observations
from imagecraft.runtime.vision import VOC_CLASSES, VOC_OF_COCO, Box, Sighting

TEAL = (20, 120, 130)


def observed(
    *objects: tuple[str, float, Box],
    classes: dict[str, float] | None = None,
    colour: tuple[int, int, int] = TEAL,
    size: tuple[int, int] = (640, 480),
    noise: int = 8,
) -> Observations:
    """A picture of one colour in which a detector saw these objects; the segmenter agrees.

    Without `noise` it is blank.
    """
    regions = np.full((len(VOC_CLASSES), REGION_SIDE, REGION_SIDE), 0.01, dtype=np.float32)
    for label, score, (left, top, right, bottom) in objects:
        if label in VOC_OF_COCO:
            rows = slice(round(top * REGION_SIDE), round(bottom * REGION_SIDE))
            columns = slice(round(left * REGION_SIDE), round(right * REGION_SIDE))
            regions[VOC_CLASSES.index(VOC_OF_COCO[label]), rows, columns] = score
    regions[0] = np.maximum(0.0, 1 - regions[1:].sum(0))
    ordered = sorted((Sighting(*entry) for entry in objects), key=lambda sighting: -sighting.score)
    grain = np.random.default_rng(1).integers(-noise, noise + 1, (PIXEL_SIDE, PIXEL_SIDE, 1))
    pixels = np.clip(np.array(colour) + grain, 0, 255).astype(np.uint8)
    return Observations(size, tuple(ordered), classes or {}, regions, pixels)
