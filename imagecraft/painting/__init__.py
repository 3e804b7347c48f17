"""Pictures painted of sounds and descriptions."""

from __future__ import annotations

from functools import cache

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput
from imagecraft.painting.base import GUIDANCE, SIDES, STEPS, Painter, Painting, Subject, Thing, Wishes
from imagecraft.runtime.selection import chosen as chosen_model

__all__ = ["Painter", "Painting", "Subject", "Thing", "Wishes", "paint"]


def paint(subject: Subject, wishes: Wishes, *, model: str | None = None) -> Painting:
    """Paint a subject.

    Args:
        subject: What is to be painted.
        wishes: How; see `Wishes` for the ranges.
        model: Id of a painting model; the default when None.

    Raises:
        InvalidInput: A wish is out of range, or there is no such model.
        ModelUnavailable: The model cannot run here.
    """
    chosen = chosen_model(model, "paint")
    check(wishes)
    return _painter(chosen).paint(subject, wishes)


def check(wishes: Wishes) -> None:
    """Refuse wishes that no painter can follow.

    Raises:
        InvalidInput: A wish is out of range.
    """
    low, high = SIDES
    sides = wishes.size
    if not (
        isinstance(sides, tuple)
        and len(sides) == 2
        and all(isinstance(side, int) and low <= side <= high for side in sides)
    ):
        raise InvalidInput(
            f"A picture cannot have the size {sides}.", f"Give width and height from {low} to {high} pixels."
        )
    if max(sides) > 2 * min(sides):
        raise InvalidInput(
            f"A picture of {sides[0]} by {sides[1]} is too narrow.",
            "Let the longer side be at most twice the shorter.",
        )
    if not isinstance(wishes.seed, int) or not 0 <= wishes.seed < 2**32:
        raise InvalidInput(f"{wishes.seed!r} is no seed.", "Give a whole number from 0 to 4294967295.")
    for name, value, (least, most) in (
        ("steps", wishes.steps, STEPS),
        ("guidance", wishes.guidance, GUIDANCE),
    ):
        if value is not None and not least <= value <= most:
            raise InvalidInput(
                f"{value:g} is out of range for {name}.", f"Choose from {least:g} to {most:g}."
            )


@cache
def _painter(chosen: ModelCard) -> Painter:
    from imagecraft.painting.poster import Poster

    return Poster(chosen)
