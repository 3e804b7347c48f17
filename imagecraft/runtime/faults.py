"""Faults of ours, written down where the user can find them."""

from __future__ import annotations

import logging
import platform
import secrets
import traceback

import imagecraft
from imagecraft.errors import ImageCraftError

_log = logging.getLogger(__name__)
_recorded: dict[tuple[type[Exception], str, int | None], str] = {}


def record(fault: BaseException) -> tuple[str, str]:
    """Keep an error's trace in a file of its own.

    Returns:
        A short id, and where the trace is, in words.
    """
    reference = secrets.token_hex(3)
    head = f"imagecraft {imagecraft.__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    trace = head + "".join(traceback.format_exception(fault))
    try:
        from imagecraft.runtime.folders import writable_folder

        folder = writable_folder() / "faults"
        folder.mkdir(exist_ok=True)
        file = folder / f"{reference}.txt"
        file.write_text(trace, "utf-8", errors="backslashreplace")
    except (OSError, ImageCraftError):
        return reference, f"{type(fault).__name__}; its details could not be kept in a file"
    return reference, f"its details are in {file}"


def recorded_once(fault: Exception) -> str:
    """The short id of a fault that may come again with every input.

    Of those from one place in the program the first is kept in a file, and told to the log in one line.
    """
    steps = traceback.extract_tb(fault.__traceback__)
    place = (type(fault), steps[-1].filename, steps[-1].lineno) if steps else (type(fault), "", None)
    if place not in _recorded:
        _recorded[place], kept = record(fault)
        _log.error("Something went wrong in imagecraft itself (fault %s): %s.", _recorded[place], kept)
    return _recorded[place]
