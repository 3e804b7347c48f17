"""From a drawing to a print: framed, drawn in pixels, with grain and a darker edge."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from imagecraft.errors import ModelUnavailable
from imagecraft.painting.base import Thing
from imagecraft.painting.poster.svg import Sheet, element, mix, number, outline, pair, soft_edge
from imagecraft.painting.poster.view import WIDTH, View

GRAIN = 5.5
"""Standard deviation of the grain, in steps of 255."""
EDGE_DARKNESS = 0.16
MARGIN = 62.0
FOOT = 132.0
BARS = 96


def frame(sheet: Sheet, view: View, things: Sequence[Thing]) -> None:
    """Put the drawing into the frame of its composition; a framed print shows the sound's level under it."""
    if view.frame == "none":
        return
    height = view.height
    inner = (WIDTH - 2 * MARGIN) / WIDTH
    inner = min(inner, (height - MARGIN - FOOT) / height)
    wide, tall = WIDTH * inner, height * inner
    left, top = (WIDTH - wide) / 2, (height - MARGIN - FOOT - tall) / 2 + MARGIN
    if view.frame == "round":
        radius = WIDTH / 2
        bow = f"A{pair(radius, radius)} 0 0 1 {pair(WIDTH, radius)}"
        arch = f"M0 {number(height)}V{number(radius)}{bow}V{number(height)}Z"
        shape = element("path", d=arch)
    else:
        shape = element("rect", width=WIDTH, height=height, rx=10.0)
    sheet.wrap(clip_path=sheet.clip(shape))
    sheet.put_under(soft_edge(shape, view.palette["ink"], reach=22, opacity=0.28))
    sheet.wrap(transform=f"translate({pair(left, top)}) scale({inner:.4f})")
    sheet.put_under(element("rect", width=WIDTH, height=height, fill=view.palette["paper"]))
    _strip(sheet, view, things, left, top + tall + 0.5 * FOOT)


def _strip(sheet: Sheet, view: View, things: Sequence[Thing], left: float, y: float) -> None:
    """The sound's level over time as bars, dots where the things are heard."""
    levels = outline(view.character.envelope, BARS, smooth=0.6)
    levels = levels[::-1] if view.mirrored else levels
    ink = mix(view.palette["ridges"][2], view.palette["ink"], 0.25)
    width = (WIDTH - 2 * left) / BARS
    bars = [
        element(
            "rect",
            x=left + index * width + 0.22 * width,
            y=y - 26 * float(level) - 1.5,
            width=0.56 * width,
            height=52 * float(level) + 3,
            rx=2.0,
        )
        for index, level in enumerate(levels)
    ]
    sheet.add(element("g", "".join(bars), fill=ink, fill_opacity="0.85"))
    accent = view.palette["sky"][1]
    for thing in [thing for thing in things if thing.presence < 0.7][:4]:
        x = left + (WIDTH - 2 * left) * (1 - thing.centre if view.mirrored else thing.centre)
        sheet.add(element("circle", cx=x, cy=y + 40, r=6.5, fill=accent, stroke=ink, stroke_width=2.0))


def rendered(sheet: Sheet, size: tuple[int, int]) -> Image.Image:
    """The drawing in pixels, RGB.

    Raises:
        ModelUnavailable: if resvg, which draws it, is not installed.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise ModelUnavailable(
            f"resvg, which draws posters, cannot start: {error}.", "Run 'pip install resvg-py'."
        ) from error
    data = resvg_py.svg_to_bytes(svg_string=str(sheet), width=size[0], height=size[1], skip_system_fonts=True)
    image = Image.open(io.BytesIO(bytes(data))).convert("RGB")
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def printed(image: Image.Image, seed: int) -> Image.Image:
    """The picture as on paper: grain, and edges a little darker."""
    width, height = image.size
    pixels = np.asarray(image, np.float32)
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((height, width), np.float32)
    fibres = np.asarray(
        Image.fromarray(rng.standard_normal((height // 6 + 1, width // 2 + 1), np.float32)).resize(
            image.size, Image.Resampling.BILINEAR
        )
    )
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    shade = 1 - EDGE_DARKNESS * np.clip(x**2 + y**2 - 0.55, 0, None) / 1.45
    made = pixels * shade.astype(np.float32)[..., None] + (GRAIN * (0.75 * noise + 0.6 * fibres))[..., None]
    return Image.fromarray(np.clip(made, 0, 255).astype(np.uint8))
