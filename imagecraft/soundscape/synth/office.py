"""At the desk: keys, paper, pens and small mechanisms.

References:
    Cook, "Physically Informed Sonic Modeling (PhISM)", Computer Music Journal 21(3), 1997 (many small
    collisions).
    Van den Doel, Kry & Pai, "FoleyAutomatic", SIGGRAPH 2001 (scraping as noise whose band goes with the
    speed).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.modal import Modes, joined, plate, variants
from imagecraft.soundscape.synth.surroundings import indoors

Floats = NDArray[np.float64]

sounds = Family()

PAPER: noise.Curve = ((200, -30), (700, -12), (1_800, -3), (4_000, 0), (8_000, -5), (14_000, -16))
PEN: noise.Curve = ((200, -22), (600, -8), (1_400, -2), (2_600, 0), (5_500, -6), (11_000, -18))
CLICK: noise.Curve = ((300, -18), (1_000, -6), (2_500, 0), (5_000, -1), (9_000, -8), (16_000, -20))


def clicks(
    take: Take, modes: Modes, count: int, seconds: float, contact: float, hiss: float
) -> NDArray[np.float32]:
    """Blows with the short noise of their contact, peak 1: shape (count, frames)."""
    blows = variants(take.rng, modes, count, seconds, take.rate, contact_seconds=contact, uneven=0.6)
    blows /= np.abs(blows).max(axis=1, keepdims=True)
    frames = blows.shape[1]
    rub = noise.coloured(take.rng, count * frames, take.rate, CLICK).reshape(count, frames)
    rub = rub * grains.decays(frames, take.rate, take.rng.uniform(0.003, 0.009, count))
    return np.asarray(blows + hiss * rub, dtype=np.float32)


@sounds.add
def keyboard(take: Take) -> Samples:
    """Someone types: a finger meets each key, the key lands on its plate and comes back up, and the case
    and the desk sound with it; in bursts, with small pauses for thought.
    """
    rng = take.rng
    total = min(take.spread(5.0, 0.2), take.seconds)
    gaps = rng.gamma(4.0, 1.0 / (4.0 * take.scaled(5.0, 10.5)), 120)
    gaps[rng.random(120) < 0.10] += rng.uniform(0.2, 0.5)
    times = 0.03 + np.cumsum(gaps)
    times = times[times < total - 0.2]
    down, up = _keys(take, 6, 440.0 * rng.uniform(0.9, 1.1), 0.039), _keys(take, 4, 700.0, 0.023)
    blows = np.concatenate([down, up, _keys(take, 2, 264.0, 0.058)])
    count = times.size
    wide = rng.random(count) < 0.15
    land = np.where(wide, rng.integers(10, 12, count), rng.integers(0, 6, count))
    met = np.maximum(times - rng.uniform(0.012, 0.03, count), 0.0)
    back = times + rng.uniform(0.06, 0.12, count)
    force = rng.lognormal(-0.4, 0.5, count)
    sound = grains.laid(
        take.count(total),
        starts_at(np.concatenate([met, times, back]), take.rate),
        blows[np.concatenate([rng.integers(6, 10, count), land, rng.integers(6, 10, count)])],
        np.concatenate([0.34 * force, force, 0.37 * rng.uniform(0.5, 1.0, count)]),
    )
    return indoors(take, sound, 0.43, 0.24)


def _keys(take: Take, count: int, case: float, longest: float) -> NDArray[np.float32]:
    """Keys on a case whose lowest tone is `case` Hz and rings `longest` seconds, peak 1: (count, frames)."""
    struck = joined(
        plate(take.rng, 1_860, 8_400, 40, "plastic", longest=0.0106, tilt=0.5),
        plate(take.rng, case, 5 * case, 10, "wood", longest=longest, tilt=0.5).scaled(1.0, 1.5),
    )
    lid: noise.Curve = ((100, -10), (300, 0), (6_400, 0), (14_000, -14), (20_000, -24))
    keys = noise.filtered(clicks(take, struck, count, 0.09, 0.0006, 0.69), take.rate, lid)
    return np.asarray(keys / np.abs(keys).max(axis=1, keepdims=True), np.float32)


@sounds.add
def mouse_click(take: Take) -> Samples:
    """A mouse is clicked, once or twice: the switch snaps down, and back."""
    count = int(take.rng.integers(1, 4))
    hard = take.scaled(0.00022, 0.0001)
    presses = 0.02 + np.cumsum(np.concatenate([[0.0], take.rng.choice([0.2, 0.45], count - 1)]))
    switch = joined(
        plate(take.rng, 2_200, 9_500, 60, "plastic", longest=0.008),
        plate(take.rng, 500, 2_000, 8, "plastic", longest=0.03),
    )
    blows = clicks(take, switch, 4, 0.06, hard, take.scaled(0.2, 0.45))
    times = np.concatenate([presses, presses + take.rng.uniform(0.07, 0.1, count)])
    levels = np.concatenate([np.ones(count), np.full(count, 0.6)])
    sound = grains.laid(
        take.count(min(float(times.max()) + 0.4, take.seconds)),
        starts_at(times, take.rate),
        blows[take.rng.integers(0, 4, times.size)],
        levels,
    )
    return indoors(take, sound)


def rustle(take: Take, time: Floats, level: Floats, curve: noise.Curve, grain_rate: float) -> Floats:
    """Paper or cloth that moves: noise in many tiny creases, as loud as `level` tells, shape (frames,)."""
    creases = grains.arrivals(take.rng, grain_rate * level[:: take.count(0.02)], float(time[-1]))
    length = take.count(0.008)
    kinds = noise.coloured(take.rng, 40 * length, take.rate, curve).reshape(40, length)
    kinds = kinds * grains.decays(length, take.rate, take.rng.uniform(0.0006, 0.003, 40))
    sharp = take.rng.lognormal(-0.8, 0.8, creases.size)
    crackle = grains.laid(
        time.size, starts_at(creases, take.rate), kinds[take.rng.integers(0, 40, creases.size)], sharp
    )
    hiss = noise.coloured(take.rng, time.size, take.rate, curve)
    return np.asarray(crackle + 0.22 * level * hiss, dtype=np.float64)


@sounds.add
def pages(take: Take) -> Samples:
    """Pages are turned: each lifted, swept over and smoothed down."""
    count = int(take.rng.integers(1, 4))
    total = min(count * 1.5 + 0.4, take.seconds)
    time = take.times(total)
    level = np.zeros(time.size)
    for turn in range(count):
        at = 0.3 + 1.5 * turn + take.rng.uniform(-0.1, 0.1)
        level += 0.4 * np.exp(-(((time - at) / 0.10) ** 2)) + np.exp(-(((time - at - 0.33) / 0.13) ** 2))
        level += 0.7 * np.exp(-(((time - at - 0.62) / 0.05) ** 2))
    return indoors(take, rustle(take, time, level, PAPER, take.scaled(220.0, 800.0)))


@sounds.add
def writing(take: Take) -> Samples:
    """A pencil writes on paper: short strokes, whose hiss is the higher the faster the point goes, and taps
    between words.
    """
    total = min(take.spread(4.5, 0.15), take.seconds)
    time = take.times(total)
    strokes = np.cumsum(take.rng.uniform(0.07, 0.19, 80) * take.scaled(1.3, 0.75))
    strokes = strokes[strokes < total - 0.25]
    level = np.zeros(time.size)
    for at in strokes[take.rng.random(strokes.size) < 0.86]:
        length = take.rng.uniform(0.045, 0.14)
        reach = slice(take.count(float(at)), min(take.count(float(at) + length), time.size))
        level[reach] += (
            take.rng.uniform(0.4, 1.0)
            * np.sin(np.pi * np.linspace(0.0, 1.0, max(reach.stop - reach.start, 0))) ** 0.7
        )
    grain = 1.0 + 0.4 * noise.slow(take.rng, time.size, take.rate, 320.0)
    scratch = level * grain * noise.coloured(take.rng, time.size, take.rate, PEN)
    taps = clicks(take, plate(take.rng, 300, 3_500, 20, "wood", longest=0.04), 3, 0.06, 0.0006, 0.1)
    dots = strokes[take.rng.random(strokes.size) < 0.35]
    knocks = grains.laid(
        time.size,
        starts_at(dots, take.rate),
        taps[take.rng.integers(0, 3, dots.size)],
        take.rng.uniform(0.2, 0.7, dots.size),
    )
    return indoors(take, scratch + 0.9 * knocks)


@sounds.add
def scissors(take: Take) -> Samples:
    """Scissors cut: the blades open with a click, and slide past each other with a bright, closing rasp."""
    count = int(take.rng.integers(3, 7))
    period = take.spread(take.scaled(0.62, 0.37), 0.12)
    total = min(count * period + 0.3, take.seconds)
    time = take.times(total)
    blades = plate(take.rng, 2_600, 12_000, 60, "steel", longest=0.025, tilt=0.0)
    snap = clicks(take, blades, 3, 0.12, 0.0001, 0.7)
    closes = 0.2 + period * (np.arange(count) + take.rng.uniform(-0.06, 0.06, count))
    level = sum(
        (np.clip((time - at + 0.13) / 0.13, 0, 1) ** 1.5 * (time < at) for at in closes), np.zeros(time.size)
    )
    slide = level * noise.coloured(
        take.rng, time.size, take.rate, ((800, -26), (3_000, -8), (6_000, 0), (10_000, -2), (16_000, -12))
    )
    slide *= 1.0 + 0.5 * noise.slow(take.rng, time.size, take.rate, 200.0)
    times = np.concatenate([closes, closes + 0.17])
    levels = np.concatenate([np.ones(count), np.full(count, 0.3)])
    snaps = grains.laid(
        time.size, starts_at(times, take.rate), snap[take.rng.integers(0, 3, times.size)], levels
    )
    return indoors(take, 0.4 * slide + snaps)


@sounds.add
def camera(take: Take) -> Samples:
    """A reflex camera: the mirror slaps up, the shutter runs, the mirror falls back, and the motor winds."""
    shots = int(take.rng.integers(1, 3))
    slap = clicks(
        take,
        joined(
            plate(take.rng, 500, 3_000, 16, "plastic", longest=0.05),
            plate(take.rng, 3_000, 11_000, 30, "steel", longest=0.03),
        ),
        2,
        0.12,
        take.scaled(0.0004, 0.0001),
        0.5,
    )
    curtain = clicks(take, plate(take.rng, 2_500, 12_000, 36, "steel", longest=0.02), 2, 0.12, 0.0001, 0.4)
    blows = np.concatenate([slap, curtain])
    at = 0.02 + take.scaled(0.75, 0.4) * np.arange(shots)
    times = np.concatenate([at, at + 0.034, at + 0.075, at + 0.118])
    which = np.repeat([0, 2, 3, 1], shots)
    levels = np.repeat([1.0, 0.6, 0.5, 0.85], shots)
    total = min(float(at[-1]) + 0.7, take.seconds)
    sound = grains.laid(take.count(total), starts_at(times, take.rate), blows[which], levels)
    time = take.times(total)[: sound.size]
    winding = sum(
        (np.clip((time - s - 0.12) / 0.02, 0, 1) * (time < s + 0.30) for s in at), np.zeros(time.size)
    )
    motor = (
        winding
        * (0.6 + 0.4 * np.sign(np.sin(2 * np.pi * 190.0 * time)))
        * noise.coloured(take.rng, time.size, take.rate, CLICK)
    )
    return indoors(take, sound + 0.06 * motor)
