"""Birds with rough voices: crows, gulls, ducks, geese, hens and cocks; and wings.

Their syrinx drives all its harmonics at once, as vocal folds do, so they are made as voices, not as whistles.

References:
    Fletcher and Tarnopolsky, "Acoustics of the avian vocal tract", J. Acoust. Soc. Am. 105 (1999).
    Larsen and Goller, "Role of syringeal vibrations in bird vocalizations", Proc. R. Soc. B 266 (1999).
"""

from __future__ import annotations

import numpy as np

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.grains import laid
from imagecraft.soundscape.synth.noise import coloured, slow
from imagecraft.soundscape.synth.voices import Call, Points, Shape, in_order, jaws, line, uttered

sounds = Family()

BURST: Points = ((0, 0), (0.1, 0.9), (0.4, 1), (0.8, 0.6), (1, 0))


@sounds.add
def crow(take: Take) -> Samples:
    """Three or four caws: harsh, and sinking a little at the end."""
    rng = take.rng
    hz = take.spread(470, 0.12) * take.between(0.92, 1.1)
    opened: Shape = ((1250, 450, 0), (1900, 500, -3), (3300, 800, -10), (5200, 1200, -20))
    closed: Shape = ((1000, 450, 0), (1700, 500, -6), (3100, 800, -16), (5000, 1200, -26))
    parts, at = [], 0.0
    for _ in range(2 + round(take.between(0.5, 2))):
        tone = hz * rng.uniform(0.96, 1.04)
        call = Call(
            seconds=rng.uniform(0.28, 0.4),
            pitch=((0, tone * 0.85), (0.15, tone * 1.05), (0.6, tone), (1, tone * 0.72)),
            level=BURST,
            shapes=((0, closed), (0.25, opened), (0.7, opened), (1, closed)),
            tilt=-3,
            breath=0.25,
            rough=take.between(0.5, 0.8),
            jitter=0.03,
            chaos=0.1,
        )
        parts.append((at, rng.uniform(0.8, 1) * uttered(rng, take.rate, call)))
        at += call.seconds + rng.uniform(0.2, 0.45)
    return in_order(take.rate, parts)


@sounds.add
def seagull(take: Take) -> Samples:
    """A herring gull's long call: drawn-out mews that start high and fall, then shorter and shorter cries."""
    rng = take.rng
    hz = take.spread(920, 0.1)
    closed, opened = jaws(
        rng, take.spread(0.06, 0.08), width=0.13, fall=4.7, shut=0.92, wide=1.1, strongest=0.7
    )
    parts, at = [], 0.0
    count = 3 + round(take.between(0, 4))
    for k in range(count):
        tone = hz * rng.uniform(0.95, 1.06) * (1 - 0.02 * k)
        call = Call(
            seconds=rng.uniform(0.5, 0.75) if k < 2 else rng.uniform(0.24, 0.34),
            pitch=((0, tone * 0.86), (0.15, tone * 1.15), (0.4, tone * 1.08), (1, tone * 0.84)),
            level=((0, 0), (0.12, 0.9), (0.35, 1), (0.75, 0.6), (1, 0)),
            shapes=((0, closed), (0.2, opened), (0.6, opened), (1, closed)),
            tilt=-5.4,
            breath=0.33,
            rough=0.37,
            jitter=0.01,
            chaos=0.106,
        )
        parts.append((at, rng.uniform(0.8, 1) * uttered(rng, take.rate, call)))
        at += call.seconds + rng.uniform(0.06, 0.2)
    return in_order(take.rate, parts)


@sounds.add
def duck(take: Take) -> Samples:
    """A mallard's run of quacks, each softer and shorter than the one before."""
    rng = take.rng
    hz = take.spread(300, 0.1)
    metres = take.spread(0.064, 0.06)
    closed, opened = jaws(rng, metres, 5, width=0.135, fall=2.5, shut=0.83, wide=1.1, strongest=1.6)
    parts, at = [], 0.0
    count = 3 + round(take.between(0, 4))
    for k in range(count):
        tone = hz * rng.uniform(0.96, 1.04) * (1 - 0.02 * k)
        call = Call(
            seconds=rng.uniform(0.19, 0.25) * (1 - 0.05 * k),
            pitch=((0, tone * 1.1), (0.3, tone * 1.15), (1, tone * 0.8)),
            level=BURST,
            shapes=((0, closed), (0.25, opened), (0.7, opened), (1, closed)),
            tilt=-4,
            breath=0.12,
            rough=0.33,
            jitter=0.009,
            chaos=0.06,
        )
        parts.append((at, (1 - 0.09 * k) * uttered(rng, take.rate, call)))
        at += call.seconds + rng.uniform(0.06, 0.14)
    return in_order(take.rate, parts)


@sounds.add
def goose(take: Take) -> Samples:
    """A skein of geese: honks that jump up in pitch half-way, from two or three birds in turn."""
    rng = take.rng
    dull, shape = jaws(rng, take.spread(0.075, 0.06), 5, width=0.17, fall=2.8, wide=1.17, strongest=0.2)
    parts, at = [], 0.0
    voices = [take.spread(530, 0.1) for _ in range(3)]
    for _ in range(3 + round(take.between(0, 5))):
        tone = voices[int(rng.integers(3))]
        call = Call(
            seconds=rng.uniform(0.22, 0.3),
            pitch=(
                (0, tone * 0.72),
                (0.28, tone * 0.8),
                (0.42, tone * 1.15),
                (0.75, tone * 1.1),
                (1, tone * 0.8),
            ),
            level=((0, 0), (0.12, 0.6), (0.4, 0.8), (0.6, 1), (1, 0)),
            shapes=((0, dull), (0.4, shape), (0.8, shape), (1, dull)),
            tilt=-8.5,
            breath=0.25,
            rough=0.6,
            jitter=0.015,
            chaos=0.02,
        )
        parts.append((at, rng.uniform(0.5, 1) * uttered(rng, take.rate, call)))
        at += rng.uniform(0.2, 0.55)
    return in_order(take.rate, parts)


@sounds.add
def rooster(take: Take) -> Samples:
    """Cock-a-doodle-doo: two short notes, one held high, and a long one that slides down."""
    rng = take.rng
    hz = take.spread(610, 0.1) * take.between(0.93, 1.08)
    closed, opened = jaws(
        rng, take.spread(0.11, 0.06), 6, width=0.055, fall=3, shut=0.95, wide=1.0, strongest=1.1
    )
    notes = (
        (0.0, 0.17, ((0, 0.6), (0.5, 0.8), (1, 0.7))),
        (0.26, 0.2, ((0, 0.75), (0.4, 1.0), (1, 0.85))),
        (0.52, 0.42, ((0, 0.9), (0.2, 1.1), (0.8, 1.08), (1, 1.0))),
        (
            0.97,
            take.spread(1.05, 0.2) * take.between(0.8, 1.15),
            ((0, 0.95), (0.15, 1.12), (0.5, 1.02), (0.8, 0.85), (1, 0.5)),
        ),
    )
    parts = []
    for start, seconds, steps in notes:
        call = Call(
            seconds=seconds,
            pitch=tuple((place, hz * step) for place, step in steps),
            level=((0, 0), (min(0.3, 0.04 / seconds), 0.9), (0.5, 1), (0.85, 0.6), (1, 0)),
            shapes=((0, closed), (0.2, opened), (0.75, opened), (1, closed)),
            tilt=-4.5,
            breath=0.3,
            rough=take.between(0.15, 0.4),
            jitter=0.008,
            chaos=0.065,
        )
        parts.append((start, uttered(rng, take.rate, call) * (0.7 if start < 0.2 else 1)))
    return in_order(take.rate, parts)


@sounds.add
def chicken(take: Take) -> Samples:
    """A hen: clucks in a loose row, then now and then one drawn out and raised."""
    rng = take.rng
    hz = take.spread(480, 0.12)
    shape: Shape = ((1000, 300, 0), (1900, 400, -1), (3200, 700, -7), (5000, 1000, -16))
    dull: Shape = ((700, 300, 0), (1600, 400, -6), (3000, 700, -16), (5000, 1000, -28))
    parts, at = [], 0.0
    for _ in range(5 + round(take.between(0, 6))):
        drawn = rng.random() < take.between(0.08, 0.3)
        tone = hz * rng.uniform(0.9, 1.1) * (1.5 if drawn else 1)
        call = Call(
            seconds=rng.uniform(0.3, 0.45) if drawn else rng.uniform(0.06, 0.1),
            pitch=((0, tone * 0.8), (0.4, tone * 1.15), (1, tone * 0.7)),
            level=((0, 0), (0.15, 1), (0.6, 0.5), (1, 0)),
            shapes=((0, dull), (0.3, shape), (0.7, shape), (1, dull)),
            tilt=-3,
            breath=0.12,
            rough=0.3,
            jitter=0.03,
        )
        parts.append((at, rng.uniform(0.5, 1) * uttered(rng, take.rate, call)))
        at += call.seconds + rng.uniform(0.1, 0.4)
    return in_order(take.rate, parts)


@sounds.add
def wings(take: Take) -> Samples:
    """A large bird taking off: some five strokes a second, each a soft puff of air and a swish of feathers,
    then the lighter upstroke; fainter as it leaves.
    """
    rng = take.rng
    beats, rate = round(take.between(7, 17)), 5.1 * take.between(0.85, 1.15)
    starts = 0.02 + np.cumsum(np.linspace(1.1, 0.9, beats) * rng.uniform(0.9, 1.1, beats)) / rate - 1 / rate
    t = take.times(float(starts[-1]) + 0.45)
    air = coloured(rng, len(t), take.rate, ((60, -18), (210, 0), (1360, 0), (4080, -26), (12000, -60)))
    feathers = coloured(rng, len(t), take.rate, ((400, -20), (3000, 0), (6000, -4), (13000, -26)))
    places = np.linspace(0, 1, take.count(1.3 / rate))
    down = line(((0, 0), (0.2, 1), (0.45, 0.45), (0.85, 0.1), (1, 0)), places)
    up = line(((0, 0), (0.4, 1), (0.7, 0.5), (1, 0)), places)
    strength = np.linspace(1, 0.4, beats) * rng.uniform(0.65, 1.05, beats)
    strokes = (np.maximum(starts, 0) * take.rate).astype(int)
    falling = laid(len(t), strokes, down.astype(np.float32), strength)
    rising = laid(
        len(t),
        strokes + take.count(0.5 / rate),
        up.astype(np.float32),
        strength * rng.uniform(0.6, 1, beats),
    )
    flutter = np.exp(0.8 * slow(rng, len(t), take.rate, 115))
    return np.asarray((falling * (air + 0.67 * feathers) + 0.23 * rising * feathers) * flutter)
