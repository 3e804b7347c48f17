"""Engines and rotors: a pressure pulse a firing, or a blade, through whatever it has to pass on its way out.

A combustion engine is a train of pulses at its firing times, no two cylinders and no two firings quite
alike, and the exhaust, muffler and body are one impulse response that the train is convolved with. The gas
that rushes out with each pulse is noise whose loudness follows the pulses.

References:
    Farnell, "Designing Sound", MIT Press 2010 (the chapters on motors, cars, fans and helicopters).
    Baldan, Lachambre, Delle Monache & Boussard, "Physically informed car engine sound synthesis for virtual
    and augmented environments", IEEE SIVE 2015 (pulses by crank phase, exhaust as wave guides).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

Floats = NDArray[np.float64]

HOT_GAS_SPEED = 500.0
"""Of sound in exhaust gas at some 350 degrees C, in m/s."""
RUSH_HZ = 30.0
"""Slower than that the rush of gas follows the firings; a muffler evens out the rest."""
SUCTION = 0.7
COVERS = 9
COVER_QUALITY = 14.0
"""How sharply covers and fins resonate."""
REVOLUTIONS_A_CYCLE = {2: 1.0, 4: 2.0}


@dataclass(frozen=True)
class Engine:
    """What a combustion engine sounds like from behind.

    Attributes:
        cylinders: Number of cylinders.
        strokes: 2 or 4.
        pipe_metres: Length of the exhaust, which resonates at odd quarters of its wavelength.
        pipe_echo: What its open end reflects, 0..1.
        pulse_seconds: Width of a firing's pressure pulse.
        muffler_hz: Above it the muffler swallows 12 dB an octave.
        uneven: How much the cylinders differ, 0..1.
        ragged: How much each firing differs from the last in strength, 0..1.
        jitter: The same in time, as a share of the time between firings.
        spacing: When in a cycle each cylinder fires, as shares of it; empty is evenly.
        body: How much of the tone reaches us by way of block, frame and ground, smeared, 0..1.
        body_seconds: How long that takes to die to -60 dB.
    """

    cylinders: int
    strokes: int = 4
    pipe_metres: float = 2.0
    pipe_echo: float = 0.6
    pulse_seconds: float = 0.0025
    muffler_hz: float = 900.0
    uneven: float = 0.25
    ragged: float = 0.2
    jitter: float = 0.005
    spacing: tuple[float, ...] = ()
    body: float = 0.5
    body_seconds: float = 0.04


def firing_times(
    rng: np.random.Generator, engine: Engine, rpm: Floats, rate: int
) -> tuple[Floats, NDArray[np.intp]]:
    """When which cylinder fires, along a contour of revolutions a minute, shape (frames,).

    Returns:
        Times in samples, and the number of the cylinder.
    """
    cycles = np.cumsum(rpm / (60.0 * REVOLUTIONS_A_CYCLE[engine.strokes] * rate))
    whole = int(np.ceil(cycles[-1])) + 1
    places = np.asarray(engine.spacing or np.arange(engine.cylinders) / engine.cylinders)
    due = (np.arange(whole)[:, None] + places).reshape(-1)
    due = due + rng.random() - 1.0
    due += engine.jitter / engine.cylinders * rng.standard_normal(due.size)
    cylinder = np.tile(np.arange(engine.cylinders), whole)
    inside = (due > cycles[0]) & (due < cycles[-1])
    return np.interp(due[inside], cycles, np.arange(cycles.size)), cylinder[inside]


def impulses(times: Floats, gains: Floats, frames: int) -> Floats:
    """Impulses between the samples, each shared by its two neighbours, shape (frames,)."""
    train = np.zeros(frames + 2)
    index = np.clip(times, 0, frames - 1).astype(np.intp)
    share = np.clip(times, 0, frames - 1) - index
    np.add.at(train, index, gains * (1.0 - share))
    np.add.at(train, index + 1, gains * share)
    return train[:frames]


def pulse(seconds: float, rate: int) -> Floats:
    """A pressure pulse: a quick rise and an exponential fall, then a long, weak suction as the gas draws
    after it.
    """
    time = np.arange(max(int(30 * seconds * rate), 8)) / (seconds * rate)
    rise = time * np.exp(1.0 - 2.0 * time)
    suction = time**2 * np.exp(-0.3 * time)
    return np.asarray(rise - SUCTION * suction * (rise.sum() / suction.sum()), dtype=np.float64)


def pipe(
    metres: float, echo: float, rate: int, *, seconds: float = 0.06, speed: float = HOT_GAS_SPEED
) -> Floats:
    """Impulse response of a pipe closed at the engine and open at the end: echoes that change sign and grow
    duller.
    """
    frames = int(seconds * rate)
    response = np.zeros(frames)
    trip = 2.0 * metres / speed * rate
    width = 1.0
    for number in range(1, int(frames / trip) + 1):
        centre = number * trip
        width = 1.0 + 2.5 * number
        reach = np.arange(max(int(centre - 4 * width), 0), min(int(centre + 4 * width) + 1, frames))
        bump = np.exp(-0.5 * ((reach - centre) / width) ** 2)
        response[reach] += (-echo) ** number * bump / bump.sum()
    response[0] += 1.0
    return response


def lowpass_response(cutoff_hz: float, rate: int) -> Floats:
    """Impulse response of a gentle low-pass of 12 dB an octave."""
    time = np.arange(max(int(8 * rate / (2 * np.pi * cutoff_hz)), 4)) * 2 * np.pi * cutoff_hz / rate
    response = time * np.exp(-time)
    return np.asarray(response / response.sum(), dtype=np.float64)


def body_response(rng: np.random.Generator, share: float, seconds: float, rate: int) -> Floats:
    """Impulse response of a sound that comes straight, by many small ways, and through covers that
    resonate.
    """
    frames = max(int(seconds * rate), 8)
    time = np.arange(frames) / rate
    smear = rng.standard_normal(frames)
    smear /= np.sqrt(np.sum(smear**2 * np.exp(-13.8 * time / seconds)))
    covers = np.geomspace(350.0, 6_500.0, COVERS) * rng.uniform(0.85, 1.15, COVERS)
    loss = np.exp(-np.outer(np.pi * covers / COVER_QUALITY, time)) * np.sqrt(covers / COVER_QUALITY)[:, None]
    smear += rng.uniform(0.02, 0.06, COVERS) @ (loss * np.sin(2 * np.pi * np.outer(covers, time)))
    smear *= share * np.exp(-6.9 * time / seconds)
    smear[0] += np.sqrt(1.0 - share**2)
    return np.asarray(smear, dtype=np.float64)


def exhaust(
    rng: np.random.Generator, engine: Engine, rpm: Floats, load: Floats | float, rate: int
) -> tuple[Floats, Floats]:
    """The tone of an engine, and how hard its gas rushes at each moment.

    Args:
        rpm: Revolutions a minute, shape (frames,).
        load: How hard it works, 0..1, shape (frames,) or one value.

    Returns:
        The tone with RMS about 1, and the gas's envelope with mean about 1, both of shape (frames,).
    """
    frames = rpm.size
    times, cylinder = firing_times(rng, engine, rpm, rate)
    each = 1.0 + engine.uneven * rng.uniform(-1.0, 1.0, engine.cylinders)
    gains = each[cylinder] * (1.0 + engine.ragged * rng.standard_normal(times.size))
    if isinstance(load, np.ndarray):
        gains = gains * (0.35 + 0.65 * load[times.astype(np.intp)])
    train = impulses(times, gains, frames)
    way_out = oaconvolve(pulse(engine.pulse_seconds, rate), pipe(engine.pipe_metres, engine.pipe_echo, rate))
    way_out = oaconvolve(way_out, lowpass_response(engine.muffler_hz, rate))
    way_out = oaconvolve(way_out, body_response(rng, engine.body, engine.body_seconds, rate))
    tone = oaconvolve(train, way_out)[:frames]
    rush = oaconvolve(train, lowpass_response(RUSH_HZ, rate))[:frames]
    return tone / (np.sqrt(np.mean(tone**2)) + 1e-12), np.maximum(rush, 0.0) / (np.mean(np.abs(rush)) + 1e-12)


def blades(
    rng: np.random.Generator,
    passing_hz: NDArray[np.floating],
    shape: NDArray[np.floating],
    rate: int,
    *,
    count: int = 4,
    uneven: float = 0.15,
) -> Floats:
    """The sound of rotor blades that pass one after the other, each a little different, shape (frames,).

    Args:
        passing_hz: Blades a second, shape (frames,).
        shape: Impulse response of one passing.
        count: Blades of the rotor.
    """
    turns = np.cumsum(passing_hz) / rate
    due = np.arange(np.ceil(turns[0]), np.floor(turns[-1]) + 1)
    times = np.interp(due, turns, np.arange(turns.size))
    each = 1.0 + uneven * rng.uniform(-1.0, 1.0, count)
    gains = each[due.astype(np.intp) % count] * (1.0 + 0.05 * rng.standard_normal(due.size))
    return np.asarray(oaconvolve(impulses(times, gains, turns.size), shape)[: turns.size], dtype=np.float64)
