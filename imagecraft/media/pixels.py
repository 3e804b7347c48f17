"""Pixels of every kind into upright 8-bit RGB."""

from __future__ import annotations

import io
from typing import cast

import numpy as np
from PIL import ExifTags, Image

from imagecraft.errors import InvalidInput

_ARRAY_HINT = (
    "Give shape (height, width), (height, width, 3) or (height, width, 4), "
    "in uint8, uint16, bool or floats from 0 to 1."
)
_STRETCHED = "Its brightness was stretched to the full range."
_BLOCK_VALUES = 1 << 18
_TWELVE_BIT_PEAK = 4_095
_SIXTEEN_BIT_PEAK = 65_535
_ARRAY_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUARTER_TURNS = (5, 6, 7, 8)


def upright_rgb(image: Image.Image, max_side: int | None) -> tuple[Image.Image, bool, tuple[str, ...]]:
    """Turn a loaded Pillow image of any mode into a new upright RGB image, transparency over white.

    Args:
        image: Left as it is.
        max_side: Longest side of the result in pixels; None keeps the size.

    Returns:
        The picture, whether its width and height changed places, and notices for the user.
    """
    orientation = _orientation(image)
    profile = image.info.get("icc_profile")
    direct, notices = _direct_colour(image)
    small = shrink(direct, max_side)
    flat = _over_white(_to_srgb(small, profile))
    turned = flat.transpose(_TURNS[orientation]) if orientation in _TURNS else flat
    return (turned.copy() if turned is image else turned), orientation in _QUARTER_TURNS, notices


def shrink(image: Image.Image, max_side: int | None) -> Image.Image:
    """The image, made smaller if its longest side is above `max_side`; else the same object."""
    longest = max(image.size)
    if max_side is None or longest <= max_side:
        return image
    width, height = (max(1, round(side * max_side / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def from_array(array: np.ndarray) -> Image.Image:
    """A Pillow image in L, RGB or RGBA from an array.

    Args:
        array: Shape (height, width) or (height, width, 1 | 3 | 4); uint8, uint16, bool or floats from 0 to 1.

    Raises:
        InvalidInput: if the shape or the type is another, or floats lie outside 0 to 1 or are not numbers.
    """
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in _ARRAY_MODES:
        raise InvalidInput(f"An array of shape {array.shape} is not a picture.", _ARRAY_HINT)
    values = np.ascontiguousarray(_as_uint8(array))
    return Image.fromarray(values[:, :, 0] if values.shape[2:] == (1,) else values)


def _as_uint8(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return _scaled(array, 0, _SIXTEEN_BIT_PEAK)
    if array.dtype.kind != "f":
        raise InvalidInput(f"An array of {array.dtype} is not a picture.", _ARRAY_HINT)
    lowest, highest = float(array.min()), float(array.max())
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise InvalidInput("The array holds values that are not numbers (NaN or infinity).", _ARRAY_HINT)
    if lowest < 0 or highest > 1:
        raise InvalidInput(f"The array's floats go from {lowest:.4g} to {highest:.4g}.", _ARRAY_HINT)
    return _scaled(array, 0, 1)


def _scaled(values: np.ndarray, black: float, white: float) -> np.ndarray:
    """Values from `black` to `white` as uint8 from 0 to 255, those outside at the ends."""
    span = max(white - black, float(np.finfo(np.float64).tiny))
    result = np.empty(values.shape, np.uint8)
    rows = max(1, _BLOCK_VALUES * len(values) // values.size)
    for start in range(0, len(values), rows):
        block = np.clip(values[start : start + rows].astype(np.float64), black, white)
        result[start : start + rows] = np.rint((block - black) / span * 255)
    return result


def _direct_colour(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """The image in L, LA, RGB, RGBA or CMYK, so that neighbouring pixels can be averaged."""
    if image.mode in ("F", "I") or image.mode.startswith("I;16"):
        return _deep_grey(image)
    if image.mode in ("CMYK", "LA", "RGBA"):
        return image, ()
    if image.has_transparency_data:
        return image.convert("LA" if image.mode == "La" else "RGBA"), ()
    if image.mode in ("L", "RGB"):
        return image, ()
    if image.mode == "LAB":
        return _lab_to_rgb(image), ()
    return image.convert("L" if image.mode == "1" else "RGB"), ()


def _deep_grey(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Grey of more than 8 bits: by its nominal range where that is known and used, else stretched."""
    values = np.asarray(image)
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise InvalidInput("The picture holds no numbers (all NaN or infinity).", "Check how it was made.")
    lowest, highest = float(finite.min()), float(finite.max())
    whole_numbers = image.mode != "F"
    if lowest >= 0 and whole_numbers and _TWELVE_BIT_PEAK < highest <= _SIXTEEN_BIT_PEAK:
        return Image.fromarray(_scaled(values, 0, _SIXTEEN_BIT_PEAK)), ()
    if lowest >= 0 and not whole_numbers and highest <= 1:
        return Image.fromarray(_scaled(values, 0, 1)), ()
    black = min(lowest, 0.0) if whole_numbers else lowest
    notices = (_STRETCHED,) if highest > black else ()
    return Image.fromarray(_scaled(np.nan_to_num(values), black, highest)), notices


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(lab, srgb, "LAB", "RGB")
    return cast(Image.Image, ImageCms.applyTransform(image, transform))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image in sRGB, if it brings a colour profile that says it is in something else."""
    if not profile or image.mode not in ("L", "RGB", "RGBA", "CMYK"):
        return image
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), image.mode, mode)
        return cast(Image.Image, ImageCms.applyTransform(image, transform))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a damaged or unfitting profile: the numbers as they stand are the best there is


def _over_white(image: Image.Image) -> Image.Image:
    if image.mode not in ("LA", "RGBA"):
        return image.convert("RGB") if image.mode != "RGB" else image
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image)
    return canvas


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 if there is none or it cannot be read."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
        return int(value) if value in _TURNS else 1
    except Exception:  # damaged EXIF: the pixels are still good
        return 1
