"""When events come: at their rate, as irregularly as wanted, and not on top of each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GAIN_SPREAD_DB = 2.0
PAN_SPREAD = 0.08
GAP_SECONDS = 0.25
"""Shortest silence between two events of a layer whose rate leaves room for it."""
EDGE_SECONDS = 0.4
"""Kept free at both ends of a soundscape that does not loop."""
GOLDEN = 0.6180339887


@dataclass(frozen=True)
class Occurrence:
    """One time that an event is heard.

    Attributes:
        start: First frame in the result.
        variant: Which of the layer's takes.
        gain: Factor, near 1.
    """

    start: int
    variant: int
    gain: float


def how_many(per_minute: float, seconds: float, rng: np.random.Generator) -> int:
    """Number of times an event comes: as often as its rate says on average, but at least once."""
    expected = per_minute * seconds / 60
    whole = int(expected)
    return max(1, whole + int(rng.random() < expected - whole))


def scheduled(
    count: int,
    lengths: list[int],
    frames: int,
    *,
    jitter: float,
    turn: int,
    sample_rate: int,
    around: bool,
    rng: np.random.Generator,
) -> list[Occurrence]:
    """Spread events over the length.

    Args:
        count: How many.
        lengths: Frames of each variant.
        frames: Length of the result.
        jitter: 0 for equal distances, 1 for any.
        turn: Number of the layer; layers with one event each do not all come at the same time.
        sample_rate: In Hz.
        around: Whether the end meets the start.
        rng: Where chance comes from.
    """
    variants = _without_repeats(count, len(lengths), rng)
    sizes = np.array([lengths[variant] for variant in variants])
    slot = frames / count
    phase = (0.2 + turn * GOLDEN + 0.1 * rng.uniform(-1, 1)) % 1.0
    room = np.maximum(slot - sizes, 0.0)
    steady = phase * room
    shaken = rng.random(count) * room
    starts = np.arange(count) * slot + steady + jitter * (shaken - steady)
    gap = GAP_SECONDS * sample_rate
    if sizes.sum() + count * gap < frames:
        starts = _apart(starts, sizes + gap)
    if not around:
        edge = min(EDGE_SECONDS * sample_rate, frames / 8)
        starts = np.clip(starts, edge, np.maximum(frames - edge - sizes, 0.0))
    gains = 10 ** (rng.uniform(-GAIN_SPREAD_DB, GAIN_SPREAD_DB, count) * (0.3 + 0.7 * jitter) / 20)
    return [
        Occurrence(int(start) % frames, int(variant), float(gain))
        for start, variant, gain in zip(starts, variants, gains, strict=True)
    ]


def _without_repeats(count: int, variants: int, rng: np.random.Generator) -> list[int]:
    """Which variant comes when, never the same twice in a row where there are several."""
    order: list[int] = []
    for _ in range(count):
        choices = [number for number in range(variants) if variants == 1 or number not in order[-1:]]
        order.append(int(rng.choice(choices)))
    return order


def _apart(starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Starts moved on so that each waits for the one before."""
    starts = np.sort(starts)
    for number in range(1, starts.size):
        starts[number] = max(starts[number], starts[number - 1] + sizes[number - 1])
    return starts
