"""Files of hub models on this machine: in the folder a user named, or in the hub's cache."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.runtime.downloads import size_words
from imagecraft.runtime.hub_files import INDEX, SAFETENSORS, parts

WEIGHTS = (SAFETENSORS, ".onnx", ".pth", ".pt", ".bin")
"""What a card may name among its files. Of what it does not name, only safetensors are read."""


def folder_of(card: ModelCard) -> Path:
    """The folder with a hub model's files.

    Raises:
        InvalidInput: the folder that the user named is none, or no model is in it.
        ModelUnavailable: its files are not on this machine.
    """
    if card.folder:
        return _named(card)
    if card.needs_training:
        raise ModelUnavailable(
            f"The model '{card.id}' has no published weights.",
            f"Train one with: {card.settings['training']}. Then name its folder: {card.id}@FOLDER",
        )
    found = copy_of(card)
    if found is None:
        raise ModelUnavailable(
            f"The model '{card.id}' ({size_words(card.size_bytes)}) is not on this machine.",
            f"Fetch it with: imagecraft models download {card.id}",
        )
    return found


def copy_of(card: ModelCard) -> Path | None:
    """The whole copy of a card's files in the hub's cache; None if there is none."""
    return cached_folder(card.repo, card.revision, card.files)


def commit_of(folder: Path | None) -> str:
    """The commit that a copy in the hub's cache is of; empty for none."""
    return folder.name if folder is not None and folder.parent.name == "snapshots" else ""


def cached_folder(repo: str, revision: str = "", files: tuple[str, ...] = ()) -> Path | None:
    """The whole copy of a repository in the hub's cache (HF_HOME); None if there is none.

    Args:
        repo: "owner/name" on the hub.
        revision: Commit; empty for the newest copy there is.
        files: Patterns of the files that are needed, as `ModelCard.files`. They make a copy whole if weights
            are among them by name, for repositories of another layout.
    """
    if importlib.util.find_spec("huggingface_hub") is None:
        return None
    snapshots = cache_of(repo) / "snapshots"
    if revision:
        commit = _text(cache_of(repo) / "refs" / revision) or revision
        return snapshots / commit if _is_copy(snapshots / commit, files) else None
    found = snapshots.iterdir() if snapshots.is_dir() else ()
    copies = [folder for folder in found if _is_copy(folder, files)]
    return max(copies, key=lambda folder: folder.stat().st_mtime, default=None)


def cache_of(repo: str) -> Path:
    """Where the hub's cache keeps a repository: its `blobs`, `refs` and `snapshots`."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE) / f"models--{repo.replace('/', '--')}"


def is_whole(folder: Path) -> bool:
    """Whether a model could be loaded from a folder: a configuration, and all its safetensors."""
    index = folder / INDEX
    if not index.is_file():
        return _has_weights(folder)
    folders = [folder / name for name in parts(read_json(index))]
    networks = [place for place in folders if (place / "config.json").is_file()]
    return all(place.is_dir() for place in folders) and all(map(_has_weights, networks))


def _is_copy(folder: Path, files: tuple[str, ...]) -> bool:
    return is_whole(folder) or (
        any(name.endswith(WEIGHTS) and "*" not in name for name in files)
        and all(any(folder.glob(name)) for name in files)
    )


def _named(card: ModelCard) -> Path:
    folder = Path(card.folder).expanduser()
    if not folder.is_dir():
        raise InvalidInput(f"There is no folder '{card.folder}'.", f"Name one that holds a {card.id}.")
    if not is_whole(folder):
        raise InvalidInput(
            f"There is no whole model in '{card.folder}'.",
            f"It must hold the configuration and the safetensors files of a {card.id}.",
        )
    return folder


def _has_weights(folder: Path) -> bool:
    if not any(folder.glob("*config*.json")):
        return False
    indices = list(folder.glob(f"*{SAFETENSORS}.index.json"))
    if indices:
        shards = {name for path in indices for name in read_json(path).get("weight_map", {}).values()}
        return bool(shards) and all((folder / name).is_file() for name in shards)
    return any(path.suffix == SAFETENSORS for path in folder.iterdir())


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; an empty one if there is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
