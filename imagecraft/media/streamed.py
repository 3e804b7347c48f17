"""Sound that is written to a file while it is made, so that its length does not matter."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import FRAMES_PER_WRITE, INT16_PEAK, Audio, audio_container
from imagecraft.media.files import replacing

_PROBE_BYTES = 1 << 16


def write_blocks(blocks: Iterable[Audio], path: str | Path, sample_rate: int, channels: int = 2) -> Path:
    """Write blocks of sound to a file, whole or not at all; 16-bit where the format is lossless.

    Args:
        blocks: Pieces that follow each other, all with this sample rate and number of channels, in [-1, 1].
        path: The file to make or replace; its suffix chooses the format: .wav, .flac, .mp3 or .ogg.
        sample_rate: In Hz.
        channels: One or two.

    Returns:
        The path that was written.

    Raises:
        InvalidInput: if the suffix is none of these, or the place cannot be written to.
        ResourceExhausted: if the disk is full.
    """
    import soundfile

    path = Path(path)
    container = audio_container(path.suffix.removeprefix("."))
    if sample_rate not in (container.sample_rates or (sample_rate,)):
        raise InvalidInput(
            f"{container.name} files cannot hold sound at {sample_rate} Hz.", "Choose wav or flac."
        )
    with replacing(path) as temporary:
        try:
            with soundfile.SoundFile(
                str(temporary), "w", sample_rate, channels, container.subtype, format=container.name
            ) as file:
                for block in blocks:
                    frames = np.ascontiguousarray(np.clip(block.samples, -1, 1).T)
                    if not container.lossy:
                        frames = np.rint(frames * INT16_PEAK).astype(np.int16)
                    for start in range(0, len(frames), FRAMES_PER_WRITE):
                        file.write(frames[start : start + FRAMES_PER_WRITE])
        except soundfile.LibsndfileError as error:
            raise _refusal(temporary) from error
    return path


def _refusal(path: Path) -> OSError:
    """Why a file cannot be written: libsndfile only says that the system refused, so the system is asked."""
    try:
        with path.open("ab") as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return OSError(errno.EIO, os.strerror(errno.EIO))
