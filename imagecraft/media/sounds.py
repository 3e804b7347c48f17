"""Sounds out of files, bytes and arrays: the one way in for all that is heard."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.errors import InvalidInput
from imagecraft.media import ffmpeg
from imagecraft.media.audio import MAX_CHANNELS, SAMPLE_RATE_RANGE_HZ, Audio
from imagecraft.media.files import quoted
from imagecraft.media.resampling import resample_blocks, resampled
from imagecraft.media.signatures import is_picture

__all__ = ["HEARD_SECONDS", "MAX_HEARD_SECONDS", "Heard", "SoundSource", "hear", "open_sound", "resampled"]

if TYPE_CHECKING:
    import soundfile

SoundSource = str | Path | bytes | Audio | tuple[int, NDArray[Any]]
"""A path, the bytes of a file, a sound, or (sample rate in Hz, array of (frames,) or (frames, channels))
as scipy.io.wavfile and Gradio give it: floating-point numbers in [-1, 1] or integers of 8, 16 or 32 bits."""
MAX_FILE_BYTES = 2_000_000_000
MAX_SECONDS = 1_800.0
MAX_SAMPLES = 200_000_000
HEARD_SECONDS = 60.0
MAX_HEARD_SECONDS = 600.0
LOUDEST = 1.0e6
"""Float files may pass 1.0; what passes this is no sound."""
ENDED_EARLY_SECONDS = 0.5
BLOCK_FRAMES = 1 << 16
_FORMATS = "Give a WAV, FLAC, MP3, OGG, Opus, AIFF, M4A, AAC or WMA file, or a video with sound."
_NO_FFMPEG = "Install ffmpeg (or 'pip install imageio-ffmpeg'), or save it as WAV, FLAC, MP3 or OGG."

Block = NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """The part of a sound that is listened to.

    Attributes:
        audio: One channel.
        notices: What was done to it that the user should know, a sentence each.
    """

    audio: Audio
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Stream:
    """A sound as it comes out of its source.

    Attributes:
        name: What to call it in a sentence.
        sample_rate: Hz.
        channels: How many.
        frames: How many its head promises; None where that is not known before the end.
        blocks: Shape (frames, channels) each.
    """

    name: str
    sample_rate: int
    channels: int
    frames: int | None
    blocks: Iterator[Block]


def open_sound(source: SoundSource) -> Audio:
    """Read a whole sound: its own rate, all channels.

    Args:
        source: See `SoundSource`; a sound in memory passes through.

    Returns:
        float32 samples of shape (channels, frames). Files of more bits keep what float32 holds.

    Raises:
        InvalidInput: if it cannot be decoded, is empty, longer than half an hour, or holds values that are
            not numbers.
    """
    if isinstance(source, tuple):
        source = _from_array(*source)
    if isinstance(source, Audio):
        return source
    with _opened(source, MAX_SECONDS + 1) as stream:
        _check_length(stream, stream.frames or 0)
        blocks: list[Block] = []
        frames = 0
        for block in stream.blocks:
            frames += len(block)
            _check_length(stream, frames)
            blocks.append(block)
        if not frames:
            raise InvalidInput(f"{_capital(stream.name)} is empty.", "Give a sound of at least one sample.")
        samples = np.concatenate(blocks).T
        return Audio(np.ascontiguousarray(samples), stream.sample_rate)


def hear(source: SoundSource, *, sample_rate: int, seconds: float = HEARD_SECONDS) -> Heard:
    """Read the beginning of a sound as one channel at a given rate, block by block.

    Args:
        source: See `SoundSource`.
        sample_rate: The rate wanted, in Hz.
        seconds: How much of it at most, above 0 to 600. What is cut off is told in a notice.

    Returns:
        The mean of the channels, within [-1, 1]: turned down as a whole where a float file passes that.

    Raises:
        InvalidInput: if `seconds` is out of range, or the sound cannot be decoded, is empty or holds values
            that are not numbers.
    """
    if not 0 < seconds <= MAX_HEARD_SECONDS:
        raise InvalidInput(
            f"{seconds:g} seconds cannot be listened to.",
            f"Choose more than 0 and up to {MAX_HEARD_SECONDS:.0f}.",
        )
    notices: list[str] = []
    with _opened(source, seconds + 1) as stream:
        mono = _first(stream, seconds, notices)
        made = [*resample_blocks(mono, stream.sample_rate, sample_rate)]
        if not made:
            raise InvalidInput(f"{_capital(stream.name)} is empty.", "Give a sound of at least one sample.")
        samples = np.concatenate(made)
    peak = float(np.abs(samples).max())
    if peak > 1:
        samples = (samples / peak).astype(np.float32)
    return Heard(Audio(samples[np.newaxis], sample_rate), tuple(notices))


def _first(stream: _Stream, seconds: float, notices: list[str]) -> Iterator[Block]:
    """The first seconds of a stream, its channels' mean; a notice if there is more, or less than promised."""
    wanted = max(1, round(seconds * stream.sample_rate))
    came = 0
    for block in stream.blocks:
        mono = block.mean(axis=1, dtype=np.float32)[: wanted - came]
        came += len(mono)
        if len(mono):
            yield mono
        if len(mono) < len(block):
            notices.append(_cut(stream, seconds))
            return
    promised = min(wanted, stream.frames or 0)
    if came < promised - ENDED_EARLY_SECONDS * stream.sample_rate:
        notices.append(
            f"{_capital(stream.name)} is damaged: it ends after {came / stream.sample_rate:.1f} of its "
            f"{(stream.frames or 0) / stream.sample_rate:.1f} seconds."
        )


def _cut(stream: _Stream, seconds: float) -> str:
    whole = f", of {_length(stream.frames / stream.sample_rate)}," if stream.frames else ""
    return f"Only the first {_length(seconds)}{whole} were listened to."


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds" if seconds >= 10 else f"{seconds:.3g} seconds"
    return f"{seconds / 60:.0f} minutes"


@contextmanager
def _opened(source: SoundSource, seconds: float) -> Iterator[_Stream]:
    """A source as a checked stream of blocks; ffmpeg is asked for no more than `seconds` of it."""
    if isinstance(source, tuple):
        source = _from_array(*source)
    if isinstance(source, Audio):
        yield _checked(
            _Stream("the sound", source.sample_rate, source.samples.shape[0], None, _slices(source.samples))
        )
        return
    name = "the file" if isinstance(source, bytes) else _named(source)
    file = source if isinstance(source, bytes) else _file(source)
    with _decoded(file, name, seconds) as stream:
        yield _checked(stream)


@contextmanager
def _decoded(file: Path | bytes, name: str, seconds: float) -> Iterator[_Stream]:
    import soundfile

    try:
        opened = soundfile.SoundFile(io.BytesIO(file) if isinstance(file, bytes) else str(file))
    except (soundfile.LibsndfileError, TypeError):
        with _through_ffmpeg(file, name, seconds) as stream:
            yield stream
        return
    with opened:
        blocks = _sound_file_blocks(opened, name)
        yield _Stream(name, int(opened.samplerate), int(opened.channels), int(opened.frames), blocks)


def _sound_file_blocks(file: soundfile.SoundFile, name: str) -> Iterator[Block]:
    import soundfile

    try:
        while len(block := file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)):
            yield block
    except soundfile.LibsndfileError as error:
        raise InvalidInput(f"{_capital(name)} is damaged.", "Save or download it again.") from error


@contextmanager
def _through_ffmpeg(file: Path | bytes, name: str, seconds: float) -> Iterator[_Stream]:
    try:
        with ffmpeg.decoding(file, seconds) as stream:
            yield _Stream(name, stream.sample_rate, stream.channels, None, stream.blocks)
    except ffmpeg.NotDecoded as reason:
        if is_picture(file):
            raise InvalidInput(f"{_capital(name)} is a picture, not a sound.", _FORMATS) from reason
        raise InvalidInput(
            f"{_capital(name)} is not a sound that can be read here: {reason}.",
            _FORMATS if ffmpeg.program() else _NO_FFMPEG,
        ) from reason


def _from_array(sample_rate: int, samples: NDArray[Any]) -> Audio:
    array = np.asarray(samples)
    if array.ndim not in (1, 2) or not array.size or array.dtype.kind not in "fiu":
        raise InvalidInput(
            f"An array of {array.dtype} and shape {array.shape} is no sound.",
            "Give numbers of shape (frames,) or (frames, channels).",
        )
    if array.dtype.kind in "iu":
        middle = 2.0 ** (8 * array.dtype.itemsize - 1)
        array = array / middle - (1.0 if array.dtype.kind == "u" else 0.0)
    return Audio(np.atleast_2d(array.T).astype(np.float32), sample_rate)


def _slices(samples: NDArray[np.floating]) -> Iterator[Block]:
    for start in range(0, samples.shape[1], BLOCK_FRAMES):
        yield samples[:, start : start + BLOCK_FRAMES].T.astype(np.float32)


def _checked(stream: _Stream) -> _Stream:
    """The stream, refused where it cannot be handled; its blocks are looked at as they come."""
    lowest, highest = SAMPLE_RATE_RANGE_HZ
    if not lowest <= stream.sample_rate <= highest:
        raise InvalidInput(
            f"{_capital(stream.name)} has a sample rate of {stream.sample_rate} Hz.",
            f"Use {lowest} to {highest} Hz.",
        )
    if not 1 <= stream.channels <= MAX_CHANNELS:
        raise InvalidInput(
            f"{_capital(stream.name)} has {stream.channels} channels.", f"Use at most {MAX_CHANNELS}."
        )
    finite = _finite(stream.blocks, stream.name)
    return _Stream(stream.name, stream.sample_rate, stream.channels, stream.frames, finite)


def _finite(blocks: Iterator[Block], name: str) -> Iterator[Block]:
    for block in blocks:
        if not (np.abs(block) < LOUDEST).all():
            raise InvalidInput(
                f"{_capital(name)} holds values that are not numbers (NaN or infinity).",
                "Check how it was made.",
            )
        yield block


def _file(source: str | Path) -> Path:
    path, name = Path(source), _named(source)
    try:
        if not path.exists():
            raise InvalidInput(f"There is no file {name}.", "Check its name.")
        if not path.is_file():
            raise InvalidInput(f"{name} is not a file.", _FORMATS)
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{name} cannot be read.", "Check its name.") from error
    if not size:
        raise InvalidInput(f"{name} is empty.", "Save or download it again.")
    if size > MAX_FILE_BYTES:
        raise InvalidInput(
            f"{name} is larger than {MAX_FILE_BYTES // 10**9} GB.", "Cut it to a shorter piece."
        )
    return path


def _named(source: str | Path) -> str:
    return quoted(Path(source).name or str(source))


def _check_length(stream: _Stream, frames: int) -> None:
    if frames / stream.sample_rate > MAX_SECONDS or frames * stream.channels > MAX_SAMPLES:
        raise InvalidInput(
            f"{_capital(stream.name)} is {frames / stream.sample_rate / 60:.0f} minutes long.",
            f"Cut it to {MAX_SECONDS / 60:.0f} minutes or fewer channels.",
        )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
