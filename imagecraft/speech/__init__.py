"""Text -> speech: `speak` for a whole text, `stream` for a sentence at a time."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator
from typing import Protocol, cast

from imagecraft import catalog
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio, concatenate
from imagecraft.runtime import loaded
from imagecraft.speech import text as texts
from imagecraft.speech.base import SPEED_RANGE, Speaker, Voice

__all__ = ["Voice", "find_voice", "speak", "stream", "voices"]

MAX_MINUTES = 45  # ordinary text of the greatest length takes half of it; rows of digits take more

_ENGINES = {"hibari": "imagecraft.speech.hibari", "piper": "imagecraft.speech.piper"}


class Engine(Protocol):
    """What a module of `_ENGINES` offers; a voice's `model` carries the folder on to `load`."""

    SIZE_BYTES: int

    def voices(self, folder: str = "") -> list[Voice]: ...

    def load(self, voice: Voice) -> Speaker: ...


def speak(
    text: str,
    *,
    model: str | None = None,
    voice: str | None = None,
    speed: float = 1.0,
    language: str = "en",
) -> Audio:
    """Speak a text.

    Args:
        text: Up to 20,000 characters as people write them; numbers, units and abbreviations are read out,
            markup and emoji are left out.
        model: Id of a speech model; None for the voice's own, or the default.
        voice: Id of a voice (see `voices`); None for the one that fits `language` best.
        speed: 0.5 (half the pace) to 2.0 (twice the pace).
        language: BCP-47 tag: "en", or "en-GB" for a British voice where there is one.

    Returns:
        One channel at about -16 LUFS, peaks below -1 dBFS, without silence at the ends. The same text gives
        the same samples.

    Raises:
        InvalidInput: if there is nothing to speak, too much of it, or an option is out of its range.
        ModelUnavailable: if the voice is not on this machine and cannot be fetched.
    """
    return concatenate(list(stream(text, model=model, voice=voice, speed=speed, language=language)))


def stream(
    text: str,
    *,
    model: str | None = None,
    voice: str | None = None,
    speed: float = 1.0,
    language: str = "en",
) -> Iterator[Audio]:
    """Speak a text sentence by sentence, each as soon as it is made.

    The pieces follow each other without a gap: joined they are what `speak` returns. Text and options are
    checked before the first piece is asked for. Args and Raises are those of `speak`.
    """
    pace = _checked_speed(speed)
    speaker = find_voice(voice, model=model, language=language)
    return _stream(texts.sentences(text), speaker, pace)


def voices(model: str | None = None, language: str | None = None) -> list[Voice]:
    """The voices of one model (or all), in one language (or all), in the order menus show them.

    Raises:
        InvalidInput: if there is no such speech model, or no voice speaks that language.
    """
    names = [card.id for card in catalog.cards("speech")] if model is None else [model]
    found = [voice for name in names for voice in _engine(name).voices(name.partition("@")[2])]
    if language is None:
        return found
    if not isinstance(language, str):
        raise InvalidInput("The language must be a tag such as 'en'.", "Give it as a string.")
    spoken = [voice for voice in found if _primary(voice.language) == _primary(language)]
    if not spoken:
        tags = sorted({_primary(voice.language) for voice in found} | {voice.language for voice in found})
        raise InvalidInput(f"No voice speaks '{language}'.", f"Choose one of: {', '.join(tags)}.")
    return spoken


def find_voice(voice: str | None = None, *, model: str | None = None, language: str = "en") -> Voice:
    """The voice with an id, or without one the first that is ready and fits the language best.

    Raises:
        InvalidInput: if there is no such voice or model, or it does not speak the language; the error lists
            those there are.
    """
    candidates = voices(model, language)
    if voice is None:
        return min(candidates, key=lambda one: (not one.ready, not _speaks_exactly(one, language)))
    for candidate in candidates:
        if candidate.id == voice:
            return candidate
    names = ", ".join(one.id for one in candidates)
    raise InvalidInput(f"There is no voice '{voice}'.", f"Choose one of: {names}.")


def _stream(sentences: list[str], voice: Voice, speed: float) -> Iterator[Audio]:
    engine = _engine(voice.model)
    key = (catalog.card(voice.model).id, voice.model, voice.id)
    seconds = 0.0
    with loaded.use(key, lambda: engine.load(voice), size_bytes=engine.SIZE_BYTES) as speaker:
        for piece in speaker.stream(sentences, speed=speed):
            seconds += piece.duration
            if seconds > MAX_MINUTES * 60:
                raise InvalidInput(
                    f"The text takes more than {MAX_MINUTES} minutes to say.", "Speak it in parts."
                )
            yield piece
    if not seconds:
        raise InvalidInput(f"The voice '{voice.id}' can read nothing in this text.", "Write it in English.")


def _engine(model: str) -> Engine:
    card = catalog.card(model, "speech")
    return cast(Engine, importlib.import_module(_ENGINES[card.id]))


def _checked_speed(speed: float) -> float:
    slowest, fastest = SPEED_RANGE
    hint = f"Choose one from {slowest} to {fastest}."
    if isinstance(speed, bool) or not isinstance(speed, int | float) or math.isnan(speed):
        raise InvalidInput("The speed must be a number.", hint)
    if not slowest <= speed <= fastest:
        raise InvalidInput(f"The speed {speed:g} is out of range.", hint)
    return float(speed)


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _speaks_exactly(voice: Voice, language: str) -> bool:
    return voice.language.lower().startswith(language.replace("_", "-").lower())
