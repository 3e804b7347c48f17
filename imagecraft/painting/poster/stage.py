"""A stage: the sound as a wall of lights."""

from __future__ import annotations

import numpy as np

from imagecraft.painting.poster.svg import Sheet, element, mix, polygon, soft_edge
from imagecraft.painting.poster.view import WIDTH, View


def stage(sheet: Sheet, view: View) -> None:
    """A stage: the sound as a wall of lights, beams, a floor, curtains."""
    top, middle, low = view.palette["sky"]
    deep = mix(top, view.palette["ink"], 0.55)
    sheet.add(
        element(
            "rect",
            width=WIDTH,
            height=view.height,
            fill=sheet.gradient([deep, mix(middle, view.palette["ink"], 0.35), mix(low, middle, 0.4)]),
        )
    )
    floor = 0.74 * view.height
    _bars(sheet, view, floor)
    _beams(sheet, view, floor)
    boards, dark = view.palette["floor"]
    disc = {"cx": WIDTH / 2, "cy": floor + 0.24 * view.height, "rx": 760.0, "ry": 0.27 * view.height}
    sheet.add(soft_edge(element("ellipse", **disc), view.palette["ink"], opacity=0.5))
    sheet.add(
        element("ellipse", **disc, fill=sheet.gradient([mix(boards, view.palette["light"], 0.3), dark]))
    )
    pool = sheet.glow([(view.palette["light"], 0.6), (view.palette["light"], 0.0)])
    sheet.add(
        element(
            "ellipse", cx=WIDTH / 2, cy=floor + 0.13 * view.height, rx=430.0, ry=0.1 * view.height, fill=pool
        )
    )
    _curtains(sheet, view)


def _bars(sheet: Sheet, view: View, floor: float) -> None:
    count = 27
    colours = [view.palette["sky"][2], view.palette["sky"][1], view.palette["light"]]
    width = (WIDTH - 180) / count
    for band in range(3):
        levels = view.line(band, count, smooth=0.5)
        tall = view.place["relief"] * view.height * (1 - 0.22 * band)
        for index, level in enumerate(levels):
            high = (
                tall
                * (0.12 + 0.88 * float(level))
                * (0.75 + 0.25 * np.cos((index / (count - 1) - 0.5) * np.pi))
            )
            x = 90 + index * width
            sheet.add(
                element(
                    "rect",
                    x=x + 3,
                    y=floor - float(high),
                    width=width - 6,
                    height=float(high) + 60,
                    rx=6.0,
                    fill=colours[band],
                    fill_opacity=f"{0.26 + 0.14 * band:.2f}",
                )
            )


def _beams(sheet: Sheet, view: View, floor: float) -> None:
    for start, end in ((0.12, 0.42), (0.32, 0.62), (0.68, 0.38), (0.88, 0.58)):
        x = start * WIDTH
        target = end * WIDTH + view.rng.uniform(-60, 60)
        light = sheet.gradient([(view.palette["light"], 0.5), (view.palette["light"], 0.02)])
        shape = polygon([(x - 9, -10), (x + 9, -10), (target + 120, floor + 60), (target - 120, floor + 60)])
        sheet.add(element("path", d=shape, fill=light))


def _curtains(sheet: Sheet, view: View) -> None:
    cloth = "#8e2239" if view.hour != "night" else "#5d1a3b"
    for side in (0, 1):
        folds = []
        for fold in range(4):
            x = fold * 30 - 16 if side == 0 else WIDTH - fold * 30 - 30
            colour = mix(cloth, "#000000", 0.1 + 0.32 * (fold % 2))
            fold_shape = {"x": float(x), "y": -20.0, "width": 46.0, "height": view.height + 40, "rx": 22.0}
            folds.append(element("rect", **fold_shape, fill=colour))
        sheet.add(soft_edge(element("rect", **fold_shape), "#000000", opacity=0.45), *reversed(folds))
    swags = [
        element(
            "ellipse",
            cx=float(x),
            cy=-8.0,
            rx=112.0,
            ry=74.0,
            fill=mix(cloth, "#000000", 0.08 + 0.18 * (index % 2)),
        )
        for index, x in enumerate(np.linspace(0, WIDTH, 7))
    ]
    shapes = "".join(
        element("ellipse", cx=float(x), cy=-8.0, rx=112.0, ry=74.0) for x in np.linspace(0, WIDTH, 7)
    )
    sheet.add(soft_edge(shapes, "#000000", opacity=0.4), *swags)
