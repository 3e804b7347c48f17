"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from imagecraft.errors import ImageCraftError, InvalidInput, ResourceExhausted

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CANNOT_SYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}  # disks elsewhere that only pass files on
_NEW_FILE_MODE = 0o666
_MAX_NAME_SHOWN = 80
_ANOTHER_FOLDER = "Choose a folder you may write to."


@contextmanager
def replacing(target: str | Path, *, lasting: bool = False) -> Iterator[Path]:
    """Write a file beside its target and rename it onto the target once it is complete.

    A reader sees the old file or the new one, never half of one. When the block fails, the target stays
    as it was. A target that exists keeps its permissions; a symbolic link is followed.

    Args:
        target: The file to make or replace.
        lasting: Wait until it is on the disk, out of reach of a power cut: for what takes the place of
            what nobody could make again. It takes some milliseconds (4 to 16 were measured on ext4).

    Yields:
        An empty file to write to, in the target's folder and with the target's suffix.

    Raises:
        InvalidInput: if the folder is missing or may not be written to, or the target is no ordinary file.
        ResourceExhausted: if the disk is full.
    """
    with _plain_words(target):
        final = _writable(Path(target))
        temporary = final.with_name(f".imagecraft-{secrets.token_hex(8)}{final.suffix}")
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _NEW_FILE_MODE))
        try:
            yield temporary
            if final.exists():
                temporary.chmod(stat.S_IMODE(final.stat().st_mode))
            if lasting:
                to_disk(temporary)
            temporary.replace(final)
            if lasting:
                folder_to_disk(final.parent)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file of any size, in hexadecimal digits. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_disk(path: Path, how: int = os.O_RDWR) -> None:
    """Wait until a file is on the disk. Raises OSError if it cannot be written there."""
    handle = os.open(path, how)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
    finally:
        os.close(handle)


def folder_to_disk(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system opens folders."""
    with suppress(OSError):
        to_disk(folder, os.O_RDONLY)


def quoted(name: str) -> str:
    """A file's name, fit for a sentence: quoted, short, nothing that would move a terminal's cursor."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return f"'{printable if len(printable) <= _MAX_NAME_SHOWN else printable[: _MAX_NAME_SHOWN - 1] + '…'}'"


def _writable(target: Path) -> Path:
    """The real path of a target, once it is known to be a place where a file may be put."""
    if not target.name:
        raise InvalidInput(f"'{target}' is a folder, not a file.", "Give the name of a file in it.")
    final = target.resolve()
    if final.is_dir():
        raise InvalidInput(f"'{target}' is a folder, not a file.", "Give the name of a file in it.")
    if not final.parent.is_dir():
        raise InvalidInput(
            f"There is no folder '{target.parent}'.", "Make the folder first, or choose another."
        )
    if final.exists():
        if not final.is_file():
            raise InvalidInput(f"'{target}' is not an ordinary file.", "Give the name of a file on disk.")
        if not os.access(final, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise InvalidInput(
                f"'{target}' is write-protected.", "Choose another name, or allow writing to it."
            )
    return final


@contextmanager
def _plain_words(target: str | Path) -> Iterator[None]:
    """Turn the operating system's refusals into errors a user can act on."""
    try:
        yield
    except ImageCraftError:
        raise
    except OSError as error:
        if error.errno in DISK_FULL:
            raise ResourceExhausted(
                f"The disk is full: '{target}' was not written.", "Make room, or choose another disk."
            ) from error
        reason = (error.strerror or str(error)).lower()
        raise InvalidInput(f"'{target}' cannot be written ({reason}).", _ANOTHER_FOLDER) from error
    except ValueError as error:
        if "null byte" not in str(error) and "null character" not in str(error):
            raise
        raise InvalidInput(
            "The name of the file to write holds a null character.", _ANOTHER_FOLDER
        ) from error
