"""The voice menu: grouped by language and gender, ready or not said in words."""

from __future__ import annotations

from typing import Any

from imagecraft.pipelines.image_to_speech import Voice, find_voice, language_name, voices
from imagecraft.ui import strings

FETCHED_WORDS = "those with a size are downloaded once, on first use"
ONLINE_WORDS = "online: your text leaves this machine"
OTHERS_MODEL = "mms"  # a voice for each of 1,100 languages: the menu has those that are on this machine
GENDERS = ("female", "male", "unknown")


def voice_menu(chosen: str | None = None, language: str | None = None) -> dict[str, Any]:
    """The menu's value: every voice, those that cannot be had from here shown but not to be chosen.

    Args:
        chosen: Id of the voice that is chosen; None for the default.
        language: Only voices of this language; None for all.
    """
    groups: dict[str, list[Voice]] = {}
    for voice in sorted(_offered(language), key=_place):
        groups.setdefault(_group(voice), []).append(voice)
    return {
        "chosen": chosen or find_voice().id,
        "groups": [
            {"label": _heading(label, members), "options": [_option(voice) for voice in members]}
            for label, members in groups.items()
        ],
    }


def english_menu() -> dict[str, Any]:
    """The menu where what is spoken is always English."""
    return voice_menu(language="en")


def chosen_voice(value: Any) -> str | None:
    """The id of the chosen voice in what a browser sent, or None for the default."""
    match value:
        case {"chosen": str(name)} if name:
            return name
        case _:
            return None


def _offered(language: str | None) -> list[Voice]:
    found = voices(language=language)
    return [voice for voice in found if voice.ready or voice.model != OTHERS_MODEL]


def _place(voice: Voice) -> tuple[bool, str, int, bool]:
    """English first, then by the languages' names; women, men, who does not say; who is ready first."""
    name = language_name(voice.language)
    return (not name.startswith("English"), name, GENDERS.index(voice.gender), not _usable(voice))


def _group(voice: Voice) -> str:
    name = language_name(voice.language)
    if voice.sends_text_out:
        return f"{name}, {ONLINE_WORDS}"
    return name if voice.gender == "unknown" else f"{name}, {voice.gender}"


def _heading(label: str, members: list[Voice]) -> str:
    fetched = any(voice.fetched_on_use for voice in members)
    return f"{label} ({FETCHED_WORDS})" if fetched else label


def _usable(voice: Voice) -> bool:
    return voice.ready or voice.fetched_on_use


def _option(voice: Voice) -> dict[str, Any]:
    name = voice.summary.partition(",")[0]
    label = f"{language_name(voice.language)}, online" if voice.sends_text_out else name
    if voice.gender != "unknown":
        label += f", {voice.gender}"
    if voice.fetched_on_use:
        label += f" ({voice.needs.partition(' to ')[0]})"
    elif voice.needs:
        label += f" ({strings.MODEL_NOT_HERE})"
    return {"id": voice.id, "label": label, "disabled": not _usable(voice)}
