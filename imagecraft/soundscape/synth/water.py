"""Sea, streams and falls: bubbles that ring, and foam that hisses.

Water moves in silence; what is heard is the air it traps. A bubble rings at a pitch that goes with its size
and dies away within some hundredths of a second; very many small ones are a hiss.

References:
    Minnaert, "On musical air-bubbles and the sounds of running water", Phil. Mag. 16 (1933): a bubble
    of radius r metres rings at about 3.26 / r Hz.
    van den Doel, "Physically based models for liquid sounds", ACM Trans. Applied Perception 2 (2005): damping
    d = 0.13 / r + 0.0072 r**-1.5 a second, and a pitch that rises as the bubble nears the surface.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.grains import arrivals, laid, panned
from imagecraft.soundscape.synth.noise import (
    Curve,
    Floats,
    block_hz,
    block_times,
    coloured,
    response,
    shaped,
    slow,
    stretched,
    wander,
)

sounds = Family()

CONTROL_HZ = 50.0
BUBBLE_KINDS = 128

FALL: Curve = ((30, -8), (100, -2), (250, 0), (700, -2), (2000, -7), (6000, -14), (14000, -24))
BROOK: Curve = ((60, -24), (200, -8), (450, -2), (900, 0), (2500, -6), (6000, -15), (14000, -28))
BOOM: Curve = ((40, -16), (100, -4), (220, 0), (450, -4), (1000, -14), (3000, -28))
FOAM: Curve = ((100, -18), (300, -6), (700, 0), (1500, -5), (4000, -14), (9000, -22), (18000, -33))
SWASH: Curve = ((200, -26), (800, -10), (2000, -1), (4500, 0), (9000, -6), (18000, -16))
OFFING: Curve = ((40, -12), (120, 0), (400, -2), (1000, -9), (4000, -24))


def bubbles(
    take: Take, starts: Floats, radii_mm: tuple[float, float], rise: float = 0.1, gains: Samples | None = None
) -> Samples:
    """Bubbles from anywhere between left and right, laid into the length of the take; shape (2, frames).

    Args:
        take: Length, rate and chance.
        starts: When each begins, in seconds.
        radii_mm: Smallest and largest radius in millimetres; small ones are the more frequent.
        rise: How strongly the pitch climbs; 0 deep under water, 0.1 near the surface.
        gains: Left and right gains, shape (2, n); chosen by chance if left out.
    """
    kernels = _bubbles(take, radii_mm, rise)
    if gains is None:
        gains = panned(take.rng, take.rng.lognormal(-0.5, 0.7, len(starts)), 0.8)
    which = take.rng.integers(0, BUBBLE_KINDS, len(starts))
    return laid(take.frames, (starts * take.rate).astype(int), kernels[which], gains)


def _bubbles(take: Take, radii_mm: tuple[float, float], rise: float) -> NDArray[np.float32]:
    """One bubble a row, after van den Doel; the larger the louder."""
    small, large = radii_mm
    chance = take.rng.random((BUBBLE_KINDS, 1))
    radius = (small**-1 + chance * (large**-1 - small**-1)) ** -1 / 1000
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    seconds = min(5 / float(damping.min()), 0.12)
    t = take.times(seconds)
    rising = rise * damping * take.rng.random((BUBBLE_KINDS, 1))
    turns = 3.26 / radius * t * (1 + rising * t / 2)
    ring = np.sin(2 * np.pi * turns) * np.exp(-damping * t) * np.minimum(t / 0.0006, 1)
    fade = np.minimum((seconds - t) / 0.005, 1)
    return np.asarray(ring * fade * (radius * 1000 / large) ** 0.7, np.float32)


@sounds.add
def stream(take: Take) -> Samples:
    """A brook over stones: hundreds of bubbles a second, in swirls that come and go, over a soft rush."""
    swirl = np.exp(0.45 * wander(take.rng, take.seconds, 2.2, CONTROL_HZ))
    small = arrivals(take.rng, take.scaled(220, 700) * swirl, take.seconds)
    large = arrivals(take.rng, take.scaled(14, 70) * np.roll(swirl, 7), take.seconds)
    voice = bubbles(take, small, (0.7, 3.0)) + 1.6 * bubbles(take, large, (2.5, 7.0), 0.06)
    rush = coloured(take.rng, take.frames, take.rate, BROOK, 2)
    return np.asarray(
        voice + take.between(0.12, 0.35) * (1 + 0.2 * slow(take.rng, take.frames, take.rate, 3, 2)) * rush
    )


@sounds.add
def waterfall(take: Take) -> Samples:
    """So many bubbles that only their sum is heard: a steady roar whose low end wavers."""
    moments = block_times(take.frames, take.rate)
    body = response(FALL, block_hz(take.rate)) * take.scaled(0.8, 1.25)
    waver = np.exp(0.14 * wander(take.rng, take.seconds, 4.0, CONTROL_HZ))
    gains = np.interp(moments, np.arange(len(waver)) / CONTROL_HZ, waver)[:, None] * body
    roar = shaped(take.rng, take.frames, gains, 2)
    drops = bubbles(take, arrivals(take.rng, take.scaled(250, 500), take.seconds), (0.5, 2.0))
    return np.asarray(roar / np.sqrt(np.mean(roar**2)) + 0.5 * drops)


@sounds.add
def sea_waves(take: Take) -> Samples:
    """Waves on a beach: each swells, topples with a boom, runs up hissing and drains back."""
    rng = take.rng
    period = take.scaled(6.5, 4.2)
    gaps = rng.uniform(0.7, 1.3, int(take.seconds / period) + 5) * period
    starts = np.cumsum(gaps) - rng.uniform(1.0, 1.9) * period
    heights = rng.uniform(0.55, 1.0, len(starts)) * take.between(0.7, 1.15)
    moments = block_times(take.frames, take.rate)
    hz = block_hz(take.rate)
    gains = np.zeros((2, len(moments), len(hz)), np.float32)
    for colour, layer in ((BOOM, _toppling), (FOAM, _breaking), (SWASH, _draining)):
        spectrum = response(colour, hz).astype(np.float32)
        level = np.zeros((2, len(moments)))
        for start, height, bearing in zip(starts, heights, rng.uniform(-0.6, 0.6, len(starts)), strict=True):
            shape = layer(moments - start, height)
            level[0] += shape * (1 - bearing)
            level[1] += np.interp(moments - 0.25 * bearing, moments, shape) * (1 + bearing)
        gains += level[:, :, None].astype(np.float32) * spectrum
    gains += np.float32(0.1) * response(OFFING, hz).astype(np.float32)
    flutter = np.exp(0.18 * wander(rng, take.seconds, 7.0, CONTROL_HZ))
    gains *= np.interp(moments, np.arange(len(flutter)) / CONTROL_HZ, flutter)[:, None].astype(np.float32)
    return shaped(rng, take.frames, gains, 2)


def _toppling(t: Floats, height: float) -> Floats:
    """Boom of the falling crest, a second and a half after the swell begins to be heard."""
    return np.asarray(1.6 * height**2 * _bump(t, 1.6, 0.6, 0.9))


def _breaking(t: Floats, height: float) -> Floats:
    """Foam of the breaker, from the crest's fall on."""
    return np.asarray(0.7 * height**1.5 * _bump(t, 1.9, 0.5, 1.2))


def _draining(t: Floats, height: float) -> Floats:
    """Hiss of the water running up the beach and back."""
    return np.asarray(0.11 * height * _bump(t, 3.2, 0.9, 1.6))


def _bump(t: Floats, top: float, rise: float, fall: float) -> Floats:
    """1 at `top` seconds, Gaussian before it, and after it falling to 1/e in `fall` seconds."""
    before = np.exp(-0.5 * (np.minimum(t - top, 0) / rise) ** 2)
    late = np.maximum(t - top, 0) / fall
    return np.asarray(before * (1 + late) * np.exp(-late * 1.6))


@sounds.add
def underwater(take: Take) -> Samples:
    """Under the surface: dull, close, and crowds of bubbles rising past."""
    rng = take.rng
    rush = np.exp(1.1 * wander(rng, take.seconds, 0.8, CONTROL_HZ))
    small = arrivals(rng, take.scaled(60, 220) * rush, take.seconds)
    large = arrivals(rng, take.scaled(20, 80) * np.roll(rush, 9), take.seconds)
    rising = bubbles(take, small, (1.5, 5.0), 0.1) + 1.5 * bubbles(take, large, (4.0, 16.0), 0.15)
    depth = coloured(rng, take.frames, take.rate, ((25, -4), (60, 0), (180, -6), (500, -18), (1500, -40)), 2)
    return np.asarray(rising + 0.2 * stretched(rush**0.3, take.frames) * depth)
