"""Charts as SVG: plain shapes in the page's colours, each with its numbers in words for those who listen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

WIDTH = 360
BINS = 20
MOST_DOTS = 2_000
NUMBER_WIDTH, LINE, BAR, BELOW = 56, 18, 14, 10
LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 40, 8, 28, 42, 210
MARKS = ("", " ic-second")
"""Classes of what the first and the second system draw."""


@dataclass(frozen=True)
class Bar:
    """One score of one system, or of two.

    Attributes:
        name: How it is called.
        scale: Its scale in words, such as "0 to 10".
        span: The scale's ends.
        values: One for each system.
        shown: The same as they are printed.
        intervals: Of each system; None without one.
    """

    name: str
    scale: str
    span: tuple[float, float]
    values: tuple[float, ...]
    shown: tuple[str, ...]
    intervals: tuple[tuple[float, float] | None, ...]


def bars(rows: Sequence[Bar], title: str, names: Sequence[str] = ()) -> str:
    """Scores as bars, each on its own scale, with whiskers where there are intervals; empty without any.

    Args:
        rows: The scores.
        title: Of the chart.
        names: Of the systems, for those who listen.
    """
    if not rows:
        return ""
    shapes, top = [], 0
    for row in rows:
        shapes.append(
            f'<text x="0" y="{top + 13}">{escape(row.name)}'
            f'<tspan class="ic-scale" dx="8">{escape(row.scale)}</tspan></text>'
        )
        for turn in range(len(row.values)):
            shapes.append(_bar(row, turn, top + LINE + turn * BAR))
        top += LINE + len(row.values) * BAR + BELOW
    said = ", ".join(
        f"{row.name} {' and '.join(row.shown)}{f' ({row.scale})' if row.scale else ''}" for row in rows
    )
    of = f" of {' and '.join(names)}" if names else ""
    return _figure(title, f"{title}{of}: {said}.", top, "".join(shapes))


def _bar(row: Bar, turn: int, top: float) -> str:
    low, high = row.span
    room = WIDTH - NUMBER_WIDTH

    def across(value: float) -> float:
        return room * min(1.0, max(0.0, (value - low) / (high - low)))

    shape = (
        f'<rect class="ic-bar-room" x="0" y="{top}" height="{BAR - 3}" width="{room}"/>'
        f'<rect class="ic-bar{MARKS[turn]}" x="0" y="{top}" height="{BAR - 3}" '
        f'width="{across(row.values[turn]):.1f}"/>'
        f'<text x="{WIDTH}" y="{top + 10}" text-anchor="end">{escape(row.shown[turn])}</text>'
    )
    if (interval := row.intervals[turn]) is None:
        return shape
    left, right = map(across, interval)
    middle = top + (BAR - 3) / 2
    ends = "".join(f"M{x:.1f} {middle - 4}V{middle + 4}" for x in (left, right))
    return f'{shape}<path class="ic-whisker" d="M{left:.1f} {middle}H{right:.1f}{ends}"/>'


def histogram(series: Mapping[str, Sequence[float]], title: str, across: str, up: str) -> str:
    """How many values lie where, of one system or of two side by side; empty for fewer than two values.

    Args:
        series: Values by name of the system.
        title: Of the chart.
        across: What the values are.
        up: What is counted.
    """
    if min(map(len, series.values()), default=0) < 2:
        return ""
    edges = np.histogram_bin_edges(np.concatenate([np.asarray(one) for one in series.values()]), BINS)
    counts = {name: np.histogram(values, edges)[0] for name, values in series.items()}
    most = max(int(one.max()) for one in counts.values())
    room, tall = (WIDTH - LEFT - RIGHT) / BINS, HEIGHT - BOTTOM - TOP
    wide = (room - 2) / len(series)
    shapes = "".join(
        f'<rect class="ic-bar{MARKS[turn]}" x="{LEFT + place * room + 1 + turn * wide:.1f}" '
        f'y="{HEIGHT - BOTTOM - high:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'
        for turn, one in enumerate(counts.values())
        for place, high in enumerate(one / most * tall)
    )
    said = " ".join(
        f"{name + ': ' if len(series) > 1 else ''}{len(values)} values from {min(values):.3f} to "
        f"{max(values):.3f}, median {np.median(values):.3f}."
        for name, values in series.items()
    )
    axes = _axes((edges[0], edges[-1]), (0, most), across, up)
    return _figure(title, f"{title}. {said}", HEIGHT, axes + shapes)


def scatter(
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]], title: str, across: str, up: str
) -> str:
    """A mark for each pair, of one system or of two; empty for fewer than two pairs.

    Args:
        series: Values across and values up by name of the system.
        title: Of the chart.
        across: What the values across are.
        up: What the values up are.
    """
    if min((len(pair[0]) for pair in series.values()), default=0) < 2:
        return ""
    every = [np.concatenate([np.asarray(pair[side]) for pair in series.values()]) for side in (0, 1)]
    ends = [(float(one.min()), max(float(one.max()), float(one.min()) + 1e-9)) for one in every]
    shapes = "".join(
        _mark(turn, x, y) for turn, pair in enumerate(series.values()) for x, y in _placed(*pair, *ends)
    )
    said = " ".join(
        f"{name + ': ' if len(series) > 1 else ''}{_likeness(*pair)}." for name, pair in series.items()
    )
    return _figure(title, f"{title}. {said}", HEIGHT, _axes(ends[0], ends[1], across, up) + shapes)


def _placed(
    across: Sequence[float],
    up: Sequence[float],
    wide: tuple[float, float],
    tall: tuple[float, float],
) -> Iterator[tuple[float, float]]:
    step = max(1, len(across) // MOST_DOTS)
    for x, y in list(zip(across, up, strict=True))[::step]:
        yield (
            LEFT + 4 + (x - wide[0]) / (wide[1] - wide[0]) * (WIDTH - LEFT - RIGHT - 8),
            HEIGHT - BOTTOM - 4 - (y - tall[0]) / (tall[1] - tall[0]) * (HEIGHT - BOTTOM - TOP - 8),
        )


def _mark(turn: int, x: float, y: float) -> str:
    if turn:
        return f'<path class="ic-dot-mark ic-second" d="M{x:.1f} {y - 4.5:.1f}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>'
    return f'<circle class="ic-dot-mark" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'


def _likeness(across: Sequence[float], up: Sequence[float]) -> str:
    if np.std(across) > 0 and np.std(up) > 0:
        return f"Correlation {np.corrcoef(across, up)[0, 1]:.2f}"
    return "No correlation"


def waves(sounds: Mapping[str, Sequence[float]], title: str) -> str:
    """Outlines of sounds, one under the other; each a list of peaks from 0 to 1."""
    tall = 90
    shapes = []
    for row, (name, peaks) in enumerate(sounds.items()):
        middle = row * (tall + 24) + 24 + tall / 2
        step = WIDTH / max(len(peaks), 1)
        path = "".join(
            f"M{place * step:.1f} {middle - peak * tall / 2:.1f}V{middle + peak * tall / 2:.1f}"
            for place, peak in enumerate(peaks)
        )
        shapes.append(
            f'<text x="0" y="{middle - tall / 2 - 8}">{escape(name)}</text><path class="ic-line" d="{path}"/>'
        )
    said = f"{title} of {' and '.join(sounds)}."
    return _figure(title, said, len(sounds) * (tall + 24) + 8, "".join(shapes))


def _axes(wide: tuple[float, float], tall: tuple[float, float], across: str, up: str) -> str:
    base, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    return (
        f'<line class="ic-axis" x1="{LEFT}" x2="{right}" y1="{base}" y2="{base}"/>'
        f'<line class="ic-axis" x1="{LEFT}" x2="{LEFT}" y1="{TOP}" y2="{base}"/>'
        f'<text x="{LEFT}" y="{base + 16}">{_tick(wide[0])}</text>'
        f'<text x="{right}" y="{base + 16}" text-anchor="end">{_tick(wide[1])}</text>'
        f'<text x="{(LEFT + right) / 2}" y="{base + 34}" text-anchor="middle">{escape(across)}</text>'
        f'<text x="{LEFT - 6}" y="{base}" text-anchor="end">{_tick(tall[0])}</text>'
        f'<text x="{LEFT - 6}" y="{TOP + 10}" text-anchor="end">{_tick(tall[1])}</text>'
        f'<text x="0" y="14">{escape(up)}</text>'
    )


def _tick(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2f}"


def _figure(title: str, said: str, height: float, shapes: str) -> str:
    return (
        f'<figure class="ic-chart"><figcaption>{escape(title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(said)}">{shapes}</svg>'
        "</figure>"
    )
