"""Tools: hammer, saw, drill, and the small engines of garden and wood.

References:
    Van den Doel, Kry & Pai, "FoleyAutomatic", SIGGRAPH 2001 (scraping as noise whose band goes with the
    speed).
    Farnell, "Designing Sound", MIT Press 2010 (the chapters on motors and cars).
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (bars and plates).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.engines import Engine, exhaust
from imagecraft.soundscape.synth.machines import spinning
from imagecraft.soundscape.synth.modal import joined, plate, shaped
from imagecraft.soundscape.synth.office import clicks
from imagecraft.soundscape.synth.surroundings import indoors, outdoors
from imagecraft.soundscape.synth.tones import harmonics, tone

Floats = NDArray[np.float64]

sounds = Family()

TEETH: noise.Curve = ((150, -20), (400, -6), (900, 0), (1_800, -1), (3_500, -5), (7_000, -12), (14_000, -24))
CUTTING: noise.Curve = ((300, -22), (1_000, -6), (2_500, 0), (5_000, -2), (9_000, -10), (15_000, -22))

CHAINSAW = Engine(
    cylinders=1,
    strokes=2,
    pipe_metres=0.18,
    pipe_echo=0.5,
    pulse_seconds=0.0001,
    muffler_hz=6_000.0,
    ragged=0.06,
    jitter=0.004,
    body=0.55,
    body_seconds=0.03,
)
MOWER = Engine(
    cylinders=1, strokes=4, pipe_metres=0.25, pulse_seconds=0.0005, muffler_hz=2_200.0, ragged=0.08, body=0.6
)
DIGGER = Engine(cylinders=4, pipe_metres=2.0, pulse_seconds=0.0007, muffler_hz=1_200.0, ragged=0.08, body=0.6)
DIGGER_LEVEL = 0.012


@sounds.add
def hammer(take: Take) -> Samples:
    """A nail is driven home: steel rings on steel, the wood booms under it, higher with every blow."""
    return indoors(take, _hammering(take), 0.45, 0.4)


def _hammering(take: Take) -> Samples:
    count = int(take.rng.integers(4, 8))
    times = 0.03 + np.arange(count) * take.rng.uniform(0.95, 1.05, count) * take.scaled(0.62, 0.38)
    wood = plate(take.rng, 140, 1_800, 24, "wood", longest=0.12, tilt=0.35)
    nail = shaped(take.rng, (1.0, 1.9, 2.76, 3.6, 5.4), take.spread(2_400.0), "steel", longest=0.12, tilt=0.3)
    head = plate(take.rng, 3_000, 11_000, 30, "steel", longest=0.07)
    blows = []
    for number in range(count):
        driven = nail.scaled(1.0 + 0.06 * number, 0.8)
        blows.append(clicks(take, joined(wood, driven, head), 1, 0.35, 0.0004, 0.25))
    total = min(float(times[-1]) + 0.6, take.seconds)
    gains = take.rng.uniform(0.75, 1.0, count)
    return grains.laid(take.count(total), starts_at(times, take.rate), np.concatenate(blows), gains)


@sounds.add
def saw(take: Take) -> Samples:
    """A hand saw: long strokes forth and back, the teeth's rasp the higher the faster they go, in a board
    that resounds.
    """
    return indoors(take, _sawing(take), 0.35, 0.3)


def _sawing(take: Take) -> Samples:
    period = take.spread(take.scaled(1.15, 0.6), 0.1)
    total = min(take.spread(5.0, 0.15), take.seconds)
    time = take.times(total)
    phase = np.cumsum(1.0 + 0.06 * noise.slow(take.rng, time.size, take.rate, 1.0)) / take.rate / period
    stroke = np.sin(2 * np.pi * phase)
    speed = np.abs(stroke) ** 0.8
    push = np.where(stroke > 0, 1.0, 0.55)
    teeth = tone(harmonics(0.35, 16), 40.0 + 330.0 * speed, take.rate, take.rng)
    rasp = noise.coloured(take.rng, time.size, take.rate, TEETH)
    moments, bins = noise.block_times(time.size, take.rate), noise.block_hz(take.rate)
    fast = np.interp(moments, time, speed)
    board = np.full(bins.size, 0.5)
    for centre in take.rng.uniform(250.0, 2_400.0, 6):
        board += take.rng.uniform(0.6, 1.6) / (1.0 + ((bins - centre) / (0.06 * centre)) ** 2)
    gains = board * np.exp(
        -((np.log2(np.maximum(bins, 50.0) / (700.0 + 2_200.0 * fast[:, None])) / 2.2) ** 2)
    )
    raw = (
        np.clip((total - time) / 0.2, 0.0, 1.0)
        * speed
        * push
        * (rasp * (1.0 + 0.5 * teeth / np.abs(teeth).max()))
    )
    return noise.reshaped(raw.astype(np.float32), gains)


@sounds.add
def drill(take: Take) -> Samples:
    """An electric drill: the motor and its gears spin up, labour as the bit bites, and run down."""
    return indoors(take, _drilling(take))


def _drilling(take: Take) -> Samples:
    seconds = min(take.spread(4.2, 0.15), take.seconds)
    time = take.times(seconds)
    load = np.interp(time, [0.0, 0.9, 1.2, seconds - 1.0, seconds - 0.8], [0.0, 0.0, 1.0, 1.0, 0.0])
    speed = (
        spinning(time, seconds, 0.35, 0.55)
        * (1.0 - 0.16 * load)
        * (1.0 + 0.012 * noise.slow(take.rng, time.size, take.rate, 5.0))
    )
    pitch = np.maximum(take.spread(take.scaled(360.0, 520.0)) * speed, 4.0)
    motor = tone(harmonics(0.5, 32), pitch, take.rate, take.rng)
    gears = tone(harmonics(0.4, 12), pitch * 3.37, take.rate, take.rng)
    bite = (
        load
        * noise.coloured(take.rng, time.size, take.rate, CUTTING)
        * (1.0 + 0.4 * noise.slow(take.rng, time.size, take.rate, 60.0))
    )
    brushes = noise.coloured(take.rng, time.size, take.rate, CUTTING)
    return np.asarray(
        speed**1.5 * (motor / motor.std() + 0.7 * gears / gears.std() + 0.35 * brushes) + 0.8 * bite,
        dtype=np.float32,
    )


def _small_engine(
    take: Take, engine: Engine, rpm: Floats, load: Floats, gas: float, clatter: float
) -> Floats:
    tone_, rush = exhaust(take.rng, engine, rpm, load, take.rate)
    rough = noise.coloured(take.rng, rpm.size, take.rate, CUTTING)
    return np.asarray((tone_ + gas * rush * rough + clatter * rough) * (0.4 + 0.6 * load), dtype=np.float64)


@sounds.add
def chainsaw(take: Take) -> Samples:
    """A chainsaw: a two-stroke that idles, howls up, and labours through the wood."""
    seconds = min(take.spread(6.5, 0.15), take.seconds)
    time = take.times(seconds)
    full = take.scaled(6_500.0, 9_500.0)
    idle = take.spread(2_700.0)
    points = np.array([0.0, 0.14, 0.20, 0.32, 0.40, 0.66, 0.74, 0.86, 1.0]) * seconds
    rpm = np.interp(time, points, [idle, idle, full, full, 0.72 * full, 0.66 * full, full, idle * 1.1, idle])
    rpm = rpm * (1.0 + 0.006 * noise.slow(take.rng, time.size, take.rate, 6.0))
    load = np.interp(time, points, [0.2, 0.2, 0.9, 0.8, 1.0, 1.0, 0.8, 0.2, 0.2])
    cutting = np.interp(time, points, [0, 0, 0, 0, 1, 1, 0, 0, 0]) * noise.coloured(
        take.rng, time.size, take.rate, CUTTING
    )
    sound = _small_engine(take, CHAINSAW, rpm, load, 0.1, 0.4) + 0.6 * cutting
    return outdoors(take, sound)


@sounds.add
def lawn_mower(take: Take) -> Samples:
    """A petrol mower goes up and down the lawn: one cylinder at its governed speed, and the blade's wind
    below.
    """
    seconds = min(take.spread(7.0, 0.15), take.seconds)
    time = take.times(seconds)
    labour = noise.slow(take.rng, time.size, take.rate, 0.9)
    rpm = take.spread(take.scaled(2_500.0, 3_400.0)) * (1.0 - 0.025 * labour)
    load = np.clip(0.75 + 0.15 * labour, 0.2, 1.0)
    engine = _small_engine(
        take, MOWER, np.asarray(rpm, dtype=np.float64), np.asarray(load, dtype=np.float64), 0.15, 0.15
    )
    blade = tone(harmonics(1.0, 8), np.asarray(rpm / 30.0, dtype=np.float64), take.rate, take.rng)
    wind = noise.coloured(
        take.rng, time.size, take.rate, ((100, -10), (400, 0), (1_500, -4), (4_000, -12), (12_000, -30))
    )
    near = 0.75 + 0.25 * np.sin(2 * np.pi * time / seconds - 1.2)
    fades = np.clip(time / 0.7, 0.0, 1.0) * np.clip((seconds - time) / 0.9, 0.0, 1.0)
    return outdoors(take, (engine + 0.3 * blade / blade.std() + 0.4 * wind) * near * fades)


@sounds.add
def construction(take: Take) -> Samples:
    """A building site: hammers here, a drill or a saw there, and a digger's engine that never stops."""
    frames, rate, rng = take.frames, take.rate, take.rng
    rpm = 1_250.0 * (1.0 + 0.12 * noise.slow(rng, frames, rate, 0.4))
    engine, _rush = exhaust(rng, DIGGER, np.asarray(rpm, dtype=np.float64), 0.7, rate)
    engine += 0.35 * noise.coloured(rng, frames, rate, TEETH)
    sound = DIGGER_LEVEL * np.stack([engine, np.roll(engine, take.count(0.011))])
    begin = rng.uniform(0.1, 0.6)
    while begin < take.seconds - 0.5:
        job = (_hammering, _hammering, _hammering, _hammering, _drilling, _sawing)[int(rng.integers(6))]
        part = np.asarray(job(Take(rng, max(take.seconds - begin, 0.6), rate, rng.uniform(0.3, 0.8))))
        part = (
            part / (np.abs(part).max() + 1e-9) * rng.uniform(0.35, 1.0) * (0.3 if job is _drilling else 1.0)
        )
        side = rng.uniform(0.2, 0.8)
        start = take.count(begin)
        stop = min(start + part.size, frames)
        sound[:, start:stop] += np.array([[1.0 - side], [side]]) * part[: stop - start]
        begin += rng.uniform(0.9, 2.4) / take.scaled(0.7, 1.4)
    return sound
