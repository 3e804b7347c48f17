"""Models that work in steps, on the page: their menu, and what its sliders sent."""

from __future__ import annotations

import math
from typing import Any

from imagecraft import catalog
from imagecraft.pipelines.models import Range, ranges
from imagecraft.ui.model_menus import model_menu

BY_RULE, IN_STEPS = "rule", "steps"


def stepping_menu(task: str, label: str, *, steps: str, guidance: str) -> dict[str, Any]:
    """The menu of a task's models, each with what the sliders `steps` and `guidance` (ids) can be set to."""
    menu = model_menu(task, label)
    for group in menu["groups"]:
        for option in group["options"]:
            able = ranges(catalog.card(option["id"]))
            option["kind"] = IN_STEPS if able.in_steps else BY_RULE
            option["sliders"] = {
                slider: [possible.least, possible.most, possible.usual]
                for slider, possible in ((steps, able.steps), (guidance, able.guidance))
            }
    return menu


def asked_of(card: catalog.ModelCard, steps: Any, guidance: Any) -> tuple[int | None, float | None]:
    """Steps and guidance in what two sliders sent; None for models that do not work in steps."""
    able = ranges(card)
    if not able.in_steps:
        return None, None
    return round(_within(steps, able.steps)), _within(guidance, able.guidance)


def _within(value: Any, possible: Range) -> float:
    """What a slider sent, or the usual where that is not possible: it may be of the model before."""
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if is_number and value in possible else possible.usual
