"""Places that people built: a street, a room, a kitchen, a stage."""

from __future__ import annotations

import numpy as np

from imagecraft.painting.poster.land import EDGE
from imagecraft.painting.poster.sky import sky
from imagecraft.painting.poster.svg import Sheet, element, mix, number, pair, polygon, soft_edge
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
