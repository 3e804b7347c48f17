"""Layers in place and time, played: any part of the mix, at any time, at the loudness of the whole."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.audio import Audio
from imagecraft.soundscape.base import Origin, Progress, Stopped, stop_if
from imagecraft.soundscape.ducking import Ducking
from imagecraft.soundscape.mastering import Master
from imagecraft.soundscape.schedule import Occurrence
from imagecraft.soundscape.seams import Endless

Samples = NDArray[np.float32]

BLOCK_SECONDS = 5.0
FADE_IN_SECONDS, FADE_OUT_SECONDS = 0.4, 1.2
SHARE_OF_PREPARING, SHARE_OF_MEASURING = 0.6, 0.8
"""Of the work, for progress."""


@dataclass(frozen=True)
class Bed:
    """A layer that goes on all the time, in its place.

    Attributes:
        sound: It, for any part of the length.
        gain: Factor of its level.
    """

    sound: Endless
    gain: float


@dataclass(frozen=True)
class Events:
    """A layer that comes and goes.

    Attributes:
        variants: Its takes in their place, float32 of shape (2, frames), at their level.
        times: When which of them is heard.
    """

    variants: tuple[Samples, ...]
    times: tuple[Occurrence, ...]


class Mixdown:
    """A soundscape that is ready to be played; made by `prepare`.

    Attributes:
        beds: What goes on all the time.
        events: What comes and goes, a layer each.
        ducking: How far the beds step back, and when.
        frames: Its length.
        sample_rate: In Hz.
        seed: The one it was made with.
        origins: Where the sound of each layer comes from.
        notices: What the user should know.
    """

    def __init__(
        self,
        beds: list[Bed],
        events: list[Events],
        ducking: Ducking,
        *,
        frames: int,
        sample_rate: int,
        seed: int,
        loop: bool,
        target_lufs: float,
        origins: tuple[Origin, ...],
        notices: tuple[str, ...],
    ) -> None:
        self.frames, self.sample_rate, self.seed = frames, sample_rate, seed
        self.origins, self.notices = origins, notices
        self.beds, self.events, self.ducking = beds, events, ducking
        self._loop, self._target_lufs = loop, target_lufs
        self._stopped: Stopped | None = None
        self._progress: Progress | None = None
        self._master: Master | None = None

    def reporting(self, stopped: Stopped | None, progress: Progress | None) -> Mixdown:
        """The same, which asks `stopped()` now and then, and tells `progress` how far it is."""
        self._stopped, self._progress = stopped, progress
        return self

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate

    def audio(self) -> Audio:
        """All of it, in memory."""
        samples = np.empty((2, self.frames), np.float32)
        done = 0
        for block in self.blocks():
            samples[:, done : done + block.samples.shape[1]] = block.samples
            done += block.samples.shape[1]
        return Audio(samples, self.sample_rate)

    def measuring(self) -> Iterator[float]:
        """Find out how loud it is, block by block, for those who do other work between two blocks.

        Gives how far it is, from 0 to 1; a second pass, where one is needed, begins at 0 again. What was
        measured before gives nothing.
        """
        if self._master is not None:
            return
        master = Master(
            self.raw, self.frames, self.sample_rate, loop=self._loop, target_lufs=self._target_lufs
        )
        yield from master.listening()
        self._master = master

    def blocks(self, seconds: float = BLOCK_SECONDS) -> Iterator[Audio]:
        """All of it, in blocks of so many seconds; measured first, unless `measuring` went through it.

        Raises:
            Cancelled: when `stopped()` said True.
        """
        measured = self._reporter(SHARE_OF_PREPARING)
        furthest = 0.0
        for share in self.measuring():
            furthest = max(furthest, share)
            measured(furthest)
        master = self._measured()
        report = self._reporter(SHARE_OF_MEASURING, 1.0)
        size = max(1, round(seconds * self.sample_rate))
        for start in range(0, self.frames, size):
            stop = min(start + size, self.frames)
            yield Audio(master.read(start, stop), self.sample_rate)
            report(stop / self.frames)

    def _measured(self) -> Master:
        if self._master is None:
            raise RuntimeError("the mix has not been measured")
        return self._master

    def raw(self, start: int, stop: int) -> Samples:
        """Frames `start` to `stop` before they are brought to their loudness; both within the length."""
        mixed = np.zeros((2, stop - start), np.float32)
        for bed in self.beds:
            mixed += bed.sound.read(start, stop) * np.float32(bed.gain)
        if self.beds and self.events:
            mixed *= self.ducking.gain(start, stop)
        for events in self.events:
            self._add(events, mixed, start, stop)
        if not self._loop:
            self._fade(mixed, start, stop)
        return mixed

    def _add(self, events: Events, mixed: Samples, start: int, stop: int) -> None:
        for time in events.times:
            sound = events.variants[time.variant]
            for begin in (time.start, time.start - self.frames) if self._loop else (time.start,):
                first, last = max(start, begin), min(stop, begin + sound.shape[1])
                if first < last:
                    part = sound[:, first - begin : last - begin]
                    mixed[:, first - start : last - start] += part * np.float32(time.gain)

    def _fade(self, mixed: Samples, start: int, stop: int) -> None:
        """Let the soundscape begin and end softly."""
        rise = min(FADE_IN_SECONDS * self.sample_rate, self.frames / 8)
        fall = min(FADE_OUT_SECONDS * self.sample_rate, self.frames / 8)
        if start >= rise and stop <= self.frames - fall:
            return
        frames = np.arange(start, stop)
        share = np.minimum(frames / rise, (self.frames - 1 - frames) / fall)
        mixed *= (np.sin(np.clip(share, 0, 1) * (np.pi / 2)) ** 2).astype(np.float32)

    def _reporter(self, start: float, stop: float = SHARE_OF_MEASURING) -> Progress:
        def report(share: float) -> None:
            stop_if(self._stopped)
            if self._progress is not None:
                self._progress(start + share * (stop - start))

        return report


def prepared(
    steps: Generator[float, None, Mixdown], stopped: Stopped | None, progress: Progress | None
) -> Mixdown:
    """Go through the steps that prepare a mix, which tell how far they are from 0 to 1.

    Raises:
        Cancelled: when `stopped()` said True.
    """
    while True:
        stop_if(stopped)
        try:
            share = next(steps)
        except StopIteration as end:
            made: Mixdown = end.value
            return made.reporting(stopped, progress)
        if progress is not None:
            progress(SHARE_OF_PREPARING * share)
