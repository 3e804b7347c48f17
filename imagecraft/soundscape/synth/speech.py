"""Talk that says nothing: syllables of random vowels and consonants with the melody and rhythm of speech.

References:
    Peterson and Barney, "Control methods used in a study of the vowels", J. Acoust. Soc. Am. 24 (1952): the
    first three formants of vowels.
    Klatt, "Software for a cascade/parallel formant synthesizer", J. Acoust. Soc. Am. 67 (1980).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from imagecraft.soundscape.synth.grains import laid
from imagecraft.soundscape.synth.noise import Sound, filtered
from imagecraft.soundscape.synth.voices import Call, Shape, uttered

T = TypeVar("T")

VOWELS_HZ: dict[str, tuple[int, int, int]] = {
    "beet": (270, 2290, 3010),
    "bit": (390, 1990, 2550),
    "bet": (530, 1840, 2480),
    "bat": (660, 1720, 2410),
    "hot": (730, 1090, 2440),
    "bought": (570, 840, 2410),
    "foot": (440, 1020, 2240),
    "boot": (300, 870, 2240),
    "but": (640, 1190, 2390),
    "bird": (490, 1350, 1690),
}
"""Formants of men's vowels."""
COMMON = ("bit", "bet", "but", "but", "bat", "hot", "foot", "bird", "beet", "bought", "boot")
CONSONANT_CURVES = (
    ((1500, -30), (3500, -6), (5500, 0), (9000, -4), (14000, -14)),
    ((800, -24), (2000, -2), (3200, 0), (6000, -8), (12000, -22)),
    ((300, -12), (1200, -3), (2500, 0), (5000, -8), (10000, -20)),
)
"""s, sh and t."""


@dataclass(frozen=True)
class Speaker:
    """Who talks.

    Attributes:
        pitch: Middle pitch in Hz.
        size: Length of the throat beside a man's.
        speed: Syllables a second.
        effort: From 0, soft, to 1, shouting.
    """

    pitch: float
    size: float
    speed: float = 4.6
    effort: float = 0.4


def speaker(rng: np.random.Generator, effort: float = 0.4) -> Speaker:
    """A man or a woman."""
    if rng.random() < 0.5:
        return Speaker(rng.uniform(95, 140), rng.uniform(0.95, 1.05), rng.uniform(4.2, 5.4), effort)
    return Speaker(rng.uniform(175, 240), rng.uniform(0.82, 0.9), rng.uniform(4.2, 5.4), effort)


def child(rng: np.random.Generator, effort: float = 0.8) -> Speaker:
    """A child of five to ten."""
    return Speaker(rng.uniform(270, 390), rng.uniform(0.66, 0.76), rng.uniform(3.6, 4.8), effort)


def vowel(name: str, size: float, effort: float = 0.4) -> Shape:
    """The throat at a vowel; a louder voice has stronger high formants."""
    first, second, third = (hz / size for hz in VOWELS_HZ[name])
    fall = 5 - 4 * effort
    return (
        (first * (1 + 0.12 * effort), 80 / size, 0),
        (second, 110 / size, -fall),
        (third, 160 / size, -2 * fall),
        (3500 / size, 260 / size, -3 * fall - 2),
        (4600 / size, 400 / size, -4 * fall - 4),
    )


def spoken(rng: np.random.Generator, rate: int, seconds: float, who: Speaker) -> Sound:
    """So many seconds of one speaker, in phrases with breaths between them; shape (frames,)."""
    pitch, level, shapes, bursts = [], [(0.0, 0.0)], [], []
    at = rng.uniform(0.02, 0.12)
    while at < seconds - 0.25:
        count = int(rng.integers(4, 12))
        melody = who.pitch * np.linspace(1.15, 0.85, count) * np.exp(rng.normal(0, 0.15, count))
        melody[-1] *= 1.25 if rng.random() < 0.25 else 0.85
        for tone in melody:
            length = rng.lognormal(-0.05, 0.3) / who.speed
            if at + length > seconds - 0.1:
                break
            stress = rng.uniform(0.5, 1)
            name = COMMON[int(rng.integers(len(COMMON)))]
            shape = vowel(name, who.size * rng.uniform(0.98, 1.02), who.effort)
            onset = at + rng.uniform(0.15, 0.4) * length
            bend = rng.normal(0.05, 0.09)
            pitch += [(at, tone * (1 - bend)), (onset + 0.03, tone * (1 + bend)), (at + 0.8 * length, tone)]
            level += [
                (at, rng.choice([0.0, 0.02, 0.2])),
                (onset + 0.02, stress),
                (at + 0.85 * length, 0.7 * stress),
            ]
            shapes += [(onset, shape), (at + 0.85 * length, shape)]
            if rng.random() < 0.55:
                bursts.append((at + 0.02, stress * rng.uniform(0.1, 0.5)))
            at += length
        level += [(at, 0.0), (at + 0.12, 0.0)]
        at += rng.uniform(0.25, 0.7)
    if not shapes:
        pitch, shapes = [(0.0, who.pitch)], [(0.0, vowel("but", who.size, who.effort))]
    call = Call(
        seconds=seconds,
        pitch=_shares(pitch, seconds),
        level=_shares(level, seconds),
        shapes=_shares(shapes, seconds),
        tilt=-9 + 5 * who.effort,
        breath=0.06,
        jitter=0.012,
    )
    voice = uttered(rng, rate, call)
    return voice + _consonants(rng, rate, len(voice), bursts)


def _shares(points: list[tuple[float, T]], seconds: float) -> list[tuple[float, T]]:
    """Moments in seconds as parts of the whole, each later than the one before."""
    rising: list[tuple[float, T]] = []
    for moment, value in sorted(points, key=lambda point: point[0]):
        if not rising or moment / seconds > rising[-1][0] + 1e-4:
            rising.append((moment / seconds, value))
    return rising


def _consonants(rng: np.random.Generator, rate: int, frames: int, bursts: list[tuple[float, float]]) -> Sound:
    out = np.zeros(frames, np.float32)
    if not bursts:
        return out
    starts, gains = (np.array(part) for part in zip(*bursts, strict=True))
    kind = rng.integers(0, len(CONSONANT_CURVES), len(bursts))
    for k, (curve, seconds) in enumerate(zip(CONSONANT_CURVES, (0.09, 0.08, 0.03), strict=True)):
        chosen = np.flatnonzero(kind == k)
        length = round(seconds * rate)
        hiss = rng.standard_normal((max(1, len(chosen)), length), dtype=np.float32)
        arch = np.sin(np.pi * (np.arange(length, dtype=np.float32) + 0.5) / length) ** 0.7
        hiss = filtered(hiss, rate, curve) * arch.astype(np.float32)
        hiss *= np.float32(0.5 / (np.abs(hiss).max() + 1e-9))
        out += laid(frames, (starts[chosen] * rate).astype(int), hiss[: len(chosen)], gains[chosen])
    return out
