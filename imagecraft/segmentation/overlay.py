"""A segmentation drawn over its picture."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagecraft.errors import InvalidInput
from imagecraft.segmentation import patterns, tags
from imagecraft.segmentation.base import Region, Segmentation

Variant = Literal["colours", "contrast", "patterns"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
OPACITY = 0.5
LINE_SHARE = 0.0032  # of the picture's longer side
ROWS_AT_ONCE = 512  # so that a large picture needs little more memory than itself
DIMMED = 0.45  # what is left of the photo's brightness where contrast is asked for
INK_OPACITY, GROUND_OPACITY = 1.4, 0.3  # times the opacity, in patterns

Pixels = NDArray[np.uint8]


def overlay(
    segmentation: Segmentation, *, opacity: float = OPACITY, variant: Variant = "colours", names: bool = True
) -> Image.Image:
    """Draw the regions over the picture: filled, outlined and named, in its own size.

    Args:
        segmentation: What to draw.
        opacity: Of the fillings, 0 to 1. Outlines and names are always opaque.
        variant: "colours"; "contrast", on the photo in dark grey; or "patterns", which need no colour vision.
        names: Whether to write the names.

    Raises:
        InvalidInput: if the opacity is outside 0 to 1, or there is no such variant.
    """
    if variant not in VARIANTS:
        raise InvalidInput(f"There is no variant '{variant}'.", f"Choose one of: {', '.join(VARIANTS)}.")
    if isinstance(opacity, bool) or not isinstance(opacity, int | float) or not 0 <= opacity <= 1:
        raise InvalidInput(f"An opacity of {opacity!r} is not possible.", "Give a number from 0 to 1.")
    pixels = np.array(segmentation.image)
    if variant == "contrast":
        pixels = _dim_grey(pixels)
    if variant == "patterns":
        _fill_patterns(pixels, segmentation, opacity)
    else:
        _fill(pixels, segmentation, opacity)
    _outline(pixels, segmentation, contrast=variant == "contrast")
    drawn = Image.fromarray(pixels)
    if names:
        colours = {region.label: segmentation.kind_of(region.index).colour for region in segmentation.regions}
        tags.write(drawn, tags.laid_out(segmentation.regions, segmentation.size), colours)
    return drawn


def rgb(colour: str) -> tuple[int, int, int]:
    """The channels, 0 to 255, of a colour written as "#rrggbb"."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _dim_grey(pixels: Pixels) -> Pixels:
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.cvtColor(cv2.convertScaleAbs(grey, alpha=DIMMED), cv2.COLOR_GRAY2RGB), np.uint8)


def _fill(pixels: Pixels, segmentation: Segmentation, opacity: float) -> None:
    import cv2

    table = np.zeros((256, 3), np.uint8)
    for region in segmentation.regions:
        table[region.number] = rgb(segmentation.kind_of(region.index).colour)
    for top in range(0, len(pixels), ROWS_AT_ONCE):
        part, numbers = pixels[top : top + ROWS_AT_ONCE], segmentation.region_map[top : top + ROWS_AT_ONCE]
        mixed = cv2.addWeighted(table[numbers], opacity, part, 1 - opacity, 0)
        cv2.copyTo(mixed, (numbers > 0).view(np.uint8), part)


def _fill_patterns(pixels: Pixels, segmentation: Segmentation, opacity: float) -> None:
    for region in segmentation.regions:
        rows, columns, inside = _shape(segmentation, region)
        kind = segmentation.kind_of(region.index)
        has_ink = patterns.marked(kind.pattern, rows, columns, segmentation.size)[inside]
        strength = np.where(has_ink, min(1.0, INK_OPACITY * opacity), GROUND_OPACITY * opacity)[:, None]
        part = pixels[rows, columns]
        mixed = part[inside] * (1 - strength) + np.array(rgb(kind.colour)) * strength
        part[inside] = np.rint(mixed).astype(np.uint8)


def _outline(pixels: Pixels, segmentation: Segmentation, *, contrast: bool) -> None:
    """Every region's edge as a line in its colour between two thin ones that stand out from any photo."""
    import cv2

    line = max(1, round(LINE_SHARE * max(segmentation.size))) * (2 if contrast else 1)
    for region in reversed(segmentation.regions):
        rows, columns, inside = _shape(segmentation, region)
        edges, _ = cv2.findContours(
            inside.astype(np.uint8),
            cv2.RETR_CCOMP,
            cv2.CHAIN_APPROX_NONE,
            offset=(columns.start, rows.start),
        )
        colour = rgb(segmentation.kind_of(region.index).colour)
        cv2.drawContours(pixels, edges, -1, (0, 0, 0) if contrast else (255, 255, 255), line + 2, cv2.LINE_AA)
        cv2.drawContours(pixels, edges, -1, (255, 255, 255) if contrast else colour, line, cv2.LINE_AA)


def _shape(segmentation: Segmentation, region: Region) -> tuple[slice, slice, np.ndarray]:
    """A region's rows and columns, and which of its box's pixels are its own."""
    x0, y0, x1, y1 = region.box
    rows, columns = slice(y0, y1), slice(x0, x1)
    return rows, columns, segmentation.region_map[rows, columns] == region.number
