"""The sky: its light, its clouds, what falls from it."""

from __future__ import annotations

import numpy as np

from imagecraft.painting.poster.svg import Sheet, curve, element, mix, pair, polygon, soft_edge
from imagecraft.painting.poster.view import WIDTH, View

STARS = 90
LIGHT_HEIGHTS = {"dawn": 0.86, "day": 0.30, "dusk": 0.84, "night": 0.32, "rain": 0.36, "storm": 0.30}
"""How far down the sky sun or moon stand, as a share of the way to the horizon."""


def sky(sheet: Sheet, view: View, bottom: float | None = None) -> None:
    """Fill the sheet with sky down to `bottom` (the horizon), with its sun or moon, stars and clouds."""
    bottom = view.horizon + 0.08 * view.height if bottom is None else bottom
    fill = sheet.gradient(view.palette["sky"])
    sheet.add(element("rect", width=WIDTH, height=bottom, fill=fill))
    if view.hour == "night":
        _stars(sheet, view, bottom)
    _sun(sheet, view)
    _clouds(sheet, view)


def sun_place(view: View) -> tuple[float, float, float]:
    """(x, y, radius) of sun or moon. It stands where the sound is loudest."""
    loudest = float(np.argmax(view.line(0, 24))) / 23
    x = 0.16 * WIDTH + 0.68 * WIDTH * (0.5 + 0.8 * (loudest - 0.5))
    return x, LIGHT_HEIGHTS[view.hour] * view.horizon, 62 + 40 * view.character.loudness


def _sun(sheet: Sheet, view: View) -> None:
    light = view.palette["light"]
    x, y, radius = sun_place(view)
    veiled = view.hour in ("rain", "storm")
    glow = sheet.glow([(light, 0.35 if veiled else 0.75), (light, 0.2), (light, 0.0)])
    sheet.add(element("circle", cx=x, cy=y, r=radius * 3.6, fill=glow))
    if veiled:
        return
    rings = max(1, round(1 + 2 * view.character.liveliness))
    for ring in range(rings, 0, -1):
        sheet.add(
            element("circle", cx=x, cy=y, r=radius * (1 + 0.32 * ring), fill=light, fill_opacity="0.13")
        )
    sheet.add(element("circle", cx=x, cy=y, r=radius, fill=light))
    if view.hour == "night":
        shade = mix(light, view.palette["sky"][2], 0.25)
        for dx, dy, size in ((-0.3, -0.2, 0.2), (0.25, 0.3, 0.14), (0.3, -0.35, 0.1)):
            sheet.add(element("circle", cx=x + dx * radius, cy=y + dy * radius, r=size * radius, fill=shade))


def _stars(sheet: Sheet, view: View, bottom: float) -> None:
    for _ in range(STARS):
        x, y = view.rng.uniform(0, WIDTH), view.rng.uniform(0, 0.9) ** 1.4 * bottom
        size = view.rng.uniform(0.7, 2.2)
        opacity = f"{view.rng.uniform(0.35, 0.95):.2f}"
        sheet.add(element("circle", cx=x, cy=y, r=size, fill=view.palette["light"], fill_opacity=opacity))


def _clouds(sheet: Sheet, view: View) -> None:
    top, middle, low = view.palette["sky"]
    wet = max(view.weather.get("rain", 0), view.weather.get("thunder", 0))
    shade = sheet.shadow(view.palette["ink"], down=6, blur=7, opacity=0.22)
    if wet:
        for row, share in enumerate((0.12, 0.05)):
            colour = mix(top, middle, 0.75 - 0.55 * row)
            sheet.add(_bank(view, share * view.height, 0.09 * view.height, colour))
        return
    colour = mix(low, view.palette["light"], 0.6) if view.hour != "night" else mix(middle, low, 0.35)
    for _ in range(2 + round(3 * view.rng.random())):
        x, y = view.rng.uniform(60, WIDTH - 60), view.rng.uniform(0.12, 0.7) * view.horizon
        sheet.add(_cloud(view, x, y, view.rng.uniform(60, 130), colour, shade))


def _cloud(view: View, x: float, y: float, size: float, colour: str, shade: str) -> str:
    puffs = [
        element("ellipse", cx=x + at * size, cy=y - up * size, rx=wide * size, ry=tall * size)
        for at, up, wide, tall in (
            (-0.7, 0.0, 0.5, 0.22),
            (-0.2, 0.16 + 0.1 * view.rng.random(), 0.5, 0.36),
            (0.35, 0.1, 0.45, 0.28),
            (0.8, -0.02, 0.4, 0.18),
        )
    ]
    base = element(
        "rect", x=x - 1.1 * size, y=y - 0.04 * size, width=2.2 * size, height=0.22 * size, rx=0.11 * size
    )
    return element("g", "".join(puffs) + base, fill=colour, fill_opacity="0.92", filter=shade)


def _bank(view: View, y: float, depth: float, colour: str) -> str:
    """A row of heavy clouds hanging from the top edge."""
    at = np.linspace(-60, WIDTH + 60, 9)
    puffs = [
        element(
            "ellipse",
            cx=float(x),
            cy=y + view.rng.uniform(-0.2, 0.4) * depth,
            rx=view.rng.uniform(90, 140),
            ry=view.rng.uniform(0.7, 1.15) * depth,
        )
        for x in at
    ]
    cover = element("rect", x=-60.0, y=-60.0, width=WIDTH + 120, height=y + 60)
    shapes = cover + "".join(puffs)
    return soft_edge(shapes, view.palette["ink"], opacity=0.22) + element("g", shapes, fill=colour)


def weather_behind(sheet: Sheet, view: View) -> None:
    """What happens between the clouds and the land: lightning, fireworks, rain far away."""
    if "thunder" in view.weather:
        _lightning(sheet, view)
    if "fireworks" in view.weather:
        _fireworks(sheet, view)
    if "rain" in view.weather:
        _rain(sheet, view, view.weather["rain"], near=False)


def weather_before(sheet: Sheet, view: View) -> None:
    """What happens before all things: rain, wind, fog, steam."""
    if "rain" in view.weather:
        _rain(sheet, view, view.weather["rain"], near=True)
    if "wind" in view.weather:
        _wind(sheet, view)
    if "fog" in view.weather or "steam" in view.weather:
        _fog(sheet, view)


def _rain(sheet: Sheet, view: View, strength: float, *, near: bool) -> None:
    count = round((130 if near else 240) * (0.5 + strength))
    length, width, opacity = (58.0, 2.6, 0.5) if near else (30.0, 1.4, 0.4)
    slant = 0.22 + 0.3 * ("wind" in view.weather)
    drops = []
    for _ in range(count):
        x, y = view.rng.uniform(-40, WIDTH + 120), view.rng.uniform(-40, view.height)
        reach = length * view.rng.uniform(0.5, 1.2)
        drops.append(f"M{pair(x, y)}l{pair(-slant * reach, reach)}")
    colour = mix(view.palette["light"], view.palette["sky"][2], 0.4)
    sheet.add(
        element("path", d="".join(drops), stroke=colour, stroke_width=width, stroke_opacity=str(opacity),
                stroke_linecap="round", fill="none")
    )  # fmt: skip
    if near:
        _splashes(sheet, view, colour, round(46 * (0.4 + strength)))


def _splashes(sheet: Sheet, view: View, colour: str, count: int) -> None:
    rings = []
    for _ in range(count):
        y = view.rng.uniform(max(view.horizon, 0.72 * view.height), view.height)
        wide = 4 + 15 * (y / view.height - 0.6)
        rings.append(element("ellipse", cx=view.rng.uniform(0, WIDTH), cy=y, rx=wide * 1.8, ry=wide * 0.55))
    sheet.add(
        element("g", "".join(rings), fill="none", stroke=colour, stroke_width=1.6, stroke_opacity="0.5")
    )


def _wind(sheet: Sheet, view: View) -> None:
    lines = []
    for _ in range(9):
        y = view.rng.uniform(0.12, 0.8) * view.height
        start = view.rng.uniform(-0.1, 0.7) * WIDTH
        reach = view.rng.uniform(180, 380)
        bend = view.rng.uniform(12, 28)
        points = [(start + reach * at, y + bend * np.sin(at * 5 + y)) for at in np.linspace(0, 1, 6)]
        x, last = points[-1]
        points += [(x + 26, last - 22), (x + 10, last - 40), (x - 10, last - 26)]
        lines.append(curve(points))
    sheet.add(
        element("path", d="".join(lines), stroke=view.palette["light"], stroke_width=4.0,
                stroke_opacity="0.55", stroke_linecap="round", fill="none")
    )  # fmt: skip


def _fog(sheet: Sheet, view: View) -> None:
    for _ in range(5):
        y = view.rng.uniform(0.45, 0.9) * view.height
        mist = sheet.gradient([("#ffffff", 0.0), ("#ffffff", 0.42), ("#ffffff", 0.0)])
        sheet.add(element("rect", y=y - 60, width=WIDTH, height=120.0, fill=mist))


def _lightning(sheet: Sheet, view: View) -> None:
    light = "#fff7c2"
    for _ in range(1 + round(view.weather["thunder"])):
        x, y = view.rng.uniform(0.15, 0.85) * WIDTH, 0.1 * view.height
        left: list[tuple[float, float]] = [(x, y)]
        while y < view.horizon - 20:
            x += view.rng.uniform(-55, 55)
            y += view.rng.uniform(35, 75)
            left.append((x, min(y, view.horizon)))
        widths = 1 + 15 * np.sin(np.linspace(0.12, 1, len(left)) * np.pi)
        right = [(x + float(wide), y + 4) for (x, y), wide in zip(left, widths, strict=True)]
        x0, y0 = left[len(left) // 2]
        glow = sheet.glow([(light, 0.55), (light, 0.0)])
        sheet.add(element("circle", cx=x0, cy=y0, r=260.0, fill=glow))
        sheet.add(element("path", d=polygon([*left, *reversed(right)]), fill=light))


def _fireworks(sheet: Sheet, view: View) -> None:
    colours = ("#ffd166", "#ef6f8f", "#7fd8ff", "#c9a7ff")
    for index in range(4):
        x, y = view.rng.uniform(0.12, 0.88) * WIDTH, view.rng.uniform(0.12, 0.62) * view.horizon
        radius = view.rng.uniform(70, 140)
        rays = []
        for angle in np.linspace(0, 2 * np.pi, 26, endpoint=False):
            dx, dy = float(np.cos(angle)), float(np.sin(angle))
            inner = radius * view.rng.uniform(0.25, 0.5)
            rays.append(f"M{pair(x + dx * inner, y + dy * inner)}")
            rays.append(f"L{pair(x + dx * radius, y + dy * radius)}")
        sheet.add(
            element("path", d="".join(rays), stroke=colours[index], stroke_width=4.0, stroke_linecap="round")
        )
