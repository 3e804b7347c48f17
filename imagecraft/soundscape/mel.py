"""A second of sound as a picture of 80 bands and 64 frames, and back.

The bands are those of SpeechT5's, so that its HiFi-GAN can be the vocoder where its files are at hand.

References:
    Ao et al.: SpeechT5, ACL 2022 (16 kHz, windows of 64 ms every 16 ms, 80 bands from 80 to 7600 Hz).
    Griffin, Lim: Signal estimation from modified short-time Fourier transform, 1984.
    Perraudin, Balazs, Søndergaard: A fast Griffin-Lim algorithm, WASPAA 2013 (the momentum).
    Lee, Seung: Algorithms for non-negative matrix factorization, NIPS 2000 (the update of magnitudes).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.audio import Audio
from imagecraft.media.mel import mel_filters
from imagecraft.media.resampling import resampled

Floats = NDArray[np.float64]

SAMPLE_RATE = 16_000
BANDS, FRAMES = 80, 64
WINDOW, HOP = 1024, 256
LOWEST_HZ, HIGHEST_HZ = 80.0, 7600.0
FLOOR = 1e-5
SAMPLES = (FRAMES - 1) * HOP
PEAK = 0.7
MAGNITUDE_UPDATES, PHASE_UPDATES, MOMENTUM = 60, 64, 0.99


def levels_of(audio: Audio) -> NDArray[np.float32]:
    """The loudest second of a sound.

    Returns:
        Levels of shape (BANDS, FRAMES): 0 for silence (`FLOOR`), 1 for a magnitude of 1, a little more above.
    """
    mono = resampled(audio, SAMPLE_RATE).samples.mean(axis=0).astype(np.float64)
    mono = mono * (PEAK / max(FLOOR, float(np.abs(mono).max(initial=0))))
    return to_levels(filters() @ np.abs(spectrum(_loudest(mono))))


def to_levels(magnitudes: Floats) -> NDArray[np.float32]:
    """Magnitudes of bands as levels."""
    return np.asarray(1 - np.log10(np.maximum(magnitudes, FLOOR)) / np.log10(FLOOR), np.float32)


def to_magnitudes(levels: NDArray[np.float32]) -> Floats:
    """Levels as magnitudes of bands."""
    return np.asarray(10 ** ((1 - np.asarray(levels, np.float64)) * np.log10(FLOOR)))


def to_logarithms(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Levels as SpeechT5's vocoder takes them: logarithms to base ten, of shape (FRAMES, BANDS)."""
    return np.log10(np.maximum(FLOOR, to_magnitudes(levels))).T.astype(np.float32)


def sound_of(levels: NDArray[np.float32]) -> Audio:
    """A sound with such levels, whose phases are found by Griffin and Lim's method.

    Args:
        levels: Of shape (BANDS, FRAMES).
    """
    return as_sound(_by_griffin_lim(_all_frequencies(to_magnitudes(levels))))


def as_sound(samples: Floats) -> Audio:
    """Samples as a sound whose largest is `PEAK`."""
    loud = samples * (PEAK / max(FLOOR, float(np.abs(samples).max(initial=0))))
    return Audio(loud[None].astype(np.float32), SAMPLE_RATE)


def spectrum(samples: Floats) -> NDArray[np.complex128]:
    """Short-time spectra of shape (WINDOW // 2 + 1, frames)."""
    padded = np.pad(samples, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    return np.asarray(np.fft.rfft(frames * _window(), axis=1).T)


@cache
def filters() -> Floats:
    """Triangles of the bands."""
    return mel_filters(BANDS, WINDOW, SAMPLE_RATE, LOWEST_HZ, HIGHEST_HZ)


def _loudest(samples: Floats) -> Floats:
    """The second with the most energy; silence is added to what is shorter."""
    if len(samples) <= SAMPLES:
        return np.pad(samples, (0, SAMPLES - len(samples)))
    energy = np.concatenate([[0.0], np.cumsum(samples**2)])
    starts = np.arange(0, len(samples) - SAMPLES + 1, HOP)
    best = int(starts[np.argmax(energy[starts + SAMPLES] - energy[starts])])
    return samples[best : best + SAMPLES]


def _all_frequencies(bands: Floats) -> Floats:
    """Magnitudes of every frequency that give such bands, none below zero."""
    triangles = filters()
    found = triangles.T @ bands + FLOOR
    for _ in range(MAGNITUDE_UPDATES):
        found *= (triangles.T @ bands) / np.maximum(FLOOR**2, triangles.T @ (triangles @ found))
    return np.asarray(found)


def _by_griffin_lim(magnitudes: Floats) -> Floats:
    """Samples whose spectra come nearest to these magnitudes."""
    chance = np.random.default_rng(0)
    phases = np.exp(2j * np.pi * chance.random(magnitudes.shape))
    before: NDArray[np.complex128] | None = None
    samples = _inverse(magnitudes * phases)
    for _ in range(PHASE_UPDATES):
        made = spectrum(samples)
        faster = made if before is None else made + MOMENTUM * (made - before)
        before = made
        samples = _inverse(magnitudes * faster / np.maximum(1e-12, np.abs(faster)))
    return samples


def _inverse(spectra: NDArray[np.complex128]) -> Floats:
    """Samples out of short-time spectra, by overlapping and adding."""
    frames = np.fft.irfft(spectra.T, WINDOW, axis=1) * _window()
    length = (len(frames) - 1) * HOP + WINDOW
    total, weight = np.zeros(length), np.zeros(length)
    for place, frame in enumerate(frames):
        total[place * HOP : place * HOP + WINDOW] += frame
        weight[place * HOP : place * HOP + WINDOW] += _window() ** 2
    return np.asarray((total / np.maximum(1e-8, weight))[WINDOW // 2 : -(WINDOW // 2)])


@cache
def _window() -> Floats:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW))
