"""The sounds of a layer as they come from a recording or a generator, levelled; kept for the next mix."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from imagecraft.errors import InvalidInput
from imagecraft.media.loudness import Meter
from imagecraft.soundscape.base import Origin
from imagecraft.soundscape.library import Library, Recording
from imagecraft.soundscape.plan import Layer
from imagecraft.soundscape.seams import closed, crossfade_frames
from imagecraft.soundscape.takes import faded, take

Samples = NDArray[np.float32]

REFERENCE_LUFS = -23.0
"""Loudness of every sound before its layer's level."""
SHORT_SECONDS = 0.2
"""What is shorter is levelled as if it lasted so long, for the ear adds up over about that time."""
BOTH_EARS_DB = 3.01
"""What one channel gains when it is played on both sides."""
LONGEST_BED_SECONDS = 24.0
LONGEST_EVENT_SECONDS = 20.0
SHORTEST_BED_SECONDS = 0.5
"""What is shorter and goes round and round is a tone, not the sound that it was."""
BED_TOO_SHORT = "Your sounds: '{name}' is shorter than {least:g} s, too short to go on and on."
SPARE_SECONDS = 0.6
"""More of a bed than is needed, to look for a good seam in."""
EDGE_SECONDS = 0.03
"""Generators fade in and out over so long."""
PITCH_SPREAD = 0.03
CACHE_BYTES = 160_000_000


@dataclass(frozen=True)
class Material:
    """What a layer sounds like, before it is put in its place.

    Attributes:
        variants: A bed's loop, or an event's takes: float32, shape (frames,) or (2, frames), at
            `REFERENCE_LUFS`.
        origin: Where they come from.
        notices: Recordings that could not be used.
    """

    variants: tuple[Samples, ...]
    origin: Origin
    notices: tuple[str, ...] = ()


class Kept:
    """Sounds made before, the least recently used given up when they take more than so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._sounds: OrderedDict[object, Samples] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        return self._bytes

    def get(self, key: object, make: Callable[[], Samples]) -> Samples:
        """The sound of a key, made now unless it is kept. It must not be changed."""
        with self._lock:
            if key in self._sounds:
                self._sounds.move_to_end(key)
                return self._sounds[key]
        made = make()
        made.setflags(write=False)
        with self._lock:
            if key not in self._sounds and made.nbytes <= self._most:
                self._sounds[key] = made
                self._bytes += made.nbytes
            while self._bytes > self._most:
                self._bytes -= self._sounds.popitem(last=False)[1].nbytes
        return made

    def clear(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._sounds.clear()
            self._bytes = 0


kept = Kept(CACHE_BYTES)


def material(
    layer: Layer, library: Library, *, seed: int, number: int, seconds: float, count: int, sample_rate: int
) -> Material | None:
    """As `making`, at once."""
    steps = making(
        layer,
        library,
        seed=seed,
        number=number,
        seconds=seconds,
        count=count,
        sample_rate=sample_rate,
    )
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Material | None = end.value
            return made


def making(
    layer: Layer, library: Library, *, seed: int, number: int, seconds: float, count: int, sample_rate: int
) -> Generator[float, None, Material | None]:
    """Make the sound of a layer, a take at a time: gives how far it is from 0 to 1.

    Returns the sound; None if there is neither a recording nor a generator.

    Args:
        layer: What is wanted.
        library: The recordings there are.
        seed: Of the whole soundscape.
        number: How many layers before this one have the same sound.
        seconds: Length of the whole soundscape.
        count: How many variants of an event.
        sample_rate: In Hz.
    """
    from imagecraft.soundscape.synth import GENERATORS

    chance = (seed, zlib.crc32(layer.sound.encode()), number)
    notices: list[str] = []
    recorded: list[Recording] = []
    for recording in library.takes.get(layer.sound, ()):
        try:
            sound = _take(recording, sample_rate)
            if layer.kind == "bed" and sound.shape[-1] < SHORTEST_BED_SECONDS * sample_rate:
                notices.append(BED_TOO_SHORT.format(name=recording.path.name, least=SHORTEST_BED_SECONDS))
            else:
                recorded.append(recording)
        except InvalidInput as problem:
            notices.append(f"Your sounds: {problem.message}")
        yield 0.0
    if recorded:
        names = tuple(recording.path.name for recording in recorded)
        origin = Origin(layer.sound, recorded[0].source, recorded[0].license, names)
    elif layer.sound in GENERATORS:
        origin = Origin(layer.sound)
    else:
        return None
    if layer.kind == "bed":
        variants: tuple[Samples, ...] = (_bed(layer, recorded, chance, seconds, sample_rate),)
        yield 1.0
    else:
        variants = yield from _events(layer, recorded, chance, seconds, count, sample_rate)
    return Material(variants, origin, tuple(notices))


def _bed(
    layer: Layer,
    recorded: list[Recording],
    chance: tuple[int, ...],
    seconds: float,
    sample_rate: int,
) -> Samples:
    """One loop, as long as the soundscape where that is not too long."""
    length = min(seconds, LONGEST_BED_SECONDS)

    def looped() -> Samples:
        if recorded:
            raw = _take(recorded[chance[0] % len(recorded)], sample_rate)
            frames = min(round(length * sample_rate), round(raw.shape[-1] / 1.3))
        else:
            fade = crossfade_frames(length, sample_rate) / sample_rate
            whole = max(2.0, length + fade + SPARE_SECONDS + 2 * EDGE_SECONDS)
            raw = _rendered(layer, np.random.default_rng(chance), whole, sample_rate)
            edge = round(EDGE_SECONDS * sample_rate)
            raw, frames = raw[..., edge:-edge], round(length * sample_rate)
        fade_frames = crossfade_frames(frames / sample_rate, sample_rate)
        return levelled(closed(raw, frames, fade_frames, sample_rate), sample_rate)

    key = ("bed", layer.sound, tuple(recorded), chance, length, layer.intensity, sample_rate)
    return kept.get(key, looped)


def _events(
    layer: Layer,
    recorded: list[Recording],
    chance: tuple[int, ...],
    seconds: float,
    count: int,
    sample_rate: int,
) -> Generator[float, None, tuple[Samples, ...]]:
    """So many takes, one at a time."""
    longest = min(LONGEST_EVENT_SECONDS, max(3.0, 0.8 * seconds))

    def variant(number: int) -> Samples:
        rng = np.random.default_rng((*chance, number))
        if not recorded:
            return levelled(_rendered(layer, rng, longest, sample_rate), sample_rate)
        sound = _take(recorded[(chance[0] + number) % len(recorded)], sample_rate)
        sound = sound[..., : round(longest * sample_rate)]
        if number >= len(recorded):
            sound = _shifted(sound, rng.uniform(-PITCH_SPREAD, PITCH_SPREAD))
        return levelled(sound * faded(sound.shape[-1], sample_rate), sample_rate)

    key = ("event", layer.sound, tuple(recorded), chance, longest, layer.intensity, sample_rate)
    made: tuple[Samples, ...] = ()
    for number in range(count):
        made += (kept.get((key, number), partial(variant, number)),)
        yield len(made) / count
    return made


def levelled(sound: Samples, sample_rate: int) -> Samples:
    """The sound at `REFERENCE_LUFS`; silence stays silence."""
    channels = np.atleast_2d(sound)
    padding = max(0, round(SHORT_SECONDS * sample_rate) - channels.shape[1])
    meter = Meter(sample_rate, len(channels))
    meter.add(np.pad(channels, ((0, 0), (0, padding))))
    loudness = meter.lufs + (BOTH_EARS_DB if len(channels) == 1 else 0.0)
    if loudness == float("-inf"):
        return sound.copy()
    return np.asarray(sound * np.float32(10 ** ((REFERENCE_LUFS - loudness) / 20)), np.float32)


def _rendered(layer: Layer, rng: np.random.Generator, seconds: float, sample_rate: int) -> Samples:
    from imagecraft.soundscape.synth import GENERATORS

    return GENERATORS[layer.sound].render(rng, seconds, sample_rate, layer.intensity)


def _take(recording: Recording, sample_rate: int) -> Samples:
    return kept.get((recording, sample_rate), lambda: take(recording, sample_rate))


def _shifted(sound: Samples, share: float) -> Samples:
    """The sound played a little faster or slower, so that the same recording is not heard twice alike."""
    from scipy.signal import resample

    frames = max(2, round(sound.shape[-1] * (1 + share)))
    return np.asarray(resample(sound, frames, axis=-1), np.float32)
