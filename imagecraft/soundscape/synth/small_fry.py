"""Crickets, bees and frogs.

References:
    Bennet-Clark, "Size and scale effects as constraints in insect sound communication", Phil. Trans. R. Soc.
    B 353 (1998): a cricket's wing rings like a bell at a few kilohertz, once for each closing.
    Dolbear, "The cricket as a thermometer", American Naturalist 31 (1897): the warmer, the faster.
    Gerhardt and Huber, "Acoustic Communication in Insects and Anurans", University of Chicago Press 2002.
"""

from __future__ import annotations

import numpy as np

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.grains import laid
from imagecraft.soundscape.synth.noise import Sound, coloured, filtered, stretched, wander
from imagecraft.soundscape.synth.voices import Call, Shape, in_order, pulses, uttered

sounds = Family()

BUZZ = ((80, -24), (240, 0), (560, 0), (1120, -8), (2240, -17), (4480, -30))
MEADOW = ((60, 0), (400, -9), (1500, -14), (6000, -20))
NIGHT_AIR = ((40, -3), (100, 0), (400, -9), (1500, -16), (6000, -24))


@sounds.add
def crickets(take: Take) -> Samples:
    """Field crickets in the grass: chirps of three or four pulses, and now and then one that trills."""
    rng = take.rng
    out = np.zeros((2, take.frames), np.float32)
    warmth = take.between(0.8, 1.3)
    for k in range(4 + round(take.between(0, 8))):
        near = 1.0 if k == 0 else rng.uniform(0.06, 0.5)
        hz = rng.uniform(4200, 5200)
        starts = _trilling(take, warmth) if k % 5 == 4 else _chirping(take, warmth)
        bearing = np.pi / 4 * (1 + rng.uniform(-0.9, 0.9))
        gains = near * np.outer([np.cos(bearing), np.sin(bearing)], rng.uniform(0.75, 1, len(starts)))
        out += laid(take.frames, (starts * take.rate).astype(int), _wing_stroke(take, hz), gains)
    return np.asarray(out + 0.015 * coloured(rng, take.frames, take.rate, NIGHT_AIR, 2))


def _wing_stroke(take: Take, hz: float) -> Sound:
    """One closing of the wings: the tooth strikes hold the wing at its resonance, sinking a little."""
    seconds = 0.016
    t = take.times(seconds)
    swell = np.sin(np.pi * np.minimum(t / seconds, 1)) ** 1.3
    turns = hz * t * (1 - 0.02 * t / seconds)
    tone = np.sin(2 * np.pi * turns) + 0.05 * np.sin(4 * np.pi * turns) + 0.02 * np.sin(6 * np.pi * turns)
    return np.asarray(swell * tone, np.float32)


def _chirping(take: Take, warmth: float) -> Samples:
    rng = take.rng
    period = rng.uniform(0.33, 0.5) / warmth
    chirps = np.arange(-rng.random() * period, take.seconds, period)
    chirps = chirps + rng.normal(0, 0.012, len(chirps))
    singing = chirps[rng.random(len(chirps)) < 0.95]
    pulse = rng.uniform(0.03, 0.04) / warmth
    return np.asarray((singing[:, None] + np.arange(rng.integers(3, 5)) * pulse).ravel())


def _trilling(take: Take, warmth: float) -> Samples:
    rng = take.rng
    pulse = 1 / (rng.uniform(38, 52) * warmth)
    starts = np.arange(0, take.seconds, pulse)
    return np.asarray(starts + rng.normal(0, 0.0006, len(starts)))


@sounds.add
def bees(take: Take) -> Samples:
    """Bees at flowers: wings beat about 220 times a second; each comes near, hovers and leaves."""
    rng = take.rng
    out = np.zeros((2, take.frames), np.float32)
    t = np.arange(take.frames, dtype=np.float32) / take.rate
    for k in range(3 + round(take.between(0, 4))):
        drift, flight = wander(rng, take.seconds, 1, 50), wander(rng, take.seconds, 7, 50)
        hz = rng.uniform(205, 235) * np.exp(0.05 * drift + 0.035 * flight)
        beat = pulses(rng, stretched(hz, take.frames), take.rate)
        metres = 0.5 + 1.4 * np.abs(wander(rng, take.seconds, 0.4, 50)) + 0.3 * k
        place = stretched(np.clip(0.6 * wander(rng, take.seconds, 0.3, 50), -0.95, 0.95), take.frames)
        beat *= stretched(0.5 / metres, take.frames) * (1 + 0.2 * np.sin(2 * np.pi * rng.uniform(9, 15) * t))
        out[0] += beat * np.cos(np.pi / 4 * (1 + place))
        out[1] += beat * np.sin(np.pi / 4 * (1 + place))
    out = filtered(out, take.rate, BUZZ)
    return np.asarray(out / out.std() + 0.04 * coloured(rng, take.frames, take.rate, MEADOW, 2))


@sounds.add
def frogs(take: Take) -> Samples:
    """A pond of frogs: each has its own croak and keeps its own time, and they answer in spells."""
    rng = take.rng
    out = np.zeros((2, take.frames), np.float32)
    spells = np.clip(0.6 + 0.6 * wander(rng, take.seconds, 0.25, 10), 0.05, 1)
    for k in range(4 + round(take.between(0, 6))):
        croak = _croak(take)
        gap = len(croak) / take.rate + rng.uniform(0.25, 0.9)
        starts = np.arange(rng.uniform(-1, 1), take.seconds, gap)
        starts = starts + rng.normal(0, 0.05, len(starts))
        willing = np.interp(starts, np.linspace(0, take.seconds, len(spells)), spells)
        starts = starts[rng.random(len(starts)) < willing]
        near = 1.0 if k == 0 else rng.uniform(0.15, 0.7)
        bearing = np.pi / 4 * (1 + rng.uniform(-0.9, 0.9))
        gains = near * np.outer([np.cos(bearing), np.sin(bearing)], rng.uniform(0.7, 1, len(starts)))
        out += laid(take.frames, (starts * take.rate).astype(int), croak, gains)
    return np.asarray(out + 0.004 * coloured(rng, take.frames, take.rate, NIGHT_AIR, 2))


def _croak(take: Take) -> Sound:
    """A "rib-bit": two short rows of pulses, the second higher, through throat and sac."""
    rng = take.rng
    size = rng.uniform(0.75, 1.35)
    low: Shape = ((700 / size, 200, -2), (1700 / size, 300, 0), (2700 / size, 500, -8))
    high: Shape = ((950 / size, 200, -4), (2150 / size, 300, 0), (3100 / size, 500, -8))
    row = rng.uniform(45, 75)
    parts = []
    for start, seconds, shape, speed in ((0.0, 0.15, low, row), (0.19, 0.14, high, row * 1.35)):
        call = Call(
            seconds=seconds,
            pitch=((0, speed * 0.85), (1, speed * 1.1)),
            level=((0, 0), (0.3, 0.7), (0.75, 1), (1, 0)),
            shapes=((0, shape), (1, [(hz * 1.1, width, level) for hz, width, level in shape])),
            tilt=-1,
            breath=0.1,
            jitter=0.02,
        )
        parts.append((start, uttered(rng, take.rate, call)))
    return in_order(take.rate, parts)
