"""Small sets of pictures, made on the spot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COLOURS = {"red": (220, 30, 30), "green": (30, 160, 40), "blue": (30, 60, 220), "yellow": (230, 210, 40)}
SHAPES = ("square", "circle")


def draw(path: Path, colour: str, shape: str, seed: int = 0) -> Path:
    """A shape in a colour on a grey ground with some noise."""
    noise = np.random.default_rng(seed).integers(90, 150, (48, 64, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    pen = ImageDraw.Draw(image)
    (pen.rectangle if shape == "square" else pen.ellipse)((18, 10, 46, 38), fill=COLOURS[colour])
    image.save(path)
    return path


def captioned(folder: Path, parts: tuple[str, ...] = ("",)) -> Path:
    """Eight captioned pictures and a JSON-lines table; one table a part where parts are named."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, (colour, shape) in enumerate((c, s) for c in COLOURS for s in SHAPES):
        name = f"{colour}-{shape}.png"
        draw(folder / name, colour, shape, number)
        rows.append(
            {"image": name, "captions": [f"a {colour} {shape} on grey", f"one {shape} that is {colour}"]}
        )
    for part in parts:
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{part or 'captions'}.jsonl").write_text(lines)
    return folder


def masked(folder: Path, count: int = 12) -> Path:
    """Pictures of one shape each, and masks of where it is: 1 for a square, 2 for a circle."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    (folder / "classes.txt").write_text("background\nsquare\ncircle\n")
    generator = np.random.default_rng(5)
    for number in range(count):
        shape = SHAPES[number % 2]
        left, top = (int(value) for value in generator.integers(4, 28, 2))
        box = (left, top, left + 30, top + 30)
        image = Image.fromarray(generator.integers(90, 150, (64, 64, 3), dtype=np.uint8))
        mask = Image.new("L", (64, 64))
        for drawn, fill in ((image, COLOURS["red" if shape == "square" else "blue"]), (mask, number % 2 + 1)):
            pen = ImageDraw.Draw(drawn)
            (pen.rectangle if shape == "square" else pen.ellipse)(box, fill=fill)
        image.save(folder / "images" / f"{number:02}.png")
        mask.save(folder / "masks" / f"{number:02}.png")
    return folder
