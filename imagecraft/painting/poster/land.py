"""Places out of doors. Their ridges are the sound's own outline: its level over time, by pitch."""

from __future__ import annotations

import numpy as np

from imagecraft.painting.poster.sky import sky
from imagecraft.painting.poster.svg import (
    Point,
    Sheet,
    curve,
    down_to,
    element,
    mix,
    number,
    pair,
    polygon,
    soft_edge,
)
from imagecraft.painting.poster.view import WIDTH, View

EDGE = 60.0  # what is drawn beyond the frame, so that no end of a line shows


def layer(sheet: Sheet, view: View, points: list[Point], fill: str, *, shade: float = 0.3) -> None:
    """A cut-out that reaches from a line down to the lower edge, its shadow on what is behind it."""
    sheet.add(soft_edge(element("path", d=curve(points)), view.palette["ink"], opacity=shade))
    sheet.add(element("path", d=down_to(points, view.height + EDGE), fill=fill))


def ridge_line(
    view: View, band: int, y: float, relief: float, *, count: int = 13, smooth: float = 1.2
) -> list[Point]:
    """A band's level over time as the line of a range of hills."""
    levels = view.line(band, count, smooth=smooth)
    jitter = view.rng.uniform(-0.08, 0.08, count)
    at = np.linspace(-EDGE, WIDTH + EDGE, count)
    return [
        (float(x), float(y - relief * (level + more)))
        for x, level, more in zip(at, levels, jitter, strict=True)
    ]


def ridges(sheet: Sheet, view: View, count: int = 3) -> None:
    """Ranges of hills, one behind the other, each the outline of a band of the sound, the lowest far away."""
    relief = view.place["relief"] * view.height
    for index in range(count):
        share = index / max(1, count - 1)
        y = view.horizon + (0.02 + 0.05 * share) * view.height
        colour = view.palette["ridges"][min(2, round(share * 2))]
        fill = sheet.gradient([colour, mix(colour, view.palette["sky"][2], 0.35)])
        layer(sheet, view, ridge_line(view, index, y, relief * (1.15 - 0.5 * share)), fill, shade=0.18)


def meadow(sheet: Sheet, view: View) -> None:
    """Hills, and grass in front."""
    sky(sheet, view)
    ridges(sheet, view)
    grass(sheet, view, 0.70 * view.height)


def grass(sheet: Sheet, view: View, y: float) -> None:
    """The ground in front, with tufts of grass."""
    far, near = view.palette["ground"]
    layer(sheet, view, ridge_line(view, 3, y, 0.05 * view.height, count=9), sheet.gradient([far, near]))
    blades = []
    for _ in range(150):
        share = view.rng.uniform(0.05, 1) ** 0.7
        x, foot = view.rng.uniform(0, WIDTH), y + share * (view.height - y)
        tall = 6 + 20 * share
        blades.append(f"M{pair(x, foot)}q0 {pair(-tall / 2, view.rng.uniform(-7, 7))} {number(-tall)}")
    sheet.add(
        element(
            "path",
            d="".join(blades),
            fill="none",
            stroke=mix(far, near, 1.0),
            stroke_width=2.4,
            stroke_opacity="0.75",
            stroke_linecap="round",
        )
    )


def forest(sheet: Sheet, view: View) -> None:
    """Rows of firs whose tops follow the sound, and a clearing."""
    sky(sheet, view)
    near = view.palette["ridges"][2]
    for row, (count, base, tall) in enumerate(((26, 0.63, 0.20), (17, 0.70, 0.31), (10, 0.80, 0.46))):
        colour = mix(view.palette["ridges"][0], mix(near, view.palette["ground"][1], 0.45), row / 2)
        levels = view.line(row, count, smooth=0.7)
        shapes = []
        for index, level in enumerate(levels):
            middle = abs(index / (count - 1) - 0.5) * 2
            open_air = 1.0 if row < 2 else 0.35 + 0.75 * middle
            x = -30 + (WIDTH + 60) * index / (count - 1) + view.rng.uniform(-14, 14)
            shapes.append(_fir(x, base * view.height, tall * view.height * (0.55 + 0.55 * level) * open_air))
        fill = sheet.gradient(
            [mix(colour, view.palette["light"], 0.12), mix(colour, view.palette["ink"], 0.12)]
        )
        top, bottom = base * view.height - 14, 2 * view.height
        shapes.append(polygon([(-EDGE, top), (WIDTH + EDGE, top), (WIDTH + EDGE, bottom), (-EDGE, bottom)]))
        trees = element("path", d="".join(shapes))
        sheet.add(soft_edge(trees, view.palette["ink"], reach=16, opacity=0.24))
        sheet.add(element("g", trees, fill=fill))
    grass(sheet, view, 0.80 * view.height)


def _fir(x: float, foot: float, tall: float) -> str:
    wide = 0.24 * tall
    points: list[Point] = [(x, foot - tall)]
    for tier in (0.38, 0.66, 1.0):
        points += [
            (x + wide * tier, foot - tall * (1 - tier) - 4),
            (x + wide * tier * 0.55, foot - tall * (1 - tier) - 8),
        ]
    mirrored = [(2 * x - px, py) for px, py in reversed(points[1:])]
    return polygon([*points, *mirrored])


def rail(sheet: Sheet, view: View) -> None:
    """Hills with a railway along them."""
    sky(sheet, view)
    ridges(sheet, view)
    grass(sheet, view, 0.68 * view.height)
    y = 0.845 * view.height
    stone = mix(view.palette["road"][0], view.palette["ground"][0], 0.25)
    sheet.add(
        element(
            "path",
            d=polygon([(-EDGE, y + 66), (-EDGE, y - 6), (WIDTH + EDGE, y - 6), (WIDTH + EDGE, y + 66)]),
            fill=stone,
        )
    )
    wood = mix(view.palette["floor"][1], view.palette["ink"], 0.2)
    for x in np.arange(-20, WIDTH + 40, 52):
        sheet.add(
            element(
                "path",
                d=polygon(
                    [
                        (float(x), y - 2),
                        (float(x) + 26, y - 2),
                        (float(x) + 14, y + 56),
                        (float(x) - 16, y + 56),
                    ]
                ),
                fill=wood,
            )
        )
    steel = mix(view.palette["sky"][2], view.palette["ink"], 0.3)
    for lift, wide in ((4.0, 7.0), (38.0, 10.0)):
        sheet.add(element("rect", x=-EDGE, y=y + lift, width=WIDTH + 2 * EDGE, height=wide, fill=steel))


def open_sky(sheet: Sheet, view: View) -> None:
    """Much sky over low hills."""
    sky(sheet, view)
    ridges(sheet, view)
    grass(sheet, view, 0.93 * view.height)


def waves(sheet: Sheet, view: View) -> None:
    """A landscape of nothing but the sound: one line of hills a band and moment, nearer and nearer."""
    sky(sheet, view)
    rows = 9
    colours = [*view.palette["ridges"], view.palette["ground"][0], view.palette["ground"][1]]
    for row in range(rows):
        share = row / (rows - 1)
        y = view.horizon + 30 + share**1.25 * (view.height - view.horizon) * 0.92
        at = share * (len(colours) - 1)
        colour = mix(colours[int(at)], colours[min(len(colours) - 1, int(at) + 1)], at % 1)
        points = ridge_line(
            view, row % 4, y, view.place["relief"] * view.height * (1 - 0.55 * share), count=19, smooth=0.9
        )
        layer(
            sheet,
            view,
            points,
            sheet.gradient([mix(colour, view.palette["light"], 0.16), colour]),
            shade=0.25,
        )
