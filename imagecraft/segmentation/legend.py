"""What the colours and patterns of a drawn segmentation stand for."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from imagecraft.segmentation import patterns
from imagecraft.segmentation.base import Segmentation
from imagecraft.segmentation.classes import Kind
from imagecraft.segmentation.overlay import GROUND_OPACITY, Variant, rgb
from imagecraft.segmentation.statistics import class_rows

FONT_SIZE, ROW_HEIGHT, MARGIN = 20, 36, 14  # pixels
SWATCH = (56, 24)  # width and height in pixels
PATTERN_OF = (768, 768)  # size of a picture whose patterns suit a swatch
PAPER, PEN = (255, 255, 255), (17, 24, 28)


def legend(segmentation: Segmentation, *, variant: Variant = "colours") -> Image.Image:
    """A list of the classes in a picture, each with its colour, or with its pattern, and its share.

    Args:
        segmentation: What was drawn.
        variant: How it was drawn; the colours are the same with and without contrast.
    """
    rows = class_rows(segmentation)
    lines = [f"{row.label}, {row.share:.1%}" for row in rows]
    font = ImageFont.load_default(size=FONT_SIZE)
    left = 2 * MARGIN + SWATCH[0]
    width = left + max(round(font.getlength(line)) for line in lines) + MARGIN
    drawn = Image.new("RGB", (width, len(rows) * ROW_HEIGHT + MARGIN), PAPER)
    pen = ImageDraw.Draw(drawn)
    for number, (row, line) in enumerate(zip(rows, lines, strict=True)):
        top = number * ROW_HEIGHT + MARGIN
        kind = segmentation.kind_of(row.index) if row.index else None
        drawn.paste(_swatch(kind, variant), (MARGIN, top))
        frame = (MARGIN, top, MARGIN + SWATCH[0] - 1, top + SWATCH[1] - 1)
        pen.rectangle(frame, outline=PEN)
        pen.text((left, top + SWATCH[1] / 2), line, fill=PEN, font=font, anchor="lm")
    return drawn


def _swatch(kind: Kind | None, variant: Variant) -> Image.Image:
    """A patch of a kind's colour or pattern; of bare paper for the background."""
    if kind is None:
        return Image.new("RGB", SWATCH, PAPER)
    colour = rgb(kind.colour)
    if variant != "patterns":
        return Image.new("RGB", SWATCH, colour)
    has_ink = patterns.marked(kind.pattern, slice(0, SWATCH[1]), slice(0, SWATCH[0]), PATTERN_OF)
    strength = np.where(has_ink, 1.0, GROUND_OPACITY)[..., None]
    return Image.fromarray(
        np.rint(np.array(PAPER) * (1 - strength) + np.array(colour) * strength).astype("u1")
    )
