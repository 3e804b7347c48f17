"""Short-time spectra for comparing sounds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imagecraft.scoring.base import Floats

WINDOW_SECONDS = 0.046
HOPS_PER_WINDOW = 4
FRAMES_AT_ONCE = 512


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


def cepstra(log_bands: Floats, coefficients: int) -> Floats:
    """Cosine series of log band energies, without the mean: (frames, bands) to (frames, coefficients)."""
    bands = log_bands.shape[1]
    order = np.arange(1, coefficients + 1)[:, None]
    basis = np.cos(np.pi * order * (np.arange(bands) + 0.5) / bands) / bands
    return np.asarray(log_bands @ basis.T)
