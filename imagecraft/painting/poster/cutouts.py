"""Figures drawn as cut-outs of paper, with shadows and with arcs at what sounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.painting.poster.figures import FLOWING, INDOORS, TABLE_TOP, Figure, box_of
from imagecraft.painting.poster.svg import Sheet, element, mix, number, pair
from imagecraft.painting.poster.view import WIDTH, View


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
    left, _, right, bottom = box_of(figure)
    corner = (figure.x - flip * figure.tall * (left + right) / 2, figure.foot - figure.tall * bottom)
    place = f"translate({pair(*corner)}) scale({flip * scale:.4f} {scale:.4f})"
    inside = element("g", book["drawings"][figure.drawing], transform=place)
    return element("g", inside, filter=filter)


def _cast(sheet: Sheet, view: View, figure: Figure) -> None:
    """The shadow on the ground."""
    left, _, right, _ = box_of(figure)
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
    _, top, _, bottom = box_of(figure)
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
