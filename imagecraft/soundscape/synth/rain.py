"""Rain: near drops one by one, far drops as one hiss.

Drops fall evenly over a plane. The few near the ear are heard apart, the many far ones melt into noise whose
highs the air has taken. What a drop sounds like is mostly what it strikes: ground and stone give a dull tick,
leaves a soft pat, water a tick and then, from the bubble left under the surface, a short ring.

References:
    Marshall and Palmer, "The distribution of raindrops with size", J. Meteorology 5 (1948).
    Pumphrey, Crum and Bjorno, "Underwater sound produced by individual drop impacts and rainfall",
    J. Acoust. Soc. Am. 85 (1989): the impact, and the ring of the bubble that follows.
    Farnell, "Designing Sound", MIT Press 2010, practical "Rain".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.grains import arrivals, decays, laid, log_uniform, panned, sines
from imagecraft.soundscape.synth.noise import Curve, coloured, filtered, slow

sounds = Family()

KERNELS = 96
EAR_METRES = 1.5


@dataclass(frozen=True)
class Surface:
    """How one drop sounds on what it falls on.

    Attributes:
        share: Part of the near drops that fall on it.
        hz: Range of the ring's frequency.
        ring_seconds: Range of the ring's decay time.
        ring: Level of the ring beside the impact's noise.
        tick_seconds: Decay time of the impact's noise.
        glide: Relative rise of the ring's frequency in a second.
        delay_seconds: How long after the impact the ring begins.
        curve: Colour of the whole.
    """

    share: float
    hz: tuple[float, float]
    ring_seconds: tuple[float, float]
    ring: float
    tick_seconds: float
    glide: float = 0.0
    delay_seconds: float = 0.0
    curve: Curve = ((20, -30), (300, -6), (1500, 0), (6000, -3), (16000, -12))


GROUND = Surface(0.5, (700, 2600), (0.001, 0.003), 0.7, 0.0016)
LEAF = Surface(0.3, (350, 1300), (0.002, 0.006), 1.0, 0.0012)
PUDDLE = Surface(0.2, (1400, 5200), (0.004, 0.014), 1.2, 0.0007, glide=6.0, delay_seconds=0.004)
ROOF = Surface(
    0.8,
    (150, 600),
    (0.002, 0.006),
    0.7,
    0.004,
    curve=((30, -24), (120, -3), (400, 0), (3000, -4), (8000, -12)),
)
GUTTER = Surface(0.2, (600, 2400), (0.004, 0.01), 0.6, 0.002)

FAR_RAIN: Curve = (
    (30, -9),
    (60, -5),
    (250, -11),
    (500, -10),
    (1000, -8),
    (2000, -7),
    (5000, -8),
    (9000, -12),
    (18000, -21),
)
HEAVY_RAIN: Curve = (
    (30, -3),
    (60, 0),
    (250, -4),
    (500, -4),
    (1000, -3),
    (2500, -5),
    (5000, -9),
    (9000, -14),
    (18000, -24),
)
UNDER_ROOF: Curve = ((30, -3), (60, 0), (250, -2), (700, -4), (2000, -9), (6000, -18), (18000, -34))


@sounds.add
def rain_light(take: Take) -> Samples:
    """Few enough drops to be heard one by one, over a faint hiss."""
    drops = _drops(take, take.scaled(90, 320), (GROUND, LEAF, PUDDLE))
    return np.asarray(drops + _hiss(take, FAR_RAIN, 0.5))


@sounds.add
def rain(take: Take) -> Samples:
    """Drops on ground, leaves and puddles within the hiss of all the others."""
    drops = _drops(take, take.scaled(200, 700), (GROUND, LEAF, PUDDLE))
    return np.asarray(1.5 * drops + _hiss(take, FAR_RAIN, take.between(0.9, 1.5)))


@sounds.add
def rain_heavy(take: Take) -> Samples:
    """A downpour: the roar is louder and deeper than any one drop."""
    drops = _drops(take, take.scaled(500, 1100), (GROUND, PUDDLE))
    return np.asarray(drops * 1.6 + _hiss(take, HEAVY_RAIN, take.between(1.6, 3.0), sway=0.12))


@sounds.add
def rain_on_roof(take: Take) -> Samples:
    """Heard from under it: the roof drums at its own low tones, and lets little of the hiss through."""
    drops = _drops(take, take.scaled(150, 600), (ROOF, GUTTER))
    return np.asarray(drops * 1.3 + _hiss(take, UNDER_ROOF, take.between(0.5, 1.1)))


def _hiss(take: Take, curve: Curve, level: float, sway: float = 0.06) -> Samples:
    """All the drops too far to be told apart; the wind makes them come a little thicker and thinner."""
    hiss = coloured(take.rng, take.frames, take.rate, curve, 2)
    hiss *= np.float32(level) * (1 + np.float32(sway) * slow(take.rng, take.frames, take.rate, 0.7))
    return hiss


def _drops(take: Take, per_second: float, surfaces: tuple[Surface, ...]) -> Samples:
    """The near drops; RMS of order 1."""
    out = np.zeros((2, take.frames), np.float32)
    total = sum(surface.share for surface in surfaces)
    for surface in surfaces:
        starts = arrivals(take.rng, per_second * surface.share / total, take.seconds)
        gains = panned(take.rng, _strengths(take.rng, len(starts)), 0.9)
        which = take.rng.integers(0, KERNELS, len(starts))
        out += laid(take.frames, (starts * take.rate).astype(int), _kernels(take, surface)[which], gains)
    return out


def _strengths(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Amplitudes of drops: mass after Marshall and Palmer, distance from falling evenly over a disc."""
    diameter = 0.6 + rng.exponential(0.45, count)
    metres = np.hypot(EAR_METRES, 8 * np.sqrt(rng.random(count)))
    return np.asarray(np.minimum(diameter, 3) ** 2 / metres * 3)


def _kernels(take: Take, surface: Surface) -> NDArray[np.float32]:
    """Drops of all kinds on one surface; shape (KERNELS, frames), the loudest of peak about 1."""
    rng = take.rng
    ring_seconds = log_uniform(rng, surface.ring_seconds, KERNELS)
    hz = log_uniform(rng, surface.hz, KERNELS)
    delay = take.count(surface.delay_seconds)
    frames = take.count(min(4 * surface.ring_seconds[1], 0.02) + surface.tick_seconds) + delay
    tick = rng.standard_normal((KERNELS, frames), dtype=np.float32)
    tick *= decays(frames, take.rate, np.full(KERNELS, surface.tick_seconds))
    ring = sines(frames - delay, take.rate, hz, surface.glide) * decays(
        frames - delay, take.rate, ring_seconds
    )
    tick[:, delay:] += np.float32(surface.ring) * ring * rng.uniform(0.3, 1, (KERNELS, 1)).astype(np.float32)
    return filtered(tick, take.rate, surface.curve)
