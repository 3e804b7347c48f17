"""Colour and light, measured from the pixels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from imagecraft.captioning.evidence import PIXEL_SIDE, REGION_SIDE, Observations
from imagecraft.captioning.weighing import Thing
from imagecraft.captioning.wording import listed
from imagecraft.media.colours import colour_words
from imagecraft.runtime.vision import VOC_CLASSES, VOC_OF_COCO

GREY_SPREAD = 5.0  # mean distance of the channels, of 255, up to which a picture counts as black and white
DARK_BELOW = 0.22  # mean luma, 0 to 1
BRIGHT_FROM = 0.68
OWN_COLOUR_SHARE = 0.5  # of a thing's pixels, to be called that colour
MAIN_COLOUR_SHARE = 0.16  # of the picture's pixels
MOSTLY_FROM = 0.6  # share that the main colours must have together for "mostly"
MASKED = 0.5  # probability from which a place belongs to a thing

BLANK_SPREAD = 2.0  # standard deviation of the channels, of 255, up to which a picture shows nothing


def is_grey(seen: Observations) -> bool:
    """Whether the picture has no colour at all."""
    largest, smallest = extremes(seen.pixels.astype(np.float32))
    return float((largest - smallest).mean()) < GREY_SPREAD


def extremes(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each pixel's largest and smallest channel; shape (…, 3) -> two of (…).

    The same as `max(-1)` and `min(-1)`, for which numpy takes many times as long where an axis is so short.
    """
    red, green, blue = np.moveaxis(pixels, -1, 0)
    return np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)


def is_blank(seen: Observations) -> bool:
    """Whether the picture is of one colour all over, so that whatever was recognised in it is not there."""
    return float(seen.pixels.reshape(-1, 3).std(0).max()) < BLANK_SPREAD


def colours_words(seen: Observations) -> str:
    """ "mostly blue and white", "partly grey and green", or "of many colours"."""
    colours, most = main_colours(seen)
    return f"{'mostly' if most else 'partly'} {listed(colours)}" if colours else "of many colours"


def light(seen: Observations) -> str:
    """ "dark", "bright", or "" for neither."""
    luma = float((seen.pixels @ np.array([0.299, 0.587, 0.114])).mean()) / 255
    return "dark" if luma < DARK_BELOW else "bright" if luma >= BRIGHT_FROM else ""


def main_colours(seen: Observations) -> tuple[list[str], bool]:
    """The colours that cover much of the picture, largest first, at most three; and whether that is most."""
    shares = _shares(seen.pixels.reshape(-1, 3))
    main = {name: share for name, share in list(shares.items())[:3] if share >= MAIN_COLOUR_SHARE}
    return list(main), sum(main.values()) >= MOSTLY_FROM


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
    names, counts = np.unique(colour_words(pixels), return_counts=True)
    order = np.argsort(-counts)
    return {str(names[i]): counts[i] / len(pixels) for i in order}
