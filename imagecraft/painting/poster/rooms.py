"""Places indoors: a room, a kitchen."""

from __future__ import annotations

import numpy as np

from imagecraft.painting.poster.land import EDGE
from imagecraft.painting.poster.svg import Sheet, element, mix, number, pair, polygon, soft_edge
from imagecraft.painting.poster.view import WIDTH, View


def room(sheet: Sheet, view: View) -> None:
    """A room: the sound on the wallpaper, weather and light behind the window."""
    floor = _walls(sheet, view)
    _wallpaper(sheet, view, floor)
    _window(sheet, view, 0.60 if view.mirrored else 0.14, 0.13, 0.27, 0.36)
    _floor(sheet, view, floor)
    rug = mix(view.palette["ridges"][1], view.palette["sky"][1], 0.3)
    y = floor + 0.62 * (view.height - floor)
    for size, colour in ((1.0, rug), (0.84, mix(rug, view.palette["paper"], 0.5)), (0.74, rug)):
        sheet.add(
            element("ellipse", cx=WIDTH / 2, cy=y, rx=400 * size, ry=0.105 * view.height * size, fill=colour)
        )


def kitchen(sheet: Sheet, view: View) -> None:
    """A kitchen: tiles coloured by the spectrogram, a window, a worktop."""
    floor = _walls(sheet, view)
    side = WIDTH / 16
    tint = view.palette["water"][0]
    rows = int(np.ceil((floor - 0.34 * view.height) / side))
    for row in range(rows):
        levels = view.line(row % 4, 16, smooth=0.4)
        for column, level in enumerate(levels):
            colour = mix(view.palette["paper"], tint, 0.15 + 0.75 * float(level))
            sheet.add(
                element(
                    "rect",
                    x=column * side + 2,
                    y=floor - (row + 1) * side + 2,
                    width=side - 4,
                    height=side - 4,
                    rx=4.0,
                    fill=colour,
                )
            )
    _window(sheet, view, 0.56 if view.mirrored else 0.16, 0.08, 0.28, 0.30)
    y = 0.735 * view.height
    wood, dark = view.palette["floor"]
    cupboards = mix(view.palette["ridges"][1], view.palette["paper"], 0.25)
    sheet.add(
        element(
            "rect",
            y=y,
            width=WIDTH,
            height=view.height,
            fill=sheet.gradient([cupboards, mix(cupboards, view.palette["ink"], 0.25)]),
        )
    )
    for x in np.linspace(0, WIDTH, 5)[:-1]:
        sheet.add(
            element(
                "rect",
                x=float(x) + 14,
                y=y + 130,
                width=WIDTH / 4 - 28,
                height=view.height,
                rx=10.0,
                fill="none",
                stroke=mix(cupboards, view.palette["ink"], 0.35),
                stroke_width=4.0,
            )
        )
    top = polygon([(40, y - 8), (WIDTH - 40, y - 8), (WIDTH + 30, y + 100), (-30, y + 100)])
    sheet.add(soft_edge(element("path", d=top), view.palette["ink"], opacity=0.35))
    sheet.add(element("path", d=top, fill=sheet.gradient([mix(wood, view.palette["paper"], 0.4), wood])))
    sheet.add(element("rect", x=-30.0, y=y + 100, width=WIDTH + 60, height=16.0, fill=dark))


def _walls(sheet: Sheet, view: View) -> float:
    floor = 0.745 * view.height
    sheet.add(element("rect", width=WIDTH, height=view.height, fill=sheet.gradient(view.palette["wall"])))
    return floor


def _wallpaper(sheet: Sheet, view: View, floor: float) -> None:
    """Stripes of dots: the more, the louder the sound is at that moment."""
    colour = mix(view.palette["wall"][1], view.palette["ink"], 0.16)
    dots = []
    for column, level in enumerate(view.line(1, 29, smooth=0.5)):
        x = 18 + column * (WIDTH - 36) / 28
        for y in np.arange(floor - 30, floor - 40 - 0.68 * view.height * (0.25 + 0.75 * float(level)), -24):
            dots.append(element("circle", cx=x, cy=float(y), r=3.6))
    sheet.add(element("g", "".join(dots), fill=colour, fill_opacity="0.6"))


def _window(sheet: Sheet, view: View, left: float, top: float, wide: float, tall: float) -> None:
    x, y, width, height = left * WIDTH, top * view.height, wide * WIDTH, tall * view.height
    glow = sheet.glow(
        [(view.palette["light"], 0.95), (view.palette["light"], 0.6), (view.palette["light"], 0.0)]
    )
    clip = sheet.clip(element("rect", x=x, y=y, width=width, height=height))
    pieces = [
        element("rect", x=x, y=y, width=width, height=height, fill=sheet.gradient(view.palette["sky"])),
        element("circle", cx=x + 0.68 * width, cy=y + 0.3 * height, r=0.26 * width, fill=glow),
        element(
            "ellipse",
            cx=x + 0.25 * width,
            cy=y + height * 1.12,
            rx=0.6 * width,
            ry=0.36 * height,
            fill=view.palette["ridges"][1],
        ),
        element(
            "ellipse",
            cx=x + 0.85 * width,
            cy=y + height * 1.15,
            rx=0.5 * width,
            ry=0.33 * height,
            fill=view.palette["ridges"][2],
        ),
    ]
    if "rain" in view.weather or "thunder" in view.weather:
        drops = "".join(
            f"M{pair(view.rng.uniform(x, x + width), view.rng.uniform(y, y + height))}l-5 26"
            for _ in range(60)
        )
        pieces.append(
            element("path", d=drops, stroke=view.palette["light"], stroke_width=2.0, stroke_opacity="0.6")
        )
    sheet.add(element("g", "".join(pieces), clip_path=clip))
    frame = view.palette["paper"]
    filter = sheet.shadow(view.palette["ink"], down=5, blur=6, opacity=0.35)
    across, along = number(width), number(height)
    bars = f"M{pair(x, y)}h{across}v{along}h-{across}z"
    bars += f"M{pair(x + width / 2, y)}v{along}M{pair(x, y + 0.45 * height)}h{across}"
    sheet.add(element("path", d=bars, fill="none", stroke=frame, stroke_width=12.0, filter=filter))
    sheet.add(
        element(
            "rect", x=x - 22, y=y + height, width=width + 44, height=18.0, rx=4.0, fill=frame, filter=filter
        )
    )


def _floor(sheet: Sheet, view: View, floor: float) -> None:
    light, dark = view.palette["floor"]
    slab = {"x": -EDGE, "y": floor, "width": WIDTH + 2 * EDGE, "height": view.height}
    sheet.add(element("rect", **slab, fill=sheet.gradient([light, dark])))
    lines = "".join(
        f"M{pair(x, floor)}L{pair(WIDTH / 2 + (x - WIDTH / 2) * 2.3, view.height)}"
        for x in np.linspace(-300, WIDTH + 300, 22)
    )
    sheet.add(
        element(
            "path",
            d=lines,
            stroke=mix(dark, view.palette["ink"], 0.3),
            stroke_width=2.0,
            stroke_opacity="0.45",
        )
    )
    sheet.add(
        element(
            "rect",
            x=-EDGE,
            y=floor - 20,
            width=WIDTH + 2 * EDGE,
            height=20.0,
            fill=mix(view.palette["paper"], view.palette["wall"][0], 0.35),
        )
    )
