"""Beds step back a little while an event sounds, as a person mixing would do it.

All of it is worked out beforehand at a hundred values a second, so that the gain at a frame does not depend
on the blocks that the sound is made in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.schedule import Occurrence

Samples = NDArray[np.float32]

STEPS_A_SECOND = 100
DEPTH_DB = 5.0
BEFORE_SECONDS, AFTER_SECONDS = 0.12, 0.3
SMOOTH_SECONDS = 0.25


class Energy:
    """How strong all events together are, over time.

    Attributes:
        values: Mean square of both channels, 100 a second.
    """

    def __init__(self, frames: int, sample_rate: int) -> None:
        self._hop = sample_rate // STEPS_A_SECOND
        self.values = np.zeros(-(-frames // self._hop) + 1)

    def add(self, sounds: Sequence[Samples], times: Sequence[Occurrence], *, around: bool) -> None:
        """Take in the events of a layer."""
        shapes = [self._shape(sound) for sound in sounds]
        for time in times:
            shape = shapes[time.variant] * time.gain**2
            steps = time.start // self._hop + np.arange(shape.size)
            if around:
                np.add.at(self.values, steps % self.values.size, shape)
            else:
                within = steps < self.values.size
                self.values[steps[within]] += shape[within]

    def _shape(self, sound: Samples) -> NDArray[np.float64]:
        whole = sound.shape[1] - sound.shape[1] % self._hop
        steps = sound[:, :whole].reshape(len(sound), -1, self._hop)
        return np.asarray(np.einsum("csf,csf->s", steps, steps, dtype=np.float64) / self._hop)


def envelope(frames: int, sample_rate: int) -> Energy:
    """No events yet, for a soundscape of so many frames."""
    return Energy(frames, sample_rate)


class Ducking:
    """The gain of the beds, over time.

    Args:
        energy: How strong the events are.
        bed_power: Mean square of all beds together, both channels; events as strong take half of `DEPTH_DB`.
        frames: Length of the soundscape.
        sample_rate: In Hz.
        loop: Whether its end meets its start.
    """

    def __init__(
        self, energy: Energy, bed_power: float, frames: int, sample_rate: int, *, loop: bool
    ) -> None:
        from scipy.ndimage import convolve1d, maximum_filter1d

        self._frames, self._rate = frames, sample_rate
        mode = "wrap" if loop else "nearest"
        values = energy.values[:-1] if loop else energy.values
        before, after = (round(part * STEPS_A_SECOND) for part in (BEFORE_SECONDS, AFTER_SECONDS))
        window = np.hanning(round(SMOOTH_SECONDS * STEPS_A_SECOND) + 2)[1:-1]
        reach = before + after + 1
        held = maximum_filter1d(values, reach, origin=(after - before) // 2, mode=mode)
        share = held / (held + max(bed_power, 1e-12))
        smooth = convolve1d(share, window / window.sum(), mode=mode)
        steps = np.append(smooth, smooth[0]) if loop else smooth
        self._gains = 10 ** (-DEPTH_DB * steps / 20)
        self._times = np.linspace(0, frames, self._gains.size) if loop else self._step_times()

    def gain(self, start: int, stop: int) -> Samples:
        """The beds' gain at frames `start` to `stop`."""
        return np.interp(np.arange(start, stop), self._times, self._gains).astype(np.float32)

    def _step_times(self) -> NDArray[np.float64]:
        return np.arange(self._gains.size) * (self._rate / STEPS_A_SECOND)
