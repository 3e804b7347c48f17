"""Cooking, pouring and eating: water that boils, fat that spits, a glass that fills, something crisp.

References:
    Minnaert, "On musical air-bubbles and the sounds of running water", Phil. Mag. 16, 1933.
    Cook, "Physically Informed Sonic Modeling (PhISM)", Computer Music Journal 21(3), 1997 (crunches as many
    small collisions).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.kitchen import CRUNCH
from imagecraft.soundscape.synth.signals import gated
from imagecraft.soundscape.synth.surroundings import indoors
from imagecraft.soundscape.synth.tones import tone
from imagecraft.soundscape.synth.water import bubbles

Floats = NDArray[np.float64]

sounds = Family()

SIZZLE: noise.Curve = ((300, -34), (1_500, -16), (3_500, -4), (7_000, 0), (12_000, -4), (18_000, -14))
STEAM: noise.Curve = ((300, -36), (1_500, -14), (4_000, -2), (8_000, 0), (16_000, -9))
WALLS: noise.Curve = ((100, -22), (280, -6), (700, 0), (1_500, -5), (3_500, -20), (8_400, -40))
ROLLING: noise.Curve = ((50, -14), (120, 0), (350, -4), (900, -18), (3_000, -40))
POUR: noise.Curve = ((150, -26), (500, -8), (1_500, 0), (4_000, -5), (9_000, -16))


@sounds.add
def kettle(take: Take) -> Samples:
    """A kettle comes to the boil: the hiss of bubbles that collapse, then large ones that
    reach the top in surges, then its whistle.
    """
    seconds = min(take.spread(9.0, 0.1), take.seconds)
    time = take.times(seconds)
    heat = time / seconds
    part = Take(take.rng, seconds, take.rate, take.intensity)
    hiss = noise.coloured(take.rng, time.size, take.rate, WALLS) * (
        0.25 + 0.75 * np.sin(np.pi * np.clip(heat * 0.85, 0, 1))
    )
    hiss *= 1.0 + 0.25 * noise.slow(take.rng, time.size, take.rate, 12.0)
    rate = np.interp(
        np.linspace(0, 1, 50),
        [0.0, 0.25, 0.5, 1.0],
        np.array([6.0, 63.0, 250.0, 410.0]) * take.scaled(0.6, 1.6),
    )
    boil = bubbles(part, grains.arrivals(take.rng, rate, seconds), (1.5, 15.0), 0.023)
    boil /= np.sqrt(np.mean(boil[:, boil.shape[1] // 2 :] ** 2)) + 1e-9
    surge = np.maximum(1.0 + 0.45 * noise.slow(take.rng, time.size, take.rate, 10.0), 0.0)
    rumble = noise.coloured(take.rng, time.size, take.rate, ROLLING) * np.clip((heat - 0.3) / 0.4, 0.0, 1.0)
    steam = (
        noise.coloured(take.rng, time.size, take.rate, STEAM) * np.clip((heat - 0.55) / 0.4, 0.0, 1.0) ** 2
    )
    sound = (boil + 0.5 * rumble) * surge + 0.22 * hiss + 0.04 * steam
    if take.rng.random() < 0.5:
        speaks = np.clip((heat - 0.72) / 0.2, 0.0, 1.0)
        pitch = (
            take.spread(1_750.0)
            * (0.7 + 0.3 * np.sqrt(speaks))
            * (1.0 + 0.004 * noise.slow(take.rng, time.size, take.rate, 9.0))
        )
        whistle = tone(np.array([1.0, 0.22, 0.1, 0.03]), pitch, take.rate, take.rng)
        sound = sound + 0.37 * speaks**2 * whistle * (
            1.0 + 0.2 * noise.slow(take.rng, time.size, take.rate, 30.0)
        )
    return np.asarray(
        sound * np.clip(time / 0.4, 0.0, 1.0) * np.clip((seconds - time) / 0.5, 0.0, 1.0), dtype=np.float32
    )


@sounds.add
def frying(take: Take) -> Samples:
    """Something fries: a hiss of water that turns to steam in the fat, and thousands of small pops."""
    frames, rate = take.frames, take.rate
    hiss = noise.coloured(take.rng, frames, rate, SIZZLE, 2)
    hiss *= (
        1.0 + 0.18 * noise.slow(take.rng, frames, rate, 5.0) + 0.10 * noise.slow(take.rng, frames, rate, 40.0)
    )
    pops = grains.arrivals(take.rng, take.scaled(120, 500), take.seconds)
    length = take.count(0.006)
    kinds = noise.coloured(
        take.rng, 48 * length, rate, ((400, -20), (1_500, -3), (4_000, 0), (11_000, -6))
    ).reshape(48, length)
    kinds = kinds * grains.decays(length, rate, take.rng.uniform(0.0004, 0.0018, 48))
    levels = take.rng.lognormal(-1.0, 0.9, pops.size)
    crackle = grains.laid(
        frames,
        starts_at(pops, rate),
        kinds[take.rng.integers(0, 48, pops.size)],
        grains.panned(take.rng, levels, 0.7),
    )
    return np.asarray(0.22 * hiss + crackle, dtype=np.float32)


@sounds.add
def pouring(take: Take) -> Samples:
    """A drink is poured: bubbles in a glass whose air column rings the higher the fuller it gets."""
    seconds = min(take.spread(4.2, 0.15), take.seconds)
    part = Take(take.rng, seconds, take.rate, take.intensity)
    time = take.times(seconds)
    flow = gated(time, 0.05, seconds - 0.4, 0.25, 0.3) * (
        1.0 + 0.15 * noise.slow(take.rng, time.size, take.rate, 4.0)
    )
    starts = grains.arrivals(take.rng, take.scaled(180, 420), seconds)
    water = bubbles(part, starts, (0.9, 5.0), 0.08).mean(axis=0)
    rush = noise.coloured(take.rng, time.size, take.rate, POUR)
    raw = (water / (water.std() + 1e-12) + 0.45 * rush) * flow
    moments = noise.block_times(time.size, take.rate)
    bins = noise.block_hz(take.rate)
    length = np.interp(moments, [0.0, seconds], [0.16, take.spread(0.055, 0.1)])
    lowest = 343.0 / (4.0 * (length + 0.02))
    gains = np.full((moments.size, bins.size), 0.35)
    for odd, strength in ((1, 2.6), (3, 1.3), (5, 0.7)):
        gains += strength / (
            1.0 + ((bins[None, :] - odd * lowest[:, None]) / (0.10 * odd * lowest[:, None])) ** 2
        )
    return noise.reshaped(raw.astype(np.float32), gains)


@sounds.add
def eating(take: Take) -> Samples:
    """Someone bites into something crisp and chews: bursts of tiny cracks, ever softer and duller."""
    chews = int(take.rng.integers(4, 8))
    times = np.concatenate([[0.05], 0.65 + np.cumsum(take.rng.uniform(0.38, 0.55, chews))])
    total = min(float(times[-1]) + 0.4, take.seconds)
    frames, rate = take.count(total), take.rate
    length = take.count(0.012)
    sharp = noise.coloured(take.rng, 32 * length, rate, CRUNCH).reshape(32, length)
    sharp = sharp * grains.decays(length, rate, take.rng.uniform(0.0008, 0.003, 32))
    dull = noise.filtered(sharp, rate, ((300, 0), (900, -3), (3_000, -18), (9_000, -40)))
    sound = np.zeros(frames, np.float32)
    for number, at in enumerate(times):
        softened = min(number / 4.0, 1.0)
        seconds = 0.36 if number == 0 else 0.30
        cracks = (
            at + take.rng.beta(1.4, 2.2, int(take.rng.integers(22, 50) * take.scaled(0.5, 1.8))) * seconds
        )
        levels = take.rng.pareto(2.2, cracks.size).clip(0, 6) * (1.0 if number == 0 else 0.5)
        mixed = (1.0 - softened) * sharp + softened * dull * 2.0
        sound += grains.laid(
            frames, starts_at(cracks, rate), mixed[take.rng.integers(0, 32, cracks.size)], levels
        )
    return indoors(take, sound)
