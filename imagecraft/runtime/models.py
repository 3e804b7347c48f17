"""The catalogue's models on this machine: what is here, what is loaded; fetch, check, unload."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.errors import ModelUnavailable
from imagecraft.runtime import hub, hub_check, hub_fetch, loaded, memory, neural, packages, space, weights
from imagecraft.runtime.device import hardware
from imagecraft.runtime.downloads import size_words
from imagecraft.runtime.hub_check import Checked
from imagecraft.runtime.weights import Progress


@dataclass(frozen=True)
class ModelState:
    """A model, and how it stands on this machine.

    Attributes:
        card: The model.
        installed: Whether the Python packages it needs are there.
        bytes_on_disk: Bytes its weights take now, a partial download's included.
        on_disk: Whether all its weights are there, so that it runs without a network.
        loaded: Whether it is in memory.
        memory_bytes: Memory it takes now; 0 when not loaded, or not known.
        reason_unavailable: Why it cannot run as things stand, with the command that helps; empty when it can.
        revision: The commit that its copy on this machine is of; empty for none, or outside the hub.
    """

    card: ModelCard
    installed: bool
    bytes_on_disk: int
    on_disk: bool
    loaded: bool
    memory_bytes: int
    reason_unavailable: str
    revision: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The card and the state as one JSON-ready object."""
        return self.card.to_dict() | {
            "helpers": [helper.to_dict() for helper in catalog.helpers(self.card)],
            "revision_on_disk": self.revision,
            "installed": self.installed,
            "bytes_on_disk": self.bytes_on_disk,
            "on_disk": self.on_disk,
            "loaded": self.loaded,
            "memory_bytes": self.memory_bytes,
            "reason_unavailable": self.reason_unavailable,
        }


@dataclass(frozen=True)
class FileCheck:
    """A model's file, read and compared with its published hash where there is one.

    Attributes:
        model: Id of the card it belongs to.
        file: Its name.
        path: Where it is, or would be.
        state: "verified", "damaged", "partial", "missing", or "present" without a hash to compare with.
    """

    model: str
    file: str
    path: Path
    state: Checked

    def to_dict(self) -> dict[str, Any]:
        return {"model": self.model, "file": self.file, "path": str(self.path), "state": self.state}


def available_models(task: str | None = None) -> list[ModelCard]:
    """Every model the product can use for a task, or for any; `states` says which can run right now.

    Raises:
        InvalidInput: if `task` is not a task; the error lists those there are.
    """
    return catalog.cards(task)


def named(ids: Iterable[str]) -> list[str]:
    """Ids of models, each once.

    Raises:
        InvalidInput: if no model has one of the ids; the error lists those there are.
    """
    return [catalog.card(name).id for name in dict.fromkeys(ids)]


def states(task: str | None = None) -> list[ModelState]:
    """How each model of a task, or of all, stands on this machine. Raises as `available_models`."""
    sizes = loaded.loaded_sizes()
    return [_state(card, sizes) for card in catalog.cards(task)]


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
    """Fetch all that models need, checked, so that they run without a network; go on where that stopped.

    Args:
        ids: Ids of models; none means every model that runs with verified files alone.
        progress: Told how far each file is.

    Returns:
        How they stand afterwards, and the small models that they are better with.

    Raises:
        InvalidInput: if no model has one of the ids. Nothing is fetched then.
        ModelUnavailable: if a file cannot be fetched, after the others were; a licence has to be accepted
            first; or a Python package is missing.
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
    for card in with_helpers(cards):
        if card.repo:
            try:
                hub_fetch.fetch(card, progress)
            except ModelUnavailable as failure:
                failures.append(failure)
    if failures:
        raise failures[0]
    sizes = loaded.loaded_sizes()
    return [_state(card, sizes) for card in with_helpers(cards)]


def with_helpers(cards: Iterable[ModelCard]) -> list[ModelCard]:
    """Each model, and after it the small ones that it is better with; every one once."""
    wanted = [one for card in cards for one in (card, *catalog.helpers(card))]
    return list({card.id: card for card in wanted}.values())


def verify(ids: Iterable[str] = ()) -> list[FileCheck]:
    """Read the files of models again and compare them with their published hashes.

    Args:
        ids: Ids of models; none means every model that runs with verified files alone, and every one of the
            hub that is here.

    Raises:
        InvalidInput: if no model has one of the ids.
        ModelUnavailable: if a Python package that carries a model is missing.
    """
    checks: list[FileCheck] = []
    named = list(ids)
    for card in _with_fetched_helpers(_chosen(named) + ([] if named else _fetched())):
        _require_packages(card)
        found = [weights.verify(name) for name in card.assets]
        checks += [FileCheck(card.id, status.asset.file, status.path, status.state) for status in found]
        if card.repo:
            folder = hub.copy_of(card) or Path()
            for path, state in hub_check.check_files(card):
                name = str(path.relative_to(folder)) if path.is_relative_to(folder) else card.repo
                checks.append(FileCheck(card.id, name, path, state))
        for package in card.data_packages:
            checks += [
                FileCheck(card.id, path.name, path, state) for path, state in packages.check_files(package)
            ]
    return checks


def hardware_words() -> str:
    """What runs here, for people: "Offline · 2 CPU cores", "CUDA · 24 GB" or "ZeroGPU".

    "Offline" is left away once a model of the hub is here.
    """
    here = hardware()
    if here.profile == "zerogpu":
        return "ZeroGPU"
    if here.profile == "cuda":
        return f"CUDA · {here.gpu_memory_bytes / 2**30:.0f} GB"
    cores = f"{here.cores} CPU core{'s' if here.cores > 1 else ''}"
    return cores if _fetched() else f"Offline · {cores}"


def memory_words() -> str:
    """Memory that this program takes, for people: "1.2 GB of memory", with that of a GPU where it has one."""
    words = f"{size_words(memory.process_bytes())} of memory"
    used, installed = memory.gpu_bytes()
    return f"{words}, {size_words(used)} of the GPU's {size_words(installed)}" if installed else words


def _chosen(ids: Iterable[str]) -> list[ModelCard]:
    named = [catalog.card(name) for name in dict.fromkeys(ids)]
    return named or [card for card in catalog.cards() if card.offline and _is_installed(card)]


def _fetched() -> list[ModelCard]:
    """The hub's models that are on this machine."""
    here = [card for card in catalog.cards() if card.repo and not card.offline and _is_installed(card)]
    return [card for card in here if hub.copy_of(card)]


def _with_fetched_helpers(cards: list[ModelCard]) -> list[ModelCard]:
    """Models, and those of their helpers that are on this machine: the rest is not missed."""
    return [card for card in with_helpers(cards) if card in cards or hub.copy_of(card)]


def _state(card: ModelCard, sizes: Mapping[str, int]) -> ModelState:
    """How a card stands; `sizes` are those of what is in memory, by the names it was loaded with."""
    networks = [name for name in (card.id, *card.assets) if name in sizes]
    # Networks that models share are loaded by the file's name: then all of them must be there.
    in_memory = card.id in sizes or (bool(card.assets) and set(card.assets) <= set(sizes))
    taken = sum(sizes[name] for name in networks) if in_memory else 0
    installed = _is_installed(card)
    have, missing = _files(card)
    reason = ""
    if not installed:
        reason = f"Not installed: {card.install}"
    elif card.needs_training:
        reason = f"no published weights; train one: {card.settings['training']}"
    elif card.id in space.absent():
        reason = space.absent()[card.id]
    elif missing:
        licence = ", once its licence is accepted on the hub" if card.gated else ""
        reason = f"{size_words(missing)} to download{licence}: imagecraft models download {card.id}"
    commit = hub.commit_of(hub.copy_of(card)) if card.repo else ""
    on_disk = installed and not missing and not card.needs_training
    return ModelState(card, installed, have, on_disk, in_memory, taken, reason, commit)


def _files(card: ModelCard) -> tuple[int, int]:
    """Bytes of a model's files that are here, and of those that are not."""
    if card.repo:
        have = hub_check.bytes_on_disk(card)
        whole = neural.is_lent(card) or hub.copy_of(card) is not None
        return have, 0 if whole else max(1, card.size_bytes - have)
    files = [weights.status(name) for name in card.assets]
    have = sum(file.bytes_on_disk for file in files)
    missing = sum(file.asset.size for file in files) - have
    return have + sum(map(packages.size_bytes, card.data_packages)), missing


def _is_installed(card: ModelCard) -> bool:
    needed = [*card.package.split(), *card.data_packages]
    return all(importlib.util.find_spec(name) is not None for name in needed)


def _require_packages(card: ModelCard) -> None:
    if not _is_installed(card):
        raise ModelUnavailable(f"The model '{card.id}' is not installed.", f"Install it with: {card.install}")
