"""Small wheels, and runners: bicycles, skateboards, skis.

References:
    Farnell, "Designing Sound", MIT Press 2010 (the chapter on rolling).
    Van den Doel, Kry & Pai, "FoleyAutomatic", SIGGRAPH 2001 (rolling and scraping).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.modal import plate
from imagecraft.soundscape.synth.motion import Path, pass_by
from imagecraft.soundscape.synth.office import clicks

Floats = NDArray[np.float64]

sounds = Family()

BICYCLE_TYRE: noise.Curve = ((100, -20), (300, -6), (800, 0), (2_000, -4), (5_000, -14), (12_000, -30))
URETHANE: noise.Curve = (
    (60, -20),
    (150, -10),
    (300, -3),
    (480, 8),
    (650, -3),
    (1_000, 8),
    (1_500, -3),
    (3_500, -14),
    (9_000, -30),
)
SNOW: noise.Curve = ((150, -16), (500, -4), (1_200, 0), (3_000, -1), (6_000, -5), (12_000, -14))
RATCHET_TEETH = 24
WHEEL_METRES = 2.1
"""Way of one turn of a bicycle's wheel."""


@sounds.add
def bicycle(take: Take) -> Samples:
    """A bicycle freewheels past: the pawls of its hub tick on their ratchet, thin tyres hiss on the road."""
    seconds = min(take.spread(4.4, 0.1), take.seconds)
    time = take.times(seconds)
    speed = take.scaled(3.2, 7.0)
    turns = np.cumsum(speed * (1.0 - 0.06 * time / seconds)) / WHEEL_METRES / take.rate
    due = np.arange(1, int(turns[-1] * RATCHET_TEETH)) / RATCHET_TEETH
    ticks = np.interp(due, turns, time)
    pawl = clicks(
        take, plate(take.rng, 2_000, 9_500, 40, "steel", longest=0.018, tilt=0.1), 5, 0.03, 0.00012, 0.2
    )
    once = 1.0 + 0.3 * np.sin(2 * np.pi * due)
    levels = once * take.rng.uniform(0.6, 1.0, ticks.size)
    sound = grains.laid(
        time.size, starts_at(ticks, take.rate), pawl[take.rng.integers(0, 5, ticks.size)], levels
    )
    tyre = noise.coloured(take.rng, time.size, take.rate, BICYCLE_TYRE)
    chain = noise.coloured(
        take.rng, time.size, take.rate, ((600, -22), (2_500, -3), (4_500, 0), (9_000, -12))
    )
    source = sound + 0.10 * tyre + 0.02 * chain * (1.0 + 0.7 * np.sin(2 * np.pi * 2.4 * time))
    side = 1.0 if take.rng.random() < 0.5 else -1.0
    return pass_by(
        np.asarray(source, dtype=np.float64),
        Path(side * speed, 1.8, seconds / 2),
        take.rate,
        dulling_metres=25.0,
        power=0.8,
    )


@sounds.add
def skateboard(take: Take) -> Samples:
    """A skateboard rolls by: hard wheels on asphalt under a board that booms, and the two knocks of each
    joint.
    """
    seconds = min(take.spread(5.0, 0.1), take.seconds)
    time = take.times(seconds)
    speed = take.scaled(2.6, 6.0)
    roll = noise.coloured(take.rng, time.size, take.rate, URETHANE)
    gravel = 1.0 + 0.2 * noise.slow(take.rng, time.size, take.rate, 250.0)
    slabs = np.arange(take.rng.uniform(0.0, 0.4), seconds, 1.5 / speed)
    joints = np.concatenate([slabs, slabs + 0.36 / speed])
    deck = clicks(
        take, plate(take.rng, 180, 2_800, 30, "wood", longest=0.09, tilt=0.4), 4, 0.16, 0.0009, 0.25
    )
    levels = take.rng.uniform(0.4, 1.0, joints.size)
    knocks = grains.laid(
        time.size, starts_at(joints, take.rate), deck[take.rng.integers(0, 4, joints.size)], levels
    )
    source = np.asarray(0.20 * roll * gravel + 0.5 * knocks, dtype=np.float64)
    side = 1.0 if take.rng.random() < 0.5 else -1.0
    return pass_by(source, Path(side * speed, 2.5, seconds / 2), take.rate, dulling_metres=30.0, power=0.8)


@sounds.add
def skis(take: Take) -> Samples:
    """Skis swing downhill: at every turn the edges bite and spray, between the turns they glide."""
    seconds = min(take.spread(6.5, 0.1), take.seconds)
    frames, rate = take.count(seconds), take.rate
    moments, bins = noise.block_times(frames, rate), noise.block_hz(rate)
    beat = take.spread(take.scaled(1.7, 1.05), 0.1)
    turn = np.sin(np.pi * moments / beat + 0.4)
    edge = np.abs(turn) ** 1.6 * (
        1.0 + 0.12 * noise.stretched(noise.wander(take.rng, seconds, 4.0, 32.0), moments.size)
    )
    snow = noise.response(SNOW, bins)
    bright = np.maximum(bins, 100.0) / 2_500.0
    gains = (0.10 + edge[:, None]) * snow * bright ** (0.5 * edge[:, None] - 0.35)
    angle = np.pi / 4 * (1.0 + 0.35 * turn)
    sound = noise.shaped(
        take.rng, frames, np.stack([np.cos(angle)[:, None] * gains, np.sin(angle)[:, None] * gains]), 2
    )
    chatter = 1.0 + 0.25 * noise.slow(take.rng, frames, rate, 28.0)
    time = np.arange(frames) / rate
    fades = np.clip(time / 0.8, 0.0, 1.0) * np.clip((time[-1] - time) / 1.0, 0.0, 1.0)
    return np.asarray(sound * chatter * fades, dtype=np.float32)
