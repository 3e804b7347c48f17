"""The metrics as the tab "Evaluation" offers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagecraft.pipelines import evaluation
from imagecraft.ui import evaluation_words as words


def choices() -> list[Mapping[str, Any]]:
    """The metrics as checkboxes: id, label, a line about each, whether it is on, whether it can be."""
    return [
        {
            "id": state.name,
            "label": evaluation.display_name(state.name),
            "about": state.meaning
            if state.reason_unavailable is None
            else words.NOT_HERE.format(meaning=state.meaning),
            "on": state.default and state.reason_unavailable is None,
            "disabled": state.reason_unavailable is not None,
        }
        for state in evaluation.metric_states()
    ]


def lacking() -> str:
    """What the metrics lack that cannot be used here, a line each; empty where none does."""
    return "\n".join(
        words.WHY_NOT_HERE.format(name=evaluation.display_name(state.name), reason=state.reason_unavailable)
        for state in evaluation.metric_states()
        if state.reason_unavailable is not None
    )
