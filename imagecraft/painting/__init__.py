"""Pictures painted of sounds and descriptions."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput
from imagecraft.painting.base import SIDES, Painter, Painting, Sketch, Subject, Thing, Wishes
from imagecraft.runtime.ranges import check_within_ranges
from imagecraft.runtime.selection import chosen as chosen_model

__all__ = ["Painter", "Painting", "Sketch", "Subject", "Thing", "Wishes", "check", "paint", "painting"]


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
    steps = painting(subject, wishes, model=model)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Painting = end.value
            return made


def painting(
    subject: Subject, wishes: Wishes, *, model: str | None = None
) -> Generator[Sketch, None, Painting]:
    """As `paint`, telling how far it is and what it looks like; closing the generator stops the work."""
    chosen = chosen_model(model, "paint")
    check(wishes, chosen)
    return (yield from _painter(chosen).painting(subject, wishes))


def check(wishes: Wishes, card: ModelCard) -> None:
    """Refuse wishes that a painter cannot follow.

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
    check_within_ranges(card, wishes.steps, wishes.guidance)


@cache
def _painter(chosen: ModelCard) -> Painter:
    if chosen.family:
        from imagecraft.painting.neural import NeuralPainter

        return NeuralPainter(chosen)
    from imagecraft.painting.poster import Poster

    return Poster(chosen)
