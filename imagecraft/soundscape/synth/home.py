"""Rooms, and what stands in them.

References:
    Farnell, "Designing Sound", MIT Press 2010 (electricity's hum, rooms).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.machines import MAINS_HZ, hum
from imagecraft.soundscape.synth.modal import plate, ring, variants
from imagecraft.soundscape.synth.speech import speaker, spoken
from imagecraft.soundscape.synth.strings import PIANO_WIRE, partials
from imagecraft.soundscape.synth.surroundings import indoors

sounds = Family()

ROOM_AIR: noise.Curve = ((30, 0), (60, -2), (150, -8), (500, -18), (1_500, -28), (5_000, -40), (16_000, -54))
WALL: noise.Curve = ((80, -18), (200, -3), (500, 0), (1_500, -3), (3_000, -9), (5_000, -20), (10_000, -44))
HALL_AIR: noise.Curve = ((30, -6), (80, 0), (200, -3), (450, -6), (1_000, -14), (2_500, -25), (8_000, -44))


@sounds.add
def room(take: Take) -> Samples:
    """A quiet room: the air of the house, a trace of the mains in a wall, the street far behind closed
    windows.
    """
    frames, rate = take.frames, take.rate
    air = noise.coloured(take.rng, frames, rate, ROOM_AIR, 2)
    air *= 1.0 + 0.12 * noise.slow(take.rng, frames, rate, 0.3, 2)
    mains = hum(take, 2 * MAINS_HZ, 1.4, 6)
    return np.asarray(air + take.scaled(0.08, 0.3) * mains, dtype=np.float32)


@sounds.add
def hall(take: Take) -> Samples:
    """A large hall: its air, and steps, doors and things set down that its walls make long and soft."""
    frames, rate, rng = take.frames, take.rate, take.rng
    air = noise.coloured(rng, frames, rate, HALL_AIR, 2)
    moments = np.append(grains.arrivals(rng, take.scaled(0.5, 1.6), take.seconds), rng.uniform(0.0, 2.0))
    steps = np.concatenate([at + np.arange(4) * rng.uniform(0.5, 0.62) for at in moments])
    floor = np.concatenate(
        [
            variants(
                rng, plate(rng, 120, 1_800, 20, "wood", longest=0.08), 1, 0.2, rate, contact_seconds=0.002
            )
            for _ in range(5)
        ]
    )
    floor /= np.abs(floor).max(axis=1, keepdims=True)
    gains = grains.panned(rng, np.repeat(rng.uniform(0.1, 0.6, moments.size), 4), 0.8)
    far = grains.laid(frames, starts_at(steps, rate), floor[rng.integers(0, 5, steps.size)], gains)
    wet = indoors(take, far, 2.4, 1.6) - 0.8 * far
    return np.asarray(
        wet + 0.012 * air * (1.0 + 0.15 * noise.slow(rng, frames, rate, 0.2, 2)), dtype=np.float32
    )


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
