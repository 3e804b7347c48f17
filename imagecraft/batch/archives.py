"""Inputs inside ZIP and tar archives. Nothing is unpacked to disk, no promise believed.

References:
    D. Fifield, "A better zip bomb", WOOT 2019: files of an archive that overlap, 28 million times its size.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from imagecraft.batch.items import MAX_ITEM_BYTES, Inline, InTar, InZip, Item, Location, Refused, too_large
from imagecraft.errors import InvalidInput

MAX_GROWTH = 200
SLACK_BYTES = 1_000_000_000
"""All that is in an archive may have `MAX_GROWTH` times its size and this; pictures hardly shrink at all."""
MAX_HEADER_BYTES = 1_000_000
ENCRYPTED = 0x1

_OPENERS: dict[str, Callable[..., Any]] = {
    ".gz": gzip.open,
    ".tgz": gzip.open,
    ".bz2": bz2.open,
    ".tbz2": bz2.open,
    ".xz": lzma.open,
    ".txz": lzma.open,
}
_DRIVE = re.compile(r"[A-Za-z]:")


def archived(path: Path, wanted: Callable[[str], bool]) -> Iterator[Item]:
    """Files in an archive that are wanted by their names. What cannot be opened becomes a refused input.

    Args:
        path: A .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz file.
        wanted: Whether a name is that of an input.
    """
    members = _zipped(path, wanted) if path.suffix.lower() == ".zip" else _tarred(path, wanted)
    try:
        yield from members
    except InvalidInput as error:
        yield Item(str(path), Refused(error.message, error.hint), path.name)
    except Exception:  # each decompressor has errors of its own
        yield Item(str(path), Refused("The archive is damaged.", "Make or download it again."), path.name)


def _zipped(path: Path, wanted: Callable[[str], bool]) -> Iterator[Item]:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > _most_bytes(path):
            raise _bomb()
        for index, member in enumerate(members):
            if not member.is_dir() and _is_input(member.filename, wanted):
                refused = _refusal(member.filename, member.file_size)
                if member.flag_bits & ENCRYPTED:
                    refused = Refused("It is encrypted.", "Unpack the archive with its password first.")
                yield _item(path, member.filename, refused or InZip(path, index))


def _tarred(path: Path, wanted: Callable[[str], bool]) -> Iterator[Item]:
    opener = _OPENERS.get(path.suffix.lower())
    with (opener or open)(path, "rb") as opened:
        stream = _Metered(opened, _most_bytes(path))
        with tarfile.open(fileobj=stream, mode="r:") as archive:  # type: ignore[call-overload]
            for member in archive:
                archive.members = []  # it would keep them all
                if member.isdir() or not _is_input(member.name, wanted):
                    continue
                refused = _refusal(member.name, member.size)
                if not member.isfile() or member.issparse():
                    refused = Refused("It is a link or a device, not a file.", "Give the file itself.")
                yield _item(path, member.name, refused or _tar_location(path, archive, member, opener))


def _tar_location(path: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, opener: object) -> Location:
    if opener is None:
        return InTar(path, member.offset_data, member.size)
    file = archive.extractfile(member)
    return Inline(file.read() if file else b"")


def _item(archive: Path, name: str, location: Location) -> Item:
    return Item(f"{archive}!{name}", location, name)


def _is_input(name: str, wanted: Callable[[str], bool]) -> bool:
    parts = name.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") and part != ".." for part in parts if part != ".")
    return wanted(name) and not hidden and parts[0] != "__MACOSX"


def _refusal(name: str, size: int) -> Refused | None:
    """Why a member is not opened, if it is not."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or _DRIVE.match(name) or "\0" in name:
        return Refused("Its name leads out of the archive.", "Do not trust this archive.")
    if size > MAX_ITEM_BYTES:
        error = too_large("The file in the archive", size)
        return Refused(error.message, error.hint)
    return None


def _most_bytes(path: Path) -> int:
    return path.stat().st_size * MAX_GROWTH + SLACK_BYTES


def _bomb() -> InvalidInput:
    return InvalidInput(
        "The archive would unpack to far more than pictures can shrink.", "Do not trust this archive."
    )


class _Metered:
    """A stream that refuses to give absurdly much, in all or (a header of a billion letters) at once."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream = stream
        self._most = most

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_ITEM_BYTES + MAX_HEADER_BYTES:
            raise InvalidInput(
                "The archive has a header that is far too large.", "Do not trust this archive."
            )
        return self._stream.read(size)

    def seek(self, position: int, whence: int = 0) -> int:
        if whence == 0 and position > self._most:
            raise _bomb()
        return self._stream.seek(position, whence)

    def tell(self) -> int:
        return self._stream.tell()
