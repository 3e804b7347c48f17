"""Rows on disk as JSON lines: appended whole, repaired after a crash, the last row of each input counting."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from imagecraft.batch.rows import path_key
from imagecraft.batch.work import known_states
from imagecraft.errors import InvalidInput, ResourceExhausted
from imagecraft.media.files import DISK_FULL, replacing

SYNC_SECONDS = 1.0
MAX_LINE_BYTES = 50_000_000
_TAIL_BYTES = 1 << 16
_ROW_START = b'{"path": '


class Journal:
    """A file of rows that grows a whole line at a time.

    What was appended survives the end of this process at any moment, and after `SYNC_SECONDS` that of the
    machine.

    Args:
        path: The file; made if it is not there, else continued.

    Raises:
        InvalidInput: if it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        except OSError as error:
            raise _cannot_write(path, error) from error
        self._size = os.fstat(self._file).st_size
        self._synced = time.monotonic()

    def append(self, row: dict[str, Any]) -> None:
        """Add a row.

        Raises:
            ResourceExhausted: if the disk is full; the file ends with the row before, then.
        """
        line = json_line(row)
        try:
            written = os.write(self._file, line)
            if written != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._size += written
            if time.monotonic() - self._synced > SYNC_SECONDS:
                self._sync()
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
            raise _cannot_write(self.path, error) from error

    def close(self) -> None:
        """Hand all to the disk."""
        with suppress(OSError):
            self._sync()
        os.close(self._file)

    def _sync(self) -> None:
        os.fsync(self._file)
        self._synced = time.monotonic()


def json_line(row: dict[str, Any]) -> bytes:
    """A row as one line; names that are not UTF-8 keep their odd bytes as JSON escapes."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace") + b"\n"


def repair(path: Path) -> None:
    """Cut off a row that a crash left unfinished; one that only lacks its line end is finished.

    Raises:
        InvalidInput: if the file holds something else, which is left as it is, or cannot be changed.
    """
    try:
        with path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            start = _last_line(file, size)
            file.seek(start)
            tail = file.read(MAX_LINE_BYTES)
            if not tail or tail.endswith(b"\n"):
                return
            lines = sum(1 for _ in read(path, start))
            if _row(tail) is not None:
                file.write(b"\n")
            elif _is_unfinished(tail):
                file.truncate(start)
            else:
                raise _no_row(path, lines + 1)
    except OSError as error:
        raise _cannot_write(path, error) from error


def read(path: Path, end: int | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a file, as they were appended; one that a crash left unfinished at its end is left out.

    Args:
        path: The file.
        end: Where to stop, in bytes; None for all of it.

    Raises:
        InvalidInput: if it holds something else.
    """
    place = 0
    for number, line in enumerate(_lines(path), start=1):
        if end is not None and place >= end:
            return
        place += len(line)
        row = _row(line)
        if row is None:
            if not line.endswith(b"\n") and _is_unfinished(line):
                return
            raise _no_row(path, number)
        yield row


def last_rows(rows: Iterable[dict[str, Any]], last: dict[int, int]) -> Iterator[dict[str, Any]]:
    """Of rows in the order they were made, those that count.

    Args:
        rows: All of them.
        last: `path_key` of an input -> place of its last row, see `places_of`.
    """
    return (row for place, row in enumerate(rows) if last[path_key(row["path"])] == place)


def places_of(rows: Iterable[dict[str, Any]]) -> tuple[dict[int, int], int]:
    """The place of each input's last row, and how many rows there are."""
    last: dict[int, int] = {}
    count = 0
    for row in rows:
        last[path_key(row["path"])] = count
        count += 1
    return last, count


def states_of(rows: Iterable[dict[str, Any]]) -> dict[int, int]:
    """What each input's last row says: `path_key` -> see `known_states`."""
    return {path_key(row["path"]): known_states(row) for row in rows}


def compact(path: Path) -> None:
    """Keep each input's last row only. A crash leaves the file as it was.

    Raises:
        InvalidInput, ResourceExhausted: if it cannot be written.
    """
    last, count = places_of(read(path))
    if len(last) == count:
        return
    with replacing(path, lasting=True) as temporary, temporary.open("wb") as file:
        for row in last_rows(read(path), last):
            file.write(json_line(row))


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while line := file.readline(MAX_LINE_BYTES):
                yield line
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InvalidInput(f"'{path}' cannot be read ({reason}).", "Check its permissions.") from error


def _row(line: bytes) -> dict[str, Any] | None:
    """The row in a line; None if there is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and isinstance(row.get("path"), str) and "settings" in row else None


def _is_unfinished(line: bytes) -> bool:
    """Whether a line can be the beginning of a row: of no other JSON, and nothing that is whole."""
    written = line.rstrip(b"\0")  # a disk may have the file's new size before it has the bytes
    if not (written.startswith(_ROW_START) or _ROW_START.startswith(written)):
        return False
    try:
        json.loads(written)
    except (ValueError, RecursionError):
        return True
    return False


def _no_row(path: Path, number: int) -> InvalidInput:
    return InvalidInput(
        f"Line {number} of '{path}' is no row of a batch table.", "Choose another file to write to."
    )


def _last_line(file: Any, size: int) -> int:
    """Where the last line starts."""
    end = size - 1  # its own line end is not looked at
    while end > 0:
        start = max(0, end - _TAIL_BYTES)
        file.seek(start)
        place = file.read(end - start).rfind(b"\n")
        if place >= 0:
            return int(start + place + 1)
        end = start
    return 0


def _cannot_write(path: Path, error: OSError) -> InvalidInput | ResourceExhausted:
    if error.errno in DISK_FULL:
        return ResourceExhausted(
            f"The disk is full; '{path}' holds all rows that were finished.",
            "Make room, then run it again with --resume.",
        )
    reason = (error.strerror or str(error)).lower()
    return InvalidInput(f"'{path}' cannot be written ({reason}).", "Choose a folder you may write to.")
