"""What was measured in a picture, before any word is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from imagecraft.runtime import vision
from imagecraft.runtime.vision import Sighting

REGION_SIDE = 64
PIXEL_SIDE = 128


@dataclass(frozen=True, eq=False)
class Observations:
    """Everything the offline captioner knows of a picture.

    Attributes:
        size: Width and height of the upright picture, in pixels.
        objects: What the detector saw, best first.
        classes: ImageNet class -> probability, of the likeliest hundred.
        regions: Probability of each Pascal VOC class at each place; float32 (21, 64, 64), the picture
            stretched to a square.
        pixels: The picture itself, stretched small; uint8 (128, 128, 3), sRGB.
    """

    size: tuple[int, int]
    objects: tuple[Sighting, ...]
    classes: Mapping[str, float]
    regions: np.ndarray
    pixels: np.ndarray


def observe(image: Image.Image, size: tuple[int, int] | None = None) -> Observations:
    """Look at an upright RGB picture with all three models, at the same time.

    Args:
        image: The picture, or a smaller copy of it.
        size: The picture's own size in pixels, where `image` is a smaller copy.
    """
    with ThreadPoolExecutor(max_workers=3, thread_name_prefix="observe") as workers:
        masks = workers.submit(vision.segment, image)
        objects = workers.submit(vision.detect, image)
        classes = workers.submit(vision.classify, image)
        pixels = np.asarray(
            image.resize((PIXEL_SIDE, PIXEL_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
        )
        regions = np.stack([_shrink(mask) for mask in masks.result()])
        return Observations(
            size=size or image.size,
            objects=tuple(objects.result()),
            classes=_summed(classes.result()),
            regions=regions,
            pixels=pixels,
        )


def _shrink(mask: np.ndarray) -> np.ndarray:
    resized = Image.fromarray(mask).resize((REGION_SIDE, REGION_SIDE), Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.float32)


def _summed(classes: list[tuple[str, float]]) -> dict[str, float]:
    """Class probabilities by name; ImageNet has two classes each called "crane" and "maillot"."""
    total: dict[str, float] = {}
    for label, probability in classes:
        total[label] = total.get(label, 0.0) + probability
    return total
