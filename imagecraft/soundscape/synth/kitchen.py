"""The kitchen: dishes, blades and boards.

References:
    Van den Doel & Pai, "The Sounds of Physical Shapes", Presence 7(4), 1998 (struck plates and bars).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.modal import (
    FREE_BAR,
    FREE_DISC,
    GLASS_RIM,
    Modes,
    doubled,
    joined,
    plate,
    shaped,
    variants,
)
from imagecraft.soundscape.synth.office import clicks
from imagecraft.soundscape.synth.surroundings import indoors

Floats = NDArray[np.float64]

sounds = Family()

CRUNCH: noise.Curve = ((150, -20), (500, -7), (1_500, 0), (4_000, -2), (8_000, -9), (14_000, -20))
SIMMER: noise.Curve = ((100, -22), (350, -6), (800, 0), (1_800, -4), (4_000, -14), (10_000, -30))


def glass_modes(take: Take, pitch: float) -> Modes:
    """A drinking glass: rim modes that go as n squared, each a pair, damped by what is in it."""
    rim = shaped(
        take.rng, GLASS_RIM, pitch, "glass", longest=take.rng.uniform(0.7, 1.4), tilt=0.25, detune=0.02
    )
    return doubled(take.rng, rim, 2.5)


def dish_modes(take: Take) -> Modes:
    """A stoneware plate or bowl on a table."""
    disc = shaped(
        take.rng, FREE_DISC, take.rng.uniform(750.0, 1_700.0), "ceramic", longest=0.15, tilt=0.35, detune=0.03
    )
    return joined(disc, plate(take.rng, 1_500.0, 9_000.0, 40, "ceramic", longest=0.10, tilt=0.4))


def fork_modes(take: Take) -> Modes:
    """A fork, knife or spoon held loosely: bending modes, and the many that its tines and bowl have."""
    bending = shaped(
        take.rng, FREE_BAR, take.rng.uniform(500.0, 900.0), "steel", longest=0.13, tilt=-0.2, detune=0.04
    )
    return joined(bending, plate(take.rng, 2_500.0, 13_000.0, 40, "steel", longest=0.10, tilt=0.1))


def pot_modes(take: Take) -> Modes:
    """A pot or its lid."""
    sheet = shaped(
        take.rng, FREE_DISC, take.rng.uniform(280.0, 620.0), "tin", longest=0.5, tilt=0.3, detune=0.04
    )
    return doubled(take.rng, sheet, 4.0)


@sounds.add
def glass(take: Take) -> Samples:
    """Glasses touch in a toast: two rims of different pitch, that meet twice before they part."""
    toasts = int(take.rng.integers(1, 4))
    times, blows, gains = [], [], []
    for toast in range(toasts):
        at = 0.01 + toast * take.rng.uniform(0.35, 0.6)
        for pitch in take.rng.uniform(1_250.0, 2_400.0, 2):
            rim = glass_modes(take, float(pitch))
            blow = variants(take.rng, rim, 1, 1.3, take.rate, contact_seconds=take.scaled(0.00014, 0.00004))
            again = take.rng.uniform(0.012, 0.03)
            times += [at, at + again]
            blows += [blow, blow]
            gains += [take.rng.uniform(0.7, 1.0), take.rng.uniform(0.15, 0.35)]
    total = min(max(times) + 1.3, take.seconds)
    places = grains.panned(take.rng, np.array(gains), 0.2)
    return grains.laid(take.count(total), starts_at(times, take.rate), np.concatenate(blows), places)


@sounds.add
def cutlery(take: Take) -> Samples:
    """Knives and forks at a meal: scattered clinks on plates, steel on steel and on stoneware."""
    total = min(take.spread(2.6, 0.2), take.seconds)
    tools = [fork_modes(take) for _ in range(4)]
    dishes = [dish_modes(take) for _ in range(2)]
    return indoors(take, _clatter(take, total, take.scaled(4.0, 14.0), tools, dishes))


def _clatter(take: Take, total: float, per_second: float, tools: list[Modes], dishes: list[Modes]) -> Samples:
    """Tools that meet each other or a dish, each meeting some small bounces; shape (2, frames)."""
    moments = np.append(grains.arrivals(take.rng, per_second, max(total - 0.5, 0.2)), 0.01)
    bounces = take.rng.integers(1, 4, moments.size)
    times = np.concatenate(
        [
            at + np.cumsum(take.rng.uniform(0.02, 0.07, n)) - 0.02
            for at, n in zip(moments, bounces, strict=True)
        ]
    )
    fall = np.concatenate([take.rng.uniform(0.3, 1.0) * 0.55 ** np.arange(n) for n in bounces])
    steel = np.concatenate(
        [variants(take.rng, modes, 2, 0.32, take.rate, contact_seconds=0.00008) for modes in tools]
    )
    stone = np.concatenate(
        [variants(take.rng, modes, 2, 0.32, take.rate, contact_seconds=0.00012) for modes in dishes]
    )
    steel /= np.abs(steel).max(axis=1, keepdims=True)
    stone /= np.abs(stone).max(axis=1, keepdims=True)
    dish = take.rng.random(times.size) < 0.55
    blows = np.float32(0.55) * steel[take.rng.integers(0, len(steel), times.size)]
    blows += (
        np.float32(0.8)
        * dish[:, None].astype(np.float32)
        * stone[take.rng.integers(0, len(stone), times.size)]
    )
    return grains.laid(
        take.count(total), starts_at(times, take.rate), blows, grains.panned(take.rng, fall, 0.5)
    )


@sounds.add
def kitchen(take: Take) -> Samples:
    """Someone at work in a kitchen: dishes set down, cutlery, a pot, a knife on a board, and something that
    simmers.
    """
    rng, rate = take.rng, take.rate
    tools = [fork_modes(take) for _ in range(3)]
    dishes = [dish_modes(take) for _ in range(4)] + [pot_modes(take)]
    sound = np.array(_clatter(take, take.seconds, take.scaled(0.5, 2.2), tools, dishes))
    sound = np.pad(sound, ((0, 0), (0, max(take.frames - sound.shape[1], 0))))[:, : take.frames]
    start = rng.uniform(0.0, 3.0)
    while start < take.seconds:
        count = int(rng.integers(4, 9))
        sound += _chops(take, start + np.cumsum(rng.uniform(0.18, 0.25, count)), 0.5, rng.uniform(-0.5, 0.5))
        start += rng.uniform(4.0, 8.0)
    simmer = noise.coloured(rng, take.frames, rate, SIMMER, 2)
    return indoors(take, sound + 0.006 * simmer)


def _chops(take: Take, times: Floats, level: float, side: float) -> NDArray[np.float32]:
    """A knife that comes down on a wooden board at these times, in seconds; shape (2, frames) of the take."""
    board = plate(take.rng, 160, 900, 8, "wood", longest=0.05, tilt=0.3)
    top = plate(take.rng, 500, 4_000, 30, "wood", longest=0.03, tilt=0.3)
    blade = plate(take.rng, 3_200, 9_500, 8, "steel", longest=0.035, tilt=0.2)
    blows = variants(
        take.rng,
        joined(board, top, Modes(blade.frequencies, blade.decays, 0.16 * blade.gains)),
        3,
        0.2,
        take.rate,
        contact_seconds=0.0005,
    )
    blows /= np.abs(blows).max()
    crisp = noise.coloured(take.rng, blows.shape[1], take.rate, CRUNCH) * np.exp(
        -np.arange(blows.shape[1]) / (0.012 * take.rate)
    )
    levels = level * take.rng.uniform(0.6, 1.0, times.size)
    angle = np.pi / 4 * (1.0 + side)
    gains = np.array([[np.cos(angle)], [np.sin(angle)]]) * levels
    which = take.rng.integers(0, 3, times.size)
    frames = take.frames
    return grains.laid(frames, starts_at(times, take.rate), blows[which], gains) + grains.laid(
        frames, starts_at(times - 0.012, take.rate), crisp.astype(np.float32), 0.08 * gains
    )


@sounds.add
def chopping(take: Take) -> Samples:
    """A run of cuts on a wooden board, quick and not quite even."""
    count = int(take.rng.integers(6, 12))
    times = 0.03 + np.arange(count) * take.rng.uniform(0.97, 1.03, count) * take.scaled(0.28, 0.15)
    end = take.count(min(float(times[-1]) + 0.4, take.seconds))
    return indoors(take, _chops(take, times, 1.0, 0.0)[0, :end])


@sounds.add
def toaster(take: Take) -> Samples:
    """A toaster pops: the catch lets go, the carriage flies up on its spring and rattles to rest in the
    case.
    """
    hard = take.scaled(0.0003, 0.0001)
    catch = clicks(take, plate(take.rng, 1_400, 8_500, 60, "steel", longest=0.012), 2, 0.1, hard, 0.6)
    case = joined(
        plate(take.rng, 110, 700, 12, "wood", longest=0.09, tilt=0.3),
        plate(take.rng, 500, 6_500, 70, "tin", longest=0.035, tilt=0.3),
    )
    stop = clicks(take, case, 3, 0.1, 4 * hard, 0.5)
    rattle = 0.12 + np.cumsum([0.0, 0.05, 0.036, 0.028, 0.022])
    times = np.concatenate([[0.02, 0.036], 0.02 + rattle])
    gains = np.array([0.5, 0.2, 1.0, 0.4, 0.22, 0.12, 0.07])
    popped = grains.laid(
        take.count(min(0.8, take.seconds)),
        starts_at(times, take.rate),
        np.concatenate([catch, stop])[[0, 1, 2, 3, 4, 2, 3]],
        gains,
    )
    return indoors(take, popped)
