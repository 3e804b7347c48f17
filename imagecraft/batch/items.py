"""One input of a batch: what it is called, and how its bytes are had when it is its turn."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted
from imagecraft.media.images import MAX_BYTES

MAX_ITEM_BYTES = MAX_BYTES
"""Of one input that comes out of an archive or a table, and of any picture."""
OPEN_ARCHIVES = 4


class Location(Protocol):
    """Where an input's bytes are. Can be sent to another process."""

    def read(self) -> bytes:
        """All of them.

        Raises:
            InvalidInput: if they cannot be had, or are more than `MAX_ITEM_BYTES`.
        """
        ...


@dataclass(frozen=True)
class Item:
    """One input.

    Attributes:
        name: What the table calls it.
        location: Where its bytes are.
        below: Its path below the folder or archive it was found in; where files made of it go, too.
    """

    name: str
    location: Location
    below: str

    @property
    def path(self) -> Path | None:
        """The file on disk that it is; None for what is inside another file."""
        return self.location.path if isinstance(self.location, OnDisk) else None


@dataclass(frozen=True)
class OnDisk:
    """An ordinary file."""

    path: Path

    def read(self) -> bytes:
        name = quoted(self.path.name)
        with _opened(self.path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_ITEM_BYTES:
                raise too_large(name, size)
            data = file.read(MAX_ITEM_BYTES + 1)
        if len(data) > MAX_ITEM_BYTES:
            raise too_large(name, len(data))
        return data


@dataclass(frozen=True)
class InZip:
    """A member of a ZIP archive, by its place in the list of members (names may repeat)."""

    archive: Path
    index: int

    def read(self) -> bytes:
        try:
            opened, members = _zip(self.archive, self.archive.stat().st_mtime_ns)
            with opened.open(members[self.index]) as member:
                data = member.read(MAX_ITEM_BYTES + 1)
        except Exception as error:  # zipfile lets through what zlib, bz2 and lzma raise
            raise _damaged_member() from error
        if len(data) > MAX_ITEM_BYTES:
            raise too_large("The file in the archive", len(data))
        return data


@dataclass(frozen=True)
class InTar:
    """A stretch of an uncompressed tar archive, in bytes."""

    archive: Path
    start: int
    size: int

    def read(self) -> bytes:
        try:
            with self.archive.open("rb") as file:
                file.seek(self.start)
                data = file.read(self.size)
        except OSError as error:
            raise _damaged_member() from error
        if len(data) != self.size:
            raise _damaged_member()
        return data


@dataclass(frozen=True)
class Inline:
    """Bytes that had to be read when the input was found."""

    data: bytes

    def read(self) -> bytes:
        return self.data


@dataclass(frozen=True)
class Remote:
    """A file at an address that fsspec opens: s3://, gs://, hf:// and the like."""

    address: str

    def read(self) -> bytes:
        import fsspec

        try:
            with fsspec.open(self.address, "rb") as file:
                data: bytes = file.read(MAX_ITEM_BYTES + 1)
        except FileNotFoundError:
            raise InvalidInput("There is no such file.", "Check the address.") from None
        except Exception as error:  # every store has its own
            reason = f"{type(error).__name__}: {error}".strip()[:200]
            raise InvalidInput(f"It cannot be read ({reason}).", "Check address and permissions.") from error
        if len(data) > MAX_ITEM_BYTES:
            raise too_large("The file", len(data))
        return data


@dataclass(frozen=True)
class Refused:
    """An input that is not opened, and why."""

    message: str
    hint: str = ""

    def read(self) -> bytes:
        raise InvalidInput(self.message, self.hint)


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file of any size, in hexadecimal digits.

    Raises:
        InvalidInput: if it cannot be read.
    """
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """An ordinary file, and no other: to open a pipe would wait for somebody to write into it.

    Raises:
        InvalidInput: if it is none, or cannot be read.
    """
    name = quoted(path.name)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InvalidInput(f"{name} is not an ordinary file.", "Give a file on disk.")
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, NotADirectoryError):
        raise InvalidInput(f"There is no file {name}.", "Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InvalidInput(f"{name} cannot be read ({reason}).", "Check its permissions.") from error


def too_large(name: str, size: int) -> InvalidInput:
    """The error for an input of too many bytes."""
    return InvalidInput(
        f"{name} has {size / 1e6:,.0f} MB; at most {MAX_ITEM_BYTES // 1_000_000} can be opened.",
        "Save it smaller.",
    )


def _damaged_member() -> InvalidInput:
    return InvalidInput("It is damaged inside the archive.", "Make the archive again.")


@lru_cache(maxsize=OPEN_ARCHIVES)
def _zip(archive: Path, _changed: int) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """An archive, opened once (several threads may read in it), and its members."""
    opened = zipfile.ZipFile(archive)
    return opened, opened.infolist()
