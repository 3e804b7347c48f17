"""The catalogue's models on this machine: what is here, what is loaded; fetch, check, unload."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.errors import ModelUnavailable
from imagecraft.runtime import loaded, packages, weights
from imagecraft.runtime.device import hardware
from imagecraft.runtime.weights import Progress, State


@dataclass(frozen=True)
class ModelState:
    """A model, and how it stands on this machine.

    Attributes:
        card: The model.
        installed: Whether the Python packages it needs are there.
        bytes_on_disk: Bytes its weights take now, a partial download's included.
        on_disk: Whether all its weights are there, so that it runs without a network.
        loaded: Whether it is in memory.
        reason_unavailable: Why it cannot run as things stand, with the command that helps; empty when it can.
    """

    card: ModelCard
    installed: bool
    bytes_on_disk: int
    on_disk: bool
    loaded: bool
    reason_unavailable: str

    def to_dict(self) -> dict[str, Any]:
        """The card and the state as one JSON-ready object."""
        return self.card.to_dict() | {
            "installed": self.installed,
            "bytes_on_disk": self.bytes_on_disk,
            "on_disk": self.on_disk,
            "loaded": self.loaded,
            "reason_unavailable": self.reason_unavailable,
        }


@dataclass(frozen=True)
class FileCheck:
    """A model's file, read and compared with its published hash.

    Attributes:
        model: Id of the card it belongs to.
        file: Its name.
        path: Where it is, or would be.
        state: "verified", "damaged", "partial" or "missing".
    """

    model: str
    file: str
    path: Path
    state: State

    def to_dict(self) -> dict[str, Any]:
        return {"model": self.model, "file": self.file, "path": str(self.path), "state": self.state}


def available_models(task: str | None = None) -> list[ModelCard]:
    """Every model the product can use for a task, or for any; `states` says which can run right now.

    Raises:
        InvalidInput: if `task` is not a task; the error lists those there are.
    """
    return catalog.cards(task)


def states(task: str | None = None) -> list[ModelState]:
    """How each model of a task, or of all, stands on this machine. Raises as `available_models`."""
    in_memory = set(loaded.loaded_ids())
    return [_state(card, _is_loaded(card, in_memory)) for card in catalog.cards(task)]


def unload(model: str | None = None) -> None:
    """Give back the memory of a loaded model, or of all. One in use is closed when that use ends.

    A network that several models share is given back with each of them.

    Raises:
        InvalidInput: if no model has that id; the error lists those there are.
    """
    if model is None:
        loaded.unload()
        return
    card = catalog.card(model)
    for name in (card.id, *card.assets):
        loaded.unload(name)


def download(ids: Iterable[str] = (), progress: Progress | None = None) -> list[ModelState]:
    """Fetch all that models need, checked, so that they run without a network.

    Args:
        ids: Ids of models; none means every model that runs with verified files alone.
        progress: Told how far each file is.

    Returns:
        How they stand afterwards.

    Raises:
        InvalidInput: if no model has one of the ids. Nothing is fetched then.
        ModelUnavailable: if a file cannot be fetched, after the others were; or a Python package is missing.
        ResourceExhausted: if the disk is full.
    """
    cards = _chosen(ids)
    for card in cards:
        _require_packages(card)
    failures: list[ModelUnavailable] = []
    for name in dict.fromkeys(name for card in cards for name in card.assets):
        try:
            weights.asset_path(name, progress=progress)
        except ModelUnavailable as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    in_memory = set(loaded.loaded_ids())
    return [_state(card, _is_loaded(card, in_memory)) for card in cards]


def verify(ids: Iterable[str] = ()) -> list[FileCheck]:
    """Read the files of models again and compare them with their published hashes.

    Args:
        ids: Ids of models; none means every model whose packages are installed.

    Raises:
        InvalidInput: if no model has one of the ids.
        ModelUnavailable: if a Python package that carries a model is missing.
    """
    checks = []
    for card in _chosen(ids):
        _require_packages(card)
        found = [weights.verify(name) for name in card.assets]
        checks += [FileCheck(card.id, status.asset.file, status.path, status.state) for status in found]
        for package in card.data_packages:
            checks += [
                FileCheck(card.id, path.name, path, state) for path, state in packages.check_files(package)
            ]
    return checks


def hardware_words() -> str:
    """What runs here, for people: "Offline · 2 CPU cores", "CUDA · 24 GB" or "ZeroGPU"."""
    here = hardware()
    if here.profile == "zerogpu":
        return "ZeroGPU"
    if here.profile == "cuda":
        return f"CUDA · {here.gpu_memory_bytes / 2**30:.0f} GB"
    return f"Offline · {here.cores} CPU core{'s' if here.cores > 1 else ''}"


def _chosen(ids: Iterable[str]) -> list[ModelCard]:
    named = [catalog.card(name) for name in dict.fromkeys(ids)]
    return named or [card for card in catalog.CARDS if card.offline and _is_installed(card)]


def _is_loaded(card: ModelCard, in_memory: set[str]) -> bool:
    """Whether all its networks are in memory; those that models share are loaded by the file's name."""
    return card.id in in_memory or (bool(card.assets) and set(card.assets) <= in_memory)


def _state(card: ModelCard, in_memory: bool) -> ModelState:
    installed = _is_installed(card)
    files = [weights.status(name) for name in card.assets]
    missing = sum(file.asset.size - file.bytes_on_disk for file in files)
    reason = ""
    if not installed:
        reason = f"Not installed: {card.install}"
    elif missing:
        reason = f"{missing / 1e6:.1f} MB to download: imagecraft models download {card.id}"
    size = sum(file.bytes_on_disk for file in files) + sum(map(packages.size_bytes, card.data_packages))
    return ModelState(card, installed, size, installed and not missing, in_memory, reason)


def _is_installed(card: ModelCard) -> bool:
    needed = [*filter(None, [card.package]), *card.data_packages]
    return all(importlib.util.find_spec(name) is not None for name in needed)


def _require_packages(card: ModelCard) -> None:
    if not _is_installed(card):
        raise ModelUnavailable(f"The model '{card.id}' is not installed.", f"Install it with: {card.install}")
