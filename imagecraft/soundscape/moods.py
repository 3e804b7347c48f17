"""The same plan, calmer or livelier."""

from __future__ import annotations

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.soundscape.plan import RANGES, Layer, Plan

NATURAL = "natural"


def moods() -> dict[str, str]:
    """Names of the moods and the words a menu shows for them."""
    return {name: mood["says"] for name, mood in vocabulary("moods").items()}


def in_mood(plan: Plan, mood: str) -> Plan:
    """The plan with other strengths, rates and levels; see assets/moods.toml.

    Raises:
        InvalidInput: if there is no such mood.
    """
    if mood not in moods():
        raise InvalidInput(f"There is no mood '{mood}'.", f"Choose one of: {', '.join(moods())}.")
    if mood == NATURAL:
        return plan
    changes = vocabulary("moods")[mood]
    return plan.replaced(layers=tuple(_changed(layer, changes) for layer in plan.layers))


def _changed(layer: Layer, changes: dict[str, float]) -> Layer:
    level = changes["beds_db"] if layer.kind == "bed" else changes["events_db"]
    return layer.replaced(
        intensity=_within("intensity", layer.intensity + changes["intensity"]),
        per_minute=_within("per_minute", layer.per_minute * changes["rate"]),
        gain_db=_within("gain_db", layer.gain_db + level),
    )


def _within(name: str, value: float) -> float:
    lowest, highest = RANGES[name]
    return min(max(value, lowest), highest)
