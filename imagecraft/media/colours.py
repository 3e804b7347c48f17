"""Colours: their names, and what can be read on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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


def colour_words(pixels: np.ndarray) -> np.ndarray:
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


def ink(colour: str) -> str:
    """Black or white, whichever stands out more on a colour written as "#rrggbb".

    References:
        Relative luminance after WCAG 2.2.
    """
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"
