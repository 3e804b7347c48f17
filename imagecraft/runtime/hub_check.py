"""Read the files of hub models on this machine again: sizes, headers, and the digests that name them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from imagecraft.catalog import ModelCard
from imagecraft.runtime import hub
from imagecraft.runtime.hub_files import SAFETENSORS

Checked = Literal["verified", "present", "damaged", "missing", "partial"]

CHUNK_BYTES = 1 << 22
HEADER_LENGTH_BYTES = 8
LONGEST_HEADER_BYTES = 100_000_000

_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_SHA1 = re.compile(r"[0-9a-f]{40}")


def bytes_on_disk(card: ModelCard) -> int:
    """What a model's copy in the hub's cache takes, a partial one's too."""
    blobs = hub.cache_of(card.repo) / "blobs"
    if not blobs.is_dir():
        return 0
    return sum(path.stat().st_size for path in blobs.iterdir() if path.suffix != ".lock" and path.is_file())


def check_files(card: ModelCard) -> Iterator[tuple[Path, Checked]]:
    """Each file of a model's copy in the hub's cache, and how it stands.

    The cache names a file's bytes by their digest: sha256, or git's for small ones. A file without such a
    name (in a cache on a disk without links) is only looked at: "present" if its header fits its size.
    """
    folder = hub.copy_of(card)
    if folder is None:
        begun = bytes_on_disk(card) > 0
        yield hub.cache_of(card.repo), "partial" if begun else "missing"
        return
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or path.is_file():
            yield path, _state(path)


def _state(path: Path) -> Checked:
    if not path.is_file():
        return "missing"
    name = path.resolve().name
    if _SHA256.fullmatch(name) or _GIT_SHA1.fullmatch(name):
        return "verified" if has_digest(path, name) else "damaged"
    if path.suffix == SAFETENSORS and not _header_fits(path):
        return "damaged"
    return "present"


def has_digest(path: Path, expected: str) -> bool:
    """Whether a file's bytes have a digest: a sha256, or git's (sha1 of a head and the bytes)."""
    git = len(expected) == 40
    digest = hashlib.sha1(usedforsecurity=False) if git else hashlib.sha256()
    if git:
        digest.update(b"blob %d\0" % path.stat().st_size)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest() == expected


def _header_fits(path: Path) -> bool:
    """Whether a safetensors file is as long as its header says.

    References: safetensors' README, section Format: 8 bytes with the header's length, the header as JSON, the
    tensors' bytes, their places counted from the header's end.
    """
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(HEADER_LENGTH_BYTES), "little")
        if not 0 < length <= LONGEST_HEADER_BYTES:
            return False
        try:
            header = json.loads(stream.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return False
    return bool(path.stat().st_size == HEADER_LENGTH_BYTES + length + max(ends, default=0))
