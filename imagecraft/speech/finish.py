"""From a voice's raw samples to a piece of sound that can stand beside any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from imagecraft.media.audio import Audio
from imagecraft.media.limiting import gain_below
from imagecraft.media.loudness import integrated_loudness
from imagecraft.speech.text import pause_after

TARGET_LUFS = -16.0
LEVELLING_PASSES = 2  # the second makes up for what limiting took from the first
MAX_GAIN_DB = 18.0  # a whisper stays a whisper
SILENCE_PEAK = 10 ** (-54 / 20)  # full scale; below it, the ends of a raw piece count as silence
MARGIN_SECONDS = 0.03  # kept around the first and last sound, so that soft consonants survive
FADE_SECONDS = 0.008
CEILING = 10 ** (-1.5 / 20)  # highest sample, full scale
LOOKAHEAD_SECONDS = 0.004


def pieces(
    sentences: list[str],
    synthesise: Callable[[str, float], np.ndarray],
    sample_rate: int,
    speed: float,
) -> Iterator[Audio]:
    """Speak sentences one by one; every piece but the first begins with the pause after the one before.

    Args:
        sentences: As `imagecraft.speech.text.sentences` gives them.
        synthesise: (sentence, speed) -> raw samples of shape (frames,).
        sample_rate: In Hz.
        speed: 1.0 is the voice's own pace; pauses follow it.
    """
    pause_seconds = 0.0
    for sentence in sentences:
        piece = finish(synthesise(sentence, speed), sample_rate, pause_seconds)
        if piece.duration > pause_seconds:
            yield piece
            pause_seconds = pause_after(sentence) / speed


def finish(raw: np.ndarray, sample_rate: int, pause_seconds: float = 0.0) -> Audio:
    """Trim, level and fade a raw piece of speech, and put a pause before it.

    Each piece is brought to `TARGET_LUFS` by itself: one voice differs by 7 LU from sentence to sentence.

    Args:
        raw: float32, shape (frames,), any level.
        sample_rate: In Hz.
        pause_seconds: Silence before the piece.

    Returns:
        One channel with peaks at or below `CEILING`; only the pause when `raw` is silent.
    """
    pause = np.zeros(round(pause_seconds * sample_rate), np.float32)
    voiced = fade(level(trim(raw, sample_rate), sample_rate), sample_rate)
    return Audio(np.concatenate([pause, voiced])[np.newaxis], sample_rate)


def trim(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """The part from the first to the last sound, with `MARGIN_SECONDS` around it; empty if there is none."""
    loud = np.flatnonzero(np.abs(samples) > SILENCE_PEAK)
    if loud.size == 0:
        return samples[:0]
    margin = round(MARGIN_SECONDS * sample_rate)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin + 1]


def level(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Bring a piece to `TARGET_LUFS` with peaks at or below `CEILING`, by `MAX_GAIN_DB` at most."""
    levelled, gain_db = samples, 0.0
    for _ in range(LEVELLING_PASSES):
        gain_db += TARGET_LUFS - integrated_loudness(levelled, sample_rate)
        gain_db = min(gain_db, MAX_GAIN_DB)
        levelled = limit(samples * np.float32(10 ** (gain_db / 20)), sample_rate)
    return levelled


def limit(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Turn the loudest moments down so that no sample passes `CEILING`, smoothly and without clipping."""
    peaks = np.abs(samples)
    if samples.size == 0 or peaks.max() <= CEILING:
        return samples
    gain = gain_below(peaks, CEILING, round(LOOKAHEAD_SECONDS * sample_rate))
    return np.asarray(samples * gain, np.float32)


def fade(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Bring both ends to zero over `FADE_SECONDS`."""
    length = min(round(FADE_SECONDS * sample_rate), samples.size // 2)
    ramp = np.linspace(0.0, 1.0, length, endpoint=False, dtype=np.float32)
    faded = samples.copy()
    faded[:length] *= ramp
    faded[samples.size - length :] *= ramp[::-1]
    return faded
