"""Images described in words."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import get_args

from imagecraft.captioning.base import Caption, Captioner, Evidence, Length
from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput
from imagecraft.media.images import ImageSource, open_image
from imagecraft.runtime.selection import chosen as chosen_model

__all__ = ["Caption", "Captioner", "Evidence", "Length", "caption"]

LOOKED_AT_SIDE = 1024  # pixels; captioners see no more, and a large JPEG decodes faster at this size
FEWEST_MAX_CHARS = 20


def caption(
    image: ImageSource,
    *,
    model: str | None = None,
    length: Length = "short",
    language: str = "en",
    max_chars: int | None = None,
    hedge: bool = False,
) -> Caption:
    """Describe a picture in words.

    Args:
        image: A path, the bytes of a file, a PIL image, an array (height, width[, channels]) or a Picture.
        model: Id of a captioning model; the default of this machine when None.
        length: "short" for one sentence, "detailed" for two or three.
        language: BCP-47 tag of the caption's language.
        max_chars: Longest text, in characters, at least 20; it ends at a clause. None for no limit.
        hedge: Say "probably" before the least sure statement of a sentence, where that is not very sure.

    Returns:
        The caption, with what it rests on; boxes are in pixels of the upright picture.

    Raises:
        InvalidInput: The picture cannot be read, or an option is not one of those there are.
        ModelUnavailable: The model's files cannot be had.
    """
    captioner = _captioner(chosen_model(model, "caption"))
    if length not in get_args(Length):
        raise InvalidInput(
            f"There is no length '{length}'.", f"Choose one of: {', '.join(get_args(Length))}."
        )
    if str(language).partition("-")[0].lower() not in captioner.card.languages:
        raise InvalidInput(
            f"{captioner.card.id} cannot write '{language}'.",
            f"Choose one of: {', '.join(captioner.card.languages)}.",
        )
    if max_chars is not None and not isinstance(max_chars, int):
        raise InvalidInput(f"The longest length is not a whole number: {max_chars!r}.", "Give one, or None.")
    if max_chars is not None and max_chars < FEWEST_MAX_CHARS:
        raise InvalidInput(
            f"A caption cannot be as short as {max_chars} characters.", f"Allow at least {FEWEST_MAX_CHARS}."
        )
    picture = open_image(image, max_side=LOOKED_AT_SIDE)
    made = captioner.caption(
        picture.image,
        length=length,
        language=language,
        max_chars=max_chars,
        size=picture.size,
        hedge=bool(hedge),
    )
    return replace(made, notices=picture.notices + made.notices)


@cache
def _captioner(chosen: ModelCard) -> Captioner:
    from imagecraft.captioning.grounded import Grounded

    return Grounded(chosen)
