"""Where verified files are kept. The environment is read when a function is called."""

from __future__ import annotations

import logging
import os
import stat
import sys
import tempfile
from pathlib import Path

from imagecraft.errors import ModelUnavailable

_log = logging.getLogger(__name__)


def local_folder() -> Path | None:
    """The folder of files brought by hand (IMAGECRAFT_WEIGHTS), None when not set."""
    named = os.environ.get("IMAGECRAFT_WEIGHTS", "").strip()
    return Path(named).expanduser().absolute() if named else None


def cache_folder() -> Path:
    """The folder for fetched files: IMAGECRAFT_CACHE, or `imagecraft` in the platform's cache folder."""
    named = os.environ.get("IMAGECRAFT_CACHE", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "imagecraft"


def spare_folder() -> Path:
    """The user's own folder below the system's temporary one, for when `cache_folder` cannot be written."""
    owner = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"imagecraft-{owner}"


def places() -> list[Path]:
    """Every folder a file may be used from, in the order they are asked."""
    return [
        *filter(None, [local_folder()]),
        cache_folder(),
        *([spare_folder()] if _is_private(spare_folder()) else []),
    ]


def writable_folder() -> Path:
    """The folder to fetch into: the cache folder, or the spare one where that cannot be written.

    Raises:
        ModelUnavailable: if neither can be written.
    """
    folder = cache_folder()
    reason = _why_not_writable(folder)
    if reason is None:
        return folder
    spare = spare_folder()
    spare_reason = _why_not_writable(spare, mode=0o700)
    if spare_reason is None and not _is_private(spare):
        spare_reason = "belongs to someone else"
    if spare_reason is not None:
        raise ModelUnavailable(
            f"There is no folder to keep model files in: {folder}: {reason}; {spare}: {spare_reason}.",
            "Set IMAGECRAFT_CACHE to a folder that can be written.",
        )
    _log.warning("%s cannot be written (%s); model files go to %s instead.", folder, reason, spare)
    return spare


def _why_not_writable(folder: Path, mode: int = 0o777) -> str | None:
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return (error.strerror or type(error).__name__).lower()


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
