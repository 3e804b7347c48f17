"""The things that are heard, drawn as cut-outs: the more certain the larger, the earlier the further left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.painting.base import Thing
from imagecraft.painting.poster.land import stream_at
from imagecraft.painting.poster.svg import Sheet, element, mix, number, pair
from imagecraft.painting.poster.view import WIDTH, View
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
    left, _, right, _ = _box(figure)
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


def draw(sheet: Sheet, view: View, all_figures: Sequence[Figure]) -> None:
    """Draw figures onto the sheet, those behind first."""
    if view.scene == "room" and any(figure.at == "table" for figure in all_figures):
        _table(sheet, view, [figure for figure in all_figures if figure.at == "table"])
    edge = view.palette["paper"]
    light = (1.0, 1.0, 1.0) if view.scene in INDOORS else view.palette["lit"]
    dim = [channel**3 for channel in light]
    soft = sheet.shadow(view.palette["ink"], down=5, blur=5, opacity=0.38, light=dim)
    cut_out = sheet.shadow(view.palette["ink"], down=7, blur=6, opacity=0.42, edge=edge, light=light)
    for figure in all_figures:
        if figure.at in ("ground", "road", "rail", "table"):
            _cast(sheet, view, figure)
        if figure.sounding:
            _marks(sheet, view, figure)
    for figure in all_figures:
        if figure.at == "bust":
            _medallion(sheet, view, figure, soft)
        sheet.add(_drawn(figure, cut_out if figure.weight else soft))
        if figure.at == "water" and view.scene in FLOWING:
            _wake(sheet, view, figure)


def _drawn(figure: Figure, filter: str) -> str:
    book = vocabulary("drawings")
    scale = figure.tall / book["side"]
    flip = -1 if figure.x < 0.5 * WIDTH and figure.at != "wall" else 1
    left, _, right, bottom = _box(figure)
    corner = (figure.x - flip * figure.tall * (left + right) / 2, figure.foot - figure.tall * bottom)
    place = f"translate({pair(*corner)}) scale({flip * scale:.4f} {scale:.4f})"
    inside = element("g", book["drawings"][figure.drawing], transform=place)
    return element("g", inside, filter=filter)


def _box(figure: Figure) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn, as shares of the figure's height."""
    left, top, right, bottom = vocabulary("drawings")["boxes"][figure.drawing]
    return left, top, right, bottom


def _cast(sheet: Sheet, view: View, figure: Figure) -> None:
    """The shadow on the ground."""
    left, _, right, _ = _box(figure)
    shade = sheet.glow([(view.palette["ink"], 0.5), (view.palette["ink"], 0.22), (view.palette["ink"], 0.0)])
    sheet.add(
        element(
            "ellipse",
            cx=figure.x + 8,
            cy=figure.foot,
            rx=0.56 * figure.tall * (right - left),
            ry=0.085 * figure.tall,
            fill=shade,
        )
    )


def _marks(sheet: Sheet, view: View, figure: Figure) -> None:
    """Arcs that spread from what makes the sound: the louder it is, the more."""
    count = 2 + round(2 * view.character.loudness * figure.weight)
    side = 1 if figure.x < WIDTH / 2 else -1
    x, y = figure.x + side * 0.18 * figure.tall, figure.foot - 0.62 * figure.tall
    colour = mix(view.palette["light"], view.palette["paper"], 0.5)
    arcs = []
    for step in range(count):
        radius = figure.tall * (0.42 + 0.15 * step)
        start, end = np.radians(-34), np.radians(34)
        x0, y0 = x + side * radius * np.cos(start), y + radius * np.sin(start)
        x1, y1 = x + side * radius * np.cos(end), y + radius * np.sin(end)
        sweep = 1 if side > 0 else 0
        arcs.append(f"M{pair(x0, y0)}A{pair(radius, radius)} 0 0 {sweep} {pair(x1, y1)}")
    width = max(3.0, 0.024 * figure.tall)
    sheet.add(
        element(
            "path",
            d="".join(arcs),
            fill="none",
            stroke=view.palette["ink"],
            stroke_width=width + 4,
            stroke_opacity="0.16",
            stroke_linecap="round",
        ),
        element(
            "path",
            d="".join(arcs),
            fill="none",
            stroke=colour,
            stroke_width=width,
            stroke_linecap="round",
            stroke_opacity="0.95",
        ),
    )


def _medallion(sheet: Sheet, view: View, figure: Figure, filter: str) -> None:
    """A disc behind a head, so that it is a portrait."""
    radius = 0.62 * figure.tall
    _, top, _, bottom = _box(figure)
    x, y = figure.x, figure.foot - figure.tall * (bottom - top) / 2
    sheet.add(
        element("circle", cx=x, cy=y, r=radius, fill=view.palette["paper"], filter=filter),
        element(
            "circle",
            cx=x,
            cy=y,
            r=0.91 * radius,
            fill=sheet.gradient([view.palette["sky"][1], view.palette["ridges"][0]]),
        ),
    )


def _wake(sheet: Sheet, view: View, figure: Figure) -> None:
    light = mix(view.palette["water"][0], "#ffffff", 0.6)
    for lift, wide in ((0.0, 0.62), (0.045, 0.46)):
        y = figure.foot - 0.03 * figure.tall + lift * figure.tall
        sheet.add(
            element(
                "ellipse",
                cx=figure.x,
                cy=y,
                rx=wide * figure.tall,
                ry=0.035 * figure.tall,
                fill=light,
                fill_opacity="0.7",
            )
        )


def _table(sheet: Sheet, view: View, on_it: Sequence[Figure]) -> None:
    left = min(figure.x - figure.tall for figure in on_it) - 30
    right = max(figure.x + figure.tall for figure in on_it) + 30
    left, right = max(30.0, min(left, right - 420)), min(WIDTH - 30, max(right, left + 420))
    y = TABLE_TOP * view.height - 14
    wood, dark = (mix(colour, view.palette["paper"], 0.22) for colour in view.palette["floor"])
    filter = sheet.shadow(view.palette["ink"], down=8, blur=9, opacity=0.42)
    legs = "".join(
        element("rect", x=x, y=y + 30, width=26.0, height=view.height - y, rx=6.0, fill=dark)
        for x in (left + 34, right - 60)
    )
    sheet.add(element("g", legs, filter=filter))
    top = f"M{pair(left + 34, y)}H{number(right - 34)}L{pair(right, y + 40)}H{number(left)}Z"
    board = element("path", d=top, fill=sheet.gradient([mix(wood, "#ffffff", 0.15), wood]))
    board += element("rect", x=left, y=y + 40, width=right - left, height=17.0, rx=4.0, fill=dark)
    sheet.add(element("g", board, filter=filter))
