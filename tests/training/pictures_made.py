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


def captions_of(folder: Path) -> list[str]:
    """All captions of such a set."""
    table = next(iter(folder.glob("*.jsonl")))
    return [text for line in table.read_text().splitlines() for text in json.loads(line)["captions"]]
