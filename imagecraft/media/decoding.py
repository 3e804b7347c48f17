"""Bytes of hostile origin into pixels: the limits are checked before anything large is decoded."""

from __future__ import annotations

import importlib
import io
import math
import re
from dataclasses import dataclass
from typing import Any

from PIL import Image

from imagecraft.errors import InvalidInput
from imagecraft.media import signatures
from imagecraft.media.heic import decode_heic

MAX_PIXELS = 89_000_000
"""Just under the size from which Pillow itself speaks of a decompression bomb."""
MAX_JPEG_PIXELS = 250_000_000
"""JPEG files beyond `MAX_PIXELS` (phones make some of 200 megapixels) are decoded at 1/2, 1/4 or 1/8."""
MAX_JPEG_SCAN_PIXELS = 4_000_000_000
"""Pixels times scans; a progressive photo has about ten scans, a hostile one can have thousands."""
MAX_ASPECT = 100
"""Longest side over shortest; beyond it there is nothing that a model or a person could make out."""

_JPEG_SCALES = (1, 2, 4, 8)
_PLUGINS = {
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "PPM": ("PIL.PpmImagePlugin", "PpmImageFile"),
}
_MAX_READS = dict.fromkeys(_PLUGINS, 300_000) | {
    "GIF": 10_000,  # before its first frame; Pillow takes quadratic time for comments
    "BMP": 4_000_000,  # two for every run of a compressed one
}
_MAX_JPEG_SEGMENTS = 10_000
_GIF_FRAME = re.compile(rb"\0!\xf9\x04.{4}\0[,!]", re.DOTALL)
_MAKE_SMALLER = "Make it smaller first."
_ANIMATION = "An animation: only its first frame was used."
_SEVERAL_PICTURES = "A file of several pictures: only the first was used."


@dataclass(frozen=True)
class Decoded:
    """A picture as its file holds it.

    Attributes:
        image: Loaded, in whatever mode the file has, not yet turned upright.
        size: Width and height in the file; a JPEG may have been decoded smaller.
        notices: What the user should know.
    """

    image: Image.Image
    size: tuple[int, int]
    notices: tuple[str, ...] = ()


def decode(data: bytes, max_side: int | None, name: str) -> Decoded:
    """Decode the bytes of a picture file.

    Args:
        data: The whole file.
        max_side: Longest side in pixels that is needed; a JPEG may be decoded to anything from there up.
        name: What to call the picture in an error ("'holiday.jpg'").

    Raises:
        InvalidInput: if it is no picture, is damaged, or is beyond the limits above.
    """
    format = signatures.recognise(data, name)
    try:
        if format == "HEIC":
            return _decode_heic(data, name)
        module, plugin = _PLUGINS[format]
        image = getattr(importlib.import_module(module), plugin)(_MeteredBytes(data, _MAX_READS[format]))
        if format == "JPEG":
            return _decode_jpeg(image, data, max_side, name)
        check_size(image.size, name)
        size = image.size
        image.load()
        check_size(image.size, name)
        return Decoded(image, size, _notices(image, format, data))
    except (InvalidInput, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise InvalidInput(f"{name} has more pixels than can be opened.", _MAKE_SMALLER) from error
    except Exception as error:
        raise damaged(name) from error


def check_size(size: tuple[int, int], name: str = "The picture", max_pixels: int | None = None) -> None:
    """Refuse pictures that have no pixels, too many, or the shape of a thread.

    Raises:
        InvalidInput: with the size that was found.
    """
    width, height = size
    most = MAX_PIXELS if max_pixels is None else max_pixels
    if width < 1 or height < 1:
        raise InvalidInput(f"{name} has no pixels.", "Give a picture at least 1 pixel wide and high.")
    if width * height > most:
        raise InvalidInput(
            f"{name} has {width * height / 1e6:,.0f} megapixels ({width} x {height}); "
            f"at most {most // 1_000_000} can be opened.",
            _MAKE_SMALLER,
        )
    if max(size) > MAX_ASPECT * min(size):
        raise InvalidInput(
            f"{name} is too narrow to make anything out ({width} x {height}).",
            f"Crop it so that its longer side is at most {MAX_ASPECT} times the shorter.",
        )


def damaged(name: str) -> InvalidInput:
    """The error for a picture that starts well and cannot be read to its end."""
    return InvalidInput(f"{name} is damaged or incomplete.", "Save or download it again.")


def _decode_jpeg(image: Any, data: bytes, max_side: int | None, name: str) -> Decoded:
    size: tuple[int, int] = image.size
    check_size(size, name, MAX_JPEG_PIXELS)
    pixels = size[0] * size[1]
    if pixels * _count_scans(data) > MAX_JPEG_SCAN_PIXELS:
        raise InvalidInput(
            f"{name} is made of too many layers to be opened.", "Save it again as PNG or JPEG."
        )
    scale = next(scale for scale in _JPEG_SCALES if pixels / scale**2 <= MAX_PIXELS)
    if max_side:
        scale = max(scale, *(each for each in _JPEG_SCALES if max(size) / each >= max_side or each == 1))
    image.draft(None, (math.ceil(size[0] / scale), math.ceil(size[1] / scale)))
    image.load()
    return Decoded(image, size)


def _count_scans(data: bytes) -> int:
    """How many scans (layers of detail) a JPEG file holds, by walking its segments."""
    marker = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
    scans, position = 0, 2
    for _ in range(_MAX_JPEG_SEGMENTS):
        found = marker.search(data, position)
        if not found or found[1] == b"\xd9":
            return scans
        scans += found[1] == b"\xda"
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        position = found.end() + max(length, 2)
    raise ValueError(f"more than {_MAX_JPEG_SEGMENTS} segments")


def _decode_heic(data: bytes, name: str) -> Decoded:
    heic = decode_heic(data, MAX_PIXELS)
    check_size(heic.size, name)
    if heic.image is None:
        raise damaged(name)
    return Decoded(heic.image, heic.size, (_SEVERAL_PICTURES,) if heic.pictures > 1 else ())


def _notices(image: Any, format: str, data: bytes) -> tuple[str, ...]:
    if format == "GIF":
        several = len(_GIF_FRAME.findall(data)) > 1  # Pillow would decode on to find out
        return (_ANIMATION,) if several else ()
    several = getattr(image, "is_animated", False)
    return (_SEVERAL_PICTURES if format == "TIFF" else _ANIMATION,) if several else ()


class _MeteredBytes(io.BytesIO):
    """A file in memory that refuses to be read in absurdly many pieces (a header of a million entries)."""

    def __init__(self, data: bytes, max_reads: int) -> None:
        super().__init__(data)
        self._reads_left = max_reads

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads_left -= 1
        if self._reads_left < 0:
            raise ValueError("too many pieces")
        return super().read(size)
