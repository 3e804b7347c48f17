"""A sound cut into windows that overlap, for networks that hear some seconds at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Window:
    """A part of a sound.

    Attributes:
        samples: One channel, not padded.
        start: Of the sound, in seconds.
        end: In seconds.
    """

    samples: NDArray[np.float32]
    start: float
    end: float


def windows(samples: NDArray[np.float32], sample_rate: int, seconds: float, hop: float) -> list[Window]:
    """The windows of a sound, in order; all of it is in at least one.

    The last one ends where the sound does, so that none is mostly silence; a sound shorter than a window is
    one window.

    Args:
        samples: One channel.
        sample_rate: In Hz.
        seconds: Length of a window.
        hop: Seconds from the beginning of one to the next, at most.
    """
    length, step = round(seconds * sample_rate), round(hop * sample_rate)
    last = max(0, len(samples) - length)
    starts = [*range(0, last, step), last]
    return [
        Window(samples[at : at + length], at / sample_rate, min(at + length, len(samples)) / sample_rate)
        for at in starts
    ]
