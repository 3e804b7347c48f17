"""Audio arrays and the files they become."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagecraft.errors import InvalidInput
from imagecraft.media.files import replacing

SAMPLE_RATE_RANGE_HZ = (4_000, 384_000)
MAX_CHANNELS = 8
INT16_PEAK = 32_767
FRAMES_PER_WRITE = 16_384
"""libsndfile's Vorbis encoder takes the memory for one write from the stack; some minutes overrun it."""
LOSSY_CEILING = 0.891
"""-1 dB: lossy codecs overshoot the peak they were given by a little when decoded."""


@dataclass(frozen=True, eq=False)
class Audio:
    """Sound in memory.

    Attributes:
        samples: float32, shape (channels, frames), in [-1, 1].
        sample_rate: Frames per second, in Hz.
    """

    samples: NDArray[np.float32]
    sample_rate: int

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return int(self.samples.shape[-1]) / self.sample_rate


@dataclass(frozen=True)
class AudioContainer:
    """How libsndfile is asked for one kind of file."""

    name: str
    subtype: str
    lossy: bool
    max_channels: int = MAX_CHANNELS
    sample_rates: tuple[int, ...] = ()


_MPEG_RATES_HZ = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_CONTAINERS = {
    "wav": AudioContainer("WAV", "PCM_16", lossy=False),
    "flac": AudioContainer("FLAC", "PCM_16", lossy=False),
    "mp3": AudioContainer("MP3", "MPEG_LAYER_III", lossy=True, max_channels=2, sample_rates=_MPEG_RATES_HZ),
    "ogg": AudioContainer("OGG", "VORBIS", lossy=True),
}
AUDIO_FORMATS = tuple(_CONTAINERS)
_CHOICES = f"Choose one of: {', '.join(AUDIO_FORMATS)}."


def write_audio(audio: Audio, path: str | Path) -> Path:
    """Write sound to a file, whole or not at all; 16-bit, and turned down if it would clip.

    Args:
        audio: The sound.
        path: The file to make or replace; its suffix chooses the format: .wav, .flac, .mp3 or .ogg.

    Returns:
        The path that was written.

    Raises:
        InvalidInput: if the suffix is none of these, the place cannot be written to, or the
            sound is not valid.
        ResourceExhausted: if the disk is full.
    """
    path = Path(path)
    suffix = path.suffix.removeprefix(".")
    if not suffix:
        raise InvalidInput(f"'{path}' has no suffix that says which audio format to write.", _CHOICES)
    data = encode_audio(audio, suffix)
    with replacing(path) as temporary:
        temporary.write_bytes(data)
    return path


def encode_audio(audio: Audio, format: str = "wav") -> bytes:
    """The bytes of an audio file; 16-bit, and turned down if it would clip.

    Args:
        audio: The sound.
        format: "wav", "flac", "mp3" or "ogg".

    Raises:
        InvalidInput: if the format is none of these or cannot hold the sound, or the sound is not valid.
    """
    import soundfile

    container = audio_container(format)
    _check(audio)
    _check_fits(audio, container)
    samples = _within(audio.samples, LOSSY_CEILING if container.lossy else 1.0)
    frames = np.ascontiguousarray(samples.T)
    if not container.lossy:
        frames = np.rint(frames * INT16_PEAK).astype(np.int16)
    buffer = io.BytesIO()
    channels = frames.shape[1]
    with soundfile.SoundFile(
        buffer, "w", audio.sample_rate, channels, container.subtype, format=container.name
    ) as file:
        for start in range(0, len(frames), FRAMES_PER_WRITE):
            file.write(frames[start : start + FRAMES_PER_WRITE])
    return buffer.getvalue()


def concatenate(pieces: Sequence[Audio], gap_seconds: float = 0.0) -> Audio:
    """One sound out of several, in order.

    Args:
        pieces: At least one; all with the same sample rate and number of channels.
        gap_seconds: Silence between neighbours.

    Raises:
        InvalidInput: if there are no pieces, they do not fit together, or the gap is negative.
    """
    if not pieces:
        raise InvalidInput("There is no sound to put together.", "Give at least one piece.")
    if not 0 <= gap_seconds < float("inf"):
        raise InvalidInput(f"A gap of {gap_seconds} seconds is not possible.", "Give a number from 0 up.")
    for piece in pieces:
        _check(piece)
    rates = sorted({piece.sample_rate for piece in pieces})
    channels = sorted({piece.samples.shape[0] for piece in pieces})
    if len(rates) > 1 or len(channels) > 1:
        raise InvalidInput(
            f"The sounds differ: sample rates {rates} Hz, channels {channels}.",
            "Give all of them the same sample rate and number of channels.",
        )
    gap = np.zeros((channels[0], round(gap_seconds * rates[0])), np.float32)
    parts = [part for piece in pieces for part in (gap, piece.samples)][1:]
    return Audio(np.concatenate(parts, axis=1, dtype=np.float32), rates[0])


def audio_container(format: str) -> AudioContainer:
    """How a format is written.

    Raises:
        InvalidInput: if it cannot be; the error lists those that can.
    """
    try:
        return _CONTAINERS[format.lower()]
    except KeyError:
        raise InvalidInput(f"'{format}' is not an audio format that can be written.", _CHOICES) from None


def _check(audio: Audio) -> None:
    """Refuse arrays that are not sound as `Audio` describes it."""
    samples, rate = audio.samples, audio.sample_rate
    if not isinstance(samples, np.ndarray) or samples.ndim != 2 or samples.dtype.kind != "f":
        found = (
            f"{samples.dtype} {samples.shape}" if isinstance(samples, np.ndarray) else type(samples).__name__
        )
        raise InvalidInput(
            f"The samples are {found}, not floating-point numbers of shape (channels, frames).",
            "Give a float32 array such as np.zeros((1, 24000), np.float32).",
        )
    channels, frames = samples.shape
    if not frames or not channels:
        raise InvalidInput("The sound is empty.", "Give at least one sample.")
    if channels > MAX_CHANNELS:
        raise InvalidInput(
            f"The sound has {channels} channels; at most {MAX_CHANNELS} are possible.",
            "Samples have the shape (channels, frames); transpose them if need be.",
        )
    lowest, highest = SAMPLE_RATE_RANGE_HZ
    if isinstance(rate, bool) or not isinstance(rate, int | np.integer) or not lowest <= rate <= highest:
        raise InvalidInput(
            f"A sample rate of {rate} Hz is not possible.", f"Give a whole number from {lowest} to {highest}."
        )
    if not np.isfinite(samples).all():
        raise InvalidInput(
            "The sound holds values that are not numbers (NaN or infinity).", "Check how it was made."
        )


def _check_fits(audio: Audio, container: AudioContainer) -> None:
    channels = audio.samples.shape[0]
    if channels > container.max_channels:
        raise InvalidInput(
            f"{container.name} files hold at most {container.max_channels} channels, not {channels}.",
            "Choose wav or flac.",
        )
    if container.sample_rates and audio.sample_rate not in container.sample_rates:
        raise InvalidInput(
            f"{container.name} files cannot hold sound at {audio.sample_rate} Hz.", "Choose wav or flac."
        )


def _within(samples: np.ndarray, ceiling: float) -> np.ndarray:
    """The samples as float32, all turned down alike if their peak is above the ceiling."""
    peak = float(np.abs(samples).max())
    if peak > ceiling:
        samples = samples * (ceiling / peak)
    return samples.astype(np.float32)
