"""Clocks, alarms and telephones.

References:
    Farnell, "Designing Sound", MIT Press 2010 (the chapters on clocks and telephone bells).
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (shells and plates).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import gong, starts_at
from imagecraft.soundscape.synth.modal import Modes, joined, plate, variants
from imagecraft.soundscape.synth.signals import gated
from imagecraft.soundscape.synth.tones import tone

sounds = Family()

ROOM: noise.Curve = ((40, 0), (120, -4), (500, -16), (3_000, -34), (12_000, -50))
TICK_NOISE: noise.Curve = ((300, -10), (1_200, -2), (3_500, 0), (8_000, -3), (15_000, -14))
CASE_SECONDS = 0.16
CASE_GAIN = 0.4
HAMMER_BLOWS_A_SECOND = 22.0


def _beat(take: Take, pitch: float) -> NDArray[np.float32]:
    """One beat of the escapement, shape (frames,): the wheel drops, slides along the pallet and is locked.

    The small steel parts click some times within ten milliseconds; plates and case answer lower and for
    longer.
    """
    hard = take.scaled(0.00013, 0.00005)
    steel = plate(take.rng, 1_800 * pitch, 11_000 * pitch, 60, "steel", longest=0.006, tilt=0.0)
    case = plate(take.rng, 190 * pitch, 900 * pitch, 9, "wood", longest=CASE_SECONDS, tilt=0.3)
    body = plate(take.rng, 700 * pitch, 2_500 * pitch, 16, "wood", longest=0.05, tilt=0.3)
    parts = joined(steel, Modes(case.frequencies, case.decays, CASE_GAIN * case.gains), body)
    blows = variants(take.rng, parts, 4, 0.2, take.rate, contact_seconds=hard, uneven=0.6)
    rub = noise.coloured(take.rng, blows.size, take.rate, TICK_NOISE).reshape(blows.shape)
    blows = blows / np.abs(blows).max() + 0.6 * rub * grains.decays(
        blows.shape[1], take.rate, np.full(4, 0.003)
    )
    offsets = np.array([0.0, 0.0045, 0.0075, 0.0125]) * take.rng.uniform(0.8, 1.2, 4)
    return grains.laid(
        take.count(0.22),
        starts_at(offsets, take.rate),
        blows.astype(np.float32),
        np.array([0.35, 1.0, 0.4, 0.18]),
    )


@sounds.add
def clock(take: Take) -> Samples:
    """A clock ticks and tocks in a wooden case on the wall of a quiet room."""
    period = float(take.rng.choice([0.5, 0.5, 1.0]))
    times = np.arange(take.rng.uniform(0.05, 0.2), take.seconds, period)
    pallet = (_beat(take, 1.0), _beat(take, 1.0), _beat(take, 0.88), _beat(take, 0.88))
    which = 2 * (np.arange(times.size) % 2) + take.rng.integers(0, 2, times.size)
    levels = take.rng.uniform(0.88, 1.0, times.size)
    sound = grains.laid(take.frames, starts_at(times, take.rate), np.stack(pallet)[which], levels)
    room = noise.coloured(take.rng, take.frames, take.rate, ROOM)
    return np.asarray(sound / (np.abs(sound).max() + 1e-12) + 0.008 * room, dtype=np.float32)


@sounds.add
def phone(take: Take) -> Samples:
    """A telephone's two gongs, which a clapper strikes in turn while the ringing current flows."""
    low = take.spread(1_180.0, 0.1)
    rings = [(0.0, 1.0)] if take.seconds < 3.5 else [(0.0, 1.0), (1.9, 2.9)]
    if take.rng.random() < 0.4:
        rings = [(0.0, 0.45), (0.65, 1.1)]
    times = (
        np.concatenate([np.arange(start, stop, 1.0 / HAMMER_BLOWS_A_SECOND) for start, stop in rings]) + 0.01
    )
    gongs = [gong(take.rng, pitch, 0.9) for pitch in (low, low * take.spread(1.26, 0.02))]
    blows = np.concatenate(
        [
            variants(take.rng, one, 2, 0.9, take.rate, contact_seconds=take.scaled(0.0002, 0.00007))
            for one in gongs
        ]
    )
    which = 2 * (np.arange(times.size) % 2) + take.rng.integers(0, 2, times.size)
    times = times + take.rng.normal(0.0, 0.0012, times.size)
    total = min(rings[-1][1] + 0.9, take.seconds)
    return grains.laid(
        take.count(total), starts_at(times, take.rate), blows[which], take.rng.uniform(0.75, 1.0, times.size)
    )


@sounds.add
def alarm_clock(take: Take) -> Samples:
    """A bedside alarm: groups of four quick beeps from a piezo disc in a plastic case."""
    pitch = take.spread(2_050.0, 0.04)
    time = take.times(min(take.spread(4.0, 0.05), take.seconds))
    within = time % 1.0
    level = gated(within % 0.125, 0.003, take.scaled(0.05, 0.08), 0.003, 0.006) * (within < 0.5)
    return level * tone(
        np.array([1.0, 0.05, take.scaled(0.15, 0.6), 0.02, take.scaled(0.05, 0.3)]),
        np.full(time.size, pitch),
        take.rate,
        take.rng,
    )
