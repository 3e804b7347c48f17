"""On the water: engines of boats, and hulls that the waves lap at.

References:
    Farnell, "Designing Sound", MIT Press 2010 (engines; water).
    Minnaert, "On musical air-bubbles and the sounds of running water", Phil. Mag. 16, 1933.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.engines import Engine, exhaust
from imagecraft.soundscape.synth.modal import plate, variants
from imagecraft.soundscape.synth.water import bubbles

Floats = NDArray[np.float64]

sounds = Family()

OUTBOARD = Engine(
    cylinders=3,
    strokes=2,
    pipe_metres=0.7,
    pulse_seconds=0.0006,
    muffler_hz=1_300.0,
    uneven=0.2,
    ragged=0.08,
    body=0.5,
    jitter=0.03,
)
WAKE: noise.Curve = ((60, -10), (150, -2), (400, 0), (1_000, -4), (2_500, -9), (6_000, -18), (14_000, -34))
LAP: noise.Curve = ((80, -16), (220, -2), (500, 0), (1_200, -6), (3_000, -15), (9_000, -32))
OPEN_WATER: noise.Curve = ((60, -8), (200, -3), (500, 0), (1_500, -10), (5_000, -24), (12_000, -42))


@sounds.add
def boat_engine(take: Take) -> Samples:
    """A motorboat under way: an outboard that each wave loads and lets go, through the wake behind it."""
    frames, rate = take.frames, take.rate
    swell = noise.slow(take.rng, frames, rate, 0.5)
    rpm = take.spread(take.scaled(1_900.0, 3_600.0), 0.05) * (1.0 + 0.02 * swell)
    engine, _rush = exhaust(take.rng, OUTBOARD, np.asarray(rpm, dtype=np.float64), 0.8, rate)
    wake = noise.coloured(take.rng, frames, rate, WAKE, 2)
    wake *= 1.0 + 0.3 * noise.slow(take.rng, frames, rate, 1.3, 2)
    gurgle = bubbles(take, grains.arrivals(take.rng, take.scaled(60, 200), take.seconds), (1.5, 8.0), 0.05)
    slap = np.clip(swell - 0.9, 0.0, 1.0)
    body = engine * (1.0 - 0.12 * swell)
    return np.asarray(body + wake * (0.22 + 0.3 * slap) + 0.6 * gurgle, dtype=np.float32)


@sounds.add
def sailboat(take: Take) -> Samples:
    """A moored sailing boat: ripples slap and gurgle under the hull, a halyard taps the mast, the lines
    creak.
    """
    frames, rate, rng = take.frames, take.rate, take.rng
    laps = np.cumsum(rng.uniform(0.7, 1.6, int(take.seconds) + 4)) - 1.0
    moments, bins = noise.block_times(frames, rate), noise.block_hz(rate)
    level = np.zeros((2, moments.size))
    for at, side, height in zip(
        laps, rng.uniform(0.2, 0.8, laps.size), rng.uniform(0.4, 1.0, laps.size), strict=True
    ):
        since = np.clip(moments - at, 0.0, None)
        lap = height * since / 0.10 * np.exp(1.0 - since / 0.10) + 0.3 * height * np.exp(
            -(((moments - at - 0.5) / 0.18) ** 2)
        )
        level += np.array([[1.0 - side], [side]]) * lap
    water = noise.shaped(rng, frames, level[..., None] * noise.response(LAP, bins), 2)
    density = np.interp(np.linspace(0, take.seconds, 200), moments, level.sum(axis=0))
    gurgle = bubbles(
        take, grains.arrivals(rng, take.scaled(50, 150) * density + 4.0, take.seconds), (1.2, 9.0), 0.06
    )
    open_water = noise.coloured(rng, frames, rate, OPEN_WATER, 2)
    sound = 3.0 * water + 0.8 * gurgle + 0.05 * open_water
    taps = np.cumsum(rng.uniform(0.9, 2.6, int(take.seconds) + 2))
    taps = np.sort(np.concatenate([taps, taps + rng.uniform(0.12, 0.2, taps.size)]))
    mast = variants(
        rng, plate(rng, 900, 5_200, 16, "tin", longest=0.35), 2, 0.5, rate, contact_seconds=0.0004
    )
    mast /= np.abs(mast).max()
    gains = np.stack([np.full(taps.size, 0.5), np.full(taps.size, 0.8)]) * rng.uniform(0.03, 0.12, taps.size)
    return np.asarray(
        sound + grains.laid(frames, starts_at(taps, rate), mast[rng.integers(0, 2, taps.size)], gains),
        dtype=np.float32,
    )
