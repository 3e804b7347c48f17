"""The catalogue and its files, for those who ask: what there is, what is on disk, fetch, check, unload."""

from __future__ import annotations

from imagecraft.runtime.downloads import size_words
from imagecraft.runtime.models import (
    ModelState,
    available_models,
    download,
    hardware_words,
    memory_words,
    named,
    states,
    unload,
    verify,
)
from imagecraft.runtime.ranges import Range, Ranges, ranges
from imagecraft.runtime.selection import best
from imagecraft.runtime.space import MOST_BYTES as SPACE_BYTES
from imagecraft.runtime.space import is_space, packed_bytes
from imagecraft.runtime.space import models as space_models
from imagecraft.runtime.space import start as start_space

__all__ = [
    "SPACE_BYTES",
    "ModelState",
    "Range",
    "Ranges",
    "available_models",
    "best",
    "download",
    "hardware_words",
    "is_space",
    "memory_words",
    "named",
    "packed_bytes",
    "ranges",
    "size_words",
    "space_models",
    "start_space",
    "states",
    "unload",
    "verify",
]
