"""Turning the loudest moments down, smoothly and without clipping.

References:
    ITU-R BS.1770-4, annex 2: the true peak is that of the signal at four times its rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

OVERSAMPLING = 4
TAPS_A_SIDE = 12
"""Of each of the four filters that read between two samples."""
STRETCH_FRAMES = 1024
HIGHEST_OVERSHOOT = 2.3
"""No signal passes its samples by more than this through these filters (the sum of their sizes)."""


def limited(samples: NDArray[np.float32], ceiling: float, reach: int) -> NDArray[np.float32]:
    """A sound with no true peak above the ceiling; only what is within `2 * reach` of such a peak is changed.

    Args:
        samples: Shape (channels, frames).
        ceiling: Highest size allowed.
        reach: Samples that the gain looks ahead and back.
    """
    peaks = _true_peaks_where_high(samples, ceiling)
    loud = np.flatnonzero(peaks > ceiling)
    if loud.size == 0:
        return samples
    result = samples.copy()
    side = 2 * reach + 1
    breaks = np.flatnonzero(np.diff(loud) > 2 * side)
    for first, last in zip(loud[np.r_[0, breaks + 1]], loud[np.r_[breaks, loud.size - 1]], strict=True):
        part = slice(max(0, first - side), last + side + 1)
        result[:, part] *= gain_below(peaks[part], ceiling, reach).astype(np.float32)
    return result


def gain_below(peaks: NDArray[np.floating], ceiling: float, reach: int) -> NDArray[np.floating]:
    """The gain at each sample with which no peak passes the ceiling.

    It is the running minimum of what each sample needs, smoothed over the same window: low enough already
    when a peak arrives, and slower than what the ear hears as distortion.

    Args:
        peaks: Size of each sample (or of what lies between it and its neighbours), shape (frames,).
        ceiling: Highest size allowed.
        reach: Samples that the gain looks ahead and back.
    """
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, ceiling))
    padded = np.pad(needed, 2 * reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 3)[1:-1]
    return np.asarray(np.convolve(lowest, window / window.sum(), mode="valid"))


def true_peaks(samples: NDArray[np.floating]) -> NDArray[np.float32]:
    """The largest size at or right after each sample, in any channel, at four times the rate.

    Args:
        samples: Shape (channels, frames).

    Returns:
        float32, shape (frames,).
    """
    from scipy.signal import resample_poly

    frames = samples.shape[1]
    between = np.abs(resample_poly(samples, OVERSAMPLING, 1, axis=1, window=_filter()))
    return np.asarray(between.reshape(len(samples), frames, OVERSAMPLING).max(axis=(0, 2)), np.float32)


def _true_peaks_where_high(samples: NDArray[np.float32], ceiling: float) -> NDArray[np.float32]:
    """Peaks of the samples, and true peaks in every stretch that has one near the ceiling."""
    peaks = np.abs(samples).max(axis=0)
    frames = peaks.size
    high = np.append(np.maximum.reduceat(peaks, np.arange(0, frames, STRETCH_FRAMES)), 0.0)
    edges = np.flatnonzero(np.diff(high * HIGHEST_OVERSHOOT > ceiling, prepend=False))
    for first, last in zip(edges[::2] * STRETCH_FRAMES, edges[1::2] * STRETCH_FRAMES, strict=True):
        last = min(last, frames)
        before = min(first, 2 * TAPS_A_SIDE)
        near = samples[:, first - before : last + 2 * TAPS_A_SIDE]
        peaks[first:last] = true_peaks(near)[before : before + last - first]
    return np.asarray(peaks)


def _filter() -> NDArray[np.float64]:
    """Low-pass at the old half rate, windowed; 24 taps for each of the four phases."""
    half = OVERSAMPLING * TAPS_A_SIDE
    steps = np.arange(-half, half + 1)
    taps = np.sinc(steps / OVERSAMPLING) * np.kaiser(2 * half + 1, 6.0)
    return np.asarray(taps / taps.sum())
