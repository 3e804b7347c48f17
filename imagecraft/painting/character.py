"""What a sound is like, whatever it is of: how loud, bright and lively, and its outline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.audio import Audio

Floats = NDArray[np.float64]

WINDOW_SECONDS = 0.064
COLUMNS = 96
BANDS_HZ = (60.0, 250.0, 800.0, 2_200.0, 7_600.0)
"""Edges of the bands the outline has: low, middle, high, highest."""
LOUDNESS_DB = (-38.0, -4.0)
"""Levels of the loudest second that count as quiet (0) and as loud (1), in dB of full scale."""
CENTROID_HZ = (800.0, 3_500.0)
"""Spectral centroids that count as dark (0) and as bright (1)."""
RANGE_DB = 40.0
TEMPO_BPM = (60.0, 190.0)
CLEAR_BEAT = 0.35
"""Autocorrelation of the onsets from which there is a beat at all."""

AS_GOOD = 0.75
"""Share of the best autocorrelation from which a shorter lag is taken for the beat."""


@dataclass(frozen=True, eq=False)
class Character:
    """What a sound is like.

    Attributes:
        loudness: 0 quiet to 1 loud.
        brightness: 0 dark (low frequencies) to 1 bright (high ones).
        liveliness: 0 steady to 1 full of beginnings.
        tempo: Beats a minute where there is a clear beat, else None.
        envelope: Level over time, shape (COLUMNS,), each 0 to 1.
        bands: Level of each band over time, shape (bands, COLUMNS), each 0 to 1, low frequencies first.
    """

    loudness: float
    brightness: float
    liveliness: float
    tempo: float | None
    envelope: Floats
    bands: Floats


def character_of(audio: Audio) -> Character:
    """Measure a sound.

    Args:
        audio: One channel, at 16 kHz or more.
    """
    power, frequencies = _power_spectra(audio.samples[0].astype(np.float64), audio.sample_rate)
    frames = power.sum(axis=1)
    if frames.max() < 1e-9:
        return replace(unheard(), loudness=0.0, liveliness=0.0)
    envelope = _columns(_scaled(frames))
    edges = np.searchsorted(frequencies, BANDS_HZ)
    bands = [power[:, low:high].sum(axis=1) for low, high in pairwise(edges)]
    rises = np.maximum(0.0, np.diff(_scaled(frames)))
    return Character(
        loudness=_share(10 * np.log10(_loudest_second(frames) + 1e-12), LOUDNESS_DB),
        brightness=_share(_centroid(power, frequencies), CENTROID_HZ),
        liveliness=float(np.clip(rises.mean() * 12, 0, 1)),
        tempo=_tempo(rises),
        envelope=envelope,
        bands=np.stack([_columns(_scaled(band)) for band in bands]),
    )


def unheard(seed: int = 0) -> Character:
    """The character of what was only described, neither loud nor quiet: gentle lines that a seed draws."""
    rng = np.random.default_rng(seed)
    phase = np.linspace(0, 2 * np.pi, COLUMNS)
    lines = [
        sum(
            rng.uniform(0.2, 1) * np.sin(turns * phase + rng.uniform(0, 6.3)) / turns
            for turns in (1, 2, 3, 5)
        )
        for _ in range(len(BANDS_HZ))
    ]
    scaled = np.stack([0.5 + 0.45 * line / np.abs(line).max() for line in lines])
    return Character(0.5, 0.5, 0.3, None, scaled[0], scaled[1:])


def _power_spectra(samples: Floats, sample_rate: int) -> tuple[Floats, Floats]:
    """Power of each frequency over time, shape (frames, frequencies), in full scales, and the frequencies."""
    size = round(WINDOW_SECONDS * sample_rate)
    hop = size // 2
    padded = np.pad(samples, (0, max(0, size + 8 * hop - len(samples))))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    window = np.hanning(size)
    power = np.abs(np.fft.rfft(windows * window, axis=1)) ** 2 * 2 / (size * np.sum(window**2))
    return power, np.asarray(np.fft.rfftfreq(size, 1 / sample_rate), np.float64)


def _loudest_second(frames: Floats) -> float:
    count = min(len(frames), round(2 / WINDOW_SECONDS))
    return float(np.convolve(frames, np.full(count, 1 / count), "valid").max())


def _centroid(power: Floats, frequencies: Floats) -> float:
    """Centre of gravity of the magnitudes of the whole sound, in Hz."""
    magnitudes = np.sqrt(power.sum(axis=0))
    return max(1.0, float((magnitudes * frequencies).sum() / magnitudes.sum()))


def _scaled(power: Floats) -> Floats:
    """Decibels below the largest as 0 to 1."""
    decibels = 10 * np.log10(power / max(float(power.max()), 1e-12) + 1e-9)
    return np.clip(1 + decibels / RANGE_DB, 0, 1)


def _columns(values: Floats) -> Floats:
    """Values over time as COLUMNS of them, each the mean of its part."""
    edges = np.linspace(0, len(values), COLUMNS + 1)
    running = np.concatenate([[0.0], np.cumsum(values)])
    at_edges = np.interp(edges, np.arange(len(running)), running)
    return np.asarray(np.diff(at_edges) / np.diff(edges), np.float64)


def _share(value: float, ends: tuple[float, ...]) -> float:
    return float(np.clip((value - ends[0]) / (ends[1] - ends[0]), 0, 1))


def _tempo(rises: Floats) -> float | None:
    """Beats a minute at which beginnings repeat, if they clearly do."""
    per_minute = 60 / (WINDOW_SECONDS / 2)
    shortest, longest = round(per_minute / TEMPO_BPM[1]), round(per_minute / TEMPO_BPM[0])
    if len(rises) < 3 * longest:
        return None
    centred = rises - rises.mean()
    spectrum = np.fft.rfft(centred, 2 * len(centred))
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[: longest + 1]
    if likeness[0] <= 0:
        return None
    peak = float(likeness[shortest:].max())
    if peak / likeness[0] < CLEAR_BEAT:
        return None
    # Every second beat is as like as every beat: the shortest of the good lags is the beat.
    lag = shortest + int(np.argmax(likeness[shortest:] >= AS_GOOD * peak))
    while lag < longest and likeness[lag + 1] > likeness[lag]:
        lag += 1
    return per_minute / lag
