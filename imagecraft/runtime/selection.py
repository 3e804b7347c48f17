"""Which model does a task when the user names none: the best that can run here and now."""

from __future__ import annotations

import importlib.util

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.runtime import hub, loaded, neural
from imagecraft.runtime.device import hardware

DEFAULTS_OF = {"mps": "cpu"}
"""Profiles whose defaults are those of another: few networks are known to run on an Apple GPU."""


def chosen(model: str | None, task: str) -> ModelCard:
    """The card of the model a user named, or the best that can run here without a download.

    Raises:
        InvalidInput: if there is no such model, or `ID@FOLDER` names one that no folder can hold.
    """
    return catalog.chosen_card(model, task) if model else best(task)


def best(task: str) -> ModelCard:
    """The first default of this machine's profile that is ready and fits its memory; else the offline one."""
    offline = catalog.default_card(task)
    profile = DEFAULTS_OF.get(hardware().profile, hardware().profile)
    fitting = [card for card in catalog.cards(task) if profile in card.default_for and not card.offline]
    return next((card for card in fitting if is_ready(card) and has_room(card)), offline)


def is_ready(card: ModelCard) -> bool:
    """Whether a hub model's packages and files are on this machine, or it is kept for a lent GPU."""
    if not card.repo or not all(map(importlib.util.find_spec, card.package.split())):
        return False
    return neural.is_lent(card) or hub.copy_of(card) is not None


def has_room(card: ModelCard) -> bool:
    """Whether a model's weights fit the memory they would run in, in the number format they have there."""
    if neural.is_lent(card):
        return True
    place = neural.place_of(card)
    budget = loaded.gpu_budget_bytes if place.device == "cuda" else loaded.budget_bytes
    return neural.most_bytes(card, place) <= budget()
