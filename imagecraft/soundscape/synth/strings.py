"""Plucked and struck strings as the partials their loop filter leaves.

A plucked string is a loop of one period through a gentle low-pass: each partial dies at the rate at which
the filter weakens it once a round. Those partials are summed directly, which gives the loop's sound at any
pitch, and lets the partials of a stiff string stretch.

References:
    Karplus & Strong, "Digital synthesis of plucked-string and drum timbres", Computer Music Journal 7(2),
    1983.
    Jaffe & Smith, "Extensions of the Karplus-Strong plucked-string algorithm", Computer Music Journal 7(2),
    1983 (decay and brightness, the place of plucking).
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., 1998 (stiff strings, the piano's
    hammer).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imagecraft.soundscape.synth.modal import LOG_MINUS_60_DB, Modes


@dataclass(frozen=True)
class String:
    """How a kind of string sounds.

    Attributes:
        sustain: Seconds to -60 dB of the lowest partial at 220 Hz; lower strings ring longer.
        damping: How much faster the high partials die: what the loop's filter takes at 1 kHz, in dB a second.
        stiffness: Inharmonicity coefficient B of f_n = n f sqrt(1 + B n^2).
        place: Where it is plucked or struck, as a share of its length.
        softness: Seconds that finger or hammer touch; the longer the rounder.
    """

    sustain: float
    damping: float
    stiffness: float
    place: float
    softness: float


NYLON = String(sustain=4.0, damping=14.0, stiffness=4e-5, place=0.22, softness=0.0009)
PIANO_WIRE = String(sustain=9.0, damping=4.0, stiffness=4e-4, place=0.12, softness=0.0006)


def partials(
    rng: np.random.Generator, string: String, frequency: float, *, highest_hz: float = 9_000.0, most: int = 40
) -> Modes:
    """The partials of one string at `frequency` Hz, ready for `modal.ring`."""
    count = int(min(most, max(highest_hz / frequency, 3)))
    number = np.arange(1, count + 1, dtype=np.float64)
    frequencies = frequency * number * np.sqrt(1.0 + string.stiffness * number**2)
    base = LOG_MINUS_60_DB / (string.sustain * (220.0 / frequency) ** 0.5)
    losses = base + string.damping / 8.686 * (frequencies / 1_000.0) ** 2 / (1.0 + frequencies / 4_000.0)
    comb = np.abs(np.sin(np.pi * number * string.place)) + 0.03
    gains = comb / number * (1.0 + 0.1 * rng.standard_normal(count))
    return Modes(frequencies, LOG_MINUS_60_DB / losses, gains)
