"""Files in the temporary folder, while sets are scored that do not fit into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from imagecraft.errors import ResourceExhausted
from imagecraft.media.files import DISK_FULL


@contextmanager
def room() -> Iterator[None]:
    """Say in words that the disk is full on which captions and counts are brought together.

    Raises:
        ResourceExhausted: if it is.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        raise _full() from error
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise _full() from error


def _full() -> ResourceExhausted:
    return ResourceExhausted(
        "The disk is full: captions are brought together in the temporary folder.",
        "Make room there, or set TMPDIR to a folder on a larger disk.",
    )
