"""The last step: one loudness for all but quiet soundscapes, no peak above the ceiling, in bounded memory.

References:
    ITU-R BS.1770-4 (loudness, true peak); EBU R 128 (a ceiling of -1 dBTP).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.limiting import limited
from imagecraft.media.loudness import Meter
from imagecraft.soundscape.base import Progress

Samples = NDArray[np.float32]
Read = Callable[[int, int], Samples]

TARGET_LUFS = -20.0
QUIET_DB = -12.0
"""Where the loudest layer is softer than this, the whole is meant to be quiet: it stays as much below."""
FAINTEST_LUFS = -30.0
CEILING = 10 ** (-1.1 / 20)
"""-1 dBTP, and a tenth for what four times the rate does not see."""
MAX_GAIN_DB = 40.0
LOOKAHEAD_SECONDS = 0.004
MARGIN_FRAMES = 32
"""More than the filter that finds true peaks reaches."""
KEPT_SECONDS = 90.0
"""What is no longer is made only once and kept between measuring and writing: 64 MB at most."""
BLOCK_SECONDS = 5.0


def target(loudest_db: float) -> float:
    """Loudness in LUFS of a soundscape whose loudest layer has this level in dB."""
    return max(FAINTEST_LUFS, TARGET_LUFS + min(0.0, loudest_db - QUIET_DB))


class Master:
    """Brings a sound to a loudness and below `CEILING`.

    It listens to the whole sound first. Where it has to turn peaks down, which takes loudness away, it
    listens a second time and makes up for that.

    Args:
        raw: Gives frames (start, stop) of the sound, both within its length.
        frames: Its length.
        sample_rate: In Hz.
        loop: Whether its end meets its start.
        target_lufs: The loudness it is brought to.
        measured: Told how far the listening is.
    """

    def __init__(
        self,
        raw: Read,
        frames: int,
        sample_rate: int,
        *,
        loop: bool,
        target_lufs: float = TARGET_LUFS,
        measured: Progress | None = None,
    ) -> None:
        self._frames, self._rate, self._loop = frames, sample_rate, loop
        self._measured = measured
        self._raw = _remembered(raw, frames) if frames <= KEPT_SECONDS * sample_rate else raw
        self._reach = round(LOOKAHEAD_SECONDS * sample_rate)
        self._gain, self._target = 1.0, target_lufs
        loudness, peak = self._heard(lambda start, stop: self._raw(start, stop))
        if loudness == float("-inf"):
            return
        self._gain = self._needed(loudness)
        if peak * self._gain > CEILING:
            limited, _ = self._heard(self.read)
            self._gain *= self._needed(limited)

    def read(self, start: int, stop: int) -> Samples:
        """Frames `start` to `stop` of the result."""
        margin = 4 * self._reach + MARGIN_FRAMES
        near = self._around(start - margin, stop + margin) * np.float32(self._gain)
        inner = slice(margin, near.shape[1] - margin)
        return limited(near, CEILING, self._reach)[:, inner]

    def _needed(self, loudness: float) -> float:
        return float(10 ** (min(self._target - loudness, MAX_GAIN_DB) / 20))

    def _heard(self, read: Read) -> tuple[float, float]:
        """Loudness and highest sample of all that `read` gives."""
        meter, peak = Meter(self._rate), 0.0
        size = round(BLOCK_SECONDS * self._rate)
        for start in range(0, self._frames, size):
            block = read(start, min(start + size, self._frames))
            meter.add(block)
            peak = max(peak, float(np.abs(block).max()))
            if self._measured is not None:
                self._measured(min(1.0, (start + size) / self._frames))
        return meter.lufs, peak

    def _around(self, start: int, stop: int) -> Samples:
        """Frames also from before the start and after the end: of the loop, or silence."""
        before, after = max(0, -start), max(0, stop - self._frames)
        inner = self._raw(max(start, 0), min(stop, self._frames))
        if not before and not after:
            return inner
        if not self._loop:
            return np.pad(inner, ((0, 0), (before, after)))
        head = self._raw(self._frames - before, self._frames) if before else inner[:, :0]
        tail = self._raw(0, after) if after else inner[:, :0]
        return np.concatenate([head, inner, tail], axis=1)


def _remembered(raw: Read, frames: int) -> Read:
    """The same sound, made once when it is first asked for."""
    kept: list[Samples] = []

    def read(start: int, stop: int) -> Samples:
        if not kept:
            kept.append(raw(0, frames))
        return kept[0][:, start:stop]

    return read
