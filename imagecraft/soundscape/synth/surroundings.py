"""What the nearest surfaces give back: a table and four walls, or house fronts and the far shore.

Only as much as belongs to the sound itself; the mix puts it into the picture's space.

References:
    Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979 (decaying noise as a room).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from imagecraft.soundscape.synth import noise
from imagecraft.soundscape.synth.base import Samples, Take

Floats = NDArray[np.float64]

ROOM: noise.Curve = ((80, -8), (250, 0), (2_000, -2), (6_000, -9), (14_000, -24))
STREET: noise.Curve = ((60, 0), (600, 0), (2_500, -8), (8_000, -26))


def indoors(take: Take, sound: Samples, seconds: float = 0.3, share: float = 0.28) -> Floats:
    """A sound in a furnished room that rings for `seconds`, shape (2, frames)."""
    return _answered(take, sound, seconds, share, ROOM, delay=0.004)


def outdoors(take: Take, sound: Samples, seconds: float = 0.7, share: float = 0.28) -> Floats:
    """A sound between houses, or before a far shore, whose answer takes its time; shape (2, frames)."""
    return _answered(take, sound, seconds, share, STREET, delay=0.12)


def _answered(
    take: Take, sound: Samples, seconds: float, share: float, curve: noise.Curve, delay: float
) -> Floats:
    count = take.count(seconds)
    time = np.arange(count) / take.rate
    fall = np.exp(-5.0 * time / seconds) * np.minimum(time / delay, 1.0)
    tail = noise.coloured(take.rng, count, take.rate, curve, 2) * fall
    tail *= share / np.sqrt(np.sum(tail**2, axis=-1, keepdims=True))
    both = np.broadcast_to(sound, (2, sound.shape[-1])) if sound.ndim == 1 else sound
    answer = oaconvolve(both.astype(np.float32), tail.astype(np.float32), axes=-1)[:, : sound.shape[-1]]
    return np.asarray(both + answer, dtype=np.float64)
