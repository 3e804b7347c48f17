"""Pictures of a set with what is known of them, drawn on one sheet."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from imagecraft.errors import ImageCraftError
from imagecraft.media.files import replacing
from imagecraft.media.images import open_image
from imagecraft.training.sets.base import IGNORED, Item, PictureSet
from imagecraft.training.sets.upright import drawn_as_stored, laid_on

SIDE, TEXT_HEIGHT, GAP = 220, 66, 12
COLUMNS, ROWS = 4, 3
LETTERS, LINES = 36, 4
FONT_SIZE = 12


def sample_sheet(found: PictureSet, path: Path, seed: int = 1) -> None:
    """Draw a dozen pictures, drawn by chance, with their captions, classes, or masks laid over them.

    Raises:
        InvalidInput: if the file cannot be written.
    """
    count = min(COLUMNS * ROWS, len(found.items))
    as_stored = found.kind == "masks" and bool(drawn_as_stored(found.items))
    chosen = np.random.default_rng(seed).permutation(len(found.items))[:count]
    cell = SIDE + GAP, SIDE + TEXT_HEIGHT + GAP
    rows = -(-count // COLUMNS)
    sheet = Image.new("RGB", (min(count, COLUMNS) * cell[0] + GAP, rows * cell[1] + GAP), "white")
    font = ImageFont.load_default(FONT_SIZE)
    for place, number in enumerate(sorted(chosen.tolist())):
        item = found.items[number]
        left, top = GAP + place % COLUMNS * cell[0], GAP + place // COLUMNS * cell[1]
        drawn = _drawn(item, as_stored=as_stored)
        sheet.paste(drawn, (left + (SIDE - drawn.width) // 2, top + (SIDE - drawn.height) // 2))
        ImageDraw.Draw(sheet).multiline_text(
            (left, top + SIDE + 2), _words(item, found.classes), "black", font
        )
    with replacing(path) as target:
        sheet.save(target, "PNG")


def sample_lines(found: PictureSet, count: int = 5, seed: int = 1) -> list[str]:
    """A few items in words."""
    chosen = np.random.default_rng(seed).permutation(len(found.items))[:count]
    return [
        f"{found.items[number].image.name}: {_said(found.items[number], found.classes)}"
        for number in sorted(chosen.tolist())
    ]


def _drawn(item: Item, *, as_stored: bool) -> Image.Image:
    try:
        image = open_image(item.image, max_side=SIDE).image
        if item.mask is not None:
            image = _overlaid(image, laid_on(item.mask.draw(), item.image, image.size, as_stored=as_stored))
        return image
    except ImageCraftError as error:
        empty = Image.new("RGB", (SIDE, SIDE), (235, 235, 235))
        words = "\n".join(textwrap.wrap(error.message, LETTERS)[:LINES])
        ImageDraw.Draw(empty).multiline_text((8, 8), words, "black", ImageFont.load_default(FONT_SIZE))
        return empty


def _overlaid(image: Image.Image, mask: np.ndarray) -> Image.Image:
    small = np.asarray(Image.fromarray(mask).resize(image.size, Image.Resampling.NEAREST))
    colours = np.random.default_rng(7).integers(40, 255, (IGNORED + 1, 3))
    pixels = np.asarray(image, np.float64)
    shown = (small != 0)[..., None]
    return Image.fromarray(np.where(shown, 0.4 * pixels + 0.6 * colours[small], pixels).astype(np.uint8))


def _words(item: Item, classes: Sequence[str]) -> str:
    return "\n".join(textwrap.wrap(_said(item, classes), LETTERS, placeholder=" …", max_lines=LINES))


def _said(item: Item, classes: Sequence[str]) -> str:
    if item.mask is not None:
        try:
            values = np.unique(item.mask.draw()).tolist()
        except ImageCraftError as error:
            return error.message
        return ", ".join(classes[value] if value < len(classes) else str(value) for value in values)
    return item.label or " / ".join(item.captions[:2]) or "(nothing)"
