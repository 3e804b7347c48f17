"""Models whose files the hub's own command has put on this machine. Nothing is downloaded here."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.scoring.base import Floats

BATCH = 32


def cached_folder(repo: str) -> Path | None:
    """The newest whole copy of a repository in the hub's cache (HF_HOME); None if there is none.

    Args:
        repo: "owner/name" on the hub.
    """
    if importlib.util.find_spec("huggingface_hub") is None:
        return None
    from huggingface_hub.constants import HF_HUB_CACHE

    snapshots = Path(HF_HUB_CACHE) / f"models--{repo.replace('/', '--')}" / "snapshots"
    whole = [
        folder
        for folder in (snapshots.iterdir() if snapshots.is_dir() else ())
        if (folder / "config.json").is_file() and (folder / "model.safetensors").is_file()
    ]
    return max(whole, key=lambda folder: folder.stat().st_mtime, default=None)


@contextmanager
def quietly() -> Iterator[None]:
    """Without the bars that transformers draws on stderr while it loads a model."""
    from transformers.utils import logging

    bars: Any = logging
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()


def unit_vectors(encode: Callable[[Sequence[Any]], Any], everything: Sequence[Any]) -> Floats:
    """One vector of length one for each, shape (items, dimensions).

    Args:
        encode: From a few of them to a tensor of vectors, or to a model's output that holds it.
        everything: What is to be encoded.
    """
    import torch

    rows = []
    for start in range(0, len(everything), BATCH):
        with torch.inference_mode():
            out = encode(everything[start : start + BATCH])
        vectors = getattr(out, "pooler_output", out).double().cpu().numpy()
        rows.append(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
    return np.concatenate(rows)
