"""Doors, keys, zips and other things of the house that knock, creak and rattle.

References:
    Van den Doel & Pai, "The Sounds of Physical Shapes", Presence 7(4), 1998 (struck plates and bars).
    Farnell, "Designing Sound", MIT Press 2010 (the chapter on creaking doors: stick and slip).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.engines import impulses
from imagecraft.soundscape.synth.modal import FREE_BAR, joined, plate, ring, shaped, variants
from imagecraft.soundscape.synth.office import clicks, rustle
from imagecraft.soundscape.synth.surroundings import indoors

Floats = NDArray[np.float64]

sounds = Family()

THUD: noise.Curve = ((40, -4), (90, 0), (220, -3), (600, -12), (2_000, -26), (8_000, -46))
BRISTLES: noise.Curve = ((300, -26), (1_000, -10), (2_500, -1), (4_500, 0), (8_000, -5), (14_000, -16))
CLOTH: noise.Curve = ((80, -16), (250, -3), (700, 0), (2_000, -7), (6_000, -18), (14_000, -32))


@sounds.add
def door(take: Take) -> Samples:
    """A door falls shut: air pushed ahead of it, the leaf in its frame, the latch."""
    seconds = min(1.6, take.seconds)
    time = take.times(seconds)
    slam = 0.34
    leaf = clicks(take, plate(take.rng, 70, 900, 40, "wood", longest=0.35, tilt=0.5), 1, 0.5, 0.004, 0.15)[0]
    latch = clicks(take, plate(take.rng, 900, 7_500, 40, "steel", longest=0.06), 2, 0.15, 0.0003, 0.3)
    body = noise.coloured(take.rng, leaf.size, take.rate, THUD) * np.exp(
        -np.arange(leaf.size) / (0.07 * take.rate)
    )
    hard = take.scaled(0.5, 1.3)
    sound = grains.laid(
        time.size, starts_at([slam], take.rate), (leaf + 0.4 * body * hard).astype(np.float32)
    )
    sound += grains.laid(
        time.size,
        starts_at([slam - 0.16, slam - 0.012, slam + 0.035], take.rate),
        latch[[0, 1, 0]],
        np.array([0.12, 0.35, 0.4]),
    )
    swing = (
        np.clip(time / slam, 0, 1) ** 2
        * (time < slam)
        * noise.coloured(take.rng, time.size, take.rate, CLOTH)
    )
    return indoors(take, sound + 0.03 * swing, 0.5, 0.4)


@sounds.add
def knock(take: Take) -> Samples:
    """Knuckles on a wooden door, three or four times."""
    count = int(take.rng.integers(3, 6))
    times = 0.03 + np.arange(count) * take.rng.uniform(0.95, 1.05, count) * take.scaled(0.24, 0.15)
    panel = plate(take.rng, 110, 1_500, 36, "wood", longest=0.11, tilt=0.55)
    blows = clicks(take, panel, 3, 0.25, 0.0014, 0.12)
    total = min(float(times[-1]) + 0.6, take.seconds)
    gains = take.rng.uniform(0.7, 1.0, count)
    return indoors(
        take,
        grains.laid(
            take.count(total), starts_at(times, take.rate), blows[take.rng.integers(0, 3, count)], gains
        ),
        0.4,
        0.4,
    )


@sounds.add
def creak(take: Take) -> Samples:
    """A hinge or a board creaks: it sticks and slips some hundred times, the faster the harder it is
    pressed.
    """
    seconds = min(take.spread(2.4, 0.2), take.seconds)
    time = take.times(seconds)
    frames = time.size
    push = np.sin(np.pi * np.clip(time / seconds, 0, 1)) ** 0.6
    wobble = noise.slow(take.rng, frames, take.rate, 2.5)
    slips = take.scaled(70.0, 160.0) * np.exp(0.3 * wobble) * (0.35 + push)
    phase = np.cumsum(slips) / take.rate
    due = np.arange(1.0, max(float(phase[-1]), 1.0))
    due += take.rng.normal(0.0, 0.1, due.size)
    times = np.interp(np.sort(due), phase, np.arange(frames))
    strength = np.interp(times, np.arange(frames), push) * take.rng.uniform(0.5, 1.0, times.size)
    wood = ring(
        joined(
            plate(take.rng, 500, 4_600, 30, "wood", longest=0.04, tilt=0.2),
            shaped(take.rng, (1.0, 1.9, 3.1, 4.2), take.spread(780.0, 0.3), "wood", longest=0.03, tilt=0.3),
        ),
        0.12,
        take.rate,
        contact_seconds=0.0003,
    )
    return indoors(take, oaconvolve(impulses(times, strength, frames), wood)[:frames])


@sounds.add
def zipper(take: Take) -> Samples:
    """A zip is pulled: its teeth click one after the other, faster and then slower, in cloth that hisses
    along.
    """
    seconds = min(take.scaled(1.6, 0.8), take.seconds)
    total = min(seconds + 0.3, take.seconds)
    time = take.times(total)
    pull = np.sin(np.pi * np.clip(time / seconds, 0, 1)) ** 0.7
    teeth = np.cumsum(30.0 + take.scaled(140.0, 320.0) * pull) / take.rate
    due = np.arange(1, int(teeth[take.count(seconds) - 1]))
    times = np.interp(due, teeth, time)
    tooth = clicks(
        take, plate(take.rng, 1_800, 10_500, 40, "plastic", longest=0.012, tilt=0.0), 6, 0.02, 0.00012, 0.5
    )
    levels = np.interp(times, time, pull) * take.rng.uniform(0.4, 1.0, times.size)
    sound = grains.laid(
        time.size, starts_at(times, take.rate), tooth[take.rng.integers(0, 6, times.size)], levels
    )
    hiss = pull * noise.coloured(take.rng, time.size, take.rate, BRISTLES)
    return indoors(take, sound + 0.10 * hiss)


@sounds.add
def keys(take: Take) -> Samples:
    """A bunch of keys is shaken: small steel bars that hit each other at random."""
    seconds = min(take.spread(1.9, 0.2), take.seconds)
    shake = np.array([0.2, 1.0, 0.6, 1.0, 0.5, 0.8, 0.3, 0.1, 0.0, 0.0])
    times = grains.arrivals(take.rng, take.scaled(40.0, 90.0) * shake, seconds)
    blows = []
    for _ in range(7):
        bar = shaped(
            take.rng,
            FREE_BAR,
            take.rng.uniform(2_100.0, 4_200.0),
            "steel",
            longest=0.07,
            tilt=0.1,
            detune=0.05,
        )
        blade = plate(take.rng, 4_000, 14_000, 60, "steel", longest=0.05, tilt=0.1)
        blows.append(variants(take.rng, joined(bar, blade), 2, 0.2, take.rate, contact_seconds=0.00006))
    bank = np.concatenate(blows)
    bank /= np.abs(bank).max(axis=1, keepdims=True)
    levels = take.rng.lognormal(-0.7, 0.7, times.size)
    gains = grains.panned(take.rng, levels, 0.3)
    return indoors(
        take,
        grains.laid(
            take.count(seconds),
            starts_at(times, take.rate),
            bank[take.rng.integers(0, 14, times.size)],
            gains,
        ),
        0.25,
        0.2,
    )


@sounds.add
def umbrella(take: Take) -> Samples:
    """An umbrella opens: the runner slides up, the cloth unfolds and snaps taut with a thump."""
    seconds = min(1.5, take.seconds)
    time = take.times(seconds)
    open_at = 0.42
    level = np.exp(-(((time - 0.22) / 0.12) ** 2)) * 0.35 + np.exp(-(((time - open_at + 0.04) / 0.06) ** 2))
    cloth = rustle(take, time, level, CLOTH, take.scaled(250.0, 1_000.0))
    since = np.clip(time - open_at, 0, None)
    whump = (
        np.minimum(since / 0.004, 1.0)
        * np.exp(-since / 0.05)
        * noise.coloured(take.rng, time.size, take.rate, THUD)
        * (time > open_at)
    )
    catch = clicks(take, plate(take.rng, 1_200, 8_000, 60, "steel", longest=0.015), 2, 0.15, 0.0002, 0.3)
    snaps = grains.laid(time.size, starts_at([0.08, open_at + 0.02], take.rate), catch, np.array([0.3, 0.5]))
    return indoors(take, 2.5 * cloth + 1.0 * whump + 0.5 * snaps)


@sounds.add
def toothbrush(take: Take) -> Samples:
    """Teeth are brushed: bristles back and forth some four times a second, duller and brighter as the mouth
    moves.
    """
    seconds = min(take.spread(4.5, 0.15), take.seconds)
    time = take.times(seconds)
    phase = (
        np.cumsum(take.scaled(3.2, 5.0) * (1.0 + 0.08 * noise.slow(take.rng, time.size, take.rate, 0.8)))
        / take.rate
    )
    stroke = np.abs(np.sin(2 * np.pi * phase)) ** 0.8 * np.where(np.sin(2 * np.pi * phase) > 0, 1.0, 0.75)
    rests = np.clip(1.5 + noise.slow(take.rng, time.size, take.rate, 0.6), 0.0, 1.0)
    raw = stroke * rests * noise.coloured(take.rng, time.size, take.rate, BRISTLES)
    raw *= 1.0 + 0.4 * noise.slow(take.rng, time.size, take.rate, 180.0)
    moments, bins = noise.block_times(time.size, take.rate), noise.block_hz(take.rate)
    mouth = 1_900.0 * np.exp(0.3 * noise.stretched(noise.wander(take.rng, seconds, 0.7, 8.0), moments.size))
    gains = 0.4 + 1.6 / (1.0 + ((bins[None, :] - mouth[:, None]) / 500.0) ** 2)
    return indoors(take, noise.reshaped(raw.astype(np.float32), gains))
