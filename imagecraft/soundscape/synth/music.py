"""Music that someone plays: phrases of a few bars in a pentatonic scale, on instruments built from their
physics.

References:
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (strings, bows, flutes, organs,
    drums).
    Karplus & Strong, "Digital synthesis of plucked-string and drum timbres", Computer Music Journal 7(2),
    1983.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.modal import CLAMPED_BAR, joined, plate, ring, shaped, variants
from imagecraft.soundscape.synth.signals import gated
from imagecraft.soundscape.synth.strings import NYLON, PIANO_WIRE, String, partials
from imagecraft.soundscape.synth.surroundings import indoors
from imagecraft.soundscape.synth.tones import harmonics, tone

Floats = NDArray[np.float64]

sounds = Family()

MAJOR_PENTATONIC = (0, 2, 4, 7, 9)
CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
"""I, vi, IV, V in semitones over the key."""
BOW_HISS: noise.Curve = ((300, -28), (1_200, -10), (3_000, 0), (6_000, -3), (12_000, -14))


def key_of(take: Take, low: float) -> float:
    """The frequency of a key note within a fourth over `low`."""
    return float(low * 2 ** (take.rng.integers(0, 6) / 12))


def melody(take: Take, notes: int, octaves: int = 2) -> list[int]:
    """A tune in semitones over the key: mostly steps along the pentatonic scale, home at the end."""
    scale = [12 * octave + step for octave in range(octaves) for step in MAJOR_PENTATONIC]
    place = int(take.rng.integers(2, 5))
    tune = []
    for _ in range(notes - 1):
        tune.append(scale[place])
        place = int(np.clip(place + take.rng.choice([-2, -1, -1, 1, 1, 2]), 0, len(scale) - 1))
    return [*tune, 12]


def rhythm(take: Take, notes: int, beat: float) -> Floats:
    """Starts of the notes, in seconds: whole and half beats in no strict order, the last note held."""
    lengths = take.rng.choice([1.0, 0.5, 0.5, 1.0, 1.5], notes) * beat
    return 0.03 + np.concatenate([[0.0], np.cumsum(lengths[:-1])])


def _strung(
    take: Take, string: String, notes: list[tuple[float, float, float]], length: float, total: float
) -> Floats:
    """Notes (start in s, frequency in Hz, strength) on strings that are left to ring, shape (frames,)."""
    sound = np.zeros(take.count(total))
    for start, frequency, strength in notes:
        softness = string.softness / (0.5 + strength)
        note = ring(
            partials(take.rng, string, frequency),
            min(length, total - start),
            take.rate,
            contact_seconds=softness,
        )
        first = take.count(start)
        stop = min(first + note.size, sound.size)
        sound[first:stop] += strength * note[: stop - first]
    return sound


@sounds.add
def piano(take: Take) -> Samples:
    """A few bars on a piano: a tune over broken chords; two strings a note, not quite in tune."""
    beat = take.spread(take.scaled(0.62, 0.42), 0.08)
    key = key_of(take, 262.0)
    starts = rhythm(take, 9, beat)
    total = min(float(starts[-1]) + 2.2, take.seconds)
    tune = [
        (float(s), key * 2 ** (n / 12), take.rng.uniform(0.7, 1.0))
        for s, n in zip(starts, melody(take, 9), strict=True)
    ]
    left = np.arange(0.03, float(starts[-1]) + 0.1, beat)
    bass = [
        (float(at), key / 2 * 2 ** (CHORDS[(i // 4) % 4][i % 3] / 12), take.rng.uniform(0.35, 0.55))
        for i, at in enumerate(left)
    ]
    notes = [note for note in tune + bass if note[0] < total - 0.3]
    twins = [(s + 0.0004, f * 1.0006, 0.6 * g) for s, f, g in notes]
    sound = _strung(take, PIANO_WIRE, notes + twins, 2.4, total)
    knocks = variants(
        take.rng,
        plate(take.rng, 90, 900, 20, "wood", longest=0.08),
        2,
        0.12,
        take.rate,
        contact_seconds=0.002,
    )
    times = [s for s, _, _ in notes]
    sound += 0.2 * grains.laid(
        sound.size, starts_at(times, take.rate), knocks[take.rng.integers(0, 2, len(times))]
    )
    return indoors(take, sound, 1.0, 0.4)


@sounds.add
def guitar(take: Take) -> Samples:
    """A nylon guitar: broken chords, and a strum to end with."""
    beat = take.spread(take.scaled(0.34, 0.22), 0.08)
    key = key_of(take, 131.0)
    notes = []
    for step in range(12):
        chord = CHORDS[(step // 6) % 4]
        pitch = chord[(0, 1, 2, 1, 2, 1)[step % 6]] + (12 if step % 6 in (2, 4) else 0)
        notes.append((0.03 + beat * step, key * 2 ** (pitch / 12), take.rng.uniform(0.6, 1.0)))
    last = 0.03 + beat * 12
    notes += [(last + 0.022 * i, key * 2 ** (pitch / 12), 0.8) for i, pitch in enumerate((0, 7, 12, 16, 19))]
    total = min(last + 2.2, take.seconds)
    sound = _strung(take, NYLON, [note for note in notes if note[0] < total - 0.3], 2.2, total)
    body = noise.filtered(
        sound.astype(np.float32),
        take.rate,
        ((70, -8), (105, 4), (150, -2), (210, 5), (320, 0), (2_500, -1), (8_000, -9)),
    )
    return indoors(take, body, 0.6, 0.3)


@sounds.add
def violin(take: Take) -> Samples:
    """A violin: the bowed string's sawtooth through the resonances of the body, with vibrato and a breath
    of rosin.
    """
    beat = take.spread(take.scaled(0.75, 0.5), 0.08)
    key = key_of(take, 294.0)
    steps, starts = melody(take, 7), rhythm(take, 7, beat)
    total = min(float(starts[-1]) + 1.6, take.seconds)
    time = take.times(total)
    slide = np.interp(
        time, np.repeat(starts, 2)[1:] + np.tile([0.0, 0.05], starts.size)[1:], np.repeat(steps, 2)[:-1]
    )
    held = time - starts[np.searchsorted(starts, time, side="right").clip(1) - 1]
    depth = np.clip((held - 0.12) / 0.25, 0.0, 1.0)
    vibrato = (
        0.006 * depth * np.sin(2 * np.pi * 5.6 * time + 0.5 * noise.slow(take.rng, time.size, take.rate, 1.0))
    )
    pitch = (
        key * 2 ** (slide / 12) * (1.0 + vibrato + 0.0012 * noise.slow(take.rng, time.size, take.rate, 9.0))
    )
    bow = np.minimum(held / 0.07, 1.0) * (0.75 + 0.25 * np.sin(np.pi * np.clip(held / 1.2, 0, 1)))
    level = bow * gated(time, 0.02, total - 0.5, 0.08, 0.35)
    string = tone(harmonics(1.0, 60), np.asarray(pitch, dtype=np.float64), take.rate, None)
    body = noise.filtered(
        string.astype(np.float32),
        take.rate,
        (
            (180, -14),
            (275, 2),
            (340, -6),
            (460, 4),
            (560, 3),
            (800, -5),
            (1_300, -4),
            (2_400, 3),
            (3_400, -2),
            (6_000, -14),
            (12_000, -34),
        ),
    )
    hiss = 0.03 * noise.coloured(take.rng, time.size, take.rate, BOW_HISS)
    return indoors(take, level * (body / body.std() + hiss), 1.1, 0.45)


@sounds.add
def music_box(take: Take) -> Samples:
    """A music box: steel tongues that pins pluck, on a small wooden box."""
    beat = take.spread(take.scaled(0.5, 0.33), 0.08)
    key = key_of(take, 784.0)
    starts = rhythm(take, 12, beat)
    total = min(float(starts[-1]) + 2.0, take.seconds)
    steps = melody(take, 12)
    notes = []
    for start, step in zip(starts, steps, strict=True):
        notes.append((start, key * 2 ** (step / 12), 1.0))
        if take.rng.random() < 0.4:
            notes.append((start + 0.01, key / 2 * 2 ** (take.rng.choice([0, 4, 7]) / 12), 0.6))
    sound = np.zeros(take.count(total))
    for start, frequency, strength in notes:
        tongue = shaped(take.rng, CLAMPED_BAR[:3], frequency, "steel", longest=1.6, tilt=1.15, detune=0.002)
        pin = plate(take.rng, 2_500, 8_000, 10, "steel", longest=0.03)
        note = ring(
            joined(tongue, pin.scaled(1.0, 1.0)), min(1.9, total - start), take.rate, contact_seconds=0.0004
        )
        first = take.count(float(start))
        stop = min(first + note.size, sound.size)
        sound[first:stop] += strength * note[: stop - first]
    return indoors(take, sound, 0.5, 0.25)
