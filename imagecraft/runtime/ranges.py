"""Models that work in steps: how many, and how closely they follow; what is possible, and what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput

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
    """What can be asked of a model.

    Attributes:
        steps: Steps of its work.
        guidance: How closely it follows the description.
        negative: Whether it heeds what should not be in the result.
        in_steps: Whether it works in steps at all; else the ranges are those that most models have.
    """

    steps: Range
    guidance: Range
    negative: bool = False
    in_steps: bool = False


def ranges(card: ModelCard) -> Ranges:
    """What can be asked of a model, out of its card's settings."""
    settings = card.settings
    return Ranges(
        steps=_range(settings.get("steps", USUAL_STEPS), settings.get("steps_range", STEPS)),
        guidance=_range(settings.get("guidance", USUAL_GUIDANCE), settings.get("guidance_range", GUIDANCE)),
        negative=bool(settings.get("negative", False)),
        in_steps="steps" in settings,
    )


def check_within_ranges(card: ModelCard, steps: float | None, guidance: float | None) -> None:
    """Refuse steps or guidance that a model does not work with; None for its usual ones.

    Raises:
        InvalidInput: One is out of range; the error says what is possible.
    """
    able = ranges(card)
    for name, value, possible in (("steps", steps, able.steps), ("guidance", guidance, able.guidance)):
        if value is None or value in possible:
            continue
        hint = f"Choose from {possible.least:g} to {possible.most:g}."
        if possible.fixed:
            hint = f"{card.id} works with {possible.usual:g} alone: leave it out."
        raise InvalidInput(f"{value:g} is out of range for {name}.", hint)


def _range(usual: float, ends: Sequence[float]) -> Range:
    return Range(ends[0], ends[1], usual)
