"""Things that move past: a travel time that shortens and lengthens, and with it pitch, level, dullness and
place.

References:
    Smith, Serafin, Abel & Berners, "Doppler simulation and the Leslie", DAFx 2002 (pitch by a moving delay).
    ISO 9613-1:1993 (absorption by air, which grows with the frequency).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]

SOUND_SPEED = 343.0


@dataclass(frozen=True)
class Path:
    """A straight way past the listener.

    Attributes:
        speed: In m/s; below 0 from right to left.
        closest: Least distance, in m.
        passing: When it is nearest, in s after the start.
    """

    speed: float
    closest: float
    passing: float

    def along(self, time: Floats) -> Floats:
        """Place on the way in m at each time in s, 0 where it is nearest."""
        return self.speed * (time - self.passing)

    def distance(self, time: Floats) -> Floats:
        """Distance in m at each time in s."""
        return np.hypot(self.along(time), self.closest)


def delayed(source: Floats, delay: Floats) -> Floats:
    """`source` heard `delay` samples late, a contour of the source's length, between samples by cubic
    interpolation.
    """
    place = np.clip(np.arange(delay.size) - delay, 1.0, source.size - 3.0)
    index = place.astype(np.intp)
    part = place - index
    before, here, after, beyond = source[index - 1], source[index], source[index + 1], source[index + 2]
    slope = 0.5 * (after - before)
    bend = before - 2.5 * here + 2.0 * after - 0.5 * beyond
    twist = 0.5 * (beyond - before) + 1.5 * (here - after)
    return np.asarray(((twist * part + bend) * part + slope) * part + here, dtype=np.float64)


def pass_by(
    source: Floats,
    path: Path,
    rate: int,
    *,
    width: float = 0.85,
    dulling_metres: float = 60.0,
    power: float = 1.0,
) -> Floats:
    """What a listener at the roadside hears of a source on its way.

    Args:
        source: The sound beside it, shape (frames,).
        path: Its way.
        width: How far to the sides it is heard, 0..1.
        dulling_metres: From there on the air and the ground take the high frequencies away.
        power: 1 falls as a point does with distance, 0.5 as a line of traffic.

    Returns:
        Shape (2, frames); level 1 at the nearest point.
    """
    time = np.arange(source.size) / rate
    distance = path.distance(time)
    delay = (distance - path.closest) / SOUND_SPEED * rate
    late = delayed(source, delay - delay[0])
    dull = lfilter([0.16], [1.0, -0.84], late)
    nearness = 1.0 / (1.0 + (distance / dulling_metres) ** 2)
    near = dull + nearness * (late - dull)
    near *= (path.closest / distance) ** power
    angle = np.pi / 4 * (1.0 + width * path.along(time) / distance)
    return np.stack([near * np.cos(angle), near * np.sin(angle)])
