"""Measures of two sounds, sample by sample and spectrum by spectrum.

References:
    Le Roux et al.: SDR – half-baked or well done?, ICASSP 2019 (SI-SDR; SI-SNR is the same without means).
    Kubichek: Mel-cepstral distance measure for objective speech quality assessment, 1993.
    Arık et al.: Fast spectrogram inversion using multi-head convolutional neural networks, 2019 (spectral
    convergence).
    ITU-R BS.1770-4 (loudness and true peak).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from imagecraft.media.audio import Audio
from imagecraft.media.loudness import integrated_loudness
from imagecraft.media.mel import mel_filters
from imagecraft.scoring import spectra
from imagecraft.scoring.alignment import SoundPair
from imagecraft.scoring.base import Direction, Floats
from imagecraft.scoring.resampling import resampled

LARGEST_DB = 120.0
"""What an infinite ratio (of two equal sounds) is shown as."""
FLOOR_DB = -100.0
"""Below the loudest part of the reference; all that is quieter counts as this loud."""
MEL_BANDS, MEL_COEFFICIENTS = 40, 13
OVERSAMPLING = 4
PEAK_BLOCK, PEAK_MARGIN = 61_440, 2_048
BLOCK_FRAMES = 1 << 18


@dataclass(frozen=True)
class SignalMetric:
    """One way to compare a sound with a reference.

    Attributes:
        name: As in reports.
        meaning: What it says, in plain words.
        direction: Whether a higher value is better.
        span: Lowest and highest value possible.
        settings: What another person needs to get the same number.
        measure: The value, or None if it says nothing of this pair.
        nothing: Why it says nothing then.
    """

    name: str
    meaning: str
    direction: Direction
    span: tuple[float, float]
    settings: dict[str, Any]
    measure: Callable[[SoundPair], float | None]
    nothing: str = "The reference is silent."


def _mse(pair: SoundPair) -> float:
    return sum(float(np.sum((ours - theirs) ** 2)) for ours, theirs in _blocks(pair)) / pair.reference.size


def _mae(pair: SoundPair) -> float:
    return sum(float(np.sum(np.abs(ours - theirs))) for ours, theirs in _blocks(pair)) / pair.reference.size


def _snr(pair: SoundPair) -> float | None:
    power = rest = 0.0
    for ours, theirs in _blocks(pair):
        power += float(np.sum(ours**2))
        rest += float(np.sum((ours - theirs) ** 2))
    return _decibels(power, rest)


def _si_sdr(pair: SoundPair) -> float | None:
    channels = pair.reference.shape[0]
    return _mean_of_channels(pair, np.zeros((channels, 1)), np.zeros((channels, 1)))


def _si_snr(pair: SoundPair) -> float | None:
    return _mean_of_channels(
        pair,
        pair.reference.mean(axis=1, dtype=np.float64, keepdims=True),
        pair.estimate.mean(axis=1, dtype=np.float64, keepdims=True),
    )


def _mean_of_channels(pair: SoundPair, our_mean: Floats, their_mean: Floats) -> float | None:
    """SI-SDR of the channels that are not silent, the given means of shape (channels, 1) taken off first."""
    energy, product, rest = (np.zeros(len(our_mean)) for _ in range(3))
    for ours, theirs in _blocks(pair):
        reference, estimate = ours - our_mean, theirs - their_mean
        energy += np.sum(reference**2, axis=1)
        product += np.sum(reference * estimate, axis=1)
    gain = np.divide(product, energy, out=np.zeros_like(energy), where=energy > 0)
    for ours, theirs in _blocks(pair):
        rest += np.sum((theirs - their_mean - gain[:, None] * (ours - our_mean)) ** 2, axis=1)
    values = [
        -LARGEST_DB if (value := _decibels(float(signal), float(noise))) is None else value
        for signal, noise, there in zip(gain**2 * energy, rest, energy, strict=True)
        if there
    ]
    return float(np.mean(values)) if values else None


def _decibels(power: float, rest: float) -> float | None:
    if not power:
        return None
    if not rest:
        return LARGEST_DB
    return float(np.clip(10 * np.log10(power / rest), -LARGEST_DB, LARGEST_DB))


def _spectral_convergence(pair: SoundPair) -> float | None:
    size = gap = 0.0
    for ours, theirs in _spectra(pair):
        size += float(np.sum(ours**2))
        gap += float(np.sum((ours - theirs) ** 2))
    return float(np.sqrt(gap / size)) if size else None


def _log_spectral_distance(pair: SoundPair) -> float | None:
    top = max(float(ours.max()) for ours, _ in _spectra(pair))
    if not top:
        return None
    total, frames = 0.0, 0
    for ours, theirs in _spectra(pair):
        gap = _level(ours, top) - _level(theirs, top)
        total += float(np.sqrt(np.mean(gap**2, axis=1)).sum())
        frames += len(gap)
    return total / frames


def _mel_cepstral_distance(pair: SoundPair) -> float | None:
    size = spectra.window_size(pair.sample_rate)
    filters = mel_filters(MEL_BANDS, size, pair.sample_rate)
    top = max(float((ours**2 @ filters.T).max()) for ours, _ in _spectra(pair))
    if not top:
        return None
    floor = top * 10 ** (FLOOR_DB / 10)
    total, frames = 0.0, 0
    for both in _spectra(pair):
        first, second = (
            spectra.cepstra(np.log(np.maximum(one**2 @ filters.T, floor)), MEL_COEFFICIENTS) for one in both
        )
        total += float(np.sqrt(2 * np.sum((first - second) ** 2, axis=1)).sum())
        frames += len(first)
    return 10 / float(np.log(10)) * total / frames


def _blocks(pair: SoundPair) -> Iterator[tuple[Floats, Floats]]:
    """Both sounds, `BLOCK_FRAMES` at a time: sums over them take little memory however long they are."""
    for start in range(0, pair.reference.shape[1], BLOCK_FRAMES):
        part = slice(start, start + BLOCK_FRAMES)
        yield pair.reference[:, part].astype(np.float64), pair.estimate[:, part].astype(np.float64)


def _spectra(pair: SoundPair) -> Iterator[tuple[Floats, Floats]]:
    """Magnitude spectra of both sounds, some frames of a channel at a time."""
    size = spectra.window_size(pair.sample_rate)
    hop = size // spectra.HOPS_PER_WINDOW
    for ours, theirs in zip(pair.reference, pair.estimate, strict=True):
        yield from zip(
            spectra.magnitude_blocks(ours, size, hop),
            spectra.magnitude_blocks(theirs, size, hop),
            strict=True,
        )


def _level(magnitude: Floats, top: float) -> Floats:
    return np.asarray(20 * np.log10(np.maximum(magnitude, top * 10 ** (FLOOR_DB / 20))))


def loudness_lufs(samples: Floats, sample_rate: int) -> float | None:
    """Integrated loudness; None for silence."""
    value = integrated_loudness(samples[:2], sample_rate)
    return value if np.isfinite(value) else None


def true_peak_db(samples: Floats, _sample_rate: int) -> float | None:
    """Largest value between the samples, in dB of full scale; None for silence.

    Four times as many samples, block by block; margins that fade keep the blocks' edges out of it.
    """
    peak = float(np.abs(samples).max())
    if not peak:
        return None
    padded = np.pad(samples.astype(np.float32), ((0, 0), (PEAK_MARGIN, PEAK_MARGIN)))
    fade = np.sin(np.linspace(0, np.pi / 2, PEAK_MARGIN, dtype=np.float32)) ** 2
    for start in range(0, samples.shape[1], PEAK_BLOCK):
        part = padded[:, start : start + PEAK_BLOCK + 2 * PEAK_MARGIN].copy()
        part[:, :PEAK_MARGIN] *= fade
        part[:, -PEAK_MARGIN:] *= fade[::-1]
        fine = resampled(Audio(part, 1), OVERSAMPLING).samples
        inner = slice(OVERSAMPLING * PEAK_MARGIN, OVERSAMPLING * (part.shape[1] - PEAK_MARGIN))
        peak = max(peak, float(np.abs(fine[:, inner]).max()))
    return 20 * float(np.log10(peak))


_RATIO = {"formula": "10 log10 of powers", "equal_sounds": f"shown as {LARGEST_DB:g} dB"}
_WINDOW = {
    "window": "Hann, the power of two nearest to 46 ms",
    "hop": "a quarter of it",
    "spectrum": "magnitude",
}
_INF = float("inf")

SIGNAL_METRICS: dict[str, SignalMetric] = {
    metric.name: metric
    for metric in (
        SignalMetric("mse", "Mean squared difference of the samples.", "lower", (0, _INF), {}, _mse),
        SignalMetric("mae", "Mean difference of the samples.", "lower", (0, _INF), {}, _mae),
        SignalMetric(
            *("snr_db", "Power of the reference by power of the difference.", "higher"),
            *((-LARGEST_DB, LARGEST_DB), _RATIO, _snr),
        ),
        SignalMetric(
            *("si_sdr_db", "As SNR, whatever the loudness of the estimate.", "higher"),
            *((-LARGEST_DB, LARGEST_DB), _RATIO | {"channels": "mean"}, _si_sdr),
        ),
        SignalMetric(
            *("si_snr_db", "As SI-SDR, with the mean taken off both sounds first.", "higher"),
            *((-LARGEST_DB, LARGEST_DB), _RATIO | {"channels": "mean"}, _si_snr),
        ),
        SignalMetric(
            *("spectral_convergence", "Difference of the spectra by size of the reference's.", "lower"),
            *((0, _INF), _WINDOW, _spectral_convergence),
        ),
        SignalMetric(
            *("log_spectral_distance_db", "How far the spectra are apart in decibels, on average.", "lower"),
            *((0, _INF), _WINDOW | {"floor_db": FLOOR_DB}, _log_spectral_distance),
        ),
        SignalMetric(
            *("mel_cepstral_distance_db", "How far the spectra's coarse shapes are apart.", "lower"),
            (0, _INF),
            _WINDOW
            | {"mel_bands": MEL_BANDS, "coefficients": f"1 to {MEL_COEFFICIENTS}", "time_warping": "none"},
            _mel_cepstral_distance,
        ),
    )
}
