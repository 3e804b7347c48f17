"""Which model does a task when the user names none: the best that can run here and now."""

from __future__ import annotations

import importlib.util

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.runtime import hub
from imagecraft.runtime.device import hardware


def chosen(model: str | None, task: str) -> ModelCard:
    """The card of the model a user named, or the best that can run here without a download.

    Raises:
        InvalidInput: if there is no such model, or `ID@FOLDER` names one that no folder can hold.
    """
    return catalog.chosen_card(model, task) if model else best(task)


def best(task: str) -> ModelCard:
    """The first default of this machine's profile whose packages and files are here; else the offline one."""
    offline = catalog.default_card(task)
    fitting = [card for card in catalog.cards(task) if hardware().profile in card.default_for]
    return next((card for card in fitting if not card.offline and is_ready(card)), offline)


def is_ready(card: ModelCard) -> bool:
    """Whether a hub model's packages and files are on this machine."""
    packages = card.package.split()
    return bool(card.repo) and all(map(importlib.util.find_spec, packages)) and _has_files(card)


def _has_files(card: ModelCard) -> bool:
    return hub.cached_folder(card.repo, card.revision) is not None
