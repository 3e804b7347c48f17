"""Charts as SVG: plain shapes in the page's colours, each with its numbers in words for those who listen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

WIDTH = 420
BINS = 20
MOST_DOTS = 2_000
LABEL_WIDTH, NUMBER_WIDTH, ROW = 104, 44, 26
LEFT, BOTTOM, TOP, HEIGHT = 40, 28, 10, 180


def bars(values: Mapping[str, float], intervals: Mapping[str, tuple[float, float]], title: str) -> str:
    """One bar a score, from 0 to 1, with whiskers where there are intervals; empty without any score."""
    if not values:
        return ""
    room = WIDTH - LABEL_WIDTH - NUMBER_WIDTH
    shapes = []
    for row, (name, value) in enumerate(values.items()):
        middle = row * ROW + ROW / 2
        shapes.append(
            f'<text x="0" y="{middle + 5}">{escape(name)}</text>'
            f'<rect class="ic-bar" x="{LABEL_WIDTH}" y="{middle - 9}" height="18" '
            f'width="{_clip(value) * room:.1f}"/>'
            f'<text x="{WIDTH}" y="{middle + 5}" text-anchor="end">{value:.3f}</text>'
        )
        if name in intervals:
            low, high = (LABEL_WIDTH + _clip(end) * room for end in intervals[name])
            ends = "".join(f"M{x:.1f} {middle - 6}V{middle + 6}" for x in (low, high))
            shapes.append(f'<path class="ic-whisker" d="M{low:.1f} {middle}H{high:.1f}{ends}"/>')
    said = ", ".join(f"{name} {value:.3f}" for name, value in values.items())
    return _figure(title, f"{title}: {said}.", len(values) * ROW, "".join(shapes))


def histogram(values: Sequence[float], title: str) -> str:
    """How many values lie where; empty for fewer than two."""
    if len(values) < 2:
        return ""
    counts, edges = np.histogram(values, BINS)
    most = int(counts.max())
    room, high = (WIDTH - LEFT) / BINS, HEIGHT - BOTTOM - TOP
    shapes = "".join(
        f'<rect class="ic-bar" x="{LEFT + place * room + 1:.1f}" y="{HEIGHT - BOTTOM - up:.1f}" '
        f'width="{room - 2:.1f}" height="{up:.1f}"/>'
        for place, up in enumerate(counts / most * high)
    )
    fullest = int(counts.argmax())
    low, top = edges[fullest], edges[fullest + 1]
    said = (
        f"{title}. {len(values)} values from {edges[0]:.3f} to {edges[-1]:.3f}, "
        f"median {np.median(values):.3f}; most, {most}, lie between {low:.3f} and {top:.3f}."
    )
    return _figure(title, said, HEIGHT, _axes(edges[0], edges[-1], 0, most) + shapes)


def scatter(across: Sequence[float], up: Sequence[float], title: str) -> str:
    """A dot for each pair; empty for fewer than two."""
    if len(across) < 2:
        return ""
    step = max(1, len(across) // MOST_DOTS)
    left, right = min(across), max(max(across), min(across) + 1)
    low, high = min(up), max(max(up), min(up) + 1e-9)
    room, tall = WIDTH - LEFT - 8, HEIGHT - BOTTOM - TOP
    shapes = "".join(
        f'<circle class="ic-dot-mark" cx="{LEFT + (x - left) / (right - left) * room:.1f}" '
        f'cy="{HEIGHT - BOTTOM - (y - low) / (high - low) * tall:.1f}" r="3.5"/>'
        for x, y in list(zip(across, up, strict=True))[::step]
    )
    varies = np.std(across) > 0 and np.std(up) > 0
    slope = f"correlation {np.corrcoef(across, up)[0, 1]:.2f}" if varies else "no correlation"
    return _figure(title, f"{title}: {slope}.", HEIGHT, _axes(left, right, low, high) + shapes)


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


def _axes(left: float, right: float, low: float, high: float) -> str:
    base = HEIGHT - BOTTOM
    return (
        f'<line class="ic-axis" x1="{LEFT}" x2="{WIDTH}" y1="{base}" y2="{base}"/>'
        f'<line class="ic-axis" x1="{LEFT}" x2="{LEFT}" y1="{TOP}" y2="{base}"/>'
        f'<text x="{LEFT}" y="{HEIGHT - 8}">{_tick(left)}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT - 8}" text-anchor="end">{_tick(right)}</text>'
        f'<text x="{LEFT - 6}" y="{base}" text-anchor="end">{_tick(low)}</text>'
        f'<text x="{LEFT - 6}" y="{TOP + 8}" text-anchor="end">{_tick(high)}</text>'
    )


def _tick(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2f}"


def _figure(title: str, said: str, height: float, shapes: str) -> str:
    return (
        f'<figure class="ic-chart"><figcaption>{escape(title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(said)}">{shapes}</svg>'
        "</figure>"
    )


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))
