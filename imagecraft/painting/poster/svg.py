"""Drawing with SVG: shapes, colours and the sheet they are put on."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]

EDGE_STROKES = 9


def number(value: float) -> str:
    """A coordinate, as short as it may be."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def pair(x: float, y: float) -> str:
    """A point, as path data has it."""
    return f"{number(x)} {number(y)}"


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """An element; underscores in names of attributes stand for hyphens."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, float) else value}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def curve(points: Sequence[Point]) -> str:
    """A smooth line through points, as path data (Catmull and Rom's spline as Bezier curves)."""
    ends = [points[0], *points, points[-1]]
    pieces = [f"M{pair(points[0][0], points[0][1])}"]
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        pieces.append("C" + " ".join(number(value) for point in (first, second, end) for value in point))
    return "".join(pieces)


def down_to(points: Sequence[Point], bottom: float) -> str:
    """What lies between a smooth line and a straight one beneath it, as path data."""
    ends = f"L{pair(points[-1][0], bottom)}L{pair(points[0][0], bottom)}Z"
    return curve(points) + ends


def polygon(points: Iterable[Point]) -> str:
    """A closed shape with straight sides, as path data."""
    return "M" + "L".join(f"{pair(x, y)}" for x, y in points) + "Z"


def mix(one: str, other: str, share: float) -> str:
    """A colour between two, `share` of the way from the first to the second."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return _colour([a + (b - a) * share for a, b in pairs])


def shifted(colour: str, hue: float = 0.0, saturation: float = 1.0, lightness: float = 1.0) -> str:
    """A colour turned by `hue` degrees, its saturation and lightness multiplied."""
    h, l, s = colorsys.rgb_to_hls(*_channels(colour))  # noqa: E741
    return _colour(colorsys.hls_to_rgb((h + hue / 360) % 1, min(1, l * lightness), min(1, s * saturation)))


def _channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def _colour(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, value))):02x}" for value in channels)


def soft_edge(shapes: str, colour: str, *, reach: float = 28.0, opacity: float = 0.3) -> str:
    """A soft shadow all around shapes, to be put under them.

    Some wide, faint strokes do what a blur of the whole picture does, in a tenth of the time.

    Args:
        shapes: Elements without a stroke of their own.
        colour: Of the shadow.
        reach: How far it goes.
        opacity: Right at the shapes.
    """
    each = f"{1 - (1 - opacity) ** (1 / EDGE_STROKES):.4f}"
    return "".join(
        element("g", shapes, fill="none", stroke=colour, stroke_opacity=each, stroke_linejoin="round",
                stroke_width=2 * reach * (step / EDGE_STROKES) ** 1.5)
        for step in range(1, EDGE_STROKES + 1)
    )  # fmt: skip


def outline(values: NDArray[np.float64], count: int, *, smooth: float = 1.5) -> NDArray[np.float64]:
    """Values as `count` of them, smoothed over `smooth` of the new ones to either side."""
    at = np.linspace(0, len(values) - 1, count)
    sampled = np.interp(at, np.arange(len(values)), values)
    reach = max(1, round(3 * smooth))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / smooth) ** 2)
    return np.convolve(np.pad(sampled, reach, "edge"), bell / bell.sum(), "valid")


class Sheet:
    """A drawing in the making.

    Args:
        width: Of its coordinates.
        height: Of its coordinates.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self._definitions: list[str] = []
        self._shapes: list[str] = []

    def add(self, *shapes: str) -> None:
        """Put shapes on top of what is there."""
        self._shapes.extend(shapes)

    def gradient(self, stops: Sequence[str | tuple[str, float]], *, across: bool = False) -> str:
        """A fill that runs through colours from top to bottom, or from left to right.

        Args:
            stops: Colours, or (colour, opacity).
            across: From left to right.
        """
        ends = {"x2": 1, "y2": 0} if across else {"x2": 0, "y2": 1}
        return self._define("linearGradient", _stops(stops), x1=0, y1=0, **ends)

    def glow(self, stops: Sequence[str | tuple[str, float]]) -> str:
        """A fill that runs through colours from the middle outwards."""
        return self._define("radialGradient", _stops(stops))

    def shadow(
        self,
        colour: str,
        *,
        down: float,
        blur: float,
        opacity: float,
        edge: str = "",
        light: Sequence[float] = (1.0, 1.0, 1.0),
    ) -> str:
        """A filter that puts a soft shadow under a shape.

        Args:
            colour: Of the shadow.
            down: How far below the shape it is.
            blur: Standard deviation.
            opacity: Where it is darkest.
            edge: Colour of a thin paper edge around the shape; none when empty.
            light: What red, green and blue of the shape are multiplied by.
        """
        shade = element("feOffset", dy=down, dx=down / 3, result="moved") + element(
            "feGaussianBlur", in_="moved", stdDeviation=blur, result="soft"
        )
        shade += element("feFlood", flood_color=colour, flood_opacity=str(opacity), result="ink")
        shade += element("feComposite", in_="ink", in2="soft", operator="in", result="shade")
        matrix = " ".join(
            " ".join(f"{light[row]:.2f}" if column == row else "0" for column in range(5)) for row in range(3)
        )
        shade += element("feColorMatrix", in_="SourceGraphic", values=f"{matrix} 0 0 0 1 0", result="lit")
        layers = ["shade", "lit"]
        if edge:
            shade += element("feMorphology", in_="SourceAlpha", operator="dilate", radius=2.6, result="wide")
            shade += element("feFlood", flood_color=edge, result="paper")
            shade += element("feComposite", in_="paper", in2="wide", operator="in", result="edge")
            layers.insert(1, "edge")
        shade = shade.replace("<feOffset", '<feOffset in="SourceAlpha"', 1)
        merged = element("feMerge", "".join(element("feMergeNode", in_=name) for name in layers))
        frame = {
            "x": "-15%",
            "y": "-15%",
            "width": "130%",
            "height": "130%",
            "color_interpolation_filters": "sRGB",
        }
        return self._define("filter", shade + merged, **frame)

    def clip(self, shape: str) -> str:
        """Show only what is inside a shape."""
        return self._define("clipPath", shape)

    def wrap(self, **attributes: object) -> None:
        """Put all that is there into one group."""
        self._shapes = [element("g", "".join(self._shapes), **attributes)]

    def put_under(self, shape: str) -> None:
        """Put a shape beneath all that is there."""
        self._shapes.insert(0, shape)

    def _define(self, kind: str, content: str, **attributes: object) -> str:
        name = f"d{len(self._definitions)}"
        self._definitions.append(element(kind, content, id=name, **attributes))
        return f"url(#{name})"

    def __str__(self) -> str:
        view = f"0 0 {pair(self.width, self.height)}"
        body = element("defs", "".join(self._definitions)) + "".join(self._shapes)
        return element("svg", body, xmlns="http://www.w3.org/2000/svg", viewBox=view)


def _stops(stops: Sequence[str | tuple[str, float]]) -> str:
    pairs = [(stop, 1.0) if isinstance(stop, str) else stop for stop in stops]
    last = max(1, len(pairs) - 1)
    return "".join(
        element("stop", offset=f"{index / last:.3f}", stop_color=colour, stop_opacity=str(opacity))
        for index, (colour, opacity) in enumerate(pairs)
    )
