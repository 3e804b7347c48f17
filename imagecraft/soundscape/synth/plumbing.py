"""Water in the house: taps, showers, cisterns, and what falls in.

References:
    Van den Doel, "Physically based models for liquid sounds", ACM Trans. Applied Perception 2, 2005
    (bubbles).
    Franz, "Splashes as sources of sound in liquids", J. Acoust. Soc. Am. 31, 1959 (the impact, then the
    cavity).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.surroundings import indoors
from imagecraft.soundscape.synth.water import bubbles

Floats = NDArray[np.float64]

sounds = Family()

JET: noise.Curve = (
    (80, -30),
    (250, -14),
    (600, -5),
    (1_300, 0),
    (2_600, -1),
    (5_000, -5),
    (10_000, -13),
    (16_000, -24),
)
BASIN: noise.Curve = ((80, -16), (180, -3), (320, 2), (500, -3), (900, 0), (2_000, -8), (6_000, -22))
SPRAY: noise.Curve = (
    (150, -26),
    (500, -12),
    (1_500, -4),
    (3_500, 0),
    (7_000, -2),
    (12_000, -8),
    (18_000, -18),
)
RUSH: noise.Curve = ((60, -12), (150, -1), (350, 0), (800, -1), (1_800, -5), (4_500, -14), (12_000, -32))
SHEET: noise.Curve = ((120, -18), (350, -3), (800, 0), (2_000, -2), (5_000, -9), (12_000, -22))
IMPACT: noise.Curve = ((60, -12), (160, -1), (500, 0), (1_500, -4), (5_000, -12), (14_000, -28))


@sounds.add
def tap_water(take: Take) -> Samples:
    """A running tap: an airy jet that breaks in a basin, whose metal and water answer lower."""
    frames, rate, rng = take.frames, take.rate, take.rng
    jet = noise.coloured(rng, frames, rate, JET, 2)
    basin = noise.coloured(rng, frames, rate, BASIN, 2)
    flutter = 1.0 + 0.16 * noise.slow(rng, frames, rate, 9.0, 2)
    drops = bubbles(take, grains.arrivals(rng, take.scaled(200, 700), take.seconds), (0.6, 3.2), 0.08)
    drops /= drops.std() + 1e-9
    return indoors(take, take.scaled(0.5, 1.0) * jet + 0.6 * basin * flutter + 0.8 * drops)


@sounds.add
def shower(take: Take) -> Samples:
    """A shower: many fine jets on tiles, a body in their way, and water that runs to the drain."""
    frames, rate, rng = take.frames, take.rate, take.rng
    spray = noise.coloured(rng, frames, rate, SPRAY, 2)
    spray *= 1.0 + 0.10 * noise.slow(rng, frames, rate, 2.0, 2)
    drops = bubbles(take, grains.arrivals(rng, take.scaled(500, 1_200), take.seconds), (0.5, 1.8), 0.08)
    drain = bubbles(take, grains.arrivals(rng, 40.0, take.seconds), (2.0, 6.0), 0.05)
    return indoors(
        take, spray + 0.5 * drops / (drops.std() + 1e-9) + 0.15 * drain / (drain.std() + 1e-9), 0.5, 0.35
    )


@sounds.add
def toilet(take: Take) -> Samples:
    """A toilet is flushed: the valve thuds, the cistern empties in a rush that ends in a gurgle, and then
    refills.
    """
    seconds = min(take.spread(8.5, 0.1), take.seconds)
    part = Take(take.rng, seconds, take.rate, take.intensity)
    time = take.times(seconds)
    swell = np.interp(
        time,
        np.array([0.0, 0.15, 0.7, 2.6, 3.8, 4.6]) * take.scaled(1.2, 0.85),
        [0.0, 0.35, 1.0, 0.85, 0.35, 0.0],
    )
    rush = noise.coloured(take.rng, time.size, take.rate, RUSH) * swell
    rush *= 1.0 + 0.2 * noise.slow(take.rng, time.size, take.rate, 7.0)
    refill = np.interp(time, [0.6, 2.5, seconds - 0.6, seconds], [0.0, 0.25, 0.22, 0.0])
    hiss = refill * noise.coloured(take.rng, time.size, take.rate, JET)
    gurgling = np.interp(
        np.linspace(0, seconds, 100),
        [0.4, 2.0, 3.6, 4.4, 5.4],
        np.array([20.0, 220.0, 260.0, 90.0, 0.0]) * take.scaled(0.6, 1.6),
    )
    gurgle = bubbles(part, grains.arrivals(take.rng, gurgling, seconds), (1.5, 11.0), 0.07)
    gurgle /= gurgle.std() + 1e-9
    thud = np.exp(-time / 0.03) * np.sin(2 * np.pi * 95.0 * time)
    return indoors(take, rush + hiss + 0.32 * gurgle + 0.5 * thud, 0.5, 0.4)


@sounds.add
def splash(take: Take) -> Samples:
    """Something falls into water: the slap, the cavity that closes with a deep gulp, and drops that rain
    back.
    """
    seconds = min(take.spread(2.2, 0.1), take.seconds)
    part = Take(take.rng, seconds, take.rate, take.intensity)
    time = take.times(seconds)
    big = take.scaled(0.6, 1.5)
    slap = (
        np.minimum(time / 0.006, 1.0)
        * np.exp(-time / (0.09 * big))
        * noise.coloured(take.rng, time.size, take.rate, IMPACT)
    )
    curtain = noise.coloured(take.rng, time.size, take.rate, SHEET) * np.clip(time / 0.05, 0, 1)
    curtain *= np.exp(-time / (0.28 * big)) * np.exp(0.5 * noise.slow(take.rng, time.size, take.rate, 28.0))
    since = np.clip(time - 0.11, 0.0, None)
    gulp = (
        np.sin(2 * np.pi * (120.0 / big * since + 160.0 * since**2))
        * np.exp(-since / 0.10)
        * np.minimum(since / 0.01, 1.0)
    )
    falling = np.interp(
        np.linspace(0, seconds, 60), [0.0, 0.1, 0.4, 0.9, seconds], [20.0, 500.0, 420.0, 120.0, 4.0]
    )
    drops = bubbles(part, grains.arrivals(take.rng, 0.7 * falling * big, seconds), (0.7, 6.0), 0.09)
    return np.asarray(0.6 * slap + 1.2 * curtain + 0.2 * gulp + 0.3 * drops, dtype=np.float32)
