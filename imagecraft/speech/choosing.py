"""Which voices there are, and which one speaks when nobody names one."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import cast

from imagecraft import catalog
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.speech.base import Engine, Voice
from imagecraft.speech.cloning import MODEL as CLONING_MODEL
from imagecraft.speech.languages import ENGLISH, is_kind_of, language_name, primary

_ENGINES = {
    "hibari": "imagecraft.speech.hibari",
    "piper": "imagecraft.speech.piper",
    "pocket-tts": "imagecraft.speech.pocket",
    "kokoro": "imagecraft.speech.kokoro",
    "mms": "imagecraft.speech.mms",
    "gtts": "imagecraft.speech.gtts",
}
_SHOWN = 12  # names in an error
_LIST = "'imagecraft voices' lists all."


def engine(model: str) -> Engine:
    """The module that speaks for a model. Raises InvalidInput if there is no such speech model."""
    card = catalog.card(model, "speech")
    return cast(Engine, importlib.import_module(_ENGINES[card.id]))


def voices(model: str | None = None, language: str | None = None, gender: str | None = None) -> list[Voice]:
    """The voices of one model (or all), in one language and of one gender (or any), as menus show them.

    Raises:
        InvalidInput: if there is no such speech model, or no such voice.
    """
    names = [card.id for card in catalog.cards("speech")] if model is None else [model]
    found = [voice for name in names for voice in engine(name).voices(catalog.named_folder(name))]
    if language is not None:
        found = _speaking(found, language)
    if gender is not None:
        found = [voice for voice in found if voice.gender == gender]
        if not found:
            raise InvalidInput(
                f"There is no voice of the gender '{gender}' among them.", "Say female, male or unknown."
            )
    return found


def find_voice(voice: str | None = None, *, model: str | None = None, language: str | None = None) -> Voice:
    """The voice with an id; or without one the first that is ready and fits the language best.

    Args:
        voice: Id of a voice; None for the best.
        model: Id of a speech model; None for any.
        language: BCP-47 tag; None for the voice's own, and English where no voice is named. A voice that
            sends the text away is found only by its name or its model's.

    Raises:
        InvalidInput: if there is no such voice or model, or it does not speak the language; the error lists
            those there are.
        ModelUnavailable: if no voice that speaks the language is ready; the error says how to get one.
    """
    if voice is None:
        wanted = _usual(model) if language is None else language
        return _best(voices(model, wanted), model, wanted)
    candidates = voices(model)
    found = next((one for one in candidates if one.id == voice), None)
    if found is None:
        raise InvalidInput(f"There is no voice '{voice}'.", _choices(candidates, language))
    if language is not None and primary(found.language) != primary(language):
        raise InvalidInput(
            f"The voice '{voice}' speaks {language_name(found.language)}, not {language_name(language)}.",
            _choices(candidates, language),
        )
    return found


def fetch(name: str) -> Voice:
    """Bring a voice to this machine, and say how it stands then.

    Args:
        name: Id of a voice; "sample" for what takes a voice from a sample, in English.

    Raises:
        InvalidInput: if there is no such voice.
        ModelUnavailable: if it cannot be had.
    """
    if name == "sample":
        voice = Voice(name, CLONING_MODEL, ENGLISH, "unknown", "Your sample")
        engine(CLONING_MODEL).fetch(voice)
        return voice
    voice = find_voice(name)
    if voice.ready:
        return voice
    engine(voice.model).fetch(voice)
    return find_voice(name)


def _usual(model: str | None) -> str:
    """English, or the one language of a model that speaks no other."""
    spoken = {voice.language for voice in voices(model)} if model else set()
    return spoken.pop() if len(spoken) == 1 else ENGLISH


def _speaking(found: list[Voice], language: str) -> list[Voice]:
    if not isinstance(language, str):
        raise InvalidInput("The language must be a tag such as 'en'.", "Give it as a string.")
    spoken = [voice for voice in found if primary(voice.language) == primary(language)]
    if not spoken:
        tags = _first(dict.fromkeys(voice.language for voice in found))
        raise InvalidInput(f"No voice speaks '{language}'.", f"Give a tag such as {tags}; {_LIST}")
    return spoken


def _best(candidates: list[Voice], model: str | None, language: str) -> Voice:
    """The first that is ready and private, of the very country if one was named."""
    usable = [voice for voice in candidates if voice.ready and (model or not voice.sends_text_out)]
    if usable:
        return min(usable, key=lambda one: not is_kind_of(one.language, language))
    fetching = [voice for voice in candidates if voice.fetched_on_use]
    if fetching:
        return fetching[0]
    first = {voice.model: voice for voice in reversed(candidates)}
    raise ModelUnavailable(
        f"No voice on this machine speaks {language_name(language)}.",
        f"Get one: {'; '.join(map(_way, reversed(first.values())))}.",
    )


def _way(voice: Voice) -> str:
    """How to get a voice, with its command."""
    needs = voice.needs[:1].lower() + voice.needs[1:] if voice.needs else f"say --voice {voice.id}"
    online = ", which sends the text to an online service" if voice.sends_text_out else ""
    return f"'{voice.id}' of {voice.model}{online} ({needs})"


def _choices(candidates: Iterable[Voice], language: str | None) -> str:
    fitting = [one for one in candidates if primary(one.language) == primary(language or ENGLISH)]
    names = _first([one.id for one in fitting or candidates])
    return f"Choose one of: {names}; {_LIST}"


def _first(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:_SHOWN]) + (" …" if len(listed) > _SHOWN else "")
