"""Short-time spectra for comparing sounds.

References:
    Slaney: Auditory Toolbox, 1998 (the mel scale used here).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagecraft.scoring.base import Floats

WINDOW_SECONDS = 0.046
HOPS_PER_WINDOW = 4
FRAMES_AT_ONCE = 512
MEL_BREAK_HZ, MELS_AT_BREAK, MEL_LOG_STEP = 1000.0, 15.0, np.log(6.4) / 27


def window_size(sample_rate: int) -> int:
    """Samples of the window: the power of two nearest to 46 ms."""
    return int(2 ** max(4, round(np.log2(WINDOW_SECONDS * sample_rate))))


def magnitudes(samples: Floats, size: int, hop: int) -> Floats:
    """Magnitude spectra of shape (frames, size // 2 + 1) of a mono sound; the ends are padded with zeros."""
    padded = np.pad(samples, size // 2)
    padded = np.pad(padded, (0, max(0, size - len(padded))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    return np.asarray(np.abs(np.fft.rfft(frames * _window(size), axis=1)))


def magnitude_blocks(samples: NDArray[np.float32], size: int, hop: int) -> Iterator[Floats]:
    """As `magnitudes`, `FRAMES_AT_ONCE` frames at a time, in single precision."""
    from scipy.fft import rfft

    padded = np.pad(np.asarray(samples, dtype=np.float32), size // 2)
    padded = np.pad(padded, (0, max(0, size - len(padded))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    window = _window(size).astype(np.float32)
    for start in range(0, len(frames), FRAMES_AT_ONCE):
        part = np.abs(rfft(frames[start : start + FRAMES_AT_ONCE] * window, axis=1))
        yield part.astype(np.float64)


def _window(size: int) -> Floats:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size))


def mel_filters(bands: int, size: int, sample_rate: int) -> Floats:
    """Triangles on Slaney's mel scale, each of area one: shape (bands, size // 2 + 1)."""
    edges = mel_edges(bands, 0.0, sample_rate / 2)
    at = np.fft.rfftfreq(size, 1 / sample_rate)
    rising = (at - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - at) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None])


def mel_edges(bands: int, lowest: float, highest: float) -> Floats:
    """Where triangles of equal width on the mel scale begin, peak and end, in Hz: (bands + 2,)."""
    return _hertz(np.linspace(_mel(lowest), _mel(highest), bands + 2))


def cepstra(log_bands: Floats, coefficients: int) -> Floats:
    """Cosine series of log band energies, without the mean: (frames, bands) to (frames, coefficients)."""
    bands = log_bands.shape[1]
    order = np.arange(1, coefficients + 1)[:, None]
    basis = np.cos(np.pi * order * (np.arange(bands) + 0.5) / bands) / bands
    return np.asarray(log_bands @ basis.T)


def _mel(hertz: float) -> float:
    if hertz < MEL_BREAK_HZ:
        return hertz * MELS_AT_BREAK / MEL_BREAK_HZ
    return float(MELS_AT_BREAK + np.log(hertz / MEL_BREAK_HZ) / MEL_LOG_STEP)


def _hertz(mels: Floats) -> Floats:
    linear = mels * MEL_BREAK_HZ / MELS_AT_BREAK
    return np.where(
        mels < MELS_AT_BREAK, linear, MEL_BREAK_HZ * np.exp(MEL_LOG_STEP * (mels - MELS_AT_BREAK))
    )
