"""From a picture, a sentence or a saved plan to the plan of a soundscape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagecraft import captioning
from imagecraft.captioning.base import Caption, Evidence
from imagecraft.errors import InvalidInput
from imagecraft.media.images import ImageSource, open_image
from imagecraft.soundscape import chosen, is_straight, picture_alone
from imagecraft.soundscape.plan import Clue, Plan, plan_from_evidence, plan_from_prompt
from imagecraft.soundscape.sighted import Source

CLUE_SOURCES: Mapping[str, Source] = {"detector": "object", "classifier": "class", "scene": "scene"}


def planned(
    image: ImageSource | None = None,
    *,
    prompt: str | None = None,
    plan: Plan | Mapping[str, Any] | str | None = None,
    model: str | None = None,
) -> tuple[Plan, Caption | None]:
    """What would be heard, and what was seen in the picture; an empty plan for a model that makes none.

    Arguments and Raises are those of `soundscape`.
    """
    if model is not None and is_straight(card := chosen(model)):
        picture_alone(card, None if prompt or plan is not None else image)
        return Plan(()), None
    if plan is not None:
        return plan_of(plan), None
    words = (prompt or "").strip() if isinstance(prompt, str | None) else _no_text(prompt)
    if image is None:
        if not words:
            raise InvalidInput(
                "There is nothing to make a soundscape of.", "Give a picture, a prompt, or a plan."
            )
        return plan_from_prompt(words), None
    picture = open_image(image, max_side=captioning.LOOKED_AT_SIDE)
    caption = captioning.caption(picture)
    clues = [_clue(item, picture.size) for item in caption.evidence]
    made = plan_from_evidence(clues, picture.size, caption.text)
    if words and words != made.prompt:
        made = _where_seen(plan_from_prompt(words), made)
    return made.replaced(notices=(*picture.notices, *made.notices)), caption


def _clue(item: Evidence, size: tuple[int, int]) -> Clue:
    """Evidence of a caption as a plan takes it: places as shares of the picture."""
    (width, height), (left, top, right, bottom) = size, item.box
    box = (left / width, top / height, right / width, bottom / height)
    return Clue(item.label, item.score, box, CLUE_SOURCES[item.source])


def _where_seen(asked: Plan, seen: Plan) -> Plan:
    """What was asked for, each sound that the picture has as well at its place there."""
    places = {layer.sound: layer for layer in reversed(seen.layers)}
    return asked.replaced(
        layers=tuple(
            layer.replaced(pan=there.pan, distance=there.distance)
            if (there := places.get(layer.sound))
            else layer
            for layer in asked.layers
        )
    )


def plan_of(plan: Plan | Mapping[str, Any] | str) -> Plan:
    """A plan from itself, its JSON object or its JSON text. Raises InvalidInput if it is none of these."""
    if isinstance(plan, Plan):
        return plan
    return Plan.from_json(plan) if isinstance(plan, str) else Plan.from_dict(plan)


def _no_text(prompt: object) -> str:
    raise InvalidInput(
        f"The prompt is {type(prompt).__name__}, not text.", "Say in words what should be heard."
    )
