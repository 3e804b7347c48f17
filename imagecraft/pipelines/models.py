"""The catalogue and its files, for those who ask: what there is, what is on disk, fetch, check, unload."""

from __future__ import annotations

from imagecraft.runtime.downloads import size_words
from imagecraft.runtime.models import (
    ModelState,
    available_models,
    download,
    hardware_words,
    states,
    unload,
    verify,
)
from imagecraft.runtime.selection import best

__all__ = [
    "ModelState",
    "available_models",
    "best",
    "download",
    "hardware_words",
    "size_words",
    "states",
    "unload",
    "verify",
]
