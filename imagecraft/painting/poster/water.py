"""The sea and a stream: waves are the sound's level over time."""

from __future__ import annotations

import numpy as np

from imagecraft.painting.poster.land import EDGE, meadow, ridge_line
from imagecraft.painting.poster.sky import sky, sun_place
from imagecraft.painting.poster.svg import (
    Point,
    Sheet,
    curve,
    down_to,
    element,
    mix,
    number,
    pair,
)
from imagecraft.painting.poster.view import WIDTH, View

STREAM_TOP = 0.69


def sea(sheet: Sheet, view: View) -> None:
    """Sky, islands, waves to the horizon, and a beach."""
    sky(sheet, view)
    far = view.palette["ridges"][0]
    points = ridge_line(view, 0, view.horizon + 2, view.place["relief"] * view.height, count=15)
    sheet.add(element("path", d=down_to(points, view.horizon + 8), fill=far))
    shore = 0.735 * view.height
    water(sheet, view, view.horizon, shore + 60)
    beach(sheet, view, shore)


def water(sheet: Sheet, view: View, top: float, bottom: float) -> None:
    """Water with rows of waves: each row is the level of the sound over time, nearer rows are higher."""
    far, near = view.palette["water"]
    sheet.add(element("rect", y=top, width=WIDTH, height=bottom - top, fill=sheet.gradient([far, near])))
    _reflection(sheet, view, top, bottom)
    rows = 8
    light = mix(far, view.palette["light"], 0.65)
    for row in range(rows):
        share = ((row + 1) / (rows + 1)) ** 1.6
        y = top + share * (bottom - top)
        tall = 3 + 24 * share * (0.5 + view.character.loudness)
        levels = np.roll(view.line(row % 3, 26, smooth=0.8), 3 * row)
        at = np.linspace(-EDGE, WIDTH + EDGE, 26)
        lift = np.sin(np.arange(26) * 1.55 + row) * tall * (0.35 + 0.65 * levels)
        points = [(float(x), float(y - up)) for x, up in zip(at, lift, strict=True)]
        colour = mix(far, near, min(1.0, 0.25 + 0.75 * share))
        line = curve(points)
        sheet.add(element("path", d=down_to(points, bottom + EDGE), fill=colour))
        sheet.add(
            element(
                "path",
                d=line,
                fill="none",
                stroke=light,
                stroke_width=1.2 + 3.2 * share,
                stroke_opacity=f"{0.35 + 0.4 * share:.2f}",
            )
        )


def _reflection(sheet: Sheet, view: View, top: float, bottom: float) -> None:
    x, _, radius = sun_place(view)
    light = view.palette["light"]
    for step in range(11):
        share = step / 11
        y = top + 4 + share * (bottom - top) * 0.8
        wide = radius * (0.5 + 1.1 * share) * view.rng.uniform(0.6, 1.2)
        sheet.add(
            element(
                "ellipse",
                cx=x + view.rng.uniform(-12, 12),
                cy=y,
                rx=wide,
                ry=2.2 + 3 * share,
                fill=light,
                fill_opacity=f"{0.6 - 0.45 * share:.2f}",
            )
        )


def beach(sheet: Sheet, view: View, shore: float) -> None:
    """Sand with a line of foam, which the sound's level bends."""
    levels = view.line(1, 9)
    at = np.linspace(-EDGE, WIDTH + EDGE, 9)
    points = [
        (float(x), float(shore + 34 * np.sin(x / 210) - 26 * level))
        for x, level in zip(at, levels, strict=True)
    ]
    light, deep = view.palette["sand"]
    wet = mix(deep, view.palette["water"][1], 0.35)
    for lift, fill, opacity in ((0.0, "#ffffff", "0.85"), (13.0, wet, "1"), (36.0, "", "1")):
        line = [(x, y + lift) for x, y in points]
        shape = down_to(line, view.height + EDGE)
        sheet.add(element("path", d=shape, fill=fill or sheet.gradient([light, deep]), fill_opacity=opacity))
    specks = [
        element(
            "circle",
            cx=view.rng.uniform(0, WIDTH),
            cy=view.rng.uniform(shore + 70, view.height),
            r=view.rng.uniform(1, 3),
        )
        for _ in range(70)
    ]
    sheet.add(element("g", "".join(specks), fill=mix(deep, view.palette["ink"], 0.25), fill_opacity="0.5"))


def stream_at(view: View, y: float) -> tuple[float, float]:
    """The middle of the stream at a height, and how far it reaches to either side."""
    share = max(0.0, (y / view.height - STREAM_TOP) / (1 - STREAM_TOP))
    bend = 150 * float(np.sin(share * 4.2 + 1)) * (0.3 + share)
    return WIDTH * (0.42 if view.mirrored else 0.58) + bend, 16 + 300 * share**1.5


def stream(sheet: Sheet, view: View) -> None:
    """Hills with a stream that comes towards who looks."""
    meadow(sheet, view)
    top, bottom = STREAM_TOP * view.height, view.height + 40
    left: list[Point] = []
    right: list[Point] = []
    for y in np.linspace(top, bottom, 9):
        middle, wide = stream_at(view, float(y))
        left.append((middle - wide, float(y)))
        right.append((middle + wide, float(y)))
    shape = curve(left) + curve(list(reversed(right))).replace("M", "L", 1) + "Z"
    far, near = view.palette["water"]
    bank = mix(view.palette["ground"][1], view.palette["ink"], 0.35)
    sheet.add(
        element(
            "path",
            d=shape,
            fill=sheet.gradient([far, near]),
            stroke=bank,
            stroke_width=9.0,
            stroke_opacity="0.55",
        )
    )
    light = mix(far, view.palette["light"], 0.7)
    lines = []
    for _ in range(26):
        share = view.rng.uniform(0.1, 0.95)
        index = min(8, round(share * 8))
        low, high = left[index][0], right[index][0]
        reach = (high - low) * view.rng.uniform(0.1, 0.26)
        x, y = (
            view.rng.uniform(low + 12, max(low + 13, high - reach - 12)),
            left[index][1] + view.rng.uniform(-14, 14),
        )
        lines.append(f"M{pair(x, y)}q{pair(reach / 2, -5 - 5 * share)} {number(reach)} 0")
    sheet.add(
        element(
            "path",
            d="".join(lines),
            fill="none",
            stroke=light,
            stroke_width=3.0,
            stroke_linecap="round",
            stroke_opacity="0.75",
        )
    )
