"""Colour and light, measured from the pixels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from imagecraft.captioning.evidence import PIXEL_SIDE, REGION_SIDE, Observations
from imagecraft.captioning.weighing import VOC_OF_COCO, Thing
from imagecraft.runtime.vision import VOC_CLASSES

GREY_SPREAD = 5.0  # mean distance of the channels, of 255, up to which a picture counts as black and white
DARK_BELOW = 0.22  # mean luma, 0 to 1
BRIGHT_FROM = 0.68
OWN_COLOUR_SHARE = 0.5  # of a thing's pixels, to be called that colour
MAIN_COLOUR_SHARE = 0.18  # of the picture's pixels
MASKED = 0.5  # probability from which a place belongs to a thing

HUES = (
    (14, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (195, "blue-green"), (255, "blue"),
    (290, "purple"), (340, "pink"), (361, "red"),
)  # fmt: skip


def is_grey(seen: Observations) -> bool:
    """Whether the picture has no colour at all."""
    pixels = seen.pixels.astype(np.float32)
    return float((pixels.max(-1) - pixels.min(-1)).mean()) < GREY_SPREAD


def light(seen: Observations) -> str:
    """ "dark", "bright", or "" for neither."""
    luma = float((seen.pixels @ np.array([0.299, 0.587, 0.114])).mean()) / 255
    return "dark" if luma < DARK_BELOW else "bright" if luma >= BRIGHT_FROM else ""


def main_colours(seen: Observations) -> list[str]:
    """The colours that cover much of the picture, largest first, at most three."""
    shares = _shares(seen.pixels.reshape(-1, 3))
    return [name for name, share in shares.items() if share >= MAIN_COLOUR_SHARE][:3]


def colour_of(thing: Thing, seen: Observations) -> str | None:
    """The colour that most of a thing has, where its outline is known; None where it has no single one."""
    voc_class = VOC_OF_COCO.get(thing.label)
    if voc_class is None:
        return None
    left, top, right, bottom = (round(share * PIXEL_SIDE) for share in thing.box)
    mask = seen.regions[VOC_CLASSES.index(voc_class)] >= MASKED
    inside = np.repeat(np.repeat(mask, PIXEL_SIDE // REGION_SIDE, 0), PIXEL_SIDE // REGION_SIDE, 1)
    pixels = seen.pixels[top:bottom, left:right][inside[top:bottom, left:right]]
    if len(pixels) < 40:
        return None
    name, share = next(iter(_shares(pixels).items()))
    return name if share >= OWN_COLOUR_SHARE else None


def share_of(thing: Thing, seen: Observations) -> float | None:
    """Share of the picture that the segmenter gives to a thing's class; None for a class it does not know."""
    voc_class = VOC_OF_COCO.get(thing.label)
    if voc_class is None:
        return None
    return float((seen.regions.argmax(0) == VOC_CLASSES.index(voc_class)).mean())


def _shares(pixels: np.ndarray) -> Mapping[str, float]:
    """Colour name -> share of the pixels (uint8, shape (n, 3)), largest first."""
    names, counts = np.unique(_names(pixels), return_counts=True)
    order = np.argsort(-counts)
    return {str(names[i]): counts[i] / len(pixels) for i in order}


def _names(pixels: np.ndarray) -> np.ndarray:
    """The basic colour word for each pixel.

    Bounds follow the usual reading of hue, saturation and value; brown is dark orange and red.
    """
    channels = pixels.astype(np.float32) / 255
    value = channels.max(-1)
    spread = value - channels.min(-1)
    saturation = spread / np.maximum(value, 1e-6)
    red, green, blue = np.moveaxis(channels, -1, 0)
    safe = np.maximum(spread, 1e-6)
    hue = 60 * np.select(
        [value == red, value == green],
        [((green - blue) / safe) % 6, (blue - red) / safe + 2],
        (red - green) / safe + 4,
    )
    named = np.array([name for _, name in HUES])[
        np.searchsorted([upper for upper, _ in HUES], hue, side="right")
    ]
    warm = (named == "orange") | (named == "red") | (named == "yellow")
    brown = warm & (value < 0.68) & (hue < 50)
    grey = (saturation < 0.16) | ((saturation < 0.28) & (value < 0.35))
    result = np.where(brown, "brown", named)
    result = np.where(grey, "grey", result)
    result = np.where(grey & (value > 0.8), "white", result)
    return np.where(value < 0.16, "black", result)
