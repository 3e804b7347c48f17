"""Model files that the hub's own command has put on this machine. Nothing is downloaded here."""

from __future__ import annotations

import importlib.util
from pathlib import Path


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
