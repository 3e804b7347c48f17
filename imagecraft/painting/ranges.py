"""How many steps a painter takes, and how closely it follows: what is possible, and what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imagecraft.catalog import ModelCard

STEPS = (20, 100)
USUAL_STEPS = 50
GUIDANCE = (1.0, 20.0)
USUAL_GUIDANCE = 7.5


@dataclass(frozen=True)
class Range:
    """Values that are possible.

    Attributes:
        least, most: The ends, both possible.
        usual: What is taken where nothing is asked for.
    """

    least: float
    most: float
    usual: float

    @property
    def fixed(self) -> bool:
        """Whether there is nothing to choose."""
        return self.least == self.most

    def __contains__(self, value: float) -> bool:
        return self.least <= value <= self.most


@dataclass(frozen=True)
class Ranges:
    """What can be asked of a painter.

    Attributes:
        steps: Steps of its work.
        guidance: How closely it follows the description.
        negative: Whether it heeds what should not be in the picture.
        in_steps: Whether it works in steps at all; else the ranges are those of painters that do.
    """

    steps: Range
    guidance: Range
    negative: bool = False
    in_steps: bool = False


def ranges(card: ModelCard) -> Ranges:
    """What can be asked of a painter, out of its card's settings."""
    settings = card.settings
    return Ranges(
        steps=_range(settings.get("steps", USUAL_STEPS), settings.get("steps_range", STEPS)),
        guidance=_range(settings.get("guidance", USUAL_GUIDANCE), settings.get("guidance_range", GUIDANCE)),
        negative=bool(settings.get("negative", False)),
        in_steps="steps" in settings,
    )


def _range(usual: float, ends: Sequence[float]) -> Range:
    return Range(ends[0], ends[1], usual)
