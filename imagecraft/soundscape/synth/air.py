"""Aeroplanes and helicopters.

References:
    Farnell, "Designing Sound", MIT Press 2010 (the chapters on jet engines and helicopters).
    Smith, "Aircraft Noise", Cambridge University Press 1989 (jet mixing noise, fan tones, propellers, rotor
    slap).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.engines import Engine, blades, exhaust
from imagecraft.soundscape.synth.motion import SOUND_SPEED, Path, pass_by
from imagecraft.soundscape.synth.tones import harmonics, tone

Floats = NDArray[np.float64]

sounds = Family()

JET: noise.Curve = (
    (40, -10),
    (90, -2),
    (180, 0),
    (400, -4),
    (900, -10),
    (2_000, -18),
    (5_000, -24),
    (12_000, -44),
)
EAR_METRES = 1.6
"""Height of the listener over the ground that reflects."""
LIGHT_PLANE = Engine(
    cylinders=4, pipe_metres=0.8, pulse_seconds=0.0009, muffler_hz=1_800.0, uneven=0.2, ragged=0.05, body=0.4
)
WASH: noise.Curve = ((60, -6), (150, 0), (500, -2), (1_500, -8), (4_000, -19), (10_000, -36))
SLAP: noise.Curve = ((50, -3), (110, 0), (400, -2), (1_000, -7), (3_000, -18), (8_000, -36))


@sounds.add
def aeroplane(take: Take) -> Samples:
    """An aeroplane passes high above: a jet's roar that combs with its echo from the ground, or a light
    propeller plane.
    """
    return _light_plane(take) if take.rng.random() < 0.25 else _jet(take)


def _jet(take: Take) -> Floats:
    seconds = min(take.spread(11.0, 0.1), take.seconds)
    frames, rate = take.count(seconds), take.rate
    moments, bins = noise.block_times(frames, rate), noise.block_hz(rate)
    path = Path(take.rng.choice([-1.0, 1.0]) * take.spread(115.0), take.scaled(700.0, 260.0), 0.42 * seconds)
    distance = path.distance(moments)
    nearness = path.closest / distance
    behind = 0.5 + 0.5 * np.tanh(path.along(moments) * np.sign(path.speed) / path.closest)
    roar = noise.response(JET, bins)
    hiss = noise.response(((200, -24), (1_000, -8), (2_500, 0), (6_000, -8), (14_000, -30)), bins)
    air = np.exp(-np.outer(distance, (bins / 1_000.0) ** 1.5) * 0.00055)
    late = 2.0 * EAR_METRES * path.closest / distance / SOUND_SPEED
    phase = 2 * np.pi * np.outer(late, bins)
    echo = np.sqrt(1.0 + 0.55**2 + 2 * 0.55 * np.cos(phase))
    power = np.outer(nearness**1.4 * (0.35 + behind), roar) + np.outer(
        nearness**2 * (1.2 - behind) * 0.35, hiss
    )
    surge = 1.0 + 0.12 * noise.stretched(noise.wander(take.rng, seconds, 2.0, 16.0), moments.size)
    angle = np.pi / 4 * (1.0 + 0.5 * path.along(moments) / distance)
    gains = power * air * echo * surge[:, None]
    sound = noise.shaped(
        take.rng, frames, np.stack([np.cos(angle)[:, None] * gains, np.sin(angle)[:, None] * gains]), 2
    )
    middle = noise.shaped(take.rng, frames, gains)
    time = np.arange(frames) / rate
    pitch = 2_350.0 / (1.0 + path.speed * path.along(time) / path.distance(time) / SOUND_SPEED)
    near = path.closest / path.distance(time)
    ahead = np.interp(time, moments, 1.2 - behind)
    whine = near**2 * ahead * tone(np.array([1.0, 0.35]), pitch, rate, take.rng)
    both = np.asarray(sound + 0.8 * middle, dtype=np.float64)
    level = float(np.sqrt(np.mean(both**2)))
    fades = np.clip(time / 1.2, 0.0, 1.0) * np.clip((time[-1] - time) / 1.8, 0.0, 1.0)
    return np.asarray((both + 0.2 * level * whine) * fades, dtype=np.float64)


def _light_plane(take: Take) -> Floats:
    seconds = min(take.spread(10.0, 0.1), take.seconds)
    frames, rate = take.count(seconds), take.rate
    rpm = np.full(frames, take.spread(2_350.0, 0.06)) * (
        1.0 + 0.003 * noise.slow(take.rng, frames, rate, 1.0)
    )
    engine, _rush = exhaust(take.rng, LIGHT_PLANE, rpm, 0.9, rate)
    propeller = tone(harmonics(0.9, 24), rpm / 30.0, rate, take.rng)
    source = engine + 0.7 * propeller / propeller.std() + 0.25 * noise.coloured(take.rng, frames, rate, WASH)
    path = Path(take.rng.choice([-1.0, 1.0]) * take.spread(52.0), take.scaled(260.0, 110.0), 0.5 * seconds)
    time = np.arange(frames) / rate
    shimmer = 1.0 + 0.22 * noise.slow(take.rng, frames, rate, 2.2)
    fades = np.clip(time / 1.2, 0.0, 1.0) * np.clip((time[-1] - time) / 1.5, 0.0, 1.0)
    heard = pass_by(source, path, rate, width=0.6, dulling_metres=400.0)
    return np.asarray(heard * shimmer * fades, dtype=np.float64)


@sounds.add
def helicopter(take: Take) -> Samples:
    """A helicopter near by: blades that slap the wake of the one before, their wash, the tail rotor's hum
    and the turbine.
    """
    frames, rate = take.frames, take.rate
    passing = take.spread(take.scaled(12.0, 21.0), 0.08)
    rotor = passing * (1.0 + 0.008 * noise.slow(take.rng, frames, rate, 0.5))
    beat = np.arange(take.count(1.0 / passing)) / take.count(1.0 / passing)
    slap = noise.coloured(take.rng, take.count(0.06), rate, SLAP).astype(np.float64)
    slap *= np.minimum(np.arange(slap.size) / (0.006 * rate), 1.0) * np.exp(
        -np.arange(slap.size) / (0.013 * rate)
    )
    slaps = blades(take.rng, rotor, slap, rate)
    swell = blades(take.rng, rotor, np.sin(np.pi * beat) ** 2, rate, uneven=0.1)
    wash = noise.coloured(take.rng, frames, rate, WASH, 2)
    tail = tone(harmonics(0.8, 20), np.full(frames, passing * take.spread(5.2, 0.05)), rate, take.rng)
    turbine = tone(np.array([1.0, 0.3, 0.2]), np.full(frames, take.spread(3_400.0)), rate, take.rng)
    drift = 1.0 + 0.15 * noise.slow(take.rng, frames, rate, 0.35)
    centre = 0.4 * slaps / (slaps.std() + 1e-12) + 0.22 * tail / tail.std() + 0.04 * turbine
    return np.asarray(drift * (centre + 0.75 * wash * (0.6 + 0.5 * swell)), dtype=np.float32)
