"""Visitors' files leave with the program: a folder of its own for each run, deleted at its end.

A run that was killed cannot clear up; the next one does. A run holds a lock in its folder to its end.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO

PREFIX = "imagecraft-visitors-"
LOCK = "running"
VARIABLE = "GRADIO_TEMP_DIR"


def own_folder() -> Path:
    """Let Gradio keep this run's files in a new folder, and delete what dead runs left.

    The folder lies in GRADIO_TEMP_DIR where that is set, else among the system's temporary files. It is
    deleted when the program ends: by itself, by Ctrl-C, by SIGTERM, or with its terminal.
    """
    base = Path(os.environ.get(VARIABLE) or tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    for folder in _dead(base):
        shutil.rmtree(folder, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base)).resolve()
    lock = (folder / f"{LOCK}.new").open("w")
    _hold(lock)
    Path(lock.name).rename(folder / LOCK)  # only now can another run find it, and it is held
    os.environ[VARIABLE] = str(folder)
    atexit.register(_delete, folder, lock)
    _end_on_signals()
    return folder


def _delete(folder: Path, lock: IO[str]) -> None:
    lock.close()
    shutil.rmtree(folder, ignore_errors=True)


def _dead(base: Path) -> Iterator[Path]:
    """Folders of runs that are no more."""
    for folder in base.glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / LOCK).open("r+") as lock:
            if not folder.is_symlink() and _hold(lock):
                yield folder


def _hold(lock: IO[str]) -> bool:
    """Take a lock until the file is closed or the process ends; whether nobody else has it.

    Where there are no such locks, nobody is ever known to be gone.
    """
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _end_on_signals() -> None:
    """End as by `sys.exit` when asked to from outside; by default Python would drop everything as it lies."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
