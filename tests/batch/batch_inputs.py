"""Small pictures, each its own."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw


def picture_bytes(number: int, format: str = "JPEG") -> bytes:
    """A ball on a ground, of colours and a size that the number says."""
    image = Image.new("RGB", (96, 72), (30 + 37 * number % 200, 170, 230 - 29 * number % 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 48, 96, 72), (60, 140 - number % 90, 50))
    draw.ellipse((30, 20, 50 + number % 30, 44), (200, 40 + 5 * number % 200, 30))
    buffer = io.BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


def folder_of(path: Path, count: int) -> Path:
    """A folder of JPEG pictures 00.jpg, 01.jpg, …"""
    path.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (path / f"{number:02d}.jpg").write_bytes(picture_bytes(number))
    return path
