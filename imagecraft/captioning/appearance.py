"""Colour and light, measured from the pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from imagecraft.captioning.evidence import PIXEL_SIDE, REGION_SIDE, Observations
from imagecraft.captioning.weighing import VOC_OF_COCO, Thing
from imagecraft.captioning.wording import listed
from imagecraft.runtime.vision import VOC_CLASSES

GREY_SPREAD = 5.0  # mean distance of the channels, of 255, up to which a picture counts as black and white
DARK_BELOW = 0.22  # mean luma, 0 to 1
BRIGHT_FROM = 0.68
OWN_COLOUR_SHARE = 0.5  # of a thing's pixels, to be called that colour
MAIN_COLOUR_SHARE = 0.16  # of the picture's pixels
MOSTLY_FROM = 0.6  # share that the main colours must have together for "mostly"
MASKED = 0.5  # probability from which a place belongs to a thing

BLANK_SPREAD = 2.0  # standard deviation of the channels, of 255, up to which a picture shows nothing

# Colour words by CIELAB: neutral up to a chroma, then by hue angle in degrees and lightness.
NEUTRAL_CHROMA = 8.0
LIGHT_NEUTRAL_CHROMA = 5.0  # where it is light, a weak colour is seen as one: a pale sky
LIGHT_FROM_LIGHTNESS = 72.0
DARK_NEUTRAL_CHROMA = 14.0  # where it is dark, noise looks like colour
BLACK_BELOW, WHITE_FROM = 17.0, 82.0  # lightness, 0 to 100
DARK_BELOW_LIGHTNESS = 30.0


@dataclass(frozen=True)
class Hue:
    """Words for the colours of a range of hues.

    Attributes:
        upto: Upper end of the hue angle, in degrees.
        dark: The word below `dark_below`.
        plain: The word above it.
        dark_below: Lightness, 0 to 100.
        pale: The word where it is light and weak.
    """

    upto: float
    dark: str
    plain: str
    dark_below: float
    pale: str


PALE_FROM_LIGHTNESS = 68.0
PALE_BELOW_CHROMA = 26.0
HUES = (
    Hue(20, "red", "pink", 52, "pink"),
    Hue(45, "brown", "red", 18, "pink"),
    Hue(78, "brown", "orange", 58, "beige"),
    Hue(105, "brown", "yellow", 62, "beige"),
    Hue(118, "green", "green", 0, "beige"),
    Hue(170, "green", "green", 0, "green"),
    Hue(225, "blue-green", "blue-green", 0, "pale blue"),
    Hue(309, "blue", "blue", 0, "pale blue"),
    Hue(335, "purple", "purple", 0, "purple"),
    Hue(361, "purple", "pink", 38, "pink"),
)


def is_grey(seen: Observations) -> bool:
    """Whether the picture has no colour at all."""
    pixels = seen.pixels.astype(np.float32)
    return float((pixels.max(-1) - pixels.min(-1)).mean()) < GREY_SPREAD


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
    names, counts = np.unique(_names(pixels), return_counts=True)
    order = np.argsort(-counts)
    return {str(names[i]): counts[i] / len(pixels) for i in order}


def _names(pixels: np.ndarray) -> np.ndarray:
    """The basic colour word for each pixel; uint8, shape (n, 3)."""
    lightness, a, b = _lab(pixels)
    chroma = np.hypot(a, b)
    hue = np.degrees(np.arctan2(b, a)) % 360
    row = np.searchsorted([entry.upto for entry in HUES], hue, side="right")
    plain = np.array([entry.plain for entry in HUES])[row]
    dark = np.array([entry.dark for entry in HUES])[row]
    pale = np.array([entry.pale for entry in HUES])[row]
    named = np.where(lightness < np.array([entry.dark_below for entry in HUES])[row], dark, plain)
    named = np.where((lightness >= PALE_FROM_LIGHTNESS) & (chroma < PALE_BELOW_CHROMA), pale, named)
    limit = np.where(lightness < DARK_BELOW_LIGHTNESS, DARK_NEUTRAL_CHROMA, NEUTRAL_CHROMA)
    limit = np.where(lightness >= LIGHT_FROM_LIGHTNESS, LIGHT_NEUTRAL_CHROMA, limit)
    neutral = np.where(lightness < BLACK_BELOW, "black", np.where(lightness >= WHITE_FROM, "white", "grey"))
    return np.where((chroma < limit) | (lightness < BLACK_BELOW / 2), neutral, named)


def _lab(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """CIELAB (D65) of sRGB pixels: lightness 0 to 100, and the two colour axes.

    References:
        CIE 15:2004; IEC 61966-2-1 (sRGB).
    """
    channels = pixels.astype(np.float32) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], dtype=np.float32
    )
    relative = linear @ to_xyz.T / np.array([0.9505, 1.0, 1.089], dtype=np.float32)
    bent = np.where(relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16 / 116)
    x, y, z = np.moveaxis(bent, -1, 0)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
