"""Speech faster or slower at the same pitch, for voices that know one pace only.

References:
    W. Verhelst, M. Roelands, "An overlap-add technique based on waveform similarity (WSOLA) for high quality
    time-scale modification of speech", ICASSP 1993.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WINDOW_SECONDS = 0.03  # two or three periods of a low voice
SEARCH_SECONDS = 0.01  # one period of a low voice, each way


def stretched(samples: NDArray[np.float32], sample_rate: int, speed: float) -> NDArray[np.float32]:
    """The same speech, `speed` times as fast.

    Windows are taken from the source at the wanted pace, each moved a little to where it goes on best from
    the one before, and overlapped by half.

    Args:
        samples: Shape (frames,).
        sample_rate: In Hz.
        speed: 0.5 to 2.0.

    Returns:
        About frames / speed samples.
    """
    hop = round(WINDOW_SECONDS * sample_rate / 2)
    reach = round(SEARCH_SECONDS * sample_rate)
    if speed == 1.0 or samples.size < 4 * hop + 2 * reach:
        return samples
    window = np.hanning(2 * hop + 1)[:-1].astype(np.float32)
    steps = int(samples.size / speed) // hop
    source = np.pad(samples, (reach, 3 * hop + 2 * reach))
    out = np.zeros((steps + 1) * hop, np.float32)
    at = 0
    for step in range(steps):
        out[step * hop : (step + 2) * hop] += window * source[reach + at : reach + at + 2 * hop]
        natural = source[reach + at + hop : reach + at + 3 * hop]
        wanted = min(round((step + 1) * hop * speed), samples.size)
        around = source[wanted : wanted + 2 * hop + 2 * reach]
        at = wanted - reach + int(np.argmax(_alikeness(around, natural)))
    out[:hop] += window[hop:] * source[reach : reach + hop]
    return out


def _alikeness(around: NDArray[np.float32], part: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much a part is like each stretch of `around` as long as it, whatever their levels."""
    from scipy.signal import fftconvolve

    products = fftconvolve(around, part[::-1], mode="valid")
    energy = np.cumsum(np.concatenate([[0.0], np.square(around, dtype=np.float64)]))
    powers = energy[part.size :] - energy[: -part.size]
    return np.asarray(products / np.sqrt(np.maximum(powers, 1e-9)), np.float32)
