"""Clocks, alarms and telephones.

References:
    Farnell, "Designing Sound", MIT Press 2010 (the chapters on clocks and telephone bells).
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (shells and plates).
"""

from __future__ import annotations

import numpy as np

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import gong, starts_at
from imagecraft.soundscape.synth.modal import Modes, joined, plate, variants
from imagecraft.soundscape.synth.signals import gated
from imagecraft.soundscape.synth.tones import tone

sounds = Family()

ROOM: noise.Curve = ((40, 0), (120, -4), (500, -16), (3_000, -34), (12_000, -50))
HAMMER_BLOWS_A_SECOND = 22.0


def _escapement(take: Take, pitch: float) -> Modes:
    """The movement's plates and the case that they sit in."""
    movement = plate(take.rng, 2_400 * pitch, 9_000 * pitch, 16, "steel", longest=0.035, tilt=0.2)
    case = plate(take.rng, 420 * pitch, 1_900 * pitch, 7, "wood", longest=0.09, tilt=0.5)
    return joined(movement, Modes(case.frequencies, case.decays, 0.7 * case.gains))


@sounds.add
def clock(take: Take) -> Samples:
    """A clock ticks: each beat the wheel drops on the pallet, slides and is locked, two clicks a few ms
    apart.
    """
    beat = float(take.rng.choice([0.5, 0.5, 1.0]))
    times = np.arange(take.rng.uniform(0.05, 0.2), take.seconds, beat)
    ticks = variants(
        take.rng,
        _escapement(take, 1.0),
        2,
        0.12,
        take.rate,
        contact_seconds=take.scaled(0.00013, 0.00005),
        uneven=0.12,
    )
    tocks = variants(
        take.rng,
        _escapement(take, 0.86),
        2,
        0.12,
        take.rate,
        contact_seconds=take.scaled(0.00018, 0.00007),
        uneven=0.12,
    )
    blows = np.concatenate([ticks, tocks])
    side = 2 * (np.arange(times.size) % 2)
    drop = np.concatenate([times, times + 0.004 + 0.002 * (side > 0), times + 0.013])
    which = np.concatenate([side, side + 1, side])
    levels = np.concatenate([np.full(times.size, 0.4), np.full(times.size, 1.0), np.full(times.size, 0.16)])
    levels = levels * take.rng.uniform(0.92, 1.0, levels.size)
    sound = grains.laid(take.frames, starts_at(drop, take.rate), blows[which], levels)
    room = noise.coloured(take.rng, take.frames, take.rate, ROOM)
    return np.asarray(sound / np.abs(sound).max() + 0.0008 * room, dtype=np.float32)


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
