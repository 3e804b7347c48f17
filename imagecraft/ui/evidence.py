"""What was seen, drawn over the photo, and where it is in words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

from imagecraft.media.colours import ink

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
"""Okabe and Ito's colours, told apart with every kind of colour vision; the labels say the same in words."""
DRAWN_SIDE = 1200
"""Longest side of the drawing in pixels; small photos are enlarged to it, so that labels stay sharp."""
FONT_SIZE = 46
LINE_WIDTH = 6
MOST_BOXES = 12


def placed(evidence: Sequence[dict[str, Any]], size: tuple[int, int]) -> list[dict[str, Any]]:
    """The items that are drawn: those with a place of their own, most important first, not too many."""
    return [item for item in evidence if not is_whole(item["box"], size)][:MOST_BOXES]


def drawn(image: Image.Image, evidence: Sequence[dict[str, Any]], size: tuple[int, int]) -> bytes | None:
    """The photo with a box and a label for each thing that has a place in it.

    Args:
        image: Upright RGB; may be smaller than the photo.
        evidence: Items of a caption's JSON ("label", "score", "box" in pixels of the photo).
        size: The photo's width and height in pixels.

    Returns:
        A JPEG, or None when nothing has a place.
    """
    shown = placed(evidence, size)
    if not shown:
        return None
    canvas = ImageOps.contain(image, (DRAWN_SIDE, DRAWN_SIDE))
    scale = canvas.width / size[0]
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(size=FONT_SIZE)
    colours = [PALETTE[index % len(PALETTE)] for index in range(len(shown))]
    for item, colour in zip(reversed(shown), reversed(colours), strict=True):
        box = [edge * scale for edge in item["box"]]
        pen.rectangle(box, outline="white", width=2 * LINE_WIDTH)
        pen.rectangle(box, outline=colour, width=LINE_WIDTH)
    taken: list[tuple[float, float, float, float]] = []
    for item, colour in zip(shown, colours, strict=True):
        taken.append(_label(pen, item, colour, font, scale, canvas.size, taken))
    file = io.BytesIO()
    canvas.save(file, "JPEG", quality=88)
    return file.getvalue()


def _label(
    pen: ImageDraw.ImageDraw,
    item: dict[str, Any],
    colour: str,
    font: Any,
    scale: float,
    size: tuple[int, int],
    taken: list[tuple[float, float, float, float]],
) -> tuple[float, float, float, float]:
    """Write a label at its box's upper left, or lower where another label stands already."""
    text = f"{item['label']} {round(item['score'] * 100)} %"
    width, height = pen.textlength(text, font=font) + FONT_SIZE * 0.6, FONT_SIZE * 1.35
    x = max(0.0, min(item["box"][0] * scale, size[0] - width))
    y = max(0.0, item["box"][1] * scale - height)
    while any(_overlap((x, y, x + width, y + height), other) for other in taken) and y + 2 * height < size[1]:
        y += height
    pen.rectangle((x, y, x + width, y + height), fill=colour, outline="white")
    pen.text((x + FONT_SIZE * 0.3, y + height / 2), text, fill=ink(colour), font=font, anchor="lm")
    return (x, y, x + width, y + height)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def is_whole(box: Sequence[float], size: tuple[int, int]) -> bool:
    """Whether a box is (nearly) the whole picture, as it is for what has no place of its own."""
    width, height = size
    return (box[2] - box[0]) >= 0.98 * width and (box[3] - box[1]) >= 0.98 * height
