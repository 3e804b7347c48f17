"""Voices of animals and people: a source that pulses or whistles, and a throat that colours it.

The source is a train of pulses with all harmonics, roughened as living ones are: the pitch wanders, breath is
mixed in, and at high effort every second pulse is weaker, heard as growl. The throat is a set of resonances
that move.

References:
    Klatt, "Software for a cascade/parallel formant synthesizer", J. Acoust. Soc. Am. 67 (1980).
    Fant, "Acoustic Theory of Speech Production", Mouton 1960: source and filter.
    Titze, "Principles of Voice Production", Prentice Hall 1994: jitter, breath, subharmonics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from imagecraft.soundscape.synth.noise import (
    BLOCK,
    Floats,
    Sound,
    block_hz,
    block_times,
    reshaped,
    slow,
    stretched,
    wander,
)

Points = Sequence[tuple[float, float]]
"""A line through (place from 0 at the start to 1 at the end, value)."""
Shape = Sequence[tuple[float, float, float]]
"""Resonances of a throat: (centre in Hz, bandwidth in Hz, level in dB)."""

CONTROL_HZ = 400.0
METRES_PER_SECOND = 350.0
"""Speed of sound in warm, moist breath."""
EDGE_HZ = 20_000.0
EDGE_LEVEL = 0.01
TILT_FROM_HZ = 400.0
FLOOR = 0.01
"""What passes the throat between its resonances."""


@dataclass(frozen=True)
class Call:
    """One utterance.

    Attributes:
        seconds: How long.
        pitch: Hz.
        level: Amplitude, 0 to 1.
        shapes: What the throat is at some places in between; each with as many resonances as the others.
        tilt: dB an octave by which the source falls above 400 Hz; negative falls.
        breath: Noise beside the pulses, as a share of their strength.
        rough: How much weaker every second pulse is, 0 to 1.
        jitter: Deviation of the pitch, as a share of it.
        chaos: Deviation of the pitch from one moment to the next: what makes a scream or bark harsh.
        flutter: Hz of a shake, its depth in level and its depth in pitch, as shares.
    """

    seconds: float
    pitch: Points
    level: Points
    shapes: Sequence[tuple[float, Shape]]
    tilt: float = -6.0
    breath: float = 0.05
    rough: float = 0.0
    jitter: float = 0.01
    chaos: float = 0.0
    flutter: tuple[float, float, float] = (0.0, 0.0, 0.0)


def uttered(rng: np.random.Generator, rate: int, call: Call) -> Sound:
    """The sound of a call, shape (frames,), peak of order 1."""
    frames = max(BLOCK, round(call.seconds * rate))
    controls = _controls(call.seconds)
    hz, gain = line(call.pitch, controls), line(call.level, controls)
    shake_hz, level_depth, pitch_depth = call.flutter
    if shake_hz:
        speed = shake_hz * np.exp(0.12 * wander(rng, call.seconds, 4, CONTROL_HZ)[: len(controls)])
        shake = np.sin(2 * np.pi * np.cumsum(speed) / CONTROL_HZ + rng.uniform(0, 6.28))
        hz, gain = hz * (1 + pitch_depth * shake), gain * (1 + level_depth * shake)
    quick, drift = (wander(rng, call.seconds, rate_hz, CONTROL_HZ)[: len(controls)] for rate_hz in (90, 6))
    hz = hz * np.exp(call.jitter * (quick + 0.6 * drift))
    gain = gain * np.exp(3 * call.jitter * wander(rng, call.seconds, 60, CONTROL_HZ)[: len(controls)])
    pitch = stretched(hz, frames)
    if call.chaos:
        pitch *= np.exp(call.chaos * slow(rng, frames, rate, 1.5 * float(hz.mean())))
    source = pulses(rng, pitch, rate, call.rough)
    source += np.float32(call.breath) * _breath(rng, source)
    sound = reshaped(source, throat(call.shapes, call.tilt, frames, rate))
    sound *= np.maximum(stretched(gain, frames), 0)
    return sound / np.float32(np.abs(sound).max() + 1e-9)


def pulses(rng: np.random.Generator, hz: Sound, rate: int, rough: float = 0.0) -> Sound:
    """A train of pulses, all harmonics of `hz` falling slowly and gone before half the sample rate.

    The sum of r**k cos(k phase) over all k has a closed form, so no harmonic is computed on its own.
    """
    turns = np.cumsum(hz, dtype=np.float64) / rate + rng.random()
    angle = ((turns % 2) * 2 * np.pi).astype(np.float32)
    r = np.exp(np.float32(np.log(EDGE_LEVEL) / EDGE_HZ) * hz)
    cosine = np.cos(angle)
    train = (1 - r) * (cosine - r) / (1 - 2 * r * cosine + r * r)
    if rough:
        train *= 1 - np.float32(rough) * (0.5 + 0.5 * np.cos(angle / 2 + rng.uniform(0, 6.28)))
    return np.asarray(train / np.sqrt(1 - r), np.float32)


def throat(shapes: Sequence[tuple[float, Shape]], tilt: float, frames: int, rate: int) -> Floats:
    """Amplitudes (blocks, bins) of resonances in parallel that move from shape to shape."""
    moments = block_times(frames, rate)
    hz = block_hz(rate)
    places = [place for place, _ in shapes]
    table = np.array([shape for _, shape in shapes], float)
    where = np.clip(moments / max(moments[-1], 1e-9), 0, 1)
    total = np.zeros((len(moments), len(hz)))
    for k in range(table.shape[1]):
        centre, width, level = (np.interp(where, places, table[:, k, part])[:, None] for part in range(3))
        total += 10 ** (level / 20) / (1 + ((hz - centre) / (width / 2)) ** 2)
    slope = np.minimum(np.log2(np.maximum(hz, 1) / TILT_FROM_HZ), 6)
    total += FLOOR
    return np.asarray(total * 10 ** (tilt * np.maximum(slope, 0) / 20) * (hz > 30))


def line(points: Points, places: Floats) -> Floats:
    """A smooth line through points, without overshoot."""
    table = np.array(points, float)
    if len(table) == 1:
        return np.full(len(places), table[0, 1])
    return np.asarray(PchipInterpolator(table[:, 0], table[:, 1])(np.clip(places, table[0, 0], table[-1, 0])))


def tube(metres: float, count: int = 4, width: float = 0.1) -> list[tuple[float, float, float]]:
    """Resonances of a throat of this length, closed at the voice and open at the mouth: odd quarter waves.

    Args:
        metres: Length.
        count: How many.
        width: Bandwidth as a share of the frequency, above a floor of 60 Hz.
    """
    centres = METRES_PER_SECOND / (4 * metres) * (2 * np.arange(count) + 1)
    return [(float(hz), float(60 + width * hz), 0.0) for hz in centres]


def jaws(
    rng: np.random.Generator,
    metres: float,
    count: int = 6,
    *,
    width: float = 0.08,
    fall: float = 4.0,
    shut: float = 0.8,
    wide: float = 1.2,
    strongest: float = 0.0,
) -> tuple[Shape, Shape]:
    """A mouth nearly shut, and the same wide open: its resonances lie higher and fall off less.

    Args:
        rng: No throat is an even tube; where chance comes from.
        metres: Length of the throat.
        count: How many resonances.
        width: Bandwidth as a share of the frequency.
        fall: dB from one resonance to the next, open; shut it is 3 dB more.
        shut: Factor on all frequencies when shut.
        wide: Factor on all frequencies when open.
        strongest: Which resonance is the strongest when open, from 0; may lie between two.
    """
    uneven = [
        (hz * np.exp(rng.normal(0, 0.05)), band * rng.uniform(0.8, 1.3), rng.normal(0, 1.5))
        for hz, band, _ in tube(metres, count, width)
    ]
    closed = [(hz * shut, band, db - (fall + 3) * k) for k, (hz, band, db) in enumerate(uneven)]
    opened = [
        (hz * wide, 1.2 * band, db - fall * abs(k - strongest)) for k, (hz, band, db) in enumerate(uneven)
    ]
    return closed, opened


def whistled(
    rng: np.random.Generator,
    rate: int,
    seconds: float,
    pitch: Points,
    level: Points,
    harmonics: Sequence[float] = (1.0, 0.08, 0.02),
    trill: tuple[float, float] = (0.0, 0.0),
    jitter: float = 0.003,
) -> Sound:
    """A nearly pure tone with a moving pitch, as of a bird or of lips.

    Args:
        rng: Where chance comes from.
        rate: Sample rate in Hz.
        seconds: How long.
        pitch: Hz over the length.
        level: Amplitude over the length.
        harmonics: Amplitudes of the tone and its overtones; those near half the sample rate are left out.
        trill: (Hz, depth) of a quick swing of the pitch; depth is a share of it.
        jitter: Deviation of the pitch, as a share of it.
    """
    frames = max(2, round(seconds * rate))
    controls = _controls(seconds)
    hz = stretched(
        line(pitch, controls) * np.exp(jitter * wander(rng, seconds, 40, CONTROL_HZ)[: len(controls)]), frames
    )
    if trill[1]:
        hz = hz * (
            1
            + np.float32(trill[1])
            * np.sin(np.arange(frames, dtype=np.float32) * np.float32(2 * np.pi * trill[0] / rate))
        )
    turns = np.cumsum(hz, dtype=np.float64) / rate
    highest = float(hz.max())
    tone = np.zeros(frames, np.float32)
    for k, amplitude in enumerate(harmonics, start=1):
        if amplitude and k * highest < 0.45 * rate:
            tone += np.float32(amplitude) * np.sin(((k * turns) % 1 * 2 * np.pi).astype(np.float32))
    return tone * np.maximum(stretched(line(level, controls), frames), 0)


def in_order(rate: int, parts: Sequence[tuple[float, Sound]]) -> Sound:
    """Sounds of any length, each added in from its own second on; shape (frames,)."""
    starts = [max(0, round(start * rate)) for start, _ in parts]
    out = np.zeros(
        max((at + len(sound) for at, (_, sound) in zip(starts, parts, strict=True)), default=1), np.float32
    )
    for at, (_, sound) in zip(starts, parts, strict=True):
        out[at : at + len(sound)] += sound
    return out


def _controls(seconds: float) -> Floats:
    return np.linspace(0, 1, max(2, round(seconds * CONTROL_HZ) + 1))


def _breath(rng: np.random.Generator, source: Sound) -> Sound:
    """Noise of the strength of the pulses around 2 kHz; above, it outweighs them, as in living voices."""
    strength = np.sqrt(np.mean(source**2)) + 1e-9
    white = rng.standard_normal(len(source) + 1, dtype=np.float32)
    pulsing = 0.5 + np.abs(source) / (2 * strength)
    return np.asarray(np.diff(white) * (3.5 * strength) * np.minimum(pulsing, 3), np.float32)
