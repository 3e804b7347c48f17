"""Struck things: banks of decaying modes, one for each shape and material.

What is struck rings in its modes. Their frequencies come from the shape, their decays from the material's
internal friction, their strengths from where and how softly it is hit.

References:
    Van den Doel & Pai, "The Sounds of Physical Shapes", Presence 7(4), 1998 (modes and material damping).
    Fletcher & Rossing, "The Physics of Musical Instruments", 2nd ed., Springer 1998 (ratios of bars, plates,
    membranes, bells and glasses).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

LOG_MINUS_60_DB = 6.908
HIGHEST_MODE_SHARE = 0.45
"""Of the sample rate; modes above would fold back."""
BLOCK_FRAMES = 512
ONSET_SECONDS = 0.0004

FREE_BAR = (1.0, 2.756, 5.404, 8.933, 13.345, 18.638)
CLAMPED_BAR = (1.0, 6.267, 17.547, 34.386)
FREE_DISC = (1.0, 1.73, 2.328, 3.91, 4.11, 6.30, 6.71, 8.9, 9.8, 12.1)
MEMBRANE = (1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.600, 3.652, 4.060, 4.154)
GLASS_RIM = (1.0, 2.32, 4.25, 6.63, 9.38, 12.6)
CHURCH_BELL = (0.5, 1.0, 1.2, 1.5, 2.0, 2.51, 2.66, 3.01, 4.17, 5.43, 6.80, 8.21)
"""Hum, prime, tierce, quint, nominal, deciem, undeciem, duodeciem, upper octave and above, of a tuned bell.
"""

INTERNAL_FRICTION: Mapping[str, float] = MappingProxyType(
    {
        "bronze": 0.00010,
        "steel": 0.00035,
        "tin": 0.0012,
        "glass": 0.0011,
        "ceramic": 0.0032,
        "wood": 0.018,
        "plastic": 0.035,
        "rubber": 0.12,
    }
)
"""Loss factor tan(phi) of a material, the larger the shorter it rings; mounted things lose more than bare
ones.
"""


@dataclass(frozen=True, eq=False)
class Modes:
    """What rings when a thing is struck.

    Attributes:
        frequencies: In Hz, shape (modes,).
        decays: Seconds to -60 dB, shape (modes,).
        gains: Amplitudes, shape (modes,).
    """

    frequencies: NDArray[np.float64]
    decays: NDArray[np.float64]
    gains: NDArray[np.float64]

    def scaled(self, pitch: float = 1.0, decay: float = 1.0) -> Modes:
        """The same shape larger or smaller, freer or more damped."""
        return Modes(self.frequencies * pitch, self.decays * decay, self.gains)


def friction_decays(
    frequencies: NDArray[np.float64], friction: float, longest: float = 30.0
) -> NDArray[np.float64]:
    """Seconds to -60 dB of modes damped by internal friction, none longer than `longest` (the support's
    losses).
    """
    return 1.0 / (np.pi * frequencies * friction / LOG_MINUS_60_DB + 1.0 / longest)


def shaped(
    rng: np.random.Generator,
    ratios: Sequence[float],
    frequency: float,
    material: str,
    *,
    longest: float = 30.0,
    tilt: float = 0.6,
    detune: float = 0.01,
    uneven: float = 0.4,
) -> Modes:
    """Modes of a shape (its `ratios`) of one material, lowest at `frequency` Hz.

    Args:
        rng: Places and strengths differ a little with every thing made.
        ratios: Frequency ratios of the shape, such as `FREE_BAR`.
        frequency: Of ratio 1, in Hz.
        material: A key of `INTERNAL_FRICTION`.
        longest: No mode rings longer than this many seconds.
        tilt: Gains fall as ratio ** -tilt.
        detune: Relative spread of the frequencies.
        uneven: How much the place of the blow weakens some modes, 0..1.
    """
    ratio = np.asarray(ratios, dtype=np.float64)
    frequencies = frequency * ratio * (1.0 + detune * rng.standard_normal(ratio.size))
    gains = ratio**-tilt * (1.0 - uneven * rng.random(ratio.size))
    return Modes(frequencies, friction_decays(frequencies, INTERNAL_FRICTION[material], longest), gains)


def plate(
    rng: np.random.Generator,
    lowest: float,
    highest: float,
    count: int,
    material: str,
    *,
    longest: float = 2.0,
    tilt: float = 0.3,
) -> Modes:
    """Modes of an irregular plate or shell, evenly dense over frequency as those of thin plates are.

    Args:
        lowest: In Hz.
        highest: In Hz.
        count: Number of modes.
        tilt: Gains fall as (f / lowest) ** -tilt.
    """
    spacing = (highest - lowest) / count
    frequencies = lowest + spacing * (np.arange(count) + rng.random(count))
    gains = (frequencies / lowest) ** -tilt * rng.uniform(0.3, 1.0, count)
    return Modes(frequencies, friction_decays(frequencies, INTERNAL_FRICTION[material], longest), gains)


def doubled(rng: np.random.Generator, modes: Modes, split_hz: float) -> Modes:
    """Each mode as the pair that an imperfectly round bell has, beating at about `split_hz`."""
    apart = split_hz * rng.uniform(0.3, 1.0, modes.frequencies.size)
    share = rng.uniform(0.35, 0.65, modes.frequencies.size)
    return Modes(
        np.concatenate([modes.frequencies - apart / 2, modes.frequencies + apart / 2]),
        np.concatenate([modes.decays, modes.decays * 0.93]),
        np.concatenate([modes.gains * share, modes.gains * (1.0 - share)]),
    )


def joined(*banks: Modes) -> Modes:
    """Several banks as one."""
    return Modes(
        np.concatenate([bank.frequencies for bank in banks]),
        np.concatenate([bank.decays for bank in banks]),
        np.concatenate([bank.gains for bank in banks]),
    )


def contact_gain(frequencies: NDArray[np.float64], contact_seconds: float) -> NDArray[np.float64]:
    """How strongly a half-sine blow of `contact_seconds` drives each frequency: soft hammers leave the high
    modes quiet.
    """
    x = 2.0 * frequencies * contact_seconds
    near_pole = np.abs(x - 1.0) < 1e-6
    gain = np.abs(np.cos(np.pi * x / 2.0) / np.where(near_pole, 1.0, 1.0 - x**2))
    floor = 0.35 / (1.0 + x**2)
    return np.where(near_pole, np.pi / 4, np.maximum(gain, floor))


def ring(
    modes: Modes,
    seconds: float,
    sample_rate: int,
    *,
    contact_seconds: float = 0.0002,
    onset_seconds: float = ONSET_SECONDS,
) -> NDArray[np.float64]:
    """The sound of one blow, shape (frames,), fading to nothing at its end.

    The decaying sinusoids are summed by a matrix product: each is exp(z n), and with n = block * B + offset
    that is exp(z B block) * exp(z offset).

    Args:
        seconds: Length of the result.
        contact_seconds: How long the hammer touches: .0001 metal on glass, .001 wood, .005 a soft mallet.
        onset_seconds: Rise of the sound.
    """
    frames = max(int(seconds * sample_rate), 2)
    heard = modes.frequencies < HIGHEST_MODE_SHARE * sample_rate
    frequencies = modes.frequencies[heard]
    gains = modes.gains[heard] * contact_gain(frequencies, contact_seconds)
    exponents = (-LOG_MINUS_60_DB / modes.decays[heard] + 2j * np.pi * frequencies) / sample_rate
    blocks = -(-frames // BLOCK_FRAMES)
    coarse = np.exp(np.outer(np.arange(blocks) * BLOCK_FRAMES, exponents)) * gains
    fine = np.exp(np.outer(exponents, np.arange(BLOCK_FRAMES)))
    sound = (coarse.real @ fine.imag + coarse.imag @ fine.real).reshape(-1)[:frames]
    onset = min(max(int(onset_seconds * sample_rate), 1), frames)
    sound[:onset] *= np.sin(np.linspace(0.0, np.pi / 2, onset, endpoint=False)) ** 2
    release = min(int(0.01 * sample_rate), frames)
    sound[frames - release :] *= np.linspace(1.0, 0.0, release)
    return np.asarray(sound, dtype=np.float64)


def variants(
    rng: np.random.Generator,
    modes: Modes,
    count: int,
    seconds: float,
    sample_rate: int,
    *,
    contact_seconds: float = 0.0002,
    uneven: float = 0.35,
) -> NDArray[np.float32]:
    """The same thing struck `count` times, never at quite the same place nor as hard: shape (count,
    frames).
    """
    blows = []
    for _ in range(count):
        place = 1.0 + uneven * rng.uniform(-1.0, 1.0, modes.gains.size)
        contact = contact_seconds * rng.uniform(0.8, 1.3)
        struck = Modes(modes.frequencies, modes.decays, modes.gains * place)
        blows.append(ring(struck, seconds, sample_rate, contact_seconds=contact))
    return np.stack(blows).astype(np.float32)
