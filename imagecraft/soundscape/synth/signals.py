"""Horns, sirens, whistles and beeps: what is meant to be heard.

References:
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (driven horns, edge tones).
    SAE J1849 (wail and yelp of emergency vehicle sirens); DIN 14610 (two tones a fourth apart).
    ISO 7731 and ISO 9533 (pulsed reversing alarms).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.surroundings import outdoors
from imagecraft.soundscape.synth.tones import harmonics, look_up, peaks, sweep_phase, table, tone, weighted

Floats = NDArray[np.float64]

sounds = Family()

TRAIN_CHORDS_HZ = ((311.1, 370.0, 415.3, 493.9, 622.3), (277.2, 329.6, 440.0), (311.1, 370.0, 466.2))
"""Air horns tuned to chords, five or three trumpets."""
BREATH: noise.Curve = ((400, -40), (1_500, -14), (3_000, 0), (6_000, -4), (14_000, -16))


def gated(time: Floats, start: float, stop: float, rise: float = 0.01, fall: float = 0.03) -> Floats:
    """Level of a sound that is on from `start` to `stop`, in seconds."""
    on = np.clip((time - start) / rise, 0.0, 1.0)
    off = np.clip((stop + fall - time) / fall, 0.0, 1.0)
    return np.asarray(np.sin(np.pi / 2 * on) ** 2 * np.sin(np.pi / 2 * off) ** 2, dtype=np.float64)


def blown(
    take: Take, amplitudes: Floats, pitches: tuple[float, ...], time: Floats, level: Floats, scoop: float
) -> Floats:
    """Several horns at once, each of which starts up to `scoop` flat and speaks in its own time."""
    total = np.zeros(time.size)
    start = time[int(np.argmax(level > 0.0))]
    for pitch in pitches:
        late = take.rng.uniform(0.0, 0.05)
        settle = 1.0 - scoop * np.exp(-(time - start) / take.rng.uniform(0.04, 0.12))
        drift = 1.0 + 0.0012 * noise.slow(take.rng, time.size, take.rate, 4.0)
        gain = take.rng.uniform(0.75, 1.0) * np.clip((time - start - late) / 0.05, 0.0, 1.0)
        total += gain * tone(amplitudes, pitch * settle * drift, take.rate, take.rng)
    return total * level


@sounds.add
def car_horn(take: Take) -> Samples:
    """A driver sounds two disc horns a third apart, once for long or twice briefly."""
    low = take.spread(415.0, 0.06)
    pitches = (low, low * take.spread(1.225, 0.02))
    presses = (
        [(0.02, take.scaled(0.35, 1.4))]
        if take.rng.random() < 0.4
        else [(0.02, 0.2), (0.36, 0.36 + take.scaled(0.2, 0.9))]
    )
    time = take.times(min(presses[-1][1] + 0.35, take.seconds))
    level = sum((gated(time, start, stop, 0.012, 0.05) for start, stop in presses), np.zeros(time.size))
    disc = peaks([(low, 200.0, 0.9), (2_300.0, 900.0, 1.3), (3_300.0, 1_200.0, 0.9)], floor=0.12)
    amplitudes = weighted(harmonics(0.55, 48), low, disc)
    return blown(take, amplitudes, pitches, time, level, 0.015)


@sounds.add
def train_horn(take: Take) -> Samples:
    """A locomotive's air horns: a chord, long or long and short, each trumpet scooping up to its note."""
    chord = TRAIN_CHORDS_HZ[int(take.rng.integers(len(TRAIN_CHORDS_HZ)))]
    blasts = [(0.05, take.spread(2.4, 0.2))]
    if take.rng.random() < 0.5:
        blasts.append((blasts[0][1] + 0.5, blasts[0][1] + take.spread(1.4, 0.2)))
    time = take.times(min(blasts[-1][1] + 1.0, take.seconds))
    level = sum((gated(time, start, stop, 0.09, 0.28) for start, stop in blasts), np.zeros(time.size))
    bell = peaks([(700.0, 700.0, 1.0), (1_700.0, 1_500.0, 0.8)], floor=0.06)
    amplitudes = weighted(harmonics(take.scaled(1.0, 0.55), 40), float(np.mean(chord)), bell)
    air = 0.035 * noise.coloured(take.rng, time.size, take.rate, BREATH) * level
    return blown(take, amplitudes, chord, time, level, 0.03) + air


@sounds.add
def foghorn(take: Take) -> Samples:
    """A diaphone across the water: a low reed that takes its time, ends in a grunt, and comes back from the
    fog.
    """
    pitch = take.spread(148.0, 0.12)
    blast = min(take.spread(3.0, 0.1), 0.6 * take.seconds)
    time = take.times(min(blast + 3.0, take.seconds))
    level = gated(time, 0.03, blast, 0.25, 0.2)
    grunt = np.where(time > blast - 0.45, 0.72, 1.0)
    glide = np.interp(np.arange(time.size), np.arange(time.size)[::441], grunt[::441])
    amplitudes = weighted(
        harmonics(take.scaled(0.95, 0.5), 40),
        pitch,
        peaks([(300.0, 350.0, 1.0), (900.0, 900.0, 0.35)], floor=0.03),
    )
    horn = level * tone(amplitudes, pitch * glide * (1.0 - 0.06 * np.exp(-time / 0.2)), take.rate, take.rng)
    horn += 0.02 * level * noise.coloured(take.rng, time.size, take.rate, BREATH) * horn.std()
    return outdoors(take, horn, 1.6, 0.32)


@sounds.add
def siren(take: Take) -> Samples:
    """An emergency vehicle: two tones a fourth apart, or the wail and yelp of an electronic siren."""
    time = take.times(min(take.spread(7.0, 0.1), take.seconds))
    if take.rng.random() < 0.4:
        low = take.spread(440.0, 0.03)
        upper = (time / 0.62) % 2.0 >= 1.0
        pitch = low * np.where(upper, 4 / 3, 1.0)
        amplitudes = weighted(harmonics(0.8, 40), low, peaks([(1_500.0, 1_400.0, 1.0)], floor=0.3))
        sound = look_up(
            table(amplitudes, float(pitch.max()), take.rate, take.rng), sweep_phase(pitch, take.rate)
        )
    else:
        period = np.where(time < 0.6 * time[-1], take.spread(4.6, 0.1), 0.32)
        turn = sweep_phase(1.0 / period, take.rate) % 1.0
        height = np.where(
            turn < 0.4, 1.0 - np.exp(-turn / 0.14), (1.0 - np.exp(-0.4 / 0.14)) * np.exp(-(turn - 0.4) / 0.27)
        )
        pitch = 560.0 + take.scaled(800.0, 1_150.0) * height
        amplitudes = weighted(
            harmonics(1.0, 24, even=0.5), 1_000.0, peaks([(1_400.0, 1_300.0, 1.0)], floor=0.2)
        )
        sound = tone(amplitudes, pitch, take.rate, take.rng)
    approach = 0.55 + 0.45 * np.sin(np.pi * np.clip(time / time[-1], 0.0, 1.0))
    edges = gated(time, 0.0, time[-1] - 0.5, 0.15, 0.45)
    return outdoors(take, sound * approach * edges, 0.7, 0.3)


@sounds.add
def reversing(take: Take) -> Samples:
    """A truck's reversing alarm: a piezo sounder of little over 1 kHz, half a second on and half off."""
    beeps = 4
    period = take.spread(0.98, 0.08)
    time = take.times(min(beeps * period, take.seconds))
    level = gated((time % period), 0.004, 0.5 * period, 0.004, 0.015)
    pitch = np.full(time.size, take.spread(1_230.0, 0.06))
    amplitudes = weighted(
        harmonics(take.scaled(1.4, 0.8), 12, even=0.25),
        float(pitch[0]),
        peaks([(1_250.0, 700.0, 1.0), (3_600.0, 1_500.0, 0.6)], 0.1),
    )
    return outdoors(take, level * tone(amplitudes, pitch, take.rate, take.rng), 0.4, 0.2)


@sounds.add
def whistle(take: Take) -> Samples:
    """A referee's whistle: an edge tone that the rolling pea chops, in a chamber that adds a second one
    close by.
    """
    bursts = [(0.01, take.scaled(0.3, 0.9))]
    if take.rng.random() < 0.4:
        bursts = [(0.01, 0.16), (0.28, 0.28 + take.scaled(0.4, 1.0))]
    time = take.times(min(bursts[-1][1] + 0.15, take.seconds))
    level = sum((gated(time, start, stop, 0.018, 0.04) for start, stop in bursts), np.zeros(time.size))
    roll = take.spread(34.0, 0.15) * (1.0 + 0.06 * noise.slow(take.rng, time.size, take.rate, 6.0))
    pea = np.sin(2 * np.pi * sweep_phase(roll, take.rate))
    pitch = take.spread(2_750.0, 0.05) * (1.0 + 0.022 * pea + 0.03 * (level - 1.0))
    partials = np.array([1.0, 0.16, 0.07, 0.02])
    sound = tone(partials, pitch, take.rate, take.rng) + 0.6 * tone(
        partials, pitch * 1.083, take.rate, take.rng
    )
    breath = 0.12 * noise.coloured(take.rng, time.size, take.rate, BREATH)
    return level**1.5 * (sound * (0.72 + 0.28 * pea) + breath)


@sounds.add
def beep(take: Take) -> Samples:
    """An appliance's piezo beeper: three short beeps of a near-square tone."""
    pitch = float(take.rng.choice([1_000.0, 1_480.0, 2_048.0])) * take.spread(1.0, 0.02)
    on, period, count = 0.16, 0.42, int(take.rng.integers(2, 5))
    time = take.times(min(count * period, take.seconds))
    level = gated(time % period, 0.004, on, 0.003, 0.012)
    return level * tone(
        np.array([1.0, 0.03, take.scaled(0.1, 0.45), 0.0, take.scaled(0.03, 0.2)]),
        np.full(time.size, pitch),
        take.rate,
        take.rng,
    )
