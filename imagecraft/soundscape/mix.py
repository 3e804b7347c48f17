"""From a plan to stereo sound, block by block: layers in place, beds ducked under events, one loudness.

Every frame of the result depends on the plan, the seed, the length and the recordings alone, not on how it
is cut into blocks. So ten seconds in memory and an hour into a file are the same code.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Generator, Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.soundscape import mastering
from imagecraft.soundscape.base import (
    LONGEST_IN_MEMORY_SECONDS,
    Origin,
    Progress,
    Stopped,
    checked_rate,
    checked_seconds,
    checked_seed,
)
from imagecraft.soundscape.ducking import Ducking, envelope
from imagecraft.soundscape.library import Library, library
from imagecraft.soundscape.material import making
from imagecraft.soundscape.mixdown import Bed, Events, Mixdown, prepared
from imagecraft.soundscape.plan import Layer, Plan
from imagecraft.soundscape.schedule import PAN_SPREAD, how_many, scheduled
from imagecraft.soundscape.seams import Endless
from imagecraft.soundscape.space import placed

Samples = NDArray[np.float32]
Made = TypeVar("Made")

MOST_VARIANTS = 4


def mix(
    plan: Plan,
    *,
    seconds: float,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
    recordings: bool = True,
    stopped: Stopped | None = None,
    progress: Progress | None = None,
) -> Audio:
    """A plan as sound, in memory.

    Args:
        plan: What is heard.
        seconds: Length, 1 to 600 seconds; see `stream` for more.
        seed: From 0; the same one gives the same samples. None for one by chance.
        sample_rate: 44100 or 48000 Hz.
        loop: Whether the end goes over into the start, to be played round and round.
        recordings: Whether recordings win over synthesis.
        stopped: Asked now and then; the work ends once it says True.
        progress: Told how far the work is, from 0 to 1.

    Returns:
        Two channels, exactly `seconds` long, at -20 LUFS with a true peak of at most -1 dBTP.

    Raises:
        InvalidInput: A length, seed or sample rate that is not possible, or a plan with nothing to hear.
        Cancelled: when `stopped()` said True.
    """
    length = checked_seconds(seconds, LONGEST_IN_MEMORY_SECONDS)
    prepared = prepare(
        plan,
        seconds=length,
        seed=seed,
        sample_rate=sample_rate,
        loop=loop,
        recordings=recordings,
        stopped=stopped,
        progress=progress,
    )
    return prepared.audio()


def stream(
    plan: Plan, *, seconds: float, seed: int | None = None, sample_rate: int = 44_100
) -> Iterator[Audio]:
    """A plan as blocks of sound, for up to an hour; joined they are what `mix` gives. Raises like it."""
    yield from prepare(plan, seconds=seconds, seed=seed, sample_rate=sample_rate).blocks()


def prepare(
    plan: Plan,
    *,
    seconds: float,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
    recordings: bool = True,
    stopped: Stopped | None = None,
    progress: Progress | None = None,
) -> Mixdown:
    """Make all sounds of a plan and put each in its place and time.

    Arguments and Raises are those of `mix`, but up to an hour is possible.
    """
    steps = preparing(
        plan, seconds=seconds, seed=seed, sample_rate=sample_rate, loop=loop, recordings=recordings
    )
    return prepared(steps, stopped, progress)


def preparing(
    plan: Plan,
    *,
    seconds: float,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
    recordings: bool = True,
) -> Generator[float, None, Mixdown]:
    """As `prepare`, a take of a layer at a time: gives how far it is from 0 to 1, and returns the result."""
    rate, chosen_seed = checked_rate(sample_rate), checked_seed(seed)
    frames = round(checked_seconds(seconds) * rate)
    found = library() if recordings else Library()
    maker = _Maker(plan, found, frames, rate, chosen_seed, loop)
    layers = plan.heard
    if not layers:
        raise InvalidInput("No layer of the plan is on, so there is nothing to hear.", "Switch one on.")
    for done, layer in enumerate(layers):
        for share in maker.adding(layer):
            yield (done + share) / len(layers)
        yield (done + 1) / len(layers)
    if not maker.beds and not maker.events:
        raise InvalidInput(
            "There is no sound for any layer of the plan.", "'imagecraft sounds list' shows all."
        )
    bed_power = sum(bed.gain**2 * bed.sound.power for bed in maker.beds)
    return Mixdown(
        maker.beds,
        maker.events,
        Ducking(maker.energy, bed_power, frames, rate, loop=loop),
        frames=frames,
        sample_rate=rate,
        seed=chosen_seed,
        loop=loop,
        target_lufs=mastering.target(max(layer.gain_db for layer in layers)),
        origins=tuple(maker.origins),
        notices=tuple(dict.fromkeys(maker.notices)),
    )


class _Maker:
    """Takes in one layer after the other."""

    def __init__(
        self, plan: Plan, found: Library, frames: int, sample_rate: int, seed: int, loop: bool
    ) -> None:
        self._plan, self._library = plan, found
        self._frames, self._rate, self._seed, self._loop = frames, sample_rate, seed, loop
        self._numbers = _numbers(plan)
        self.beds: list[Bed] = []
        self.events: list[Events] = []
        self.energy = envelope(frames, sample_rate)
        self.origins: list[Origin] = []
        self.notices: list[str] = list(found.notices)

    def adding(self, layer: Layer) -> Iterator[float]:
        """Make the sound of a layer and put it in its place; gives how far it is, from 0 to 1."""
        turn, number = self._numbers[id(layer)]
        rng = np.random.default_rng((self._seed, zlib.crc32(layer.sound.encode()), number, 1))
        seconds = self._frames / self._rate
        count = how_many(layer.per_minute, seconds, rng) if layer.kind == "event" else 1
        made = yield from _part(
            0.0,
            0.6,
            making(
                layer,
                self._library,
                seed=self._seed,
                number=number,
                seconds=seconds,
                count=min(count, MOST_VARIANTS),
                sample_rate=self._rate,
            ),
        )
        if made is None:
            self.notices.append(f"There is no sound for '{layer.sound}' here, so it was left out.")
            return
        self.origins.append(made.origin)
        self.notices.extend(made.notices)
        gain = 10 ** (layer.gain_db / 20)
        if layer.kind == "bed":
            loop = self._placed(made.variants[0], layer, layer.pan, circular=True)
            sound = Endless(loop, self._frames, rng, self._rate, around=self._loop)
            self.beds.append(Bed(sound, gain))
        else:
            yield from _part(0.6, 1.0, self._adding_events(layer, made.variants, count, turn, gain, rng))

    def _adding_events(
        self,
        layer: Layer,
        variants: tuple[Samples, ...],
        count: int,
        turn: int,
        gain: float,
        rng: np.random.Generator,
    ) -> Generator[float, None, None]:
        pans = np.clip(layer.pan + PAN_SPREAD * rng.uniform(-1, 1, len(variants)), -1, 1)
        sounds: tuple[Samples, ...] = ()
        for variant, pan in zip(variants, pans, strict=True):
            sounds += (self._placed(variant, layer, float(pan), circular=False) * np.float32(gain),)
            yield len(sounds) / len(variants)
        times = scheduled(
            count,
            [variant.shape[-1] for variant in variants],
            self._frames,
            jitter=layer.jitter,
            turn=turn,
            sample_rate=self._rate,
            around=self._loop,
            rng=rng,
        )
        self.events.append(Events(sounds, tuple(times)))
        self.energy.add(sounds, times, around=self._loop)

    def _placed(self, sound: Samples, layer: Layer, pan: float, *, circular: bool) -> Samples:
        return placed(
            sound, self._rate, pan=pan, distance=layer.distance, place=self._plan.place, circular=circular
        )


def _part(start: float, stop: float, steps: Generator[float, None, Made]) -> Generator[float, None, Made]:
    """Steps that are a part of more: their 0 is `start`, their 1 is `stop`."""
    while True:
        try:
            share = next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made
        yield start + share * (stop - start)


def _numbers(plan: Plan) -> dict[int, tuple[int, int]]:
    """Of each layer, its number among all and among those of the same sound; switching one off changes
    neither.
    """
    seen: Counter[str] = Counter()
    numbers = {}
    for turn, layer in enumerate(plan.layers):
        numbers[id(layer)] = (turn, seen[layer.sound])
        seen[layer.sound] += 1
    return numbers
