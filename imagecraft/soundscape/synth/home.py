"""Rooms, and what stands in them.

References:
    Farnell, "Designing Sound", MIT Press 2010 (the chapter on electricity).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.machines import MAINS_HZ, hum
from imagecraft.soundscape.synth.modal import plate, ring
from imagecraft.soundscape.synth.office import clicks
from imagecraft.soundscape.synth.speech import speaker, spoken
from imagecraft.soundscape.synth.strings import PIANO_WIRE, partials
from imagecraft.soundscape.synth.surroundings import indoors

sounds = Family()

ROOM_AIR: noise.Curve = ((30, 0), (60, -2), (150, -11), (500, -24), (1_500, -36), (5_000, -40), (16_000, -54))
MOVES = 4.0
"""Level of what moves in a room, and below of the air of a hall."""
HALL_HUSH = 0.05
WALL: noise.Curve = ((80, -18), (200, -3), (500, 0), (1_500, -3), (3_000, -9), (5_000, -20), (10_000, -44))
HALL_AIR: noise.Curve = ((30, -6), (80, 0), (200, -3), (450, -6), (1_000, -14), (2_500, -25), (8_000, -44))


@sounds.add
def room(take: Take) -> Samples:
    """A quiet room: the air of the house, a trace of the mains, and now and then a chair that someone
    moves.
    """
    frames, rate, rng = take.frames, take.rate, take.rng
    air = noise.coloured(rng, frames, rate, ROOM_AIR, 2)
    air *= 1.0 + 0.12 * noise.slow(rng, frames, rate, 0.3, 2)
    mains = hum(take, 2 * MAINS_HZ, 1.4, 6)
    moments = np.append(grains.arrivals(rng, take.scaled(0.25, 0.8), take.seconds), rng.uniform(0.0, 3.0))
    small = np.concatenate(
        [
            clicks(take, plate(rng, 200, 2_200, 30, "wood", longest=0.04), 1, 0.1, 0.0015, 0.5)
            for _ in range(4)
        ]
    )
    times = np.concatenate([at + np.cumsum(rng.uniform(0.03, 0.3, 4)) for at in moments])
    gains = grains.panned(rng, rng.lognormal(-0.5, 0.6, times.size), 0.6)
    moves = grains.laid(frames, starts_at(times, rate), small[rng.integers(0, 4, times.size)], gains)
    return np.asarray(
        air + take.scaled(0.08, 0.3) * mains + MOVES * indoors(take, moves, 0.4, 0.8), dtype=np.float32
    )


@sounds.add
def hall(take: Take) -> Samples:
    """A large hall: people who talk and walk far off, and walls that make all of it long and soft."""
    frames, rate, rng = take.frames, take.rate, take.rng
    dry = np.zeros((2, frames), np.float32)
    for _ in range(round(take.scaled(1.5, 4.0))):
        talk = spoken(rng, rate, take.seconds, speaker(rng, 0.5))[:frames]
        side = rng.uniform(0.2, 0.8)
        dry[:, : talk.size] += np.array([[1.0 - side], [side]], np.float32) * talk * rng.uniform(0.3, 1.0)
    dry /= np.abs(dry).max() + np.float32(1e-9)
    moments = np.append(grains.arrivals(rng, take.scaled(0.3, 0.9), take.seconds), rng.uniform(0.0, 2.0))
    steps = np.concatenate([at + np.arange(5) * rng.uniform(0.5, 0.62) for at in moments])
    floor = np.concatenate(
        [
            clicks(take, plate(rng, 160, 3_500, 40, "wood", longest=0.05), 1, 0.15, 0.0008, 0.4)
            for _ in range(5)
        ]
    )
    gains = grains.panned(rng, np.repeat(rng.uniform(0.1, 0.5, moments.size), 5), 0.8)
    dry += grains.laid(frames, starts_at(steps, rate), floor[rng.integers(0, 5, steps.size)], gains)
    wet = indoors(take, dry, 1.8, 0.8) - 0.4 * dry
    air = noise.coloured(rng, frames, rate, HALL_AIR, 2)
    return np.asarray(wet + HALL_HUSH * air, dtype=np.float32)


@sounds.add
def tv(take: Take) -> Samples:
    """A television in the next room: two people talk by turns over a little music, through a small speaker
    and a wall.
    """
    frames, rate, rng = take.frames, take.rate, take.rng
    programme = np.zeros(frames, np.float32)
    voices = [speaker(rng, take.between(0.3, 0.7)) for _ in range(2)]
    at = 0.0
    while at < take.seconds:
        length = min(rng.uniform(2.5, 5.0), take.seconds - at)
        if length > 0.6:
            talk = spoken(rng, rate, length, voices[int(rng.integers(2))])
            start = round(at * rate)
            stop = min(start + talk.size, frames)
            programme[start:stop] += talk[: stop - start]
        at += length + rng.uniform(0.1, 0.5)
    programme /= np.abs(programme).max() + 1e-9
    programme += 0.05 * _underscore(take)
    through = noise.filtered(programme, rate, WALL)
    return indoors(take, through, 0.5, 0.5)


def _underscore(take: Take) -> NDArray[np.float32]:
    """Slow chords under the talk, peak 1."""
    total = np.zeros(take.frames, np.float32)
    chords = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
    for number, at in enumerate(np.arange(0.0, take.seconds, 2.4)):
        for step in chords[number % 4]:
            note = ring(
                partials(take.rng, PIANO_WIRE, 220.0 * 2 ** (step / 12), most=14),
                2.6,
                take.rate,
                contact_seconds=0.002,
            )
            start = take.count(float(at)) if at else 0
            stop = min(start + note.size, take.frames)
            total[start:stop] += note[: stop - start].astype(np.float32)
    return np.asarray(total / (np.abs(total).max() + 1e-9), dtype=np.float32)
