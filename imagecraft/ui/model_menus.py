"""Menus of models: what each is called, its size, its licence, and whether it is on this machine."""

from __future__ import annotations

from typing import Any

from imagecraft.pipelines import models
from imagecraft.pipelines.models import ModelState
from imagecraft.ui import strings


def model_menu(task: str, label: str) -> dict[str, Any]:
    """The menu's value: every model of a task that menus have; the one that would do it anyway is chosen.

    A model that is not here can be chosen too: what happens then is told with the result.
    """
    options = [
        {"id": state.card.id, "label": _says(state), "disabled": False}
        for state in models.states(task)
        if state.card.in_menus
    ]
    return {"chosen": models.best(task).id, "groups": [{"label": label, "options": options}]}


def chosen_model(value: Any) -> str | None:
    """The id of the chosen model in what a browser sent, or None for the default."""
    match value:
        case {"chosen": str(name)} if name and "@" not in name:
            return name
        case _:
            return None


def _says(state: ModelState) -> str:
    card = state.card
    about = [models.size_words(card.size_bytes), card.license] if card.size_bytes else [card.license]
    if not (state.installed and state.on_disk):
        about.append(strings.MODEL_NOT_HERE)
    return f"{card.id} ({', '.join(about)})"
