"""Bands of equal width on the mel scale.

References:
    Slaney: Auditory Toolbox, 1998 (the mel scale used here).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BREAK_HZ, MELS_AT_BREAK, LOG_STEP = 1000.0, 15.0, np.log(6.4) / 27


def mel_filters(
    bands: int, size: int, sample_rate: int, lowest_hz: float = 0.0, highest_hz: float | None = None
) -> Floats:
    """Triangles on the mel scale, each of area one: shape (bands, size // 2 + 1).

    Args:
        bands: How many.
        size: Samples of the window that the spectra are of.
        sample_rate: In Hz.
        lowest_hz, highest_hz: Where the first begins and the last ends; half the sample rate for None.
    """
    edges = mel_edges(bands, lowest_hz, sample_rate / 2 if highest_hz is None else highest_hz)
    at = np.fft.rfftfreq(size, 1 / sample_rate)
    rising = (at - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - at) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None])


def mel_edges(bands: int, lowest_hz: float, highest_hz: float) -> Floats:
    """Where triangles of equal width on the mel scale begin, peak and end, in Hz: (bands + 2,)."""
    return _hertz(np.linspace(_mel(lowest_hz), _mel(highest_hz), bands + 2))


def _mel(hertz: float) -> float:
    if hertz < BREAK_HZ:
        return hertz * MELS_AT_BREAK / BREAK_HZ
    return float(MELS_AT_BREAK + np.log(hertz / BREAK_HZ) / LOG_STEP)


def _hertz(mels: Floats) -> Floats:
    linear = mels * BREAK_HZ / MELS_AT_BREAK
    return np.where(mels < MELS_AT_BREAK, linear, BREAK_HZ * np.exp(LOG_STEP * (mels - MELS_AT_BREAK)))
