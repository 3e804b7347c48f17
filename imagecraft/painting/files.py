"""Paintings as PNG files that tell how they were made."""

from __future__ import annotations

import io
from pathlib import Path

from PIL.PngImagePlugin import PngInfo

from imagecraft.errors import InvalidInput
from imagecraft.media.files import replacing
from imagecraft.painting.base import Painting

COMPRESSION = 4  # grain compresses badly; more effort takes four times as long for two per cent


def png_bytes(painting: Painting) -> bytes:
    """The painting as a PNG whose text fields hold the prompt, the seed, the model and what is to be seen."""
    fields = {
        "Software": "ImageCraft",
        "Description": painting.alt,
        "prompt": painting.prompt,
        "seed": str(painting.seed),
        "model": painting.model,
        "Copyright": painting.credit,
    }
    told = PngInfo()
    for name, text in fields.items():
        told.add_itxt(name, text)
    buffer = io.BytesIO()
    painting.image.save(buffer, "PNG", pnginfo=told, compress_level=COMPRESSION)
    return buffer.getvalue()


def write_png(painting: Painting, path: str | Path) -> Path:
    """Write the painting to a file, whole or not at all.

    Raises:
        InvalidInput: if the name does not end in .png, or the place cannot be written to.
        ResourceExhausted: if the disk is full.
    """
    path = Path(path)
    check_name(path)
    data = png_bytes(painting)
    with replacing(path) as temporary:
        temporary.write_bytes(data)
    return path


def check_name(path: Path) -> None:
    """Refuse a name that a painting could not be written to.

    Raises:
        InvalidInput: if it does not end in .png, or its folder does not exist.
    """
    if path.suffix.lower() != ".png":
        raise InvalidInput(f"'{path}' does not end like a PNG file.", "Let it end in .png.")
    if not path.parent.is_dir():
        raise InvalidInput(f"There is no folder '{path.parent}'.", "Make the folder, or choose another.")
