"""Steady voices of horns, pipes and strings: band-limited wavetables read at a moving pitch.

References:
    Moore, "Elements of Computer Music", Prentice-Hall 1990 (table look-up oscillators).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TABLE_FRAMES = 4_096
HIGHEST_PARTIAL_SHARE = 0.45


def harmonics(rolloff: float, count: int = 64, even: float = 1.0) -> Floats:
    """Amplitudes 1 / n ** rolloff of the first `count` partials, the even ones times `even`."""
    number = np.arange(1, count + 1)
    return np.asarray(np.where(number % 2 == 0, even, 1.0) / number**rolloff, dtype=np.float64)


def weighted(amplitudes: Floats, frequency: float, response: Callable[[Floats], Floats]) -> Floats:
    """Partials of a tone at `frequency` Hz after a filter given by its magnitude response."""
    return np.asarray(
        amplitudes * response(frequency * np.arange(1.0, amplitudes.size + 1)), dtype=np.float64
    )


def peaks(resonances: Sequence[tuple[float, float, float]], floor: float = 0.0) -> Callable[[Floats], Floats]:
    """Magnitude response of parallel resonances (centre in Hz, bandwidth in Hz, gain) over a `floor`."""

    def response(frequencies: Floats) -> Floats:
        total = np.full(frequencies.shape, floor)
        for centre, bandwidth, gain in resonances:
            total = total + gain / np.sqrt(
                1.0 + ((frequencies**2 - centre**2) / (bandwidth * frequencies + 1e-9)) ** 2
            )
        return total

    return response


def sweep_phase(frequency: NDArray[np.floating], sample_rate: int, start: float = 0.0) -> Floats:
    """Phase in cycles of a frequency contour in Hz, shape (frames,)."""
    phase = np.cumsum(frequency)
    phase *= 1.0 / sample_rate
    phase += start
    return np.asarray(phase, dtype=np.float64)


def table(
    amplitudes: Floats, highest_frequency: float, sample_rate: int, rng: np.random.Generator | None
) -> Floats:
    """One period of a tone with these partials, none of which passes the highest audible one at
    `highest_frequency`.

    Args:
        rng: Gives the partials random phases, which lowers the crest; None leaves a peaked pulse of sines.
    """
    count = min(
        amplitudes.size,
        int(HIGHEST_PARTIAL_SHARE * sample_rate / max(highest_frequency, 1.0)),
        TABLE_FRAMES // 4,
    )
    spectrum = np.zeros(TABLE_FRAMES // 2 + 1, dtype=np.complex128)
    phases = rng.uniform(0.0, 2.0 * np.pi, count) if rng is not None else np.full(count, -np.pi / 2)
    spectrum[1 : count + 1] = amplitudes[:count] * np.exp(1j * phases) * TABLE_FRAMES / 2
    wave = np.fft.irfft(spectrum, TABLE_FRAMES)
    return np.asarray(np.append(wave, wave[0]), dtype=np.float64)


def look_up(wave: Floats, phase: Floats) -> Floats:
    """The period `wave` of `table` read at `phase` in cycles, linearly between its points."""
    place = (phase - np.floor(phase)) * TABLE_FRAMES
    index = place.astype(np.intp)
    place -= index
    left = wave[index]
    return np.asarray(left + place * (wave[index + 1] - left), dtype=np.float64)


def tone(
    amplitudes: Floats, frequency: Floats, sample_rate: int, rng: np.random.Generator | None = None
) -> Floats:
    """A tone of these partials along a frequency contour in Hz, shape (frames,)."""
    wave = table(amplitudes, float(frequency.max()), sample_rate, rng)
    start = float(rng.random()) if rng is not None else 0.0
    return look_up(wave, sweep_phase(frequency, sample_rate, start))
