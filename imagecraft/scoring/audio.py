"""Scoring sounds: bring two together, measure; or say what one is like by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.media.sounds import SoundSource, open_sound
from imagecraft.scoring import dnsmos, signals
from imagecraft.scoring.alignment import SoundPair, aligned
from imagecraft.scoring.base import Floats, Score
from imagecraft.scoring.report import Item, ScoreReport, versions
from imagecraft.scoring.signals import SIGNAL_METRICS

__all__ = ["LEVELS", "meanings", "names", "score_audio", "score_sound"]

ARRAY_SAMPLE_RATE = 16_000
DNSMOS = "dnsmos"
READING, ALIGNING = "reading", "bringing the two together"
LEVELS = ("loudness_lufs", "true_peak_db")

Progress = Callable[[str], None]
AudioInput = SoundSource | np.ndarray | list[float]


def names() -> list[str]:
    """The measures there are."""
    return [*SIGNAL_METRICS, *LEVELS, DNSMOS]


def meanings() -> dict[str, str]:
    """What each measure says, in plain words, by the name it has in reports."""
    said = {name: metric.meaning for name, metric in SIGNAL_METRICS.items()}
    for suffix in ("", "_reference", "_estimate"):
        said[LEVELS[0] + suffix] = "How loud it is to a listener; -16 is usual for speech."
        said[LEVELS[1] + suffix] = "Its highest peak between the samples; above 0 it clips."
    return said | {
        "dnsmos_overall": "How people would rate it as speech, 1 to 5.",
        "dnsmos_signal": "How undistorted the voice is, 1 to 5.",
        "dnsmos_background": "How quiet the background is, 1 to 5.",
        "dnsmos_p808": "The overall rating by an older listening test's rules, 1 to 5.",
    }


def score_audio(
    reference: AudioInput,
    estimate: AudioInput,
    *,
    metrics: Iterable[str] | str | None = None,
    sample_rate: int = ARRAY_SAMPLE_RATE,
    progress: Progress | None = None,
) -> ScoreReport:
    """Compare a sound with a reference: two versions of one recording.

    Args:
        reference: A path, the bytes of a file, an `Audio`, or samples of shape ([channels,] frames).
        estimate: The same.
        metrics: Names out of `names()`; all but DNSMOS when None.
        sample_rate: In Hz, of bare samples.
        progress: Told the name of each measure before it is computed.

    Returns:
        The report. Levels are given for both sounds, as `…_reference` and `…_estimate`; DNSMOS for the
        estimate.

    Raises:
        InvalidInput: if a sound cannot be read, the two cannot be paired, or a measure is unknown.
        ModelUnavailable: if DNSMOS is asked for and its package is missing.

    References:
        See `imagecraft.scoring.signals` and `imagecraft.scoring.dnsmos`.
    """
    wanted = _chosen(metrics, [*SIGNAL_METRICS, *LEVELS])
    tell = progress or (lambda _: None)
    tell(READING)
    ours, theirs = _sound(reference, sample_rate), _sound(estimate, sample_rate)
    tell(ALIGNING)
    pair = aligned(ours, theirs)
    scores: list[Score] = []
    nothing: dict[str, str] = {}
    for name in wanted:
        if name in SIGNAL_METRICS:
            tell(name)
            _add(scores, nothing, name, SIGNAL_METRICS[name].measure(pair), SIGNAL_METRICS[name])
    for name in wanted:
        if name in LEVELS:
            tell(name)
            _levels(scores, nothing, name, {"_reference": ours, "_estimate": theirs})
    if DNSMOS in wanted:
        tell(DNSMOS)
    _rate_speech(scores, wanted, theirs)
    return ScoreReport(
        tuple(scores),
        (Item(_name(estimate), _name(estimate), (_name(reference),)),),
        (*pair.notices, *_limits(scores)),
        {},
        nothing,
        _settings(pair),
    )


def score_sound(
    sound: AudioInput,
    *,
    metrics: Iterable[str] | str | None = None,
    sample_rate: int = ARRAY_SAMPLE_RATE,
    progress: Progress | None = None,
) -> ScoreReport:
    """What can be said of a sound without a reference: loudness, true peak, and DNSMOS where it can run.

    Args and errors as `score_audio`.
    """
    wanted = _chosen(metrics, [*LEVELS, *([] if dnsmos.unavailable() else [DNSMOS])])
    needing = [name for name in wanted if name in SIGNAL_METRICS]
    if needing:
        raise InvalidInput(f"{', '.join(needing)} need a reference.", "Give two sounds.")
    tell = progress or (lambda _: None)
    tell(READING)
    audio = _sound(sound, sample_rate)
    scores: list[Score] = []
    nothing: dict[str, str] = {}
    for name in wanted:
        if name in LEVELS:
            tell(name)
            _levels(scores, nothing, name, {"": audio})
    if DNSMOS in wanted:
        tell(DNSMOS)
    _rate_speech(scores, wanted, audio)
    if dnsmos.unavailable() and metrics is None:
        nothing[DNSMOS] = dnsmos.unavailable() or ""
    settings = {"sample_rate": audio.sample_rate, "versions": versions()}
    return ScoreReport(tuple(scores), (Item(_name(sound), _name(sound), ()),), (), {}, nothing, settings)


def _chosen(metrics: Iterable[str] | str | None, default: list[str]) -> list[str]:
    if metrics is None:
        return default
    wanted = [
        name.strip() for name in (metrics.split(",") if isinstance(metrics, str) else metrics) if name.strip()
    ]
    unknown = [name for name in wanted if name not in names()]
    if unknown or not wanted:
        raise InvalidInput(
            f"There is no measure '{unknown[0]}'." if unknown else "No measure was chosen.",
            f"Choose from: {', '.join(names())}.",
        )
    return wanted


def _sound(source: AudioInput, sample_rate: int) -> Audio:
    if isinstance(source, str | Path | bytes | Audio):
        return open_sound(source)
    samples = np.atleast_2d(np.asarray(source, dtype=np.float32))
    if samples.ndim != 2 or not samples.size:
        raise InvalidInput(
            "The samples are no sound.", "Give an array of shape (frames,) or (channels, frames)."
        )
    if not np.isfinite(samples).all():
        raise InvalidInput("The sound holds values that are not numbers.", "Check how it was made.")
    return Audio(samples, sample_rate)


def _name(source: AudioInput) -> str:
    return str(source) if isinstance(source, str | Path) else "sound"


def _add(
    scores: list[Score], nothing: dict[str, str], name: str, value: float | None, metric: signals.SignalMetric
) -> None:
    if value is None:
        nothing[name] = metric.nothing
    else:
        scores.append(Score(name, value, (), metric.settings, {}, metric.direction, metric.span))


def _levels(scores: list[Score], nothing: dict[str, str], name: str, sounds: Mapping[str, Audio]) -> None:
    for suffix, audio in sounds.items():
        samples: Floats = audio.samples.astype(np.float64)
        measure = signals.loudness_lufs if name == LEVELS[0] else signals.true_peak_db
        value = measure(samples, audio.sample_rate)
        if value is None:
            nothing[name + suffix] = "The sound is silent."
        else:
            settings = {"standard": "ITU-R BS.1770-4", "sample_rate": audio.sample_rate}
            scores.append(
                Score(name + suffix, value, (), settings, {}, "neither", (-float("inf"), float("inf")))
            )


def _rate_speech(scores: list[Score], wanted: list[str], audio: Audio) -> None:
    if DNSMOS in wanted:
        for name, value in dnsmos.dnsmos(audio).items():
            scores.append(Score(name, value, (), dnsmos.settings(), {}, "higher", (1.0, 5.0)))


def _limits(scores: list[Score]) -> list[str]:
    if any(one.name.endswith("_db") and abs(one.value) == signals.LARGEST_DB for one in scores):
        return [
            f"A ratio without end, where nothing differs or is left, is shown as {signals.LARGEST_DB:g} dB."
        ]
    return []


def _settings(pair: SoundPair) -> dict[str, Any]:
    return {
        "sample_rate": pair.sample_rate,
        "frames": pair.reference.shape[1],
        "channels": pair.reference.shape[0],
        "versions": versions(),
    }
