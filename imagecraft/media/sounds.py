"""Sounds out of files and arrays, within limits."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import MAX_CHANNELS, SAMPLE_RATE_RANGE_HZ, Audio

SoundSource = str | Path | bytes | Audio
MAX_SECONDS = 1_800.0
MAX_SAMPLES = 200_000_000
_FORMATS = "Give a WAV, FLAC, OGG, MP3 or AIFF file."


def open_sound(source: SoundSource) -> Audio:
    """Read a sound.

    Args:
        source: A path, the bytes of a file, or a sound, which passes through.

    Returns:
        float32 samples of shape (channels, frames). Files of more bits keep what float32 holds.

    Raises:
        InvalidInput: if it is no sound that libsndfile reads, is empty, longer than half an hour, or holds
            values that are not numbers.
    """
    if isinstance(source, Audio):
        return source
    import soundfile

    name = "the sound" if isinstance(source, bytes) else f"'{source}'"
    try:
        with soundfile.SoundFile(io.BytesIO(source) if isinstance(source, bytes) else _file(source)) as file:
            _check(name, file.frames, file.channels, file.samplerate)
            samples = file.read(dtype="float32", always_2d=True)
            rate = int(file.samplerate)
    except (soundfile.LibsndfileError, TypeError) as error:
        raise InvalidInput(f"{_capital(name)} is not a sound that can be read here.", _FORMATS) from error
    if not len(samples):
        raise InvalidInput(f"{_capital(name)} is empty.", "Give a sound of at least one sample.")
    if not np.isfinite(samples).all():
        raise InvalidInput(
            f"{_capital(name)} holds values that are not numbers (NaN or infinity).", "Check how it was made."
        )
    return Audio(np.ascontiguousarray(samples.T), rate)


def resampled(audio: Audio, sample_rate: int) -> Audio:
    """The same sound at another rate, everything above half the lower rate taken out.

    The whole sound is one Fourier transform, padded to a length that both rates divide.
    """
    if audio.sample_rate == sample_rate:
        return audio
    frames = audio.samples.shape[1]
    step = audio.sample_rate // int(np.gcd(audio.sample_rate, sample_rate))
    padding = round(0.05 * audio.sample_rate)
    size = -(-(frames + padding) // step) * step
    new_size = size * sample_rate // audio.sample_rate
    spectrum = np.fft.rfft(audio.samples.astype(np.float64), size)
    bins = new_size // 2 + 1
    kept = np.zeros((len(spectrum), bins), np.complex128)
    both = min(bins, spectrum.shape[1])
    kept[:, :both] = spectrum[:, :both]
    samples = np.fft.irfft(kept, new_size)[:, : max(1, round(frames * sample_rate / audio.sample_rate))]
    return Audio((samples * (new_size / size)).astype(np.float32), sample_rate)


def _file(source: str | Path) -> str:
    path = Path(source)
    try:
        if not path.exists():
            raise InvalidInput(f"There is no file '{source}'.", "Check its name.")
        if not path.is_file():
            raise InvalidInput(f"'{source}' is not a file.", _FORMATS)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"'{source}' cannot be read.", "Check its name.") from error
    return str(path)


def _check(name: str, frames: int, channels: int, rate: int) -> None:
    lowest, highest = SAMPLE_RATE_RANGE_HZ
    if not lowest <= rate <= highest:
        raise InvalidInput(
            f"{_capital(name)} has a sample rate of {rate} Hz.", f"Use {lowest} to {highest} Hz."
        )
    if channels > MAX_CHANNELS:
        raise InvalidInput(f"{_capital(name)} has {channels} channels.", f"Use at most {MAX_CHANNELS}.")
    if frames / rate > MAX_SECONDS or frames * channels > MAX_SAMPLES:
        raise InvalidInput(
            f"{_capital(name)} is {frames / rate / 60:.0f} minutes long.",
            f"Cut it to {MAX_SECONDS / 60:.0f} minutes or fewer channels.",
        )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
