"""Everything about a soundscape's plan, from one door."""

from imagecraft.soundscape.layers import MOST_LAYERS, PLACES, RANGES, Kind, Layer, Place, Plan, kind_of
from imagecraft.soundscape.prompts import plan_from_prompt

__all__ = [
    "MOST_LAYERS",
    "PLACES",
    "RANGES",
    "Kind",
    "Layer",
    "Place",
    "Plan",
    "kind_of",
    "plan_from_prompt",
]
