"""Everything about a soundscape's plan, from one door."""

from imagecraft.soundscape.describing import describe, propose_prompt
from imagecraft.soundscape.layers import MOST_LAYERS, PLACES, RANGES, Kind, Layer, Place, Plan, kind_of
from imagecraft.soundscape.prompts import plan_from_prompt
from imagecraft.soundscape.seeing import plan_from_evidence
from imagecraft.soundscape.sighted import Clue

__all__ = [
    "MOST_LAYERS",
    "PLACES",
    "RANGES",
    "Clue",
    "Kind",
    "Layer",
    "Place",
    "Plan",
    "describe",
    "kind_of",
    "plan_from_evidence",
    "plan_from_prompt",
    "propose_prompt",
]
