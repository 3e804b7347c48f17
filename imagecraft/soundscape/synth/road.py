"""The road: traffic, cars, motorbikes, buses and trucks.

References:
    Farnell, "Designing Sound", MIT Press 2010 (the chapter on cars).
    Sandberg & Ejsmont, "Tyre/Road Noise Reference Book", Informex 2002 (its broad peak near 1 kHz, and that
    it drowns the engine from some 40 km/h on).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.engines import Engine, exhaust
from imagecraft.soundscape.synth.motion import SOUND_SPEED, Path, pass_by
from imagecraft.soundscape.synth.signals import car_horn
from imagecraft.soundscape.synth.tones import harmonics, tone

Floats = NDArray[np.float64]

sounds = Family()

TYRES: noise.Curve = (
    (40, -26),
    (100, -15),
    (250, -9),
    (500, -4),
    (850, 3),
    (1_300, 0),
    (2_200, -9),
    (4_500, -20),
    (9_000, -33),
    (16_000, -48),
)
FAR_ROAR: noise.Curve = (
    (30, -8),
    (60, -2),
    (120, 0),
    (300, -6),
    (700, -10),
    (1_200, -16),
    (3_000, -32),
    (8_000, -55),
)
STREETS_AWAY: noise.Curve = ((150, -20), (400, 0), (900, -4), (2_000, -18), (6_000, -48))
GAS: noise.Curve = ((60, -12), (150, -4), (400, 0), (1_200, -6), (3_000, -16), (8_000, -30))
CLATTER: noise.Curve = ((300, -30), (900, -8), (1_800, 0), (3_200, -3), (6_000, -14), (12_000, -34))
AIR_RELEASE: noise.Curve = ((150, -30), (600, -14), (1_500, -5), (4_000, 0), (9_000, -3), (16_000, -12))

HUM_SECONDS = 2.5

PETROL = Engine(
    cylinders=4,
    pipe_metres=2.6,
    pulse_seconds=0.0004,
    muffler_hz=3_000.0,
    uneven=0.12,
    ragged=0.05,
    body=0.35,
)
TWIN = Engine(
    cylinders=2,
    pipe_metres=1.1,
    pipe_echo=0.75,
    pulse_seconds=0.00015,
    muffler_hz=3_500.0,
    uneven=0.2,
    ragged=0.06,
)
DIESEL = Engine(
    cylinders=6, pipe_metres=3.5, pulse_seconds=0.0007, muffler_hz=1_500.0, uneven=0.2, ragged=0.08, body=0.5
)


def _running(
    take: Take, engine: Engine, rpm: Floats, load: Floats | float, *, gas: float, clatter: float
) -> Floats:
    """An engine's tone with its rushing gas and its clatter, RMS about 1."""
    tone, rush = exhaust(take.rng, engine, rpm, load, take.rate)
    flow = 0.5 + 0.5 * rush
    sound = tone + gas * flow * noise.coloured(take.rng, rpm.size, take.rate, GAS)
    if clatter:
        sound += clatter * flow * noise.coloured(take.rng, rpm.size, take.rate, CLATTER)
    return np.asarray(sound, dtype=np.float64)


def _gears(time: Floats, shifts: list[float], low: float, high: float) -> tuple[Floats, Floats]:
    """Revolutions a minute that climb from `low` to `high` in each gear and drop at each of the `shifts`,
    and the load.
    """
    edges = [float(time[0]), *shifts, float(time[-1]) + 1.5]
    knots = [low]
    at = [edges[0]]
    for number, (start, end) in enumerate(itertools.pairwise(edges)):
        floor = low + (high - low) * min(0.25 * number, 0.6)
        at += [start + 0.18, end - 0.02]
        knots += [floor, high - (high - floor) * 0.15 * number]
    rpm = np.interp(time, at, knots)
    load = np.ones(time.size)
    for shift in shifts:
        load -= 0.75 * np.exp(-(((time - shift - 0.09) / 0.08) ** 2))
    return rpm, load


def _passing(take: Take, speed: float, closest: float, approach: float) -> tuple[Path, int]:
    side = 1.0 if take.rng.random() < 0.5 else -1.0
    seconds = min(2.1 * approach, take.seconds)
    return Path(side * speed, closest, min(approach, seconds / 2)), take.count(seconds)


@dataclass(frozen=True)
class Road:
    """A road with its traffic.

    Attributes:
        cars_a_minute: How many pass.
        nearest: Least and largest distance of a passing car, in m.
        speeds: Lowest and highest, in m/s.
        roar: Power of all that is farther off, relative to a car passing at 8 m.
        hum: Level of the engines.
    """

    cars_a_minute: float
    nearest: tuple[float, float]
    speeds: tuple[float, float]
    roar: float
    hum: float


@sounds.add
def traffic(take: Take) -> Samples:
    """A road nearby: the roar of many, and some that pass, each a swell of tyre noise over an engine."""
    return _flowing(take, Road(take.scaled(18, 75), (10.0, 24.0), (9.0, 17.0), 0.3, 0.15))


@sounds.add
def city(take: Take) -> Samples:
    """A city from a window high up: the roar of all its roads, which comes and goes, cars that rise out of
    it, and horns some streets away.
    """
    near = _flowing(take, Road(take.scaled(8, 40), (16.0, 50.0), (7.0, 14.0), 0.02, 1.5))
    near *= np.exp(0.4 * noise.slow(take.rng, take.frames, take.rate, 0.3))
    level = 0.5 * np.sqrt(np.mean(near**2))
    for at in grains.arrivals(take.rng, take.scaled(0.12, 0.4), take.seconds):
        horn = noise.filtered(car_horn(take).astype(np.float32), take.rate, STREETS_AWAY)
        start = min(int(at * take.rate), take.frames - 1)
        horn = horn[: take.frames - start] * level * take.rng.uniform(0.3, 1.0) / (horn.std() + 1e-9)
        side = np.pi / 4 * (1.0 + take.rng.uniform(-0.9, 0.9))
        near[:, start : start + horn.size] += np.outer([np.cos(side), np.sin(side)], horn)
    return near


def _flowing(take: Take, road: Road) -> Samples:
    """The noise of a road, as noise whose spectrum changes with every car that nears and leaves."""
    frames, rate, rng = take.frames, take.rate, take.rng
    moments, bins = noise.block_times(frames, rate), noise.block_hz(rate)
    tyres, roar = noise.response(TYRES, bins) ** 2, noise.response(FAR_ROAR, bins) ** 2
    passing = np.arange(-4.0, take.seconds + 4.0, 60.0 / road.cars_a_minute)
    passing = passing + rng.normal(0.0, 0.25 * 60.0 / road.cars_a_minute, passing.size)
    clear, dull = np.zeros((2, moments.size)), np.zeros((2, moments.size))
    engines = np.zeros((2, frames))
    for moment in passing:
        path = Path(
            rng.choice([-1.0, 1.0]) * rng.uniform(*road.speeds), rng.uniform(*road.nearest), float(moment)
        )
        distance = path.distance(moments)
        power = (rng.uniform(0.5, 1.2) * 8.0 / distance**1.1) ** 2
        near = 1.0 / (1.0 + (distance / 60.0) ** 2)
        angle = np.pi / 4 * (1.0 + 0.8 * path.along(moments) / distance)
        sides = np.stack([np.cos(angle) ** 2, np.sin(angle) ** 2])
        clear += sides * power * near
        dull += sides * power * (1.0 - near)
        _add_hum(take, engines, path, road.hum)
    swell = 1.0 + 0.2 * noise.stretched(noise.wander(rng, take.seconds, 0.4, 8.0), moments.size)
    far = road.roar * np.maximum(swell, 0.2) ** 2
    gains = np.sqrt(clear[..., None] * tyres + (0.4 * dull + far)[..., None] * roar).astype(np.float32)
    gains *= np.float32(6.0)
    return np.asarray(noise.shaped(rng, frames, gains, 2) + engines, dtype=np.float32)


def _add_hum(take: Take, engines: Floats, path: Path, level: float) -> None:
    """Add one car's firing tone and overtones, at the pitch that its motion gives."""
    first = max(int((path.passing - HUM_SECONDS) * take.rate), 0)
    last = min(int((path.passing + HUM_SECONDS) * take.rate), engines.shape[1])
    if last - first < take.count(0.2):
        return
    time = np.arange(first, last) / take.rate
    distance = path.distance(time)
    closing = path.speed * path.along(time) / distance
    pitch = take.rng.uniform(45, 95) / (1.0 + closing / SOUND_SPEED)
    wave = tone(harmonics(1.0, 8), pitch, take.rate, take.rng)
    wave *= (
        level * 6.0 / distance * np.cos(np.pi / 2 * np.clip((time - path.passing) / HUM_SECONDS, -1, 1)) ** 2
    )
    side = 0.4 * path.along(time) / distance
    engines[0, first:last] += (0.7 - side) * wave
    engines[1, first:last] += (0.7 + side) * wave


@sounds.add
def car_passing(take: Take) -> Samples:
    """One car goes by: tyres on the road, the engine beneath, and the drop of both in pitch as it passes."""
    path, frames = _passing(take, take.scaled(9, 27), take.spread(4.5, 0.2), take.spread(3.4, 0.1))
    tyres = noise.coloured(take.rng, frames, take.rate, TYRES)
    tyres *= 1.0 + 0.12 * noise.slow(take.rng, frames, take.rate, 5.0)
    rpm = np.full(frames, take.spread(take.scaled(1_500, 2_800)))
    engine = _running(take, PETROL, rpm, 0.6, gas=0.1, clatter=0.0)
    return pass_by(tyres + 0.3 * engine, path, take.rate)


@sounds.add
def car_engine(take: Take) -> Samples:
    """A car is started: the starter turns it over, it catches, idles, and is given some gas."""
    seconds = min(take.spread(6.0), take.seconds)
    time = take.times(seconds)
    idle, catch = take.spread(820.0, 0.08), take.spread(0.9, 0.15)
    revs = take.scaled(1_400, 4_200)
    blip = catch + 2.1
    rpm = np.interp(
        time,
        [0, 0.12, catch, catch + 0.25, catch + 0.9, blip, blip + 0.45, blip + 0.8, blip + 1.9],
        [80, 230, 260, 1_500, idle, idle, revs, revs * 0.9, idle],
    )
    rpm = rpm * (1.0 + 0.012 * noise.slow(take.rng, time.size, take.rate, 3.0))
    fires = np.clip((time - catch) / 0.15, 0.0, 1.0)
    load = np.interp(time, [blip - 0.05, blip + 0.1, blip + 0.7, blip + 1.0], [0.35, 1.0, 0.9, 0.3])
    engine = fires * load * _running(take, PETROL, rpm, load, gas=0.12, clatter=0.7)
    return engine + (1.0 - fires) * _starter(take, time)


def _starter(take: Take, time: Floats) -> Floats:
    """The starter: a whining motor that every compression slows down."""
    churn = 1.0 + 0.13 * np.sin(2 * np.pi * 7.7 * time)
    phase = 2 * np.pi * np.cumsum(churn * np.interp(time, [0, 0.15], [150, 310])) / take.rate
    whine = np.sin(phase + 1.6 * np.sin(phase * 2.0)) + 0.4 * np.sin(3 * phase)
    rattle = noise.coloured(take.rng, time.size, take.rate, CLATTER)
    return np.asarray((0.10 * whine + 0.10 * rattle) * (1.0 + 0.7 * np.sin(2 * np.pi * 7.7 * time + 1.0)))


@sounds.add
def motorbike(take: Take) -> Samples:
    """A motorbike comes, passes and pulls away through its gears, a twin with little in its exhaust."""
    path, frames = _passing(take, take.scaled(10, 22), take.spread(4.0, 0.2), take.spread(2.6, 0.1))
    time = np.arange(frames) / take.rate
    shifts = [float(s) for s in np.arange(take.rng.uniform(0.7, 1.4), time[-1], take.spread(1.9))]
    rpm, load = _gears(time, shifts, take.scaled(2_300, 3_300), take.scaled(4_600, 8_600))
    engine = _running(take, TWIN, rpm, 0.2 + 0.8 * load, gas=0.12, clatter=0.15)
    return pass_by(engine, path, take.rate, power=0.8)


@sounds.add
def bus(take: Take) -> Samples:
    """A bus at its stop: it idles, lets its air brakes go with a hiss, and pulls out."""
    seconds = min(take.spread(8.0), take.seconds)
    time = take.times(seconds)
    hiss_at, leaves = 0.25 * seconds, 0.36 * seconds
    idle = take.spread(640.0, 0.06)
    rpm = np.interp(time, [0, leaves, leaves + 2.2, leaves + 2.5, seconds], [idle, idle, 1_750, 1_150, 1_800])
    load = np.interp(time, [leaves, leaves + 0.5], [0.3, take.scaled(0.6, 1.0)])
    engine = _running(take, DIESEL, rpm, load, gas=0.4, clatter=0.1) * (0.4 + 0.6 * load)
    away = np.interp(time, [leaves + 1.0, seconds], [1.0, 0.35])
    return engine * away + 0.4 * _air_release(take, time, hiss_at)


@sounds.add
def truck(take: Take) -> Samples:
    """A truck goes by: a labouring diesel, many tyres, and a breath of compressed air behind it."""
    path, frames = _passing(take, take.scaled(8, 18), take.spread(6.0, 0.2), take.spread(3.6, 0.1))
    time = np.arange(frames) / take.rate
    rpm = np.full(frames, take.spread(1_350.0)) * (1.0 + 0.02 * noise.slow(take.rng, frames, take.rate, 0.8))
    source = 0.8 * _running(take, DIESEL, rpm, 0.9, gas=0.5, clatter=0.05)
    source += 0.55 * noise.coloured(take.rng, frames, take.rate, TYRES)
    source += 0.25 * _air_release(take, time, path.passing + 0.5)
    return pass_by(source, path, take.rate, power=0.8)


def _air_release(take: Take, time: Floats, at: float) -> Floats:
    """Compressed air let out of a brake: a burst that thins as the pressure falls."""
    since = np.clip(time - at, 0.0, None)
    level = np.minimum(since / 0.02, 1.0) * np.exp(-since / take.spread(0.22, 0.2))
    return np.asarray(level * noise.coloured(take.rng, time.size, take.rate, AIR_RELEASE) * (time > at))
