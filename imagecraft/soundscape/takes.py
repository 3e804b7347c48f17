"""Recordings made ready: read, trimmed, faded, at the mix's sample rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.media.sounds import open_sound, resampled
from imagecraft.soundscape.library import Recording

Samples = NDArray[np.float32]

LONGEST_SECONDS = 60.0
SHORTEST_SECONDS = 0.02
TRIM_DB = -50.0
"""Below the loudest sample, the ends count as silence."""
MARGIN_SECONDS = 0.01
FADE_IN_SECONDS, FADE_OUT_SECONDS = 0.003, 0.05


def take(recording: Recording, sample_rate: int) -> Samples:
    """A recording without the silence at its ends, faded, without offset.

    Args:
        recording: The file; of one that is longer, the first `LONGEST_SECONDS` are used.
        sample_rate: In Hz.

    Returns:
        float32, shape (2, frames) or (frames,), peak 1.

    Raises:
        InvalidInput: if it cannot be read, or there is nothing to hear in it.
    """
    audio = open_sound(recording.path)
    first = audio.samples[:2, : round(LONGEST_SECONDS * audio.sample_rate)]
    at_rate = resampled(Audio(first, audio.sample_rate), sample_rate).samples
    centred = at_rate - at_rate.mean(axis=1, keepdims=True)
    peak = float(np.abs(centred).max())
    if not 1e-4 < peak < 1e4:
        raise InvalidInput(f"There is nothing to hear in '{recording.path.name}'.", "Choose another file.")
    sound = trimmed(centred / np.float32(peak), sample_rate)
    if sound.shape[1] < SHORTEST_SECONDS * sample_rate:
        raise InvalidInput(f"'{recording.path.name}' is too short.", "Choose a longer one.")
    sound = sound * faded(sound.shape[1], sample_rate)
    return np.asarray(sound[0] if len(sound) == 1 else sound, np.float32)


def trimmed(samples: Samples, sample_rate: int) -> Samples:
    """The part from the first to the last sound, with a little around it."""
    loud = np.flatnonzero(np.abs(samples).max(axis=0) > 10 ** (TRIM_DB / 20))
    margin = round(MARGIN_SECONDS * sample_rate)
    return samples[:, max(0, loud[0] - margin) : loud[-1] + margin + 1]


def faded(frames: int, sample_rate: int) -> Samples:
    """Gains that bring both ends of a sound to zero without a click."""
    gains = np.ones(frames, np.float32)
    rise = min(round(FADE_IN_SECONDS * sample_rate), frames // 4)
    fall = min(round(FADE_OUT_SECONDS * sample_rate), frames // 4)
    gains[:rise] = np.sin(np.linspace(0, np.pi / 2, rise, endpoint=False)) ** 2
    gains[frames - fall :] = np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return gains
