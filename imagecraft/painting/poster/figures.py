"""The things that are heard, drawn as cut-outs: the more certain the larger, the earlier the further left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.painting.base import Thing
from imagecraft.painting.poster.view import WIDTH, View
from imagecraft.painting.poster.water import stream_at
from imagecraft.painting.setting import certain

MOST_FIGURES = 5
UNIT = 0.34
"""Height of a thing of size 1 that is heard for certain, as a share of the picture's."""
TALLEST = 0.56
PORTRAIT = 0.78
"""Size of a head beside what has a body."""
PORTRAIT_WIDTH = 1.28
"""Width of the disc behind a head, as a share of its height."""
GAP = 14.0
FULLEST = 0.90
"""Share of the picture's width that things beside each other may take."""
FLOWING = ("sea", "stream")
INDOORS = ("room", "kitchen", "stage")
TABLE_TOP = 0.815


@dataclass(frozen=True)
class Figure:
    """A drawing and where it stands.

    Attributes:
        drawing: Its name in drawings.json.
        at: "ground", "air", "water", "road", "rail", "table", "bust" or "wall".
        x: Of its middle.
        foot: Where it stands; for what hangs in the air its lower edge.
        tall: Height.
        weight: 0 to 1, how certain it is; 0 for what only stands about.
        sounding: Whether it is marked as what makes the sound.
        look: The class whose look it has, out of assets/pictures.toml.
    """

    drawing: str
    at: str
    x: float
    foot: float
    tall: float
    weight: float
    sounding: bool = False
    look: str = ""


def figures(things: Sequence[Thing], view: View) -> list[Figure]:
    """Choose, size and place what is drawn of the things that are heard."""
    kept = [(thing, look) for thing, look in certain(things) if "draw" in look][:MOST_FIGURES]
    best = max((thing.score for thing, _ in kept), default=1.0)
    placed = [_placed(thing, look, thing.score / best, view) for thing, look in kept]
    placed = [replace(figure, sounding=index < 2) for index, figure in enumerate(placed)]
    return sorted(_apart(placed), key=lambda figure: figure.foot)


def _placed(thing: Thing, look: Mapping[str, Any], weight: float, view: View) -> Figure:
    at = look.get("at", "ground")
    share = PORTRAIT if at == "bust" else 1.0
    tall = share * UNIT * min(view.height, WIDTH) * view.scale * look.get("size", 1.0) * (0.6 + 0.4 * weight)
    near, foot = _foot(at, weight, view)
    tall = min(tall * near, TALLEST * view.height)
    if at == "air":
        foot += tall / 2
    x = stream_at(view, foot)[0] if at == "water" and view.scene == "stream" else view.x(thing.centre)
    return Figure(
        look["draw"],
        at,
        x,
        foot,
        tall,
        weight,
        look=next(kind for kind in thing.kinds if kind in vocabulary("pictures")),
    )


def _foot(at: str, weight: float, view: View) -> tuple[float, float]:
    """(how large things are there beside the foreground, where they stand)."""
    place, height = view.place, view.height
    jitter = view.rng.uniform(-0.012, 0.012)
    if at == "air":
        ceiling = 0.46 * height if view.scene in INDOORS else 0.80 * view.horizon
        return 0.9, float(np.interp(weight, (0, 1), (0.20 * height, 0.62 * ceiling))) + 4 * jitter * height
    if at == "table" and view.scene in ("room", "kitchen"):
        return 1.0, (TABLE_TOP + (0.0 if view.scene == "room" else jitter - 0.012)) * height
    far, near = place["float"] if _floats(at, view) else place["stand"]
    share = 0.25 + 0.75 * weight
    size = 0.62 + 0.38 * share if at == "water" and view.scene == "sea" else 0.8 + 0.2 * share
    return size, (far + (near - far) * share + jitter) * height


def _floats(at: str, view: View) -> bool:
    return (
        (at == "water" and view.scene in FLOWING)
        or (at == "road" and view.scene == "city")
        or (at == "rail" and view.scene == "rail")
    )


def _apart(placed: list[Figure]) -> list[Figure]:
    """Push neighbours apart until none hides another, as little as may be; smaller where they are many."""
    rows: dict[str, list[int]] = {}
    for index, figure in enumerate(placed):
        rows.setdefault("air" if figure.at == "air" else "land", []).append(index)
    for row in rows.values():
        scale = min(1.0, FULLEST * WIDTH / sum(_wide(placed[index]) for index in row))
        for index in row:
            placed[index] = replace(placed[index], tall=scale * placed[index].tall)
    xs = np.array([figure.x for figure in placed])
    for row in rows.values():
        for _ in range(200):
            order = sorted(row, key=lambda index: (xs[index], index))
            for left, right in pairwise(order):
                room = (_wide(placed[left]) + _wide(placed[right])) / 2 + GAP
                lack = room - (xs[right] - xs[left])
                if lack > 0:
                    xs[left] -= lack / 2
                    xs[right] += lack / 2
            for index in row:
                half = _wide(placed[index]) / 2 + 24
                xs[index] = np.clip(xs[index], half, WIDTH - half)
    return [replace(figure, x=float(x)) for figure, x in zip(placed, xs, strict=True)]


def _wide(figure: Figure) -> float:
    left, _, right, _ = box_of(figure)
    return figure.tall * (PORTRAIT_WIDTH if figure.at == "bust" else right - left)


def standing_about(view: View, taken: Sequence[Figure]) -> list[Figure]:
    """What belongs to the place and stands where nothing else does."""
    drawn = {figure.drawing for figure in taken}
    found: list[Figure] = []
    sides = [0.1, 0.9] if view.rng.random() < 0.5 else [0.9, 0.1]
    for index, (drawing, size, *where) in enumerate(view.place["about"]):
        if drawing in drawn:
            continue
        at = where[0] if where else "ground"
        tall = 0.21 * min(view.height, WIDTH) * view.scale * size
        inwards = 0.14 * (index // 2) * (1 if sides[index % 2] < 0.5 else -1)
        x = WIDTH * (sides[index % 2] + inwards + view.rng.uniform(-0.03, 0.03))
        foot = (view.place["stand"][0] - 0.02) * view.height
        if at == "wall":
            x, foot = WIDTH * (0.27 if view.mirrored else 0.73), 0.42 * view.height
        elif at == "table":
            foot = 0.79 * view.height
        x = min(max(x, 0.42 * tall), WIDTH - 0.42 * tall)
        crowded = any(
            abs(other.x - x) < 0.36 * (other.tall + tall) and other.at != "air" and at != "wall"
            for other in taken
        )
        if not crowded:
            found.append(Figure(drawing, at, x, foot, tall, 0.0))
    return found


def box_of(figure: Figure) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn, as shares of the figure's height."""
    left, top, right, bottom = vocabulary("drawings")["boxes"][figure.drawing]
    return left, top, right, bottom
