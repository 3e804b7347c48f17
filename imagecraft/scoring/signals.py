"""Measures of two sounds, sample by sample and spectrum by spectrum.

References:
    Le Roux et al.: SDR – half-baked or well done?, ICASSP 2019 (SI-SDR; SI-SNR is the same without means).
    Kubichek: Mel-cepstral distance measure for objective speech quality assessment, 1993.
    Arık et al.: Fast spectrogram inversion using multi-head convolutional neural networks, 2019 (spectral
    convergence).
    ITU-R BS.1770-4 (loudness and true peak).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from imagecraft.media.audio import Audio
from imagecraft.media.loudness import integrated_loudness
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
    return float(np.mean((pair.reference - pair.estimate) ** 2))


def _mae(pair: SoundPair) -> float:
    return float(np.mean(np.abs(pair.reference - pair.estimate)))


def _snr(pair: SoundPair) -> float | None:
    return _decibels(pair.reference, pair.reference - pair.estimate)


def _si_sdr(pair: SoundPair) -> float | None:
    return _mean_of_channels(pair.reference, pair.estimate)


def _si_snr(pair: SoundPair) -> float | None:
    return _mean_of_channels(
        pair.reference - pair.reference.mean(axis=1, keepdims=True),
        pair.estimate - pair.estimate.mean(axis=1, keepdims=True),
    )


def _mean_of_channels(references: Floats, estimates: Floats) -> float | None:
    values = []
    for reference, estimate in zip(references, estimates, strict=True):
        energy = float(reference @ reference)
        if not energy:
            continue
        target = (float(estimate @ reference) / energy) * reference
        value = _decibels(target, estimate - target)
        values.append(-LARGEST_DB if value is None else value)
    return float(np.mean(values)) if values else None


def _decibels(signal: Floats, noise: Floats) -> float | None:
    power, rest = float(np.sum(signal**2)), float(np.sum(noise**2))
    if not power:
        return None
    if not rest:
        return LARGEST_DB
    return float(np.clip(10 * np.log10(power / rest), -LARGEST_DB, LARGEST_DB))


def _spectral_convergence(pair: SoundPair) -> float | None:
    ours, theirs = _spectra(pair)
    size = float(np.linalg.norm(ours))
    return float(np.linalg.norm(ours - theirs)) / size if size else None


def _log_spectral_distance(pair: SoundPair) -> float | None:
    ours, theirs = _spectra(pair)
    if not ours.any():
        return None
    top = float(ours.max())
    gap = _level(ours, top) - _level(theirs, top)
    return float(np.sqrt(np.mean(gap**2, axis=1)).mean())


def _mel_cepstral_distance(pair: SoundPair) -> float | None:
    ours, theirs = _spectra(pair)
    if not ours.any():
        return None
    size = spectra.window_size(pair.sample_rate)
    filters = spectra.mel_filters(MEL_BANDS, size, pair.sample_rate)
    bands = [(one**2) @ filters.T for one in (ours, theirs)]
    floor = float(bands[0].max()) * 10 ** (FLOOR_DB / 10)
    first, second = (spectra.cepstra(np.log(np.maximum(one, floor)), MEL_COEFFICIENTS) for one in bands)
    distance = 10 / np.log(10) * np.sqrt(2 * np.sum((first - second) ** 2, axis=1))
    return float(distance.mean())


def _spectra(pair: SoundPair) -> tuple[Floats, Floats]:
    size = spectra.window_size(pair.sample_rate)
    hop = size // spectra.HOPS_PER_WINDOW
    ours, theirs = (
        np.concatenate([spectra.magnitudes(channel, size, hop) for channel in sound])
        for sound in (pair.reference, pair.estimate)
    )
    return ours, theirs


def _level(magnitude: Floats, top: float) -> Floats:
    return np.asarray(20 * np.log10(np.maximum(magnitude, top * 10 ** (FLOOR_DB / 20))))


def loudness_lufs(samples: Floats, sample_rate: int) -> float | None:
    """Integrated loudness; None for silence."""
    value = integrated_loudness(samples[:2], sample_rate)
    return value if np.isfinite(value) else None


def true_peak_db(samples: Floats, sample_rate: int) -> float | None:
    """Largest value between the samples, in dB of full scale; None for silence."""
    fine = resampled(Audio(samples.astype(np.float32), sample_rate), OVERSAMPLING * sample_rate).samples
    peak = max(float(np.abs(fine).max()), float(np.abs(samples).max()))
    return 20 * float(np.log10(peak)) if peak else None


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
