"""Pictures seen a little differently each time: cropped, mirrored, turned, in another light.

What is drawn depends on the seed, the epoch and the picture's place alone, so that a run that goes on after a
stop sees what it would have seen.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

Strength = Literal["none", "light", "strong"]
STRENGTHS: dict[Strength, tuple[float, float, float]] = {
    "none": (1.0, 0.0, 0.0),
    "light": (0.6, 0.2, 6.0),
    "strong": (0.25, 0.4, 15.0),
}
"""Least share of the picture's area that is kept, change of light and colour, degrees of turning."""
MOST_STRETCH = 1.25

Mask = NDArray[np.uint8]


def draw(seed: int, epoch: int, place: int) -> np.random.Generator:
    """The chance of one picture in one epoch."""
    return np.random.default_rng([seed, epoch, place])


def varied(
    image: Image.Image,
    chance: np.random.Generator,
    strength: Strength,
    mask: Mask | None = None,
    ignored: int = 255,
) -> tuple[Image.Image, Mask | None]:
    """A picture as it might have been taken; its mask goes with it.

    Args:
        image: RGB.
        chance: As `draw` makes it.
        strength: How different it may be.
        mask: Class numbers of shape (height, width).
        ignored: What the mask says where turning brings in nothing.

    Returns:
        Picture and mask, of one size.
    """
    least, change, degrees = STRENGTHS[strength]
    if strength == "none":
        return image, mask
    drawn = None if mask is None else Image.fromarray(mask)
    angle = float(chance.uniform(-degrees, degrees))
    box = _crop(image.size, least, chance)
    mirrored = bool(chance.random() < 0.5)
    image = image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=(124, 116, 104)).crop(box)
    if drawn is not None:
        drawn = drawn.rotate(angle, Image.Resampling.NEAREST, fillcolor=ignored).crop(box)
    if mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        drawn = None if drawn is None else drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for kind in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = kind(image).enhance(float(chance.uniform(1 - change, 1 + change)))
    return image, None if drawn is None else np.asarray(drawn)


def _crop(size: tuple[int, int], least: float, chance: np.random.Generator) -> tuple[int, int, int, int]:
    share = float(chance.uniform(least, 1.0))
    stretch = float(np.exp(chance.uniform(-np.log(MOST_STRETCH), np.log(MOST_STRETCH))))
    width = min(size[0], max(1, round(size[0] * np.sqrt(share * stretch))))
    height = min(size[1], max(1, round(size[1] * np.sqrt(share / stretch))))
    left = int(chance.integers(0, size[0] - width + 1))
    top = int(chance.integers(0, size[1] - height + 1))
    return left, top, left + width, top + height
