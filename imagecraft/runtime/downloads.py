"""Files over HTTP: an interrupted download goes on where it stopped. The caller checks what came."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any

Progress = Callable[[str, int, int], None]
"""Called with (label, bytes done, bytes in all). What it raises stops the fetch; what came is kept."""

ANSWER_SECONDS = 6.0
READ_SECONDS = 30.0
CONNECTIONS = 3
CHUNK_BYTES = 1 << 18
ANOTHER_SIZE = "the server has a file of another size"


class SourceFailed(Exception):
    """A source could not give the file; the text says why in a few words."""


class Restart(Exception):
    """The part on disk does not belong to what the server has."""


def offline_switch() -> str | None:
    """Name of the environment variable that forbids fetching; None when none is set."""
    for switch in ("IMAGECRAFT_OFFLINE", "HF_HUB_OFFLINE"):
        if os.environ.get(switch, "").strip().lower() in ("1", "true", "yes", "on"):
            return switch
    return None


def offline_reason() -> str | None:
    """The switch that forbids fetching, in words; None when none is set."""
    switch = offline_switch()
    return f"not asked, {switch} is set" if switch else None


def refuse_offline() -> None:
    """Raise SourceFailed if a switch forbids fetching."""
    if reason := offline_reason():
        raise SourceFailed(reason)


def download(
    url: str,
    part: Path,
    size: int,
    *,
    label: str,
    progress: Progress | None = None,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Bring `part` to `size` bytes from `url`, going on where an earlier download stopped.

    Args:
        url: An http(s) address.
        part: The file to write; what is in it already is kept if the server can go on from there.
        size: Bytes the whole file has.
        label: What progress calls it.
        progress: Told how far it is.
        headers: Sent along, to other hosts too where the address redirects to one.

    Raises:
        SourceFailed: if the bytes do not come. What did come stays in `part`.
        OSError: if `part` cannot be written.
    """
    refuse_offline()
    for connection in range(1, CONNECTIONS + 1):
        before = size_now(part)
        try:
            _receive(url, part, size, label, progress, headers or {})
            return
        except Restart:
            part.unlink()
        except SourceFailed:
            if connection == CONNECTIONS or size_now(part) <= before:
                raise
    raise SourceFailed(ANOTHER_SIZE)


def size_words(size_bytes: int) -> str:
    """Bytes for people: "465.0 MB", "7.0 GB"."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.1f} MB"


def size_now(path: Path) -> int:
    """Bytes of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _receive(
    url: str, part: Path, size: int, label: str, progress: Progress | None, headers: Mapping[str, str]
) -> None:
    start = size_now(part)
    if start > size:
        raise Restart
    if start == size:
        return
    sent = {"User-Agent": "imagecraft", "Accept-Encoding": "identity", **headers}
    if start:
        sent["Range"] = f"bytes={start}-"
    with _connect(urllib.request.Request(url, headers=sent), resuming=start > 0) as response:
        done = _first_byte(response, start, size)
        with part.open("r+b" if done else "wb") as stream:
            stream.seek(done)
            while chunk := _read(response, done, size):
                done += len(chunk)
                if done > size:
                    raise SourceFailed(ANOTHER_SIZE)
                stream.write(chunk)
                if progress is not None:
                    progress(label, done, size)
    if done < size:
        raise SourceFailed(f"the connection broke after {done} of {size} bytes")


def _connect(request: urllib.request.Request, *, resuming: bool) -> http.client.HTTPResponse:
    """Open the address, giving up after ANSWER_SECONDS in all: a name lookup has no time limit of its own."""
    answer: Future[http.client.HTTPResponse] = Future()

    def ask() -> None:
        try:
            answer.set_result(urllib.request.urlopen(request, timeout=READ_SECONDS))
        except Exception as error:
            answer.set_exception(error)

    Thread(target=ask, name="imagecraft-connect", daemon=True).start()
    try:
        return answer.result(ANSWER_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        if resuming and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise Restart from error
        raise SourceFailed(f"the server answered {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if not answer.done():
            answer.add_done_callback(_close_late)
            raise SourceFailed(f"no answer within {ANSWER_SECONDS:.0f} seconds") from error
        raise SourceFailed(_in_words(error)) from error


def _close_late(answer: Future[http.client.HTTPResponse]) -> None:
    if answer.exception() is None:
        answer.result().close()


def _first_byte(response: http.client.HTTPResponse, start: int, size: int) -> int:
    """Where in the file the response begins: `start`, or 0 from a server that does not know ranges."""
    if response.status == http.HTTPStatus.PARTIAL_CONTENT:
        if response.headers.get("Content-Range", "") != f"bytes {start}-{size - 1}/{size}":
            raise Restart
        return start
    if response.headers.get("Content-Length", str(size)) != str(size):
        raise SourceFailed(ANOTHER_SIZE)
    return 0


def _read(response: http.client.HTTPResponse, done: int, size: int) -> bytes:
    try:
        return response.read1(CHUNK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise SourceFailed(f"the connection broke after {done} of {size} bytes") from error


def _in_words(error: Exception) -> str:
    reason: Any = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, socket.gaierror):
        return "its host was not found (is there a network?)"
    if isinstance(reason, ssl.SSLError):
        return "its certificate was not accepted"
    if isinstance(reason, TimeoutError):
        return "no answer"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror.lower()
    return str(reason) or type(reason).__name__
