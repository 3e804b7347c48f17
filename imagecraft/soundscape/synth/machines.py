"""Machines of the house: fans, motors, compressors.

References:
    Farnell, "Designing Sound", MIT Press 2010 (the chapters on motors, fans and electricity).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.modal import joined, plate, variants
from imagecraft.soundscape.synth.signals import gated
from imagecraft.soundscape.synth.surroundings import indoors
from imagecraft.soundscape.synth.tones import harmonics, peaks, tone, weighted
from imagecraft.soundscape.synth.water import bubbles

Floats = NDArray[np.float64]

sounds = Family()

MAINS_HZ = 50.0
FAN_AIR: noise.Curve = (
    (40, -20),
    (120, -8),
    (260, -2),
    (420, 8),
    (600, -4),
    (850, -4),
    (1_100, 2),
    (1_500, -6),
    (3_000, -15),
    (8_000, -30),
    (16_000, -46),
)
VACUUM_AIR: noise.Curve = (
    (60, -24),
    (200, -10),
    (500, -4),
    (650, -2),
    (900, 7),
    (1_300, -2),
    (2_600, 0),
    (4_000, -6),
    (8_000, -14),
    (16_000, -28),
)
DRYER_AIR: noise.Curve = (
    (100, -26),
    (400, -10),
    (700, -4),
    (1_050, 7),
    (1_500, -2),
    (2_500, 3),
    (4_500, -4),
    (9_000, -11),
    (16_000, -24),
)
COMPRESSOR_AIR: noise.Curve = ((40, -4), (120, 0), (300, -8), (900, -16), (3_000, -34), (9_000, -50))
SLOSH: noise.Curve = ((60, -14), (200, -2), (450, 0), (1_100, -6), (3_000, -17), (8_000, -34))


def hum(take: Take, frequency: float, rolloff: float, count: int, drift: float = 0.0) -> Floats:
    """A motor's or transformer's hum with its overtones, for the length of the take, RMS 1."""
    pitch = np.full(take.frames, frequency)
    if drift:
        pitch = pitch * (1.0 + drift * noise.slow(take.rng, take.frames, take.rate, 0.7))
    sound = tone(harmonics(rolloff, count), pitch, take.rate, take.rng)
    return np.asarray(sound / (sound.std() + 1e-12), dtype=np.float64)


def spinning(time: Floats, seconds: float, up: float, down: float) -> Floats:
    """Speed of a motor switched on at the start and off `down` seconds before the end, 0..1."""
    rise = 1.0 - np.exp(-time / (up / 3.0))
    off = np.clip(time - (seconds - down), 0.0, None)
    return np.asarray(rise * np.exp(-off / (down / 3.5)), dtype=np.float64)


@sounds.add
def fan(take: Take) -> Samples:
    """A table fan: air off the blades, a little louder as each goes by, over the hum of its motor."""
    frames, rate = take.frames, take.rate
    turn = take.scaled(13.0, 24.0)
    blades = int(take.rng.integers(3, 5))
    air = noise.coloured(take.rng, frames, rate, FAN_AIR, 2)
    phase = 2 * np.pi * take.times(take.seconds) * turn
    chop = 1.0 + 0.12 * np.sin(phase) + 0.10 * np.sin(blades * phase)
    drift = 1.0 + 0.07 * noise.slow(take.rng, frames, rate, 0.5)
    buzz = 0.16 * hum(take, turn * blades, 0.7, 14, 0.002) + 0.08 * hum(take, 2 * MAINS_HZ, 0.9, 12)
    return np.asarray(air * chop * drift + buzz, dtype=np.float32)


@sounds.add
def fridge(take: Take) -> Samples:
    """A fridge: the compressor's hum at the mains' double and its overtones, that beat slowly, and a breath
    of air.
    """
    frames, rate = take.frames, take.rate
    slip = take.spread(0.97, 0.015)
    sound = hum(take, 2 * MAINS_HZ, 1.1, 10) + 0.6 * hum(take, MAINS_HZ * slip, 0.9, 20, 0.0006)
    rattle = noise.coloured(take.rng, frames, rate, ((400, -20), (1_400, 0), (2_600, -4), (7_000, -24)))
    sound += (
        take.scaled(0.02, 0.12)
        * rattle
        * (1.0 + 0.8 * np.sin(2 * np.pi * 2 * MAINS_HZ * take.times(take.seconds)))
    )
    air = noise.coloured(take.rng, frames, rate, COMPRESSOR_AIR, 2)
    return np.asarray(sound + take.scaled(0.3, 0.7) * air, dtype=np.float32)


def _suction(
    take: Take, pitch: float, air: noise.Curve, whine: float, body: tuple[float, float, float]
) -> Floats:
    """A universal motor and the fan on its shaft, switched on and off again."""
    seconds = min(take.spread(5.5, 0.15), take.seconds)
    time = take.times(seconds)
    speed = spinning(time, seconds, 0.7, 1.1)
    load = 1.0 + 0.012 * noise.slow(take.rng, time.size, take.rate, 1.2)
    contour = np.maximum(pitch * speed * load, 5.0)
    partials = weighted(
        harmonics(0.45, 40, even=0.6), pitch, peaks([(body[0], 300.0, 1.0), (body[1], 700.0, 0.8)], 0.15)
    )
    motor = tone(partials, contour, take.rate, take.rng)
    commutator = tone(harmonics(0.8, 6), contour * 11.0, take.rate, take.rng)
    air_noise = noise.coloured(take.rng, time.size, take.rate, air)
    sweep = 1.0 + 0.10 * noise.slow(take.rng, time.size, take.rate, 1.5)
    sound = speed**2 * (
        air_noise * sweep + whine * motor / motor.std() + 0.3 * whine * commutator / commutator.std()
    )
    return np.asarray(sound * body[2], dtype=np.float64)


@sounds.add
def vacuum(take: Take) -> Samples:
    """A vacuum cleaner is switched on, drawn over the carpet and switched off."""
    return indoors(
        take,
        _suction(take, take.spread(take.scaled(430.0, 620.0), 0.08), VACUUM_AIR, 0.55, (700.0, 1_500.0, 1.0)),
    )


@sounds.add
def hair_dryer(take: Take) -> Samples:
    """A hair dryer: less motor, brighter air."""
    return indoors(
        take,
        _suction(take, take.spread(take.scaled(330.0, 460.0), 0.08), DRYER_AIR, 0.2, (1_000.0, 2_300.0, 1.0)),
    )


@sounds.add
def microwave(take: Take) -> Samples:
    """A microwave oven: its transformer hums, its fan blows, and it beeps when done."""
    beeps = 3
    seconds = min(take.spread(7.0, 0.1), take.seconds)
    part = Take(take.rng, seconds, take.rate, take.intensity)
    time = take.times(seconds)
    done = max(seconds - beeps * 0.75 - 0.2, 0.5)
    running = gated(time, 0.05, done, 0.25, 0.12)
    oven = hum(part, 2 * MAINS_HZ, 0.75, 16) + 0.5 * hum(part, 51.3, 0.6, 24, 0.001)
    oven += take.scaled(0.5, 1.3) * noise.coloured(take.rng, time.size, take.rate, FAN_AIR)
    since = time - done - 0.25
    beep = gated(np.where(since < 0, -1.0, since % 0.75), 0.005, 0.4, 0.004, 0.02)
    pitch = np.full(time.size, take.spread(2_000.0, 0.03))
    return indoors(
        take,
        running * oven
        + 1.3 * beep * tone(np.array([1.0, 0.05, 0.2, 0.02, 0.06]), pitch, take.rate, take.rng),
    )


@sounds.add
def washing_machine(take: Take) -> Samples:
    """A washing machine turns its drum one way and the other: motor, tumbling water, and a thump a turn."""
    frames, rate = take.frames, take.rate
    time = take.times(take.seconds)
    turn = take.scaled(0.7, 1.1)
    phase = turn * time
    motor = hum(take, take.spread(168.0), 0.8, 16, 0.01) + 0.7 * hum(take, 2 * MAINS_HZ, 1.0, 8)
    tumble = 0.5 + 0.5 * np.sin(2 * np.pi * phase) ** 2
    water = noise.coloured(take.rng, frames, rate, SLOSH, 2) * tumble**2
    drops = bubbles(take, grains.arrivals(take.rng, 60.0, take.seconds), (1.5, 7.0), 0.05)
    thumps = np.arange(0.2, take.seconds, 0.5 / turn)
    blows = variants(
        take.rng, plate(take.rng, 70, 480, 12, "wood", longest=0.25), 3, 0.4, rate, contact_seconds=0.004
    )
    falls = grains.laid(
        frames,
        starts_at(thumps, rate),
        blows[take.rng.integers(0, 3, thumps.size)],
        take.rng.uniform(0.3, 1.0, thumps.size),
    )
    return np.asarray(
        0.25 * motor + 0.9 * water + 0.8 * drops * tumble + 1.2 * falls / np.abs(blows).max(),
        dtype=np.float32,
    )


@sounds.add
def sewing_machine(take: Take) -> Samples:
    """A sewing machine runs along a seam: the needle bar's and the shuttle's knocks each stitch, gears, a
    small motor.
    """
    seconds = min(take.spread(4.5, 0.15), take.seconds)
    time = take.times(seconds)
    speed = np.interp(
        time, [0.0, 0.5, 0.6 * seconds, seconds - 0.35, seconds - 0.05], [0.12, 0.9, 1.0, 0.8, 0.03]
    )
    speed = speed * (1.0 + 0.05 * noise.slow(take.rng, time.size, take.rate, 1.5))
    stitches = np.cumsum(speed * take.scaled(12.0, 20.0)) / take.rate
    due = np.arange(1, int(stitches[-1]))
    times = np.interp(due, stitches, time)
    needle = joined(
        plate(take.rng, 900, 4_500, 24, "steel", longest=0.06),
        plate(take.rng, 180, 900, 8, "wood", longest=0.06),
    )
    shuttle = plate(take.rng, 2_200, 9_000, 24, "steel", longest=0.025)
    knocks = np.concatenate(
        [variants(take.rng, one, 3, 0.08, take.rate, contact_seconds=0.0003) for one in (needle, shuttle)]
    )
    knocks /= np.abs(knocks).max(axis=1, keepdims=True)
    gap = 0.5 / np.maximum(np.interp(times, time, speed) * 13.0, 1.0)
    both = np.concatenate([times, times + gap, times + 0.3 * gap])
    which = np.concatenate(
        [
            take.rng.integers(0, 3, times.size),
            take.rng.integers(3, 6, times.size),
            take.rng.integers(3, 6, times.size),
        ]
    )
    levels = np.concatenate([np.full(times.size, 1.0), np.full(times.size, 0.6), np.full(times.size, 0.25)])
    levels = levels * take.rng.uniform(0.75, 1.0, levels.size)
    sound = grains.laid(time.size, starts_at(both, take.rate), knocks[which], levels)
    motor = tone(harmonics(0.6, 24), 40.0 + 150.0 * speed, take.rate, take.rng)
    gears = noise.coloured(
        take.rng, time.size, take.rate, ((300, -16), (1_200, 0), (3_500, -3), (9_000, -18))
    )
    return indoors(take, sound + speed * (0.02 * motor / motor.std() + 0.02 * gears))
