"""Steps of people and horses, claps, and munching.

References:
    Farnell, "Designing Sound", MIT Press 2010, practical "Footsteps": heel, ball and toe in turn.
    Repp, "The sound of two hands clapping", J. Acoust. Soc. Am. 81 (1987): the colour of a clap goes with the
    hollow between the hands; people clap about four times a second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.chewing import chewed
from imagecraft.soundscape.synth.grains import arrivals, decays, laid, log_uniform, sines
from imagecraft.soundscape.synth.noise import Curve, Sound, coloured, filtered, slow
from imagecraft.soundscape.synth.voices import Points, in_order, line

sounds = Family()

GRIT: Curve = ((500, -24), (1500, -6), (3500, 0), (8000, -4), (14000, -12))
SNOW: Curve = ((60, -24), (230, 0), (2500, 0), (10000, -24))
STONE: Curve = ((100, -6), (400, 0), (1050, 0), (3150, -20))
CLAP: Curve = ((150, -24), (500, -8), (1200, 0), (2500, -1), (6000, -9), (14000, -20))


@sounds.add
def footsteps(take: Take) -> Samples:
    """Shoes on pavement: six or so steps, walking, or running at high intensity.

    The left foot differs from the right, and no two steps are as hard: a harder one is brighter as well.
    """
    rng = take.rng
    gap = take.spread(take.scaled(0.62, 0.34), 0.08)
    roll = take.scaled(0.13, 0.04)
    feet = [(rng.uniform(85, 125), rng.uniform(570, 990), rng.uniform(0.8, 1)) for _ in range(2)]
    parts = []
    for k in range(6 + round(take.between(0, 4))):
        hz, top, weight = feet[k % 2]
        at = k * gap + rng.normal(0, 0.015) + 0.05
        firm = weight * rng.uniform(0.6, 1)
        heel = _touch(take, hz, top * firm, 0.0147)
        toe = _touch(take, 1.5 * hz, 1.2 * top, 0.0235)
        parts.append((at, firm * heel))
        parts.append((at + roll * rng.uniform(0.8, 1.2), rng.uniform(0.22, 0.44) * toe))
        parts.append((at + 0.5 * roll, rng.uniform(0.6, 1.9) * _scuff(take, rng.uniform(0.09, 0.16))))
    return in_order(take.rate, parts)


def _touch(take: Take, hz: float, top: float, fall: float) -> Sound:
    """A shoe's heel or toe meeting the ground: a dull burst up to about `top` Hz, gone to 1/e in `fall`
    seconds, and the low tones of sole and ground from about `hz` up.
    """
    rng = take.rng
    frames = take.count(0.12)
    low, high = hz * rng.uniform(0.9, 1.1), top * rng.uniform(0.7, 1.3)
    sole: Curve = ((40, -24), (low, 0), (high, 0), (3 * high, -20), (9 * high, -44))
    fade = decays(frames, take.rate, np.array([fall * rng.uniform(0.7, 1.3)]))[0]
    tones = sines(frames, take.rate, hz * np.array([1.0, 2.3, 3.9]))
    tones *= decays(frames, take.rate, 0.02 / np.array([1.0, 2.0, 3.5]))
    touch = fade * coloured(rng, frames, take.rate, sole) + 0.8 * np.array([1, 0.6, 0.3]) @ tones
    return np.asarray(touch * np.minimum(np.arange(frames) / (0.0015 * take.rate), 1), np.float32)


def _scuff(take: Take, seconds: float) -> Sound:
    """Grit rubbed under the sole."""
    frames = take.count(seconds)
    arch = np.sin(np.pi * np.linspace(0, 1, frames) ** 0.6)
    return np.asarray(0.016 * coloured(take.rng, frames, take.rate, GRIT) * np.abs(arch), np.float32)


@sounds.add
def footsteps_snow(take: Take) -> Samples:
    """Boots in cold snow: each step crushes bonds between the grains by the hundred."""
    rng = take.rng
    gap = take.spread(take.scaled(0.75, 0.45), 0.08)
    parts = []
    for k in range(5 + round(take.between(0, 3))):
        seconds = rng.uniform(0.3, 0.4) * take.between(1.1, 0.85)
        press = ((0, 0), (0.33, 1), (0.55, 0.6), (0.75, 0.8), (1, 0))
        crush = _crush(take, seconds, press, SNOW, per_second=260)
        parts.append((k * gap + rng.normal(0, 0.02) + 0.05, rng.uniform(0.7, 1) * crush))
    return in_order(take.rate, parts)


def _crush(take: Take, seconds: float, press: Points, curve: Curve, per_second: float) -> Sound:
    """Grains that break while they are pressed, the more the harder, over their rubbing; peak 1."""
    rng = take.rng
    starts = arrivals(rng, per_second * line(press, np.linspace(0, 1, 24)), seconds)
    kernels = rng.standard_normal((32, take.count(0.02)), dtype=np.float32)
    kernels *= decays(kernels.shape[1], take.rate, log_uniform(rng, (0.0015, 0.005), 32))
    strength = np.minimum(rng.pareto(2.2, len(starts)) + 0.2, 6)
    chosen = kernels[rng.integers(0, 32, len(starts))]
    frames = take.count(seconds + 0.02)
    crush = laid(frames, (starts * take.rate).astype(int), chosen, strength)
    crush /= np.sqrt(np.mean(crush**2)) + 1e-9
    crush += 0.3 * line(press, np.linspace(0, 1, frames)) * rng.standard_normal(frames)
    crush = filtered(crush, take.rate, curve)
    return np.asarray(crush / (np.abs(crush).max() + 1e-9), np.float32)


@sounds.add
def horse_hooves(take: Take) -> Samples:
    """Shod hooves on stone, clip and clop: a walk in four beats, a trot in pairs, or a gallop."""
    rng = take.rng
    if take.intensity < 0.65:
        stride, beats = take.scaled(1.1, 0.7), (0.0, 0.24, 0.5, 0.76)
    elif take.intensity < 0.85:
        stride, beats = 0.7, (0.0, 0.05, 0.5, 0.56)
    else:
        stride, beats = 0.52, (0.0, 0.22, 0.27, 0.47)
    hooves = rng.permutation([0.84, 0.94, 1.06, 1.18]) * rng.uniform(0.95, 1.05, 4)
    parts = []
    for k in range(max(2, round(min(take.seconds, 4.2) / stride))):
        for beat, hoof in zip(beats, hooves, strict=True):
            at = (k + beat) * stride + rng.normal(0, 0.012) + 0.05
            parts.append((at, rng.uniform(0.45, 1) * _hoof(take, hoof)))
    return in_order(take.rate, parts)


def _hoof(take: Take, hoof: float) -> Sound:
    """A hollow knock: the hoof's own tones, gone within some milliseconds, and the iron's click."""
    rng = take.rng
    frames = take.count(0.06)
    hz = np.array([1050.0, 1920.0, 2840.0, 4830.0]) * hoof * rng.uniform(0.92, 1.08, 4)
    ring = sines(frames, take.rate, hz) * decays(frames, take.rate, 0.0034 / np.array([1, 1.4, 1.8, 2.8]))
    click = decays(frames, take.rate, np.array([rng.uniform(0.004, 0.008)]))[0]
    knock = 1.3 * np.array([1, 0.8, 0.5, 0.3], np.float32) @ ring
    knock += click * rng.standard_normal(frames, dtype=np.float32)
    knock *= np.minimum(np.arange(frames) / (0.0018 * take.rate), 1)
    return filtered(knock, take.rate, STONE)


@sounds.add
def applause(take: Take) -> Samples:
    """An audience clapping, everyone at their own pace; near hands stand out, the rest is a patter."""
    rng = take.rng
    people = round(take.scaled(25, 110))
    starts, gains, which = [], [], []
    for _ in range(people):
        gap = 1 / rng.uniform(3.2, 5.0)
        claps = np.arange(rng.uniform(-gap, 0), take.seconds, gap)
        claps = claps + rng.normal(0, 0.012, len(claps))
        near = 1 / (1 + 5 * np.sqrt(rng.random()))
        bearing = np.pi / 4 * (1 + rng.uniform(-0.95, 0.95))
        starts.append(claps)
        gains.append(near * np.outer([np.cos(bearing), np.sin(bearing)], rng.uniform(0.7, 1, len(claps))))
        which.append(np.full(len(claps), rng.integers(0, 48)))
    at = np.concatenate(starts)
    hands = _claps(take)[np.concatenate(which)]
    out = laid(take.frames, (at * take.rate).astype(int), hands, np.concatenate(gains, axis=1))
    hall = coloured(
        rng, take.frames, take.rate, ((200, -22), (600, -8), (1300, 0), (3000, -3), (8000, -14)), 2
    )
    hall *= 1 + 0.12 * slow(rng, take.frames, take.rate, 8, 2)
    return out + np.float32(take.between(0.12, 0.35) * np.sqrt(np.mean(out**2)) * 2) * hall


def _claps(take: Take) -> NDArray[np.float32]:
    """Pairs of hands, one a row: a burst of a few milliseconds, and the hollow's damped tone."""
    rng = take.rng
    frames = take.count(0.018)
    burst = rng.standard_normal((48, frames), dtype=np.float32)
    burst *= decays(frames, take.rate, log_uniform(rng, (0.0015, 0.004), 48))
    hollow = sines(frames, take.rate, log_uniform(rng, (700, 2400), 48))
    hollow *= decays(frames, take.rate, np.full(48, 0.0025))
    return filtered(burst + 1.2 * hollow, take.rate, CLAP)


@sounds.add
def munching(take: Take) -> Samples:
    """A grazing animal: each bite tears a tuft, then the jaws grind it a few times."""
    rng = take.rng
    parts, at = [], 0.02
    for _ in range(1 + round(take.between(0.6, 2))):
        tear = ((0, 0), (0.5, 0.5), (0.85, 1), (1, 0))
        parts.append((at, rng.uniform(0.6, 0.9) * chewed(take, rng.uniform(0.25, 0.35), tear, 2830)))
        at += rng.uniform(0.42, 0.55)
        for _ in range(int(rng.integers(3, 6))):
            grind = ((0, 0), (0.35, 1), (0.65, 0.5), (1, 0))
            top = 2180 * rng.uniform(0.7, 1.1)
            parts.append((at, rng.uniform(0.5, 1) * chewed(take, rng.uniform(0.24, 0.36), grind, top)))
            at += rng.uniform(0.42, 0.52) * take.between(1.2, 0.8)
    return in_order(take.rate, parts)
