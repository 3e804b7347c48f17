"""Sounds that only ffmpeg can decode: m4a, aac, wma, the sound of a video.

ffmpeg runs as a program of its own, on files nobody vouches for: it may open nothing but the one file,
follows no playlist, has a time limit, and is stopped as soon as enough came.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import struct
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

TIME_LIMIT_SECONDS = 120.0
BLOCK_BYTES = 1 << 20
SAMPLE_BYTES = 4
_AU_HEAD = struct.Struct(">4sIIIII")  # magic, where the samples begin, bytes, encoding, sample rate, channels
_AU_FLOAT = 6

# Containers that hold their own sound. Not here: playlists (hls, concat, dash), devices, pictures, subtitles,
# and whatever else could make ffmpeg open another file.
_CONTAINERS = (
    "aac,ac3,eac3,aiff,amr,ape,asf,au,avi,caf,dts,flac,flv,gsm,m4v,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,"
    "ogg,tak,tta,voc,w64,wav,webm,wv,mp4,3gp"
)
_OPTIONS = (
    *("-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"),
    *("-protocol_whitelist", "file,pipe", "-format_whitelist", _CONTAINERS),
)


class NotDecoded(Exception):
    """ffmpeg found no sound in the file, or did not get through; the text says why in a few words."""


@dataclass(frozen=True)
class Stream:
    """A sound that is being decoded.

    Attributes:
        sample_rate: Hz.
        channels: How many.
        blocks: float32, shape (frames, channels) each.
    """

    sample_rate: int
    channels: int
    blocks: Iterator[NDArray[np.float32]]


def program() -> str | None:
    """The ffmpeg to use: the one on PATH, or else the one that the package imageio-ffmpeg brings."""
    if found := shutil.which("ffmpeg"):
        return found
    if importlib.util.find_spec("imageio_ffmpeg") is None:
        return None
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


@contextmanager
def decoding(source: Path | bytes, seconds: float) -> Iterator[Stream]:
    """Decode the first sound of a file, at its own rate and with its own channels.

    Args:
        source: The file, or its bytes.
        seconds: How much of it at most.

    Raises:
        NotDecoded: if there is no ffmpeg, no sound, or it takes too long.
    """
    with _as_file(source) as path, tempfile.TemporaryFile() as complaints:
        process = _start(path, seconds, complaints)
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(TIME_LIMIT_SECONDS, stop)
        timer.start()
        try:
            assert process.stdout is not None
            try:
                rate, channels = _head(process.stdout, complaints)
                yield Stream(rate, channels, _blocks(process.stdout, channels))
            finally:
                if late.is_set():
                    raise NotDecoded("it takes too long to decode")
        finally:
            timer.cancel()
            process.kill()
            process.communicate()


@contextmanager
def _as_file(source: Path | bytes) -> Iterator[Path]:
    if isinstance(source, Path):
        yield source.absolute()
        return
    handle, name = tempfile.mkstemp(prefix="imagecraft-sound-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(source)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _start(path: Path, seconds: float, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    ffmpeg = program()
    if ffmpeg is None:
        raise NotDecoded("ffmpeg, which reads such files, is not installed")
    wanted = ("-map", "0:a:0", "-t", f"{seconds:.6f}", "-codec:a", "pcm_f32be", "-f", "au", "pipe:1")
    try:
        return subprocess.Popen(
            [ffmpeg, *_OPTIONS, "-i", f"file:{path}", *wanted],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
    except OSError as error:
        raise NotDecoded(f"ffmpeg cannot be started ({(error.strerror or str(error)).lower()})") from error


def _head(output: IO[bytes], complaints: IO[bytes]) -> tuple[int, int]:
    head = output.read(_AU_HEAD.size)
    if len(head) < _AU_HEAD.size:
        complaints.seek(0)
        said = complaints.read(4096).decode("utf-8", "replace")
        nothing = "matches no streams" in said or "does not contain any stream" in said
        raise NotDecoded("there is no sound in it" if nothing else "no decoder knows it")
    magic, start, _, encoding, rate, channels = _AU_HEAD.unpack(head)
    if magic != b".snd" or encoding != _AU_FLOAT:
        raise NotDecoded("ffmpeg answered in a way that is not known here")
    output.read(start - _AU_HEAD.size)
    return rate, channels


def _blocks(output: IO[bytes], channels: int) -> Iterator[NDArray[np.float32]]:
    frame = channels * SAMPLE_BYTES
    size = max(1, BLOCK_BYTES // frame) * frame
    while data := output.read(size):
        whole = len(data) // frame * frame
        yield np.frombuffer(data[:whole], ">f4").astype(np.float32).reshape(-1, channels)
