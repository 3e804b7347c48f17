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
from imagecraft.soundscape.synth.grains import arrivals, decays, laid, log_uniform, sines
from imagecraft.soundscape.synth.noise import Curve, Sound, coloured, filtered, slow
from imagecraft.soundscape.synth.voices import in_order, line

sounds = Family()

SOLE: Curve = ((100, -12), (300, -2), (1000, 0), (3000, -3), (7000, -9), (14000, -20))
GRIT: Curve = ((500, -24), (1500, -6), (3500, 0), (8000, -4), (14000, -12))
SNOW: Curve = ((150, -20), (450, -6), (1200, 0), (2500, -2), (5000, -8), (12000, -22))
CLAP: Curve = ((150, -24), (500, -8), (1200, 0), (2500, -1), (6000, -9), (14000, -20))


@sounds.add
def footsteps(take: Take) -> Samples:
    """Shoes on pavement: six or so steps, walking, or running at high intensity."""
    rng = take.rng
    gap = take.spread(take.scaled(0.62, 0.33), 0.08)
    ring = take.spread(190, 0.2)
    parts = []
    for k in range(6 + round(take.between(0, 4))):
        weight = rng.uniform(0.75, 1) * (1.0 if k % 2 else 0.9)
        heel = _knock(take, ring * rng.uniform(0.95, 1.05), 0.02, SOLE)
        ball = 0.45 * _knock(take, ring * 1.3 * rng.uniform(0.95, 1.05), 0.014, SOLE)
        scuff = _scuff(take, rng.uniform(0.06, 0.12), rng.uniform(0.08, 0.25))
        roll = take.scaled(0.11, 0.03)
        at = k * gap + rng.normal(0, 0.012) + 0.03
        parts += [(at, weight * heel), (at + roll, weight * ball), (at + roll, weight * scuff)]
    return in_order(take.rate, parts)


def _knock(take: Take, hz: float, seconds: float, curve: Curve) -> Sound:
    """A shoe's part meeting the ground: a sharp burst, and the ground's and sole's short low tone."""
    rng = take.rng
    frames = take.count(seconds * 6)
    burst = rng.standard_normal((1, frames), dtype=np.float32)
    burst = burst * (
        0.8 * decays(frames, take.rate, np.array([0.003]))
        + 0.2 * decays(frames, take.rate, np.array([0.012]))
    )
    tones = sines(frames, take.rate, hz * np.array([1.0, 2.3, 4.1])) * decays(
        frames, take.rate, seconds / np.array([1, 2, 4])
    )
    return filtered(burst[0] + 0.9 * np.array([1, 0.6, 0.35], np.float32) @ tones, take.rate, curve)


def _scuff(take: Take, seconds: float, level: float) -> Sound:
    """Grit rubbed under the sole: fine crackling noise."""
    rng = take.rng
    frames = take.count(seconds)
    rub = coloured(rng, frames, take.rate, GRIT)
    crumbs = rng.random(frames) ** 24 * 3 + 0.25
    arch = line(((0, 0), (0.2, 1), (1, 0)), np.linspace(0, 1, frames))
    return np.asarray(level * 0.3 * rub * crumbs * arch, np.float32)


@sounds.add
def footsteps_snow(take: Take) -> Samples:
    """Boots in cold snow: each step crushes thousands of bonds between grains, with a creak as it packs."""
    rng = take.rng
    gap = take.spread(take.scaled(0.75, 0.42), 0.08)
    parts = []
    for k in range(5 + round(take.between(0, 3))):
        seconds = rng.uniform(0.24, 0.32) * take.between(1.1, 0.85)
        press = ((0, 0), (0.15, 1), (0.4, 0.55), (0.65, 0.8), (1, 0))
        parts.append(
            (k * gap + rng.normal(0, 0.02) + 0.05, rng.uniform(0.75, 1) * _crush(take, seconds, press, SNOW))
        )
    return in_order(take.rate, parts)


def _crush(take: Take, seconds: float, press: tuple[tuple[float, float], ...], curve: Curve) -> Sound:
    """Grains that break while they are pressed, the more the harder; peak about 1."""
    rng = take.rng
    rate = 1800 * line(press, np.linspace(0, 1, 24))
    starts = arrivals(rng, rate, seconds)
    kernels = rng.standard_normal((32, take.count(0.008)), dtype=np.float32)
    kernels *= decays(kernels.shape[1], take.rate, log_uniform(rng, (0.0005, 0.003), 32))
    strength = np.minimum(rng.pareto(1.6, len(starts)) + 0.2, 6)
    chosen = kernels[rng.integers(0, 32, len(starts))]
    crush = laid(take.count(seconds + 0.01), (starts * take.rate).astype(int), chosen, strength)
    crush = filtered(crush, take.rate, curve)
    return np.asarray(crush / (np.abs(crush).max() + 1e-9), np.float32)


@sounds.add
def horse_hooves(take: Take) -> Samples:
    """Shod hooves on stone: a walk in four beats, a trot in two, a gallop in three and a pause."""
    rng = take.rng
    if take.intensity < 0.35:
        stride, beats = 1.05, (0.0, 0.25, 0.5, 0.75)
    elif take.intensity < 0.75:
        stride, beats = 0.72, (0.0, 0.03, 0.5, 0.535)
    else:
        stride, beats = 0.5, (0.0, 0.22, 0.27, 0.45)
    hooves = [rng.uniform(0.9, 1.12) for _ in beats]
    parts = []
    for k in range(round(min(take.seconds, 3.6) / stride)):
        for beat, hoof in zip(beats, hooves, strict=True):
            at = (k + beat) * stride + rng.normal(0, 0.008) + 0.03
            parts.append((at, rng.uniform(0.65, 1) * _hoof(take, hoof)))
    return in_order(take.rate, parts)


def _hoof(take: Take, hoof: float) -> Sound:
    """A hollow knock: the hoof's own tones, sharply begun by the iron."""
    rng = take.rng
    frames = take.count(0.11)
    hz = np.array([620.0, 1130.0, 1720.0, 2900.0, 4300.0]) * hoof * rng.uniform(0.97, 1.03, 5)
    ring = sines(frames, take.rate, hz) * decays(
        frames, take.rate, np.array([0.014, 0.010, 0.008, 0.005, 0.004])
    )
    click = rng.standard_normal(frames, dtype=np.float32) * decays(frames, take.rate, np.array([0.0018]))[0]
    thud = sines(frames, take.rate, np.array([130.0]))[0] * decays(frames, take.rate, np.array([0.02]))[0]
    knock = np.array([1, 0.8, 0.5, 0.3, 0.15], np.float32) @ ring + 0.5 * click + 0.4 * thud
    rise = np.minimum(np.arange(frames) / (0.0006 * take.rate), 1)
    return np.asarray(knock * rise, np.float32)


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
    tuft: Curve = ((300, -20), (900, -5), (2500, 0), (6000, -4), (13000, -14))
    for _ in range(1 + round(take.between(0.6, 2))):
        tear = ((0, 0), (0.5, 0.5), (0.85, 1), (1, 0))
        parts.append((at, rng.uniform(0.7, 1) * _crush(take, rng.uniform(0.18, 0.28), tear, tuft)))
        at += rng.uniform(0.4, 0.55)
        for _ in range(int(rng.integers(3, 6))):
            grind = ((0, 0), (0.3, 1), (0.6, 0.6), (1, 0))
            jaw: Curve = ((150, -12), (500, -1), (1200, 0), (3000, -6), (8000, -18))
            parts.append((at, rng.uniform(0.4, 0.8) * _crush(take, rng.uniform(0.12, 0.2), grind, jaw)))
            at += rng.uniform(0.36, 0.48)
    return in_order(take.rate, parts)
