"""Bells, gongs and chimes: shells and bars with the partials of their kind.

References:
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (church bells, handbells,
    chimes, bars).
    Rossing & Perrin, "Vibrations of bells", Applied Acoustics 20, 1987 (pairs of modes that beat).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.modal import (
    CHURCH_BELL,
    FREE_BAR,
    GLASS_RIM,
    Modes,
    doubled,
    joined,
    plate,
    ring,
    shaped,
    variants,
)
from imagecraft.soundscape.synth.surroundings import outdoors

Floats = NDArray[np.float64]

sounds = Family()

CHURCH_GAINS = (0.25, 0.4, 0.7, 0.4, 1.0, 0.6, 0.5, 0.8, 0.7, 0.5, 0.4, 0.3)
CHURCH_DECAYS = (24.0, 13.0, 10.0, 6.5, 6.0, 3.0, 2.8, 3.2, 2.0, 1.2, 0.8, 0.55)
"""Seconds to -60 dB at a prime of 330 Hz; the hum outlives the rest."""
PENTATONIC = (1.0, 9 / 8, 5 / 4, 3 / 2, 5 / 3, 2.0)


def starts_at(times: Floats | list[float], rate: int) -> NDArray[np.intp]:
    """Moments in seconds as samples."""
    return np.asarray(np.round(np.asarray(times, dtype=np.float64) * rate), dtype=np.intp)


def gong(rng: np.random.Generator, frequency: float, longest: float) -> Modes:
    """A small hemispherical shell of steel, as on bicycles and telephones: its modes go nearly as n
    squared.
    """
    shell = shaped(rng, GLASS_RIM, frequency, "steel", longest=longest, tilt=0.25, detune=0.012)
    return doubled(rng, shell, 3.0)


@sounds.add
def church_bell(take: Take) -> Samples:
    """A church bell tolls some times: strike note, minor third and hum, each a beating pair."""
    prime = take.spread(take.scaled(620.0, 400.0), 0.12)
    ratios = np.array(CHURCH_BELL) * (1.0 + 0.004 * take.rng.standard_normal(len(CHURCH_BELL)))
    decays = np.array(CHURCH_DECAYS) * (330.0 / prime) ** 0.7
    bell = doubled(take.rng, Modes(prime * ratios, decays, np.array(CHURCH_GAINS)), 2.2)
    period = take.spread(1.75, 0.1) * (330.0 / prime) ** 0.3
    strokes = max(1, min(4, int((take.seconds - 2.5) / period)))
    total = min(strokes * period + 5.0, take.seconds)
    times = period * np.arange(strokes) + 0.02 + 0.02 * take.rng.random(strokes)
    length = min(total, 6.5)
    blows = variants(take.rng, bell, 2, length, take.rate, contact_seconds=0.0006, uneven=0.2)
    clank = ring(
        plate(take.rng, 1_800, 9_000, 50, "bronze", longest=0.4), 0.5, take.rate, contact_seconds=0.0003
    )
    reach = min(clank.size, blows.shape[1])
    blows[:, :reach] += 1.2 * clank[:reach].astype(np.float32)
    gains = take.rng.uniform(0.8, 1.0, strokes)
    tolled = grains.laid(take.count(total), starts_at(times, take.rate), blows[np.arange(strokes) % 2], gains)
    return outdoors(take, tolled, 1.5, 0.6)


@sounds.add
def bicycle_bell(take: Take) -> Samples:
    """A thumb flicks a bicycle bell: a toothed wheel throws two weights at the dome, once or twice."""
    dome = gong(take.rng, take.spread(2_150.0, 0.15), take.scaled(0.9, 1.6))
    times: list[float] = []
    for flick in range(1 if take.rng.random() < 0.4 else 2):
        rattle = 0.02 + 0.42 * flick + np.cumsum(take.rng.uniform(0.030, 0.046, int(take.rng.integers(4, 8))))
        times.extend(rattle.tolist())
    total = min(times[-1] + 1.4, take.seconds)
    blows = variants(take.rng, dome, 3, 1.3, take.rate, contact_seconds=0.00006)
    order = take.rng.integers(0, 3, len(times))
    gains = take.rng.uniform(0.5, 1.0, len(times))
    return grains.laid(take.count(total), starts_at(times, take.rate), blows[order], gains)


@sounds.add
def wind_chimes(take: Take) -> Samples:
    """Tubes of a wind chime, tuned to five tones, that a gust sways against each other."""
    total = min(take.spread(6.0), take.seconds)
    base = take.spread(1_250.0, 0.2)
    gust = np.array([0.3, 1.0, 0.7, 0.4, 0.15, 0.0, 0.0])
    times = grains.arrivals(take.rng, take.scaled(7.0, 30.0) * gust, total)
    times = np.append(times, [0.05, 0.4])
    which = take.rng.integers(0, len(PENTATONIC), times.size)
    tubes = [
        shaped(take.rng, FREE_BAR[:4], base * ratio, "bronze", longest=3.2, tilt=0.9, detune=0.003)
        for ratio in PENTATONIC
    ]
    blows = np.concatenate(
        [
            variants(take.rng, doubled(take.rng, tube, 1.2), 1, 2.6, take.rate, contact_seconds=0.00015)
            for tube in tubes
        ]
    )
    levels = take.rng.uniform(0.2, 1.0, times.size) ** 1.5
    places = np.linspace(0.25, 0.75, len(PENTATONIC))[which] * np.pi / 2
    gains = np.stack([np.cos(places), np.sin(places)]) * levels
    return grains.laid(take.count(total), starts_at(times, take.rate), blows[which], gains)


@sounds.add
def cowbell(take: Take) -> Samples:
    """Bells of grazing cows: folded and riveted sheet iron with a few loud, crooked modes that die soon."""
    total = min(take.spread(4.5), take.seconds)
    blows, times, gains = [], [], []
    for _ in range(round(take.scaled(2, 5))):
        low = take.rng.uniform(380.0, 820.0)
        ratios = (1.0, 1.52, 2.24, 2.87, 3.78, 4.6, 5.9)
        sheet = shaped(
            take.rng, ratios, low, "tin", longest=take.rng.uniform(0.3, 0.7), tilt=0.35, detune=0.03
        )
        own = variants(take.rng, sheet, 3, 0.7, take.rate, contact_seconds=0.00025, uneven=0.5)
        step = take.rng.uniform(0.32, 0.55)
        swings = np.arange(take.rng.uniform(0.0, 0.6), total - 0.5, step)
        swings = swings + take.rng.normal(0.0, 0.05, swings.size)
        swings = swings[take.rng.random(swings.size) < 0.75]
        blows.append(own[take.rng.integers(0, 3, swings.size)])
        times.append(swings)
        near = take.rng.uniform(0.3, 1.0)
        gains.append(
            grains.panned(
                take.rng, np.full(swings.size, near) * take.rng.uniform(0.4, 1.0, swings.size), 0.05
            )
        )
    return grains.laid(
        take.count(total),
        starts_at(np.concatenate(times), take.rate),
        np.concatenate(blows),
        np.concatenate(gains, axis=1),
    )


@sounds.add
def doorbell(take: Take) -> Samples:
    """Ding-dong: a plunger strikes one bar, then one a major third lower, over their resonators."""
    high = take.spread(659.0, 0.06)
    total = min(3.2, take.seconds)
    bars = [
        joined(
            shaped(take.rng, FREE_BAR[:4], pitch, "steel", longest=2.2, tilt=1.5, detune=0.004),
            shaped(take.rng, (2.0, 3.0), pitch, "steel", longest=1.0, tilt=1.0, detune=0.004).scaled(
                1.0, 0.8
            ),
        )
        for pitch in (high, high * 0.8)
    ]
    blows = np.concatenate(
        [
            variants(take.rng, bar, 1, 2.4, take.rate, contact_seconds=take.scaled(0.0012, 0.0003))
            for bar in bars
        ]
    )
    return grains.laid(
        take.count(total), starts_at([0.01, take.spread(0.62)], take.rate), blows, np.array([1.0, 0.95])
    )
