"""What the first bytes of a file say it is; its name is never believed."""

from __future__ import annotations

import re
from pathlib import Path

from imagecraft.errors import InvalidInput

PICTURES_THAT_OPEN = "JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF, BMP or PPM"

_HEAD_BYTES = 4096
_SAVE_AS_PNG = "Save or export it as PNG or JPEG first."

# (first bytes, "." standing for any byte; format)
_PICTURES: tuple[tuple[bytes, str], ...] = (
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"GIF8[79]a", "GIF"),
    (rb"RIFF....WEBP", "WEBP"),
    (rb"II[*+]\0|MM\0[*+]", "TIFF"),
    (rb"BM", "BMP"),
    (rb"P[1-6][\s#]", "PPM"),
)

# (first bytes; what such a file is; what to do)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (rb"%PDF", "a PDF document", "Save the page you mean as PNG or JPEG first."),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript document", _SAVE_AS_PNG),
    (rb"8BPS", "a Photoshop document", _SAVE_AS_PNG),
    (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture", _SAVE_AS_PNG),
    (rb"\0\0\0\x0cJXL |\xff\x0a", "a JPEG XL picture", _SAVE_AS_PNG),
    (rb"\0\0[\x01\x02]\0", "an icon", _SAVE_AS_PNG),
    (rb"FUJIFILMCCD-RAW|IIU\0|IIR[OS]|....ftypcrx ", "a camera's raw file", "Export it as JPEG first."),
    (rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!", "a compressed file", "Unpack it first."),
    (
        rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI |\0\0\x01[\xb3\xba]",
        "a video",
        "Save one of its frames as PNG or JPEG.",
    ),
    (rb"RIFF....WAVE|ID3|fLaC|OggS", "a sound", "Give a picture instead."),
)

# Brands in the first box of an ISO media file, the more telling first
_BRANDS: tuple[tuple[frozenset[bytes], str], ...] = (
    (frozenset({b"avif", b"avis"}), "AVIF"),
    (
        frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}),
        "HEIC",
    ),
)

_SVG = re.compile(rb"<svg[\s/>]|<svg:svg|<!doctype svg", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)


def recognise(data: bytes, name: str) -> str:
    """The format of a picture, by its content.

    Args:
        data: A whole file.
        name: What to call it in an error ("'holiday.jpg'").

    Returns:
        "JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIC", "TIFF", "BMP" or "PPM".

    Raises:
        InvalidInput: if it is none of these; the error names what it is where that can be told.
    """
    if not data:
        raise InvalidInput(f"{name} is empty.", "Save or download it again.")
    head = data[:_HEAD_BYTES]
    for pattern, format in _PICTURES:
        if re.match(pattern, head, re.DOTALL):
            return format
    brands = _iso_brands(head)
    for known, format in _BRANDS:
        if brands & known:
            return format
    for pattern, what, way_out in _OTHERS:
        if re.match(pattern, head, re.DOTALL):
            raise InvalidInput(f"{name} is {what}, which cannot be opened here.", way_out)
    text = (
        head.replace(b"\0", b"")
        .removeprefix(b"\xef\xbb\xbf")
        .removeprefix(b"\xff\xfe")
        .removeprefix(b"\xfe\xff")
    )
    if text.lstrip().startswith(b"<") and _SVG.search(text):
        raise InvalidInput(
            f"{name} is an SVG drawing, which has no pixels to look at.", "Export it as PNG first."
        )
    if _WEB_PAGE.match(text):
        raise InvalidInput(f"{name} is a web page, not a picture.", "Download the picture itself.")
    raise InvalidInput(f"{name} is not a picture that can be opened.", f"Use {PICTURES_THAT_OPEN}.")


def is_picture(file: Path | bytes) -> bool:
    """Whether a file, or bytes, begin as a picture of a format that opens here does."""
    try:
        if isinstance(file, bytes):
            return bool(recognise(file, "It"))
        with file.open("rb") as opened:
            return bool(recognise(opened.read(_HEAD_BYTES), "It"))
    except (InvalidInput, OSError):
        return False


def _iso_brands(head: bytes) -> frozenset[bytes]:
    """The brands (four letters each) that a file of the MPEG-4 family claims; none for other files."""
    if head[4:8] != b"ftyp":
        return frozenset()
    end = int.from_bytes(head[:4], "big")
    return frozenset(head[start : start + 4] for start in (8, *range(16, min(end, len(head)), 4)))
