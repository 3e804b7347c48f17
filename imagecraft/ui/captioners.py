"""Which model describes a photo, and in which language: the menus, and what is done when it is not here."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from imagecraft.errors import ImageCraftError
from imagecraft.media.images import Picture, open_image
from imagecraft.pipelines import models
from imagecraft.pipelines.fallback import Instead, or_offline
from imagecraft.pipelines.image_to_speech import Step, describe_aloud, find_voice, languages
from imagecraft.ui import strings
from imagecraft.ui.errors import instead
from imagecraft.ui.model_menus import chosen_model

LOOKED_AT_SIDE = 1600
DEFAULT_LANGUAGE = "en"


def language_menu(model: Any = None, language: Any = None) -> dict[str, Any]:
    """The menu of the languages that the chosen model writes; the chosen one stays so if it is among them.

    Args:
        model: The menu of models, as a browser sent it.
        language: The menu of languages, likewise.
    """
    try:
        known = languages(chosen_model(model))
    except ImageCraftError:
        known = languages()
    wanted = chosen_language(language)
    options = [{"id": tag, "label": name, "disabled": False} for tag, name in known.items()]
    return {
        "chosen": wanted if wanted in known else DEFAULT_LANGUAGE,
        "groups": [{"label": strings.CAPTION_LANGUAGE, "options": options}],
    }


def about(model: Any = None) -> str:
    """What the chosen model is like, and whether its weights may be used for money.

    Args:
        model: The menu of models, as a browser sent it.
    """
    wanted = chosen_model(model)
    states = {state.card.id: state.card for state in models.states("caption")}
    card = states.get(wanted or "") or models.best("caption")
    says = card.summary if card.commercial_use else f"{card.summary} ({strings.MODEL_NOT_COMMERCIAL})"
    return f'<p class="ic-quiet">{html.escape(says)}</p>'


def chosen_language(value: Any) -> str:
    """The tag of the chosen language in what a browser sent."""
    match value:
        case {"chosen": str(tag)} if tag:
            return tag
        case _:
            return DEFAULT_LANGUAGE


def described_aloud(
    path: Path, *, model: str | None, language: str, voice: str | None, **options: Any
) -> Iterator[Picture | Step]:
    """Open a photo, describe it and speak, by the offline model if the chosen one is not here.

    The caption's notices say then who described it. A voice that does not speak the language is replaced by
    one that does. Args and Raises are those of `describe_aloud`.
    """
    picture = open_image(path, max_side=LOOKED_AT_SIDE)
    yield picture

    def run(name: str | None) -> Iterator[Step]:
        written = language if language in languages(name) or name == model else DEFAULT_LANGUAGE
        speaker = voice if speaks(voice, written) else None
        yield from describe_aloud(picture, model=name, language=written, voice=speaker, **options)

    said: tuple[str, ...] = ()
    for step in or_offline("caption", model, run):
        if isinstance(step, Instead):
            said = (instead(step),)
        elif step.caption is not None and said:
            yield replace(step, caption=replace(step.caption, notices=(*said, *step.caption.notices)))
        else:
            yield step


def speaks(voice: str | None, language: str) -> bool:
    """Whether a voice, or for None any voice, speaks a language."""
    try:
        find_voice(voice, language=language)
    except ImageCraftError:
        return False
    return True
