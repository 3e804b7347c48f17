"""The voice menu: grouped by language, ready or not said in words."""

from __future__ import annotations

from typing import Any

from imagecraft.pipelines import models
from imagecraft.pipelines.image_to_speech import Voice, find_voice, voices

LANGUAGES = {"en-US": "English, United States", "en-GB": "English, Great Britain"}
SIZE_WORDS = "8 MB"
FETCHED_WORDS = "those with a size are downloaded once, on first use"


def voice_menu(chosen: str | None = None) -> dict[str, Any]:
    """The menu's value: every voice, those that cannot be had on this machine shown but not to be chosen."""
    blocked = {state.card.id for state in models.states("speech") if not state.installed}
    groups: dict[str, list[dict[str, Any]]] = {}
    for voice in voices():
        language = LANGUAGES.get(voice.language, voice.language)
        groups.setdefault(language, []).append(_option(voice, voice.model in blocked))
    if not all(voice.ready or voice.model in blocked for voice in voices()):
        groups = {f"{language} ({FETCHED_WORDS})": options for language, options in groups.items()}
    return {
        "chosen": chosen or find_voice().id,
        "groups": [{"label": label, "options": options} for label, options in groups.items()],
    }


def chosen_voice(value: Any) -> str | None:
    """The id of the chosen voice in what a browser sent, or None for the default."""
    match value:
        case {"chosen": str(name)} if name:
            return name
        case _:
            return None


def _option(voice: Voice, blocked: bool) -> dict[str, Any]:
    label = f"{voice.summary.partition(',')[0]}, {voice.gender}"
    if blocked:
        label += " (not installed)"
    elif not voice.ready:
        label += f" ({SIZE_WORDS})"
    return {"id": voice.id, "label": label, "disabled": blocked}
