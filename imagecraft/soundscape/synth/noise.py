"""Noise: coloured, slowly wandering, and shaped over time.

Everything is done on whole arrays: steady colours by one Fourier transform, changing ones in blocks whose
spectra are scaled (square-root Hann windows at half overlap, which add up to a constant power).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]
Curve = Sequence[tuple[float, float]]
"""Points (Hz, dB) of a spectrum, rising in frequency; straight lines over log frequency between them.
Beyond its ends a curve goes on falling as it fell, but never rises."""

BLOCK = 1024
LOWEST_HZ = 20.0
_CONTROL_PER_PERIOD = 16


def response(curve: Curve, hz: NDArray[np.floating]) -> Floats:
    """Amplitude of `curve` at each frequency; next to nothing below 20 Hz."""
    points = np.array(curve, float)
    octaves, levels = np.log2(points[:, 0]), points[:, 1]
    place = np.log2(np.maximum(hz, LOWEST_HZ))
    decibels = np.interp(place, octaves, levels)
    if len(points) > 1:
        rise, fall = np.diff(levels)[[0, -1]] / np.diff(octaves)[[0, -1]]
        decibels += max(rise, 0) * np.minimum(place - octaves[0], 0)
        decibels += min(fall, 0) * np.maximum(place - octaves[-1], 0)
    return np.asarray(10 ** (decibels / 20) * np.minimum(hz / LOWEST_HZ, 1) ** 2)


def coloured(rng: np.random.Generator, frames: int, rate: int, curve: Curve, channels: int = 1) -> Sound:
    """Noise whose spectrum follows `curve`, RMS 1 in each channel.

    Returns:
        Shape (frames,), or (channels, frames), the channels independent.
    """
    size = fft.next_fast_len(frames, real=True)
    gains = response(curve, np.fft.rfftfreq(size, 1 / rate)).astype(np.float32)
    spectrum = _random_spectrum(rng, (channels, len(gains))) * gains
    sound = fft.irfft(spectrum, size)[:, :frames]
    sound /= np.sqrt(np.einsum("ci,ci->c", sound, sound) / frames)[:, None] + np.float32(1e-12)
    return np.asarray(sound[0] if channels == 1 else sound, np.float32)


def filtered(sound: Sound, rate: int, curve: Curve) -> Sound:
    """The sound with its spectrum weighted by `curve`; no delay, and it rings equally before and after."""
    frames = sound.shape[-1]
    size = fft.next_fast_len(frames + BLOCK, real=True)
    gains = response(curve, np.fft.rfftfreq(size, 1 / rate)).astype(np.float32)
    return np.asarray(fft.irfft(fft.rfft(sound.astype(np.float32), size) * gains, size)[..., :frames])


def slow(rng: np.random.Generator, frames: int, rate: int, hz: float, channels: int = 1) -> Sound:
    """A wandering line, of mean about 0 and deviation about 1, whose changes take about 1 / hz seconds.

    Returns:
        Shape (frames,), or (channels, frames), the channels independent.
    """
    lines = [
        stretched(wander(rng, frames / rate, hz, hz * _CONTROL_PER_PERIOD), frames) for _ in range(channels)
    ]
    return lines[0] if channels == 1 else np.stack(lines)


def wander(rng: np.random.Generator, seconds: float, hz: float, control_hz: float) -> Floats:
    """`slow` at a control rate: points evenly spaced over `seconds`, both ends included, at least two."""
    count = max(2, round(seconds * control_hz) + 1)
    knots = rng.standard_normal(int(np.ceil(seconds * hz)) + 4)
    place = np.linspace(0, seconds * hz, count) + rng.uniform(0, 1)
    index = place.astype(int)
    u = place - index
    before, here, after, beyond = (knots[np.minimum(index + k, len(knots) - 1)] for k in range(4))
    curve = (
        before * (1 - u) ** 3
        + here * (3 * u**3 - 6 * u**2 + 4)
        + after * (-3 * u**3 + 3 * u**2 + 3 * u + 1)
        + beyond * u**3
    ) / 6
    return np.asarray(curve / 0.69)  # the standard deviation of a cubic B-spline through white knots


def stretched(control: Floats, frames: int) -> Sound:
    """Evenly spaced control points drawn out to one value a sample, by straight lines."""
    places = np.linspace(0, len(control) - 1, frames)
    return np.interp(places, np.arange(len(control)), control).astype(np.float32)


def block_times(frames: int, rate: int, size: int = BLOCK) -> Floats:
    """The middle of each block that `shaped` and `reshaped` use, in seconds; shape (blocks,)."""
    return (np.arange(_blocks(frames, size)) * (size // 2)) / rate


def block_hz(rate: int, size: int = BLOCK) -> Floats:
    """The frequencies of a block's spectrum; shape (size // 2 + 1,)."""
    return np.asarray(np.fft.rfftfreq(size, 1 / rate), np.float64)


def shaped(rng: np.random.Generator, frames: int, gains: NDArray[np.floating], channels: int = 1) -> Sound:
    """Noise whose spectrum changes over time.

    Args:
        rng: Where the noise comes from.
        frames: Length.
        gains: Amplitudes, shape (blocks, bins) or (channels, blocks, bins), at `block_times` and `block_hz`;
            a gain of 1 everywhere gives noise of RMS 1.
        channels: How many independent channels.

    Returns:
        Shape (frames,), or (channels, frames).
    """
    bins = gains.shape[-1]
    size = 2 * (bins - 1)
    spectrum = _random_spectrum(rng, (channels, gains.shape[-2], bins)) * gains.astype(np.float32)
    spectrum *= np.float32(np.sqrt(size))
    sound = _overlapped(fft.irfft(spectrum, size), frames)
    return sound[0] if channels == 1 else sound


def reshaped(sound: Sound, gains: NDArray[np.floating]) -> Sound:
    """A sound through a filter that changes over time.

    Args:
        sound: Shape (frames,) or (channels, frames).
        gains: Amplitudes, shape (blocks, bins), at `block_times` and `block_hz`.
    """
    frames = sound.shape[-1]
    size = 2 * (gains.shape[-1] - 1)
    hop = size // 2
    padding = [(0, 0)] * (sound.ndim - 1) + [(hop, _blocks(frames, size) * hop - frames)]
    padded = np.pad(sound.astype(np.float32), padding)
    blocks = np.lib.stride_tricks.sliding_window_view(padded, size, axis=-1)[..., ::hop, :]
    spectrum = fft.rfft(blocks * _window(size)) * gains.astype(np.float32)
    return _overlapped(fft.irfft(spectrum, size), frames)


def _blocks(frames: int, size: int) -> int:
    return -(-frames // (size // 2)) + 1


def _window(size: int) -> Sound:
    return np.sin(np.pi * (np.arange(size, dtype=np.float32) + 0.5) / size)


def _overlapped(blocks: Sound, frames: int) -> Sound:
    """Windowed blocks (..., blocks, size) added at half overlap, the first block's first half left out."""
    size = blocks.shape[-1]
    hop = size // 2
    blocks *= _window(size)
    sound = blocks[..., 1:, :hop] + blocks[..., :-1, hop:]
    return np.asarray(sound.reshape(*sound.shape[:-2], -1)[..., :frames], np.float32)


def _random_spectrum(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.complex64]:
    """Independent complex values of mean 0 whose real and imaginary parts have variance 1/2."""
    values = rng.random((*shape, 2), dtype=np.float32)
    values -= np.float32(0.5)
    values *= np.float32(np.sqrt(6.0))
    return values.view(np.complex64)[..., 0]
