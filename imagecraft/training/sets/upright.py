"""Masks laid on photos that EXIF data say are to be turned.

A mask is drawn on the upright photo (as most editors show it) or on the pixels as the file has them. Where
the turn changes the photo's shape, the mask's own shape tells which; where it does not (upside down,
mirrored, square), the other masks of the set do. Where none tells, masks are taken for upright.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.files import quoted
from imagecraft.training.sets.base import Item

Mask = NDArray[np.uint8]

UPRIGHT = 1
SIDEWAYS = frozenset([5, 6, 7, 8])
"""Values of EXIF's orientation by which width and height change places."""


def laid_on(mask: Mask, photo: Path, size: tuple[int, int], *, as_stored: bool) -> Mask:
    """A mask as its upright photo lies.

    Args:
        mask: Shape (height, width), in any scale.
        photo: The file; its EXIF data tell how it is turned.
        size: (width, height) of the upright photo, in any scale.
        as_stored: Whether masks are of the pixels as files have them, where the shape does not tell.

    Raises:
        InvalidInput: if it has another shape than its photo.
    """
    turned = turned_as(mask, photo)
    for laid in (turned, mask) if as_stored else (mask, turned):
        if _alike((laid.shape[1], laid.shape[0]), size):
            return laid
    raise InvalidInput(
        f"The mask of {quoted(photo.name)} has another shape than the photo: {mask.shape[1]} x "
        f"{mask.shape[0]} pixels.",
        "Draw it again on the whole photo, or take the photo out; `imagecraft train check` names all.",
    )


def drawn_as_stored(items: Iterable[Item]) -> bool | None:
    """Whether masks of a set are of the pixels as files have them; None where no mask tells."""
    for item in items:
        if item.mask is None or orientation_of(item.image) not in SIDEWAYS:
            continue
        try:
            height, width = item.mask.draw().shape
            with Image.open(item.image) as photo:
                stored = photo.size
        except (ImageCraftError, OSError, SyntaxError, ValueError):
            continue
        as_stored = _alike((width, height), stored)
        if as_stored != _alike((width, height), stored[::-1]):
            return as_stored
    return None


def orientation_of(photo: Path) -> int:
    """What EXIF data say of how a photo is turned; 1 where they say nothing."""
    try:
        with Image.open(photo) as opened:
            return int(opened.getexif().get(ExifTags.Base.Orientation, UPRIGHT))
    except (OSError, SyntaxError, ValueError, TypeError, Image.DecompressionBombError):
        return UPRIGHT


def turned_as(mask: Mask, photo: Path) -> Mask:
    """A mask turned as EXIF data say that a photo is to be; itself where they say nothing."""
    orientation = orientation_of(photo)
    if orientation == UPRIGHT:
        return mask
    drawn = Image.fromarray(mask)
    drawn.getexif()[ExifTags.Base.Orientation] = orientation
    return np.asarray(ImageOps.exif_transpose(drawn), np.uint8)


def _alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two sizes are of one shape, up to a pixel of rounding."""
    return abs(one[0] * other[1] - one[1] * other[0]) <= max(*one, *other)
