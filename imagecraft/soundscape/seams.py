"""Sounds that go on: a stretch of sound closed into a loop, and a loop played for as long as one likes.

Where two stretches meet they are crossfaded, at a place where they are most alike: a clock keeps ticking
and a hum keeps its phase. How alike they are decides the shape of the fade, so that the level stays the
same: noises add in power, equal tones in amplitude.

References:
    S. Roucos and A. Wilgus, "High quality time-scale modification for speech", ICASSP 1985 (overlap where the
    correlation is highest).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

CROSSFADE_SECONDS = 1.2
LONGEST_CROSSFADE = 0.2
"""As a share of the shorter stretch."""
SEARCH_SECONDS = 0.5
COARSE = 8
"""Likeness is measured on every eighth sample, averaged."""
ALIKE = 0.5
"""Correlation from which two stretches count as the same sound in step."""
STRETCH_SECONDS = (5.0, 13.0)
"""How long a loop is played before it jumps to another place of it."""


def crossfade_frames(seconds: float, sample_rate: int) -> int:
    """Length of the crossfade of a loop of so many seconds."""
    return max(1, round(min(CROSSFADE_SECONDS, LONGEST_CROSSFADE * seconds) * sample_rate))


def closed(raw: Samples, frames: int, fade: int, sample_rate: int) -> Samples:
    """A loop whose end goes over into its start.

    Where the sound has a beat or a tone that does not fit the length, it is stretched by the little that
    makes it fit.

    Args:
        raw: Shape (..., at least frames + fade + what may be searched).
        frames: Length of the loop.
        fade: Length of the crossfade.
        sample_rate: In Hz.

    Returns:
        float32, shape (..., frames).
    """
    from scipy.signal import resample

    room = raw.shape[-1] - frames - fade
    search = min(round(SEARCH_SECONDS * sample_rate), room, frames // 8)
    lag, likeness = _best_lag(_coarse(raw), frames, fade, search)
    start = raw[..., :fade]
    end = raw[..., lag : lag + fade]
    loop = raw[..., :lag].copy()
    loop[..., :fade] = crossfaded(end, start, likeness)
    if lag != frames:
        loop = resample(loop, frames, axis=-1)
    return np.asarray(loop, np.float32)


def crossfaded(first: Samples, second: Samples, likeness: float) -> Samples:
    """One stretch going over into another of the same length, at an even level.

    Args:
        first, second: Shape (..., frames).
        likeness: Their correlation; 0 for unrelated noises, 1 for the same sound.
    """
    turn = np.linspace(0, np.pi / 2, first.shape[-1], dtype=np.float32)
    out, into = np.cos(turn) ** 2, np.sin(turn) ** 2
    level = np.sqrt(out**2 + into**2 + 2 * max(0.0, likeness) * out * into)
    return np.asarray(first * (out / level) + second * (into / level), np.float32)


def _best_lag(mono: Samples, frames: int, fade: int, search: int) -> tuple[int, float]:
    """How far after its start a stretch is most like it, near `frames`, and how alike; `frames` if unlike."""
    near, length, reach = frames // COARSE, fade // COARSE, search // COARSE
    if length < 2 or reach < 1:
        return frames, 0.0
    scores = _likeness(mono[:length], mono[near - reach : near + reach + length])
    best = int(np.argmax(scores))
    if scores[best] < ALIKE:
        return frames, float(scores[reach])
    return (near - reach + best) * COARSE, float(scores[best])


def _coarse(samples: Samples) -> Samples:
    """One channel at an eighth of the rate."""
    mono = samples if samples.ndim == 1 else samples.mean(axis=0)
    whole = mono.size - mono.size % COARSE
    return np.asarray(mono[:whole].reshape(-1, COARSE).mean(axis=1))


def _likeness(pattern: Samples, field: Samples) -> NDArray[np.float64]:
    """Correlation of a pattern with each stretch of a field, from -1 to 1."""
    from scipy.signal import fftconvolve

    pattern = pattern.astype(np.float64)
    field = field.astype(np.float64)
    products = fftconvolve(field, pattern[::-1], mode="valid")
    power = np.cumsum(np.concatenate([[0.0], np.square(field)]))
    energies = np.maximum(power[pattern.size :] - power[: -pattern.size], 0.0)
    scale = np.sqrt(energies * np.square(pattern).sum())
    return np.asarray(products / np.maximum(scale, 1e-12))


@dataclass(frozen=True)
class _Stretch:
    """A part of the result.

    Attributes:
        start: Its first frame in the result.
        source: Its first frame in the loop.
        likeness: Correlation with what would have gone on there.
    """

    start: int
    source: int
    likeness: float = 0.0


class Endless:
    """A loop played for a given time: once if it is as long, else with jumps, so that nothing comes round.

    Args:
        loop: Shape (2, frames).
        frames: Length of the result.
        rng: Where chance comes from.
        sample_rate: In Hz.
        around: Whether the end of the result goes over into its start.
    """

    def __init__(
        self, loop: Samples, frames: int, rng: np.random.Generator, sample_rate: int, *, around: bool
    ) -> None:
        self._loop = loop
        self._frames = frames
        self._around = around
        self._fade = crossfade_frames(min(loop.shape[1], frames) / sample_rate, sample_rate)
        self._stretches = [_Stretch(0, 0)]
        if frames != loop.shape[1]:
            self._plan(rng, sample_rate)

    @property
    def power(self) -> float:
        """Mean square, summed over both channels."""
        return float(np.square(self._loop).mean()) * 2

    @property
    def nbytes(self) -> int:
        """Memory that it takes, however long it is played."""
        return self._loop.nbytes

    def read(self, start: int, stop: int) -> Samples:
        """Frames `start` to `stop` of the result, both within it; shape (2, stop - start)."""
        result = np.empty((2, stop - start), np.float32)
        for number, stretch in enumerate(self._stretches):
            end = self._end(number)
            if stretch.start >= stop or end <= start:
                continue
            first, last = max(start, stretch.start), min(stop, end)
            part = self._played(number, first, last)
            fading = stretch.start + (self._fade if number or self._turns else 0)
            if first < fading:
                self._fade_in(part, number, first, min(last, fading))
            result[:, first - start : last - start] = part
        return result

    @property
    def _turns(self) -> bool:
        """Whether the start is a seam as well, one that the loop itself does not close."""
        return self._around and len(self._stretches) > 1

    def _end(self, number: int) -> int:
        return self._stretches[number + 1].start if number + 1 < len(self._stretches) else self._frames

    def _played(self, number: int, first: int, last: int) -> Samples:
        stretch = self._stretches[number]
        return self._taken(stretch.source + first - stretch.start, last - first)

    def _fade_in(self, part: Samples, number: int, first: int, last: int) -> None:
        """Let the stretch before go over into this one, in frames `first` to `last` of the result."""
        stretch, before = self._stretches[number], self._stretches[number - 1]
        played = stretch.start - before.start if number else self._frames - before.start
        old = self._taken(before.source + played, self._fade)
        new = self._taken(stretch.source, self._fade)
        whole = crossfaded(old, new, stretch.likeness)
        part[:, : last - first] = whole[:, first - stretch.start : last - stretch.start]

    def _taken(self, source: int, frames: int) -> Samples:
        """So many frames of the loop, a copy, from any place of it."""
        size = self._loop.shape[1]
        source %= size
        parts = [self._loop[:, source : source + frames]]
        frames -= parts[0].shape[1]
        while frames > 0:
            parts.append(self._loop[:, :frames])
            frames -= parts[-1].shape[1]
        return np.concatenate(parts, axis=1)

    def _plan(self, rng: np.random.Generator, sample_rate: int) -> None:
        """Choose where to jump to, and when."""
        size = self._loop.shape[1]
        coarse = _coarse(np.concatenate([self._loop, self._loop], axis=1))
        shortest, longest = (seconds * sample_rate for seconds in STRETCH_SECONDS)
        while True:
            before = self._stretches[-1]
            played = max(
                3 * self._fade, round(min(rng.uniform(shortest, longest), rng.uniform(0.5, 0.9) * size))
            )
            start = before.start + played
            if self._frames - start < 2 * self._fade:
                break
            goes_on = (before.source + played) % size
            wanted = (goes_on + round(rng.uniform(0.2, 0.8) * size)) % size
            self._stretches.append(_Stretch(start, *self._place(coarse, goes_on, wanted, sample_rate)))
        last = self._stretches[-1]
        if self._turns:
            goes_on = (last.source + self._frames - last.start) % size
            self._stretches[0] = _Stretch(0, *self._place(coarse, goes_on, 0, sample_rate))

    def _place(self, coarse: Samples, goes_on: int, wanted: int, sample_rate: int) -> tuple[int, float]:
        """The place near `wanted` that is most like what goes on at `goes_on`, and how alike."""
        size, length = self._loop.shape[1], self._fade // COARSE
        reach = min(round(SEARCH_SECONDS * sample_rate), size // 4) // COARSE
        begin = (wanted // COARSE - reach) % (size // COARSE)
        field = np.take(coarse, np.arange(begin, begin + 2 * reach + length), mode="wrap")
        pattern = np.take(coarse, np.arange(goes_on // COARSE, goes_on // COARSE + length), mode="wrap")
        if length < 2 or reach < 1:
            return wanted, 0.0
        scores = _likeness(pattern, field)
        best = int(np.argmax(scores)) if scores.max() >= ALIKE else reach
        return ((begin + best) * COARSE) % size, float(scores[best])
