"""A city street: the sound as a skyline."""

from __future__ import annotations

import numpy as np

from imagecraft.painting.poster.land import EDGE
from imagecraft.painting.poster.sky import sky
from imagecraft.painting.poster.svg import Sheet, element, mix, pair, polygon, soft_edge
from imagecraft.painting.poster.view import WIDTH, View


def city(sheet: Sheet, view: View) -> None:
    """A street: houses as high as the sound is loud at each moment and pitch, lit windows where it is."""
    sky(sheet, view)
    for row, (count, share) in enumerate(((15, 1.0), (11, 0.68), (8, 0.42))):
        _houses(sheet, view, row, count, share)
    _street(sheet, view)


def _houses(sheet: Sheet, view: View, row: int, count: int, share: float) -> None:
    base = view.horizon + 0.09 * view.height
    colour = view.palette["ridges"][row]
    levels = view.line(row, count, smooth=0.5)
    lit = mix(view.palette["light"], "#ffc24a", 0.45)
    dark = mix(colour, view.palette["ink"], 0.25)
    width = (WIDTH + 60) / count
    shapes: list[str] = []
    windows: dict[str, list[str]] = {lit: [], dark: []}
    for index, level in enumerate(levels):
        tall = (
            share * view.place["relief"] * view.height * (0.35 + 0.75 * level + view.rng.uniform(-0.06, 0.06))
            + 60
        )
        x, wide = -30 + index * width, width - 5
        shapes.append(element("rect", x=x, y=base - tall, width=wide, height=tall + 80, rx=3.0))
        if view.rng.random() < 0.35:
            shapes.append(element("rect", x=x + wide * 0.45, y=base - tall - 34, width=5.0, height=36.0))
        glowing = (0.62 if view.hour in ("night", "dusk", "storm") else 0.22) * (0.4 + level)
        for wy in np.arange(base - tall + 16, base - 10, 26):
            for wx in np.arange(x + 10, x + wide - 14, 20):
                pane = element("rect", x=float(wx), y=float(wy), width=9.0, height=13.0)
                windows[lit if view.rng.random() < glowing else dark].append(pane)
    fill = sheet.gradient([colour, mix(colour, view.palette["sky"][2], 0.3)])
    houses = "".join(shapes)
    sheet.add(soft_edge(houses, view.palette["ink"], reach=20, opacity=0.24), element("g", houses, fill=fill))
    for shade, panes in windows.items():
        opacity = "0.9" if shade == lit else "0.35"
        sheet.add(element("g", "".join(panes), fill=shade, fill_opacity=opacity))


def _street(sheet: Sheet, view: View) -> None:
    kerb, road_top = 0.755 * view.height, 0.845 * view.height
    light, dark = view.palette["road"]
    pave = mix(light, view.palette["paper"], 0.35)
    slab = {"x": -EDGE, "y": kerb, "width": WIDTH + 2 * EDGE, "height": view.height}
    sheet.add(soft_edge(element("rect", **slab), view.palette["ink"]))
    sheet.add(element("rect", **slab, fill=sheet.gradient([pave, light])))
    joints = "".join(
        f"M{pair(x, kerb)}l{pair((x - WIDTH / 2) * 0.12, road_top - kerb)}"
        for x in np.linspace(-80, WIDTH + 80, 17)
    )
    sheet.add(element("path", d=joints, stroke=dark, stroke_width=1.6, stroke_opacity="0.35"))
    sheet.add(
        element(
            "rect",
            x=-EDGE,
            y=road_top,
            width=WIDTH + 2 * EDGE,
            height=view.height,
            fill=sheet.gradient([dark, mix(dark, view.palette["ink"], 0.4)]),
        )
    )
    sheet.add(
        element(
            "rect", x=-EDGE, y=road_top, width=WIDTH + 2 * EDGE, height=7.0, fill=mix(pave, "#ffffff", 0.3)
        )
    )
    y = 0.935 * view.height
    dashes = "".join(
        polygon([(x, y), (x + 74, y), (x + 66, y + 11), (x - 8, y + 11)])
        for x in np.arange(-30.0, WIDTH, 150.0)
    )
    sheet.add(element("path", d=dashes, fill=view.palette["paper"], fill_opacity="0.75"))
