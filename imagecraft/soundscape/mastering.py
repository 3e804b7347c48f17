"""The last step: one loudness for all but quiet soundscapes, no peak above the ceiling, in bounded memory.

References:
    ITU-R BS.1770-4 (loudness, true peak); EBU R 128 (a ceiling of -1 dBTP).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.limiting import limited
from imagecraft.media.loudness import Meter

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
CLOSE_DB = 0.15
"""As near to the target as this is near enough."""
LEAST_YIELDING = 0.25
"""Gain is raised by at most the missing loudness divided by this, however little of it comes through."""
MOST_PASSES = 6
"""Over all of the sound: to measure it, and to make up for what turning peaks down takes away."""


def target(loudest_db: float) -> float:
    """Loudness in LUFS of a soundscape whose loudest layer has this level in dB."""
    return max(FAINTEST_LUFS, TARGET_LUFS + min(0.0, loudest_db - QUIET_DB))


class Master:
    """Brings a sound to a loudness and below `CEILING`.

    It has to listen to the whole sound first, see `listening`. Where it then has to turn peaks down, which
    takes loudness away, it listens again and makes up for that, until it is within `CLOSE_DB`. So few and so
    short sounds that even `MOST_PASSES` do not reach the target stay a little softer.

    Args:
        raw: Gives frames (start, stop) of the sound, both within its length.
        frames: Its length.
        sample_rate: In Hz.
        loop: Whether its end meets its start.
        target_lufs: The loudness it is brought to.
    """

    def __init__(
        self,
        raw: Read,
        frames: int,
        sample_rate: int,
        *,
        loop: bool,
        target_lufs: float = TARGET_LUFS,
    ) -> None:
        self._frames, self._rate, self._loop = frames, sample_rate, loop
        self._block = round(BLOCK_SECONDS * sample_rate)
        self._raw = _Remembered(raw, frames).read if frames <= KEPT_SECONDS * sample_rate else raw
        self._reach = round(LOOKAHEAD_SECONDS * sample_rate)
        self._gain, self._target = 1.0, target_lufs
        self._peak = 0.0

    def listening(self) -> Iterator[float]:
        """Listen, a block at a time: gives how far this pass over the sound is, from 0 to 1."""
        loudness = yield from self._heard(self._raw)
        if loudness == float("-inf"):
            return
        peak = self._peak
        yielding = 1.0  # dB of loudness that the last dB of gain has brought
        for _ in range(MOST_PASSES - 1):
            missing_db = self._target - loudness
            if abs(missing_db) <= CLOSE_DB:
                return
            before, more_db = loudness, missing_db / max(yielding, LEAST_YIELDING)
            self._gain = min(self._gain * 10 ** (more_db / 20), 10 ** (MAX_GAIN_DB / 20))
            if peak * self._gain <= CEILING:
                return
            loudness = yield from self._heard(self.read)
            yielding = min(1.0, (loudness - before) / more_db)

    def read(self, start: int, stop: int) -> Samples:
        """Frames `start` to `stop` of the result."""
        margin = 4 * self._reach + MARGIN_FRAMES
        near = self._around(start - margin, stop + margin) * np.float32(self._gain)
        inner = slice(margin, near.shape[1] - margin)
        return limited(near, CEILING, self._reach)[:, inner]

    def _heard(self, read: Read) -> Generator[float, None, float]:
        """Listen to all that `read` gives, and return its loudness."""
        meter = Meter(self._rate)
        for start in range(0, self._frames, self._block):
            stop = min(start + self._block, self._frames)
            block = read(start, stop)
            meter.add(block)
            self._peak = max(self._peak, float(np.abs(block).max()))
            yield stop / self._frames
        return meter.lufs

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


class _Remembered:
    """The same sound, each frame made once: when it, or a later one, is first asked for."""

    def __init__(self, raw: Read, frames: int) -> None:
        self._raw = raw
        self._kept = np.empty((2, frames), np.float32)
        self._made = 0

    def read(self, start: int, stop: int) -> Samples:
        if stop > self._made:
            self._kept[:, self._made : stop] = self._raw(self._made, stop)
            self._made = stop
        return self._kept[:, start:stop]
