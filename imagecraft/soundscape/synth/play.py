"""Play and sport: balls, bats, cloth, fireworks, toys.

References:
    Van den Doel & Pai, "The Sounds of Physical Shapes", Presence 7(4), 1998 (impacts).
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (bars and membranes).
    Farnell, "Designing Sound", MIT Press 2010 (the chapters on bouncing and explosions).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.modal import MEMBRANE, Modes, joined, plate, shaped
from imagecraft.soundscape.synth.office import clicks
from imagecraft.soundscape.synth.surroundings import indoors, outdoors
from imagecraft.soundscape.synth.tones import harmonics, peaks, tone, weighted

Floats = NDArray[np.float64]

sounds = Family()

AIR: noise.Curve = ((60, -14), (200, -3), (500, 0), (1_200, -4), (3_000, -12), (9_000, -28))
FLAP: noise.Curve = ((50, -10), (150, -1), (400, 0), (1_200, -4), (4_000, -12), (12_000, -28))
BURST: noise.Curve = ((30, -2), (70, 0), (200, -4), (700, -12), (2_500, -22), (9_000, -36))
SPARKS: noise.Curve = ((500, -24), (1_500, -6), (3_500, 0), (7_000, -3), (14_000, -12))


def hollow_ball(take: Take, pitch: float, longest: float) -> Modes:
    """A ball full of air: the skin's modes over the floor's thud, and the cavity's ring far above."""
    skin = shaped(take.rng, MEMBRANE[:8], pitch, "rubber", longest=longest, tilt=0.7, detune=0.02)
    cavity = shaped(take.rng, (1.0, 1.61, 2.16), pitch * 9.5, "plastic", longest=0.14, tilt=0.6, detune=0.01)
    return joined(skin, Modes(cavity.frequencies, cavity.decays, 0.16 * cavity.gains))


@sounds.add
def ball_bounce(take: Take) -> Samples:
    """A basketball bounces: each time lower and sooner, with the slap of the skin and the ring of the air
    inside.
    """
    fall, keep = take.spread(take.scaled(0.48, 0.78), 0.06), take.spread(0.80, 0.04)
    gaps = fall * keep ** np.arange(int(take.rng.integers(4, 9)))
    times = 0.02 + np.concatenate([[0.0], np.cumsum(gaps)])
    speeds = keep ** np.arange(times.size)
    total = min(float(times[-1]) + 0.6, take.seconds)
    ball = hollow_ball(take, take.spread(92.0, 0.1), 0.22)
    floor = plate(take.rng, 180, 1_700, 26, "wood", longest=0.09, tilt=0.5)
    blows = clicks(
        take, joined(ball, Modes(floor.frequencies, floor.decays, 0.4 * floor.gains)), 3, 0.35, 0.0025, 0.12
    )
    sound = grains.laid(
        take.count(total),
        starts_at(times, take.rate),
        blows[take.rng.integers(0, 3, times.size)],
        speeds**1.2,
    )
    return indoors(take, sound, 0.9, 0.55)


@sounds.add
def bat_hit(take: Take) -> Samples:
    """A wooden bat meets a ball: a crack of a millisecond, and the bat's bending modes; then the air the
    ball leaves behind.
    """
    seconds = min(1.3, take.seconds)
    time = take.times(seconds)
    at = 0.16
    bat = shaped(
        take.rng, (1.0, 3.1, 6.1, 9.6), take.spread(172.0, 0.05), "wood", longest=0.14, tilt=0.1, detune=0.01
    )
    crack = plate(take.rng, 900, 5_500, 40, "wood", longest=0.05, tilt=0.3)
    blow = clicks(take, joined(bat, crack), 1, 0.3, take.scaled(0.0011, 0.00045), take.scaled(0.3, 0.7))
    swish = np.exp(-(((time - at + 0.04) / 0.05) ** 2)) * noise.coloured(take.rng, time.size, take.rate, AIR)
    return outdoors(take, grains.laid(time.size, starts_at([at], take.rate), blow) + 0.03 * swish, 0.8, 0.35)


@sounds.add
def tennis(take: Take) -> Samples:
    """A rally: strings that pock, a bounce on the court, and back from the other side."""
    shots = int(take.rng.integers(3, 6))
    beat = take.spread(take.scaled(1.5, 1.0), 0.08)
    total = min(shots * beat + 0.6, take.seconds)
    strings = joined(
        shaped(
            take.rng, MEMBRANE[:6], take.spread(480.0, 0.08), "plastic", longest=0.04, tilt=0.4, detune=0.02
        ),
        plate(take.rng, 1_200, 5_000, 60, "plastic", longest=0.02, tilt=0.4),
    )
    ball = joined(hollow_ball(take, 210.0, 0.10), plate(take.rng, 400, 2_400, 16, "rubber", longest=0.05))
    blows = np.concatenate(
        [clicks(take, strings, 3, 0.25, 0.0022, 0.25), clicks(take, ball, 3, 0.25, 0.003, 0.15)]
    )
    hits = 0.05 + beat * (np.arange(shots) + take.rng.uniform(-0.06, 0.06, shots))
    bounces = hits + take.rng.uniform(0.55, 0.7, shots) * beat
    times = np.concatenate([hits, bounces])
    near = np.arange(shots) % 2 == 0
    levels = np.concatenate([np.where(near, 1.0, 0.45), np.where(near, 0.22, 0.4)])
    side = np.concatenate([np.where(near, 0.35, 0.65), np.where(near, 0.6, 0.4)]) * np.pi / 2
    which = np.concatenate([take.rng.integers(0, 3, shots), take.rng.integers(3, 6, shots)])
    gains = np.stack([np.cos(side), np.sin(side)]) * levels
    return outdoors(
        take, grains.laid(take.count(total), starts_at(times, take.rate), blows[which], gains), 0.6, 0.3
    )


@sounds.add
def ball_kick(take: Take) -> Samples:
    """A football is kicked: boot on leather, a short deep thump with a slap on it."""
    total = min(0.9, take.seconds)
    ball = hollow_ball(take, take.spread(105.0, 0.1), 0.16)
    slap = plate(take.rng, 350, 3_200, 36, "rubber", longest=0.06, tilt=0.4)
    blow = clicks(take, joined(ball, slap), 1, 0.35, take.scaled(0.006, 0.003), 0.3)
    return outdoors(take, grains.laid(take.count(total), starts_at([0.02], take.rate), blow), 0.5, 0.3)


@sounds.add
def whoosh(take: Take) -> Samples:
    """Something flies past: vortices in its wake, whose pitch goes with its speed and drops as it leaves."""
    seconds = min(take.spread(take.scaled(1.5, 0.8), 0.1), take.seconds)
    frames, rate = take.count(seconds), take.rate
    moments, bins = noise.block_times(frames, rate), noise.block_hz(rate)
    middle = 0.48 * seconds
    near = 1.0 / (1.0 + ((moments - middle) / (0.16 * seconds)) ** 2)
    centre = take.scaled(500.0, 1_100.0) * (0.45 + near) * np.where(moments > middle, 0.85, 1.0)
    band = np.exp(-((np.log2(np.maximum(bins[None, :], 30.0) / centre[:, None]) / 1.1) ** 2))
    side = (
        np.pi
        / 4
        * (1.0 + 0.8 * np.tanh((moments - middle) / (0.15 * seconds)) * take.rng.choice([-1.0, 1.0]))
    )
    gains = band * (near**1.5)[:, None]
    return noise.shaped(
        take.rng, frames, np.stack([np.cos(side)[:, None] * gains, np.sin(side)[:, None] * gains]), 2
    )


@sounds.add
def flapping_cloth(take: Take) -> Samples:
    """A kite, a flag or a sail in the wind: the cloth bellies and snaps taut, now fast and now slow."""
    seconds = min(take.spread(5.5, 0.1), take.seconds)
    frames, rate = take.count(seconds), take.rate
    time = np.arange(frames) / rate
    gust = np.clip(1.0 + 0.45 * noise.slow(take.rng, frames, rate, 0.7), 0.2, 2.0)
    phase = (
        np.cumsum(take.scaled(4.0, 10.0) * gust * (1.0 + 0.25 * noise.slow(take.rng, frames, rate, 4.0)))
        / rate
    )
    times = np.interp(np.arange(1, int(phase[-1])), phase, time)
    length = take.count(0.12)
    grain = np.arange(length) / rate
    snaps = noise.coloured(take.rng, 12 * length, rate, FLAP).reshape(12, length)
    fall = np.minimum(grain / 0.004, 1.0) * (
        np.exp(-grain / 0.018) + 0.25 * np.exp(-(((grain - 0.05) / 0.02) ** 2))
    )
    snaps = (snaps * fall).astype(np.float32)
    levels = np.interp(times, time, gust) ** 1.5 * take.rng.lognormal(-0.2, 0.5, times.size)
    flaps = grains.laid(
        frames,
        starts_at(times, rate),
        snaps[take.rng.integers(0, 12, times.size)],
        grains.panned(take.rng, levels, 0.4),
    )
    air = noise.coloured(take.rng, frames, rate, AIR, 2) * gust**2
    fades = np.clip(time / 0.5, 0.0, 1.0) * np.clip((time[-1] - time) / 0.6, 0.0, 1.0)
    return np.asarray((flaps + 0.10 * air) * fades, dtype=np.float32)


@sounds.add
def fireworks(take: Take) -> Samples:
    """Fireworks: a rocket whistles up and bursts; the boom rolls off the houses, the stars crackle."""
    shells = int(take.rng.integers(2, 4))
    total = min(shells * 1.6 + 3.2, take.seconds)
    frames, rate = take.count(total), take.rate
    sound = np.zeros((2, frames))
    length = take.count(0.008)
    kinds = noise.coloured(take.rng, 24 * length, rate, SPARKS).reshape(24, length)
    kinds = kinds * grains.decays(length, rate, take.rng.uniform(0.0006, 0.002, 24))
    for shell in range(shells):
        at = 1.0 + 1.6 * shell + take.rng.uniform(-0.2, 0.3)
        side = take.rng.uniform(0.25, 0.75)
        pan = np.array([[1.0 - side], [side]]) * 1.6
        for begin, part in ((at - 0.9, 0.035 * _climb(take)), (at, _burst(take))):
            first = take.count(max(begin, 0.0))
            part = part[: max(frames - first, 0)]
            sound[:, first : first + part.size] += pan * part
        stars = at + 0.35 + take.rng.beta(1.3, 2.4, round(take.scaled(60, 220))) * 1.6
        levels = take.rng.lognormal(-1.6, 0.7, stars.size)
        which = take.rng.integers(0, 24, stars.size)
        sound += grains.laid(
            frames, starts_at(stars, rate), kinds[which], grains.panned(take.rng, levels, 0.6)
        )
    return outdoors(take, sound, 1.6, 0.6)


def _climb(take: Take) -> Floats:
    """A rocket on its way up: a whistle that rises, and the hiss of its charge."""
    time = take.times(0.85)
    rise = time / 0.85
    wobble = 1.0 + 0.01 * noise.slow(take.rng, time.size, take.rate, 30.0)
    whistle = tone(np.array([1.0, 0.2]), (900.0 + 900.0 * rise) * wobble, take.rate, take.rng)
    hiss = noise.coloured(take.rng, time.size, take.rate, SPARKS)
    return np.asarray(np.sin(np.pi * rise) ** 0.5 * (whistle + 0.8 * hiss), dtype=np.float64)


def _burst(take: Take) -> Floats:
    """A shell that bursts: a crack, a boom, and its rumble."""
    time = take.times(2.5)
    fall = np.minimum(time / 0.0015, 1.0) * (np.exp(-time / 0.09) + 0.12 * np.exp(-time / 0.5))
    boom = fall * noise.coloured(take.rng, time.size, take.rate, BURST)
    crack = np.exp(-time / 0.012) * noise.coloured(take.rng, time.size, take.rate, AIR)
    return np.asarray(2.2 * boom + 0.5 * crack, dtype=np.float64)


@sounds.add
def squeaky_toy(take: Take) -> Samples:
    """A soft toy with a reed in it is squeezed: up as the air rushes out, and a weaker squeak as it draws
    breath.
    """
    count = int(take.rng.integers(1, 4))
    period = take.spread(0.5, 0.1)
    total = min(count * period + 0.2, take.seconds)
    time = take.times(total)
    squeeze = (time - 0.02) % period
    active = (time < 0.02 + count * period) & (time > 0.02)
    out = np.sin(np.pi * np.clip(squeeze / 0.16, 0, 1)) ** 0.6 * active
    back = 0.4 * np.sin(np.pi * np.clip((squeeze - 0.24) / 0.14, 0, 1)) ** 0.8 * active
    pitch = take.spread(take.scaled(850.0, 1_300.0)) * (0.75 + 0.5 * out + 0.55 * back)
    reed = weighted(
        harmonics(0.6, 20), 1_000.0, peaks([(2_600.0, 1_400.0, 1.0), (5_200.0, 2_000.0, 0.5)], 0.25)
    )
    air = 0.08 * noise.coloured(take.rng, time.size, take.rate, SPARKS)
    return indoors(take, (out + back) * (tone(reed, pitch, take.rate, take.rng) + air), 0.25, 0.2)
