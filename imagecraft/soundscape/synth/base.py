"""What a generator of sound is, and what can be relied on about what it gives.

A family module writes one function a sound, which need not care about level, offset or clicks at
the ends: `Generator.render` sees to those.

    sounds = Family()

    @sounds.add
    def rain(take: Take) -> Samples:
        return ...  # (frames,) or (2, frames), at any level
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput

Samples = NDArray[np.floating[Any]]

SAMPLE_RATES_HZ = (44_100, 48_000)
MAX_SECONDS = 600.0
MIN_FRAMES = 64
LEVEL_DB = -20.0
"""RMS of the loudest 0.4 s at normal intensity, relative to full scale."""
INTENSITY_DB = 12.0
"""Level between the faintest and the strongest intensity."""
CEILING = 0.95
BLOCK_SECONDS = 0.4
FADE_IN_SECONDS = {"bed": 0.02, "event": 0.002}
FADE_OUT_SECONDS = {"bed": 0.02, "event": 0.03}


@dataclass(frozen=True)
class Take:
    """What a sound is asked to be.

    Attributes:
        rng: Where all chance comes from.
        seconds: Length of a bed; the most that an event may last.
        rate: Sample rate in Hz.
        intensity: 0 faint or calm, 0.5 normal, 1 strong.
    """

    rng: np.random.Generator
    seconds: float
    rate: int
    intensity: float

    @property
    def frames(self) -> int:
        """Length of a bed in samples."""
        return round(self.seconds * self.rate)

    def count(self, seconds: float) -> int:
        """Seconds in samples, at least one."""
        return max(1, round(seconds * self.rate))

    def times(self, seconds: float) -> NDArray[np.float64]:
        """The time of each sample of so many seconds, in seconds."""
        return np.arange(self.count(seconds)) / self.rate

    def between(self, calm: float, strong: float) -> float:
        """A setting that goes with intensity, `calm` at 0 and `strong` at 1, on a straight line."""
        return calm + (strong - calm) * self.intensity

    def scaled(self, calm: float, strong: float) -> float:
        """A setting that goes with intensity by equal ratios; both ends above zero."""
        return float(calm * (strong / calm) ** self.intensity)

    def spread(self, middle: float, share: float = 0.1) -> float:
        """A value near `middle`, up to `share` of it away: what makes two takes differ."""
        return float(middle * (1 + share * self.rng.uniform(-1, 1)))


Make = Callable[[Take], Samples]


@dataclass(frozen=True)
class Generator:
    """One sound, made on demand.

    Attributes:
        name: As in assets/sounds.toml.
        kind: "bed" goes on all the time, "event" happens once.
        make: The function that shapes it.
    """

    name: str
    kind: str
    make: Make

    def render(
        self, rng: np.random.Generator, seconds: float, sample_rate: int, intensity: float
    ) -> NDArray[np.float32]:
        """The sound.

        Args:
            rng: Where all chance comes from; the same state gives the same samples.
            seconds: Length of a bed; of an event, which has its own length, the most it may last.
            sample_rate: 44100 or 48000.
            intensity: From 0 to 1; 0.5 is normal.

        Returns:
            float32, shape (frames,) or (2, frames), peak at most 0.95, no offset, silent at both ends.

        Raises:
            InvalidInput: if a number is outside what is given here, or the length is not above 0 and at most
                ten minutes.
        """
        _check(seconds, sample_rate, intensity)
        take = Take(rng, float(seconds), int(sample_rate), float(intensity))
        sound = np.asarray(self.make(take))[..., : take.frames]
        if self.kind == "bed" and sound.shape[-1] != take.frames:
            raise AssertionError(f"{self.name}: {sound.shape[-1]} frames instead of {take.frames}")
        return _finished(sound, self.kind, take)


class Family(Mapping[str, Generator]):
    """The generators of one module."""

    def __init__(self) -> None:
        self._members: dict[str, Generator] = {}

    def add(self, make: Make) -> Make:
        """Decorator: take a function in under its own name, which must be in assets/sounds.toml."""
        name = make.__name__
        self._members[name] = Generator(name, str(vocabulary("sounds")[name]["kind"]), make)
        return make

    def __getitem__(self, name: str) -> Generator:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def find(generators: Mapping[str, Generator], name: str) -> Generator:
    """The generator of this name.

    Raises:
        InvalidInput: if there is none; the hint names near ones.
    """
    if name in generators:
        return generators[name]
    near = difflib.get_close_matches(str(name), generators, n=3, cutoff=0.5)
    hint = f"Perhaps {' or '.join(near)}?" if near else f"There are: {', '.join(sorted(generators))}."
    raise InvalidInput(f"There is no sound '{name}'.", hint)


def _check(seconds: float, sample_rate: int, intensity: float) -> None:
    if sample_rate not in SAMPLE_RATES_HZ:
        raise InvalidInput(f"A sample rate of {sample_rate} Hz is not possible.", "Give 44100 or 48000.")
    if not math.isfinite(seconds) or not MIN_FRAMES <= seconds * sample_rate <= MAX_SECONDS * sample_rate:
        raise InvalidInput(
            f"A sound of {seconds} seconds is not possible.",
            f"Give a number above 0 and up to {MAX_SECONDS:.0f}.",
        )
    if not 0 <= intensity <= 1:
        raise InvalidInput(f"An intensity of {intensity} is not possible.", "Give a number from 0 to 1.")


def _finished(sound: Samples, kind: str, take: Take) -> NDArray[np.float32]:
    """The sound faded at both ends, without offset, at its level."""
    window = _fades(sound.shape[-1], take.rate, FADE_IN_SECONDS[kind], FADE_OUT_SECONDS[kind])
    faded = sound.astype(np.float32) * window
    faded -= window * (faded.mean(axis=-1, keepdims=True, dtype=np.float64) / window.mean()).astype(
        np.float32
    )
    loudest, peak = _loudest(faded, take.rate), float(np.abs(faded).max())
    if not peak:
        return faded
    wanted = 10 ** ((LEVEL_DB + INTENSITY_DB * (take.intensity - 0.5)) / 20)
    return faded * np.float32(min(wanted / loudest, CEILING / peak))


def _fades(frames: int, rate: int, fade_in: float, fade_out: float) -> NDArray[np.float32]:
    window = np.ones(frames, np.float32)
    rise = min(round(fade_in * rate), frames // 4)
    fall = min(round(fade_out * rate), frames // 4)
    window[:rise] = np.sin(np.linspace(0, np.pi / 2, rise, endpoint=False)) ** 2
    window[frames - fall :] = np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return window


def _loudest(sound: NDArray[np.float32], rate: int) -> float:
    """RMS of the loudest of the blocks of 0.4 s, in the louder channel."""
    block = round(BLOCK_SECONDS * rate)
    frames = sound.shape[-1]
    if frames <= block:
        power = np.einsum("...i,...i->...", sound, sound) / block
        return float(np.sqrt(power.max()))
    blocks = sound[..., : frames - frames % block].reshape(*sound.shape[:-1], -1, block)
    return float(np.sqrt(np.einsum("...i,...i->...", blocks, blocks).max() / block))
