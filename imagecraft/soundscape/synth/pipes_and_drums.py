"""A flute, an organ and a drum kit.

References:
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (flutes, organ pipes, drums).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.modal import MEMBRANE, ring, shaped
from imagecraft.soundscape.synth.music import CHORDS, key_of, melody, rhythm
from imagecraft.soundscape.synth.signals import gated
from imagecraft.soundscape.synth.surroundings import indoors
from imagecraft.soundscape.synth.tones import harmonics, peaks, tone, weighted

Floats = NDArray[np.float64]

sounds = Family()

BREATH: noise.Curve = ((200, -24), (700, -6), (1_600, 0), (4_000, -4), (10_000, -16))
SNARE_WIRES: noise.Curve = ((150, -22), (800, -8), (2_500, 0), (6_000, -1), (12_000, -8))
CYMBAL: noise.Curve = ((1_500, -30), (4_000, -8), (7_000, 0), (12_000, -2), (18_000, -10))


@sounds.add
def flute(take: Take) -> Samples:
    """A flute: few harmonics, a breath that the tone rides on, and vibrato more in loudness than in pitch."""
    beat = take.spread(take.scaled(0.7, 0.45), 0.08)
    key = key_of(take, 523.0)
    steps, starts = np.array(melody(take, 7)), rhythm(take, 7, beat)
    total = min(float(starts[-1]) + 1.5, take.seconds)
    time = take.times(total)
    index = np.searchsorted(starts, time, side="right").clip(1) - 1
    held = time - starts[index]
    pulse = np.sin(2 * np.pi * 5.0 * time + noise.slow(take.rng, time.size, take.rate, 1.0))
    depth = np.clip((held - 0.15) / 0.3, 0.0, 1.0)
    pitch = key * 2 ** (steps[index] / 12) * (1.0 + 0.0025 * depth * pulse - 0.012 * np.exp(-held / 0.03))
    tongue = np.minimum(held / 0.05, 1.0)
    lengths = np.append(np.diff(starts), total - 0.4 - starts[-1])
    release = np.clip((lengths[index] - held) / 0.06, 0.0, 1.0)
    level = tongue * release * (1.0 + 0.22 * depth * pulse)
    pipe = tone(
        np.array([1.0, 0.55, 0.28, 0.09, 0.04, 0.02, 0.01]),
        np.asarray(pitch, dtype=np.float64),
        take.rate,
        take.rng,
    )
    breath = noise.coloured(take.rng, time.size, take.rate, BREATH) * (0.07 + 0.25 * np.exp(-held / 0.04))
    return indoors(take, level * (pipe + breath), 1.3, 0.45)


@sounds.add
def drums(take: Take) -> Samples:
    """Two bars on a drum kit: bass drum, snare, hi-hat, and a fill over the toms."""
    beat = take.spread(take.scaled(0.62, 0.44), 0.06)
    rate = take.rate
    kick = ring(
        shaped(take.rng, MEMBRANE[:6], 58.0, "rubber", longest=0.35, tilt=1.3),
        0.45,
        rate,
        contact_seconds=0.003,
    )
    time = np.arange(kick.size) / rate
    kick += 1.2 * np.sin(2 * np.pi * (52.0 * time + 1.6 * (1 - np.exp(-time / 0.02)))) * np.exp(-time / 0.11)
    shell = ring(
        shaped(take.rng, MEMBRANE, 185.0, "plastic", longest=0.22, tilt=0.7),
        0.45,
        rate,
        contact_seconds=0.0008,
    )
    wires = noise.coloured(take.rng, kick.size, rate, SNARE_WIRES) * np.exp(-time / 0.075)
    hat = noise.coloured(take.rng, kick.size, rate, CYMBAL) * np.exp(-time / 0.03)
    toms = [
        ring(
            shaped(take.rng, MEMBRANE, pitch, "plastic", longest=0.5, tilt=0.9),
            0.45,
            rate,
            contact_seconds=0.0015,
        )
        for pitch in (165.0, 120.0, 88.0)
    ]
    kit = np.stack(
        [
            1.5 * kick / np.abs(kick).max(),
            shell / np.abs(shell).max() + 0.45 * wires,
            0.16 * hat,
            *[t / np.abs(t).max() for t in toms],
        ]
    )
    hits = [(0.0, 0), (1.0, 1), (1.75, 0), (2.0, 0), (3.0, 1), (3.5, 0), (4.0, 0), (5.0, 1), (5.5, 0)]
    hits += [(0.5 * step, 2) for step in range(12)]
    hits += [(6.0, 3), (6.25, 3), (6.5, 4), (6.75, 4), (7.0, 5), (7.25, 5), (7.5, 1), (8.0, 0), (8.0, 1)]
    times = np.array([0.02 + at * beat for at, _ in hits]) + take.rng.normal(0.0, 0.004, len(hits))
    which = np.array([drum for _, drum in hits])
    keep = times < take.seconds - 0.5
    total = min(float(times.max()) + 0.9, take.seconds)
    gains = take.rng.uniform(0.7, 1.0, which.size)[keep]
    return indoors(
        take,
        grains.laid(
            take.count(total), starts_at(times[keep], rate), kit[which[keep]].astype(np.float32), gains
        ),
        0.5,
        0.3,
    )


@sounds.add
def organ(take: Take) -> Samples:
    """A pipe organ: slow chords of flue pipes in several ranks, in a church that holds them."""
    frames, rate = take.frames, take.rate
    time = take.times(take.seconds)
    key = key_of(take, 131.0)
    bar = take.spread(take.scaled(3.4, 2.2), 0.08)
    sound = np.zeros(frames)
    principal = weighted(
        harmonics(1.0, 16), key * 2, peaks([(400.0, 500.0, 1.0), (1_500.0, 1_500.0, 0.6)], 0.15)
    )
    for number, start in enumerate(np.arange(0.0, take.seconds, bar)):
        first, last = int(start * rate), min(int((start + bar + 0.25) * rate), frames)
        if last - first < 64:
            continue
        level = gated(time[first:last] - start, 0.0, bar - 0.05, 0.07, 0.22)
        chord = CHORDS[number % 4]
        for step, rank in (
            (chord[0] - 12, 1.0),
            *((s, r) for s in chord for r in (1.0, 2.0)),
            (chord[0] + 12, 3.0),
        ):
            pitch = key * rank * 2 ** (step / 12) * take.rng.uniform(0.9985, 1.0015)
            sound[first:last] += (
                level / rank**0.7 * tone(principal, np.full(last - first, pitch), rate, take.rng)
            )
    wind = noise.coloured(take.rng, frames, rate, BREATH)
    return indoors(take, sound / (sound.std() + 1e-9) + 0.012 * wind, 2.6, 0.9)
