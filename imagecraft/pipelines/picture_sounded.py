"""Image -> sound without words: what a picture sounds like to a network that a user trained."""

from __future__ import annotations

import time

from imagecraft import catalog
from imagecraft.errors import InvalidInput
from imagecraft.media.images import ImageSource
from imagecraft.pipelines.image_to_speech import Speech
from imagecraft.soundscape import chosen, is_straight
from imagecraft.speech.base import Voice


def speaks_pictures(model: str | None) -> bool:
    """Whether a model that was named for speech makes sound of the picture itself."""
    name = str(model).partition("@")[0]
    return any(card.id == name and is_straight(card) for card in catalog.cards("soundscape"))


def sounded(
    image: ImageSource,
    model: str,
    *,
    voice: str | None = None,
    speed: float = 1.0,
    voice_sample: object | None = None,
) -> Speech:
    """A second of sound straight from a picture, as speech is given.

    Args:
        image: Any that `imagecraft.media.images.open_image` takes.
        model: A model for which `speaks_pictures` holds, with its folder.
        voice, speed, voice_sample: None of them can be chosen.

    Raises:
        InvalidInput: One of these was chosen, the picture cannot be opened, or the folder holds no such
            model.
        ModelUnavailable, ResourceExhausted: The model cannot run here.
    """
    from imagecraft.soundscape.straight import second_of

    card = chosen(model)
    if voice is not None or speed != 1.0 or voice_sample is not None:
        raise InvalidInput(
            f"'{card.id}' has no voices and no speed.", "Leave them out, or choose another speech model."
        )
    started = time.perf_counter()
    made = second_of(image, card)
    who = Voice(card.id, card.name, "", "unknown", card.summary)
    return Speech(made.audio, who, time.perf_counter() - started, (made.notice,))
