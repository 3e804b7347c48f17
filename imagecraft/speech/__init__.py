"""Text -> speech: `speak` for a whole text, `stream` for a sentence at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from imagecraft import catalog
from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.audio import Audio, concatenate
from imagecraft.media.sounds import SoundSource
from imagecraft.runtime import loaded
from imagecraft.speech import cloning
from imagecraft.speech import text as texts
from imagecraft.speech.base import SPEED_RANGE, Speaker, Voice
from imagecraft.speech.choosing import engine, fetch, find_voice, voices
from imagecraft.speech.languages import ENGLISH, language_name

__all__ = ["Voice", "fetch", "find_voice", "prepare", "sample_needs", "speak", "stream", "voices"]

MAX_MINUTES = 45  # ordinary text of the greatest length takes half of it; rows of digits take more


def speak(
    text: str,
    *,
    model: str | None = None,
    voice: str | None = None,
    speed: float = 1.0,
    language: str | None = None,
    voice_sample: SoundSource | None = None,
    consent: bool = False,
) -> Audio:
    """Speak a text.

    Args:
        text: Up to 20,000 characters as people write them; numbers, units and abbreviations are read out,
            markup and emoji are left out. A voice of another language than English reads numbers and signs
            in its own way.
        model: Id of a speech model; None for the voice's own, or the default.
        voice: Id of a voice (see `voices`); None for the one that fits `language` best and is ready.
        speed: 0.5 (half the pace) to 2.0 (twice the pace).
        language: BCP-47 tag: "fr", or "en-GB" for a British voice where there is one; None for that of the
            voice, and English where no voice is named.
        voice_sample: 3 to 30 seconds of one person, to speak with their voice; it is not kept.
        consent: Whether that person agreed; nothing is done with a sample without.

    Returns:
        One channel at about -16 LUFS, peaks below -1 dBFS, without silence at the ends. The same text gives
        the same samples (Kokoro's breath noise and the online service apart).

    Raises:
        InvalidInput: if there is nothing to speak, too much of it, an option is out of its range, or the
            sample cannot be used.
        ModelUnavailable: if the voice is not on this machine and cannot be fetched.
    """
    pieces = stream(
        text,
        model=model,
        voice=voice,
        speed=speed,
        language=language,
        voice_sample=voice_sample,
        consent=consent,
    )
    return concatenate(list(pieces))


def stream(
    text: str,
    *,
    model: str | None = None,
    voice: str | None = None,
    speed: float = 1.0,
    language: str | None = None,
    voice_sample: SoundSource | None = None,
    consent: bool = False,
) -> Iterator[Audio]:
    """Speak a text sentence by sentence, each as soon as it is made.

    The pieces follow each other without a gap: joined they are what `speak` returns. Text and options are
    checked before the first piece is asked for. Args and Raises are those of `speak`.
    """
    utterance = prepare(
        text,
        model=model,
        voice=voice,
        speed=speed,
        language=language,
        voice_sample=voice_sample,
        consent=consent,
    )
    return utterance.stream()


@dataclass(frozen=True)
class Utterance:
    """A text that a voice is going to speak, checked.

    Attributes:
        sentences: What it speaks, one piece of sound each.
        voice: Who speaks.
        speed: 0.5 to 2.0.
        holding: Gives the loaded voice.
    """

    sentences: list[str]
    voice: Voice
    speed: float
    holding: AbstractContextManager[Speaker]

    def stream(self) -> Iterator[Audio]:
        """Speak it, once. Raises as `speak`."""
        return _stream(self.sentences, self.holding, self.speed)


def prepare(
    text: str,
    *,
    model: str | None = None,
    voice: str | None = None,
    speed: float = 1.0,
    language: str | None = None,
    voice_sample: SoundSource | None = None,
    consent: bool = False,
) -> Utterance:
    """Check a text and options, and find the voice. Args and Raises are those of `speak`."""
    pace = _checked_speed(speed)
    if voice_sample is not None:
        sample = cloning.checked(voice_sample, consent=consent)
        speaker = _of_sample(sample, language or ENGLISH, model, voice)
        found, holding = speaker.voice, nullcontext(speaker)
        return Utterance(texts.sentences(text, found.language), found, pace, holding)
    found = find_voice(voice, model=model, language=language)
    return Utterance(texts.sentences(text, found.language), found, pace, _loaded(found))


def sample_needs(language: str = ENGLISH) -> str:
    """What is missing on this machine for a voice from a sample to speak a language; empty for nothing."""
    from imagecraft.speech import pocket

    try:
        pocket.sample_files(Voice(pocket.SAMPLE, cloning.MODEL, language, "unknown", ""))
    except ImageCraftError as missing:
        return f"{missing.message} {missing.hint}".strip()
    return ""


def _of_sample(sample: Audio, language: str, model: str | None, voice: str | None) -> Speaker:
    from imagecraft.speech import pocket

    wanted = model or cloning.MODEL
    if voice is not None or catalog.card(wanted, "speech").id != cloning.MODEL:
        raise InvalidInput(
            "A voice sample stands in for a voice of pocket-tts.",
            "Leave the voice out, and the model too, or say pocket-tts.",
        )
    return pocket.from_sample(sample, language, wanted)


def _loaded(voice: Voice) -> AbstractContextManager[Speaker]:
    speaks = engine(voice.model)
    key = (catalog.card(voice.model).id, voice.model, voice.id)
    return loaded.use(key, lambda: speaks.load(voice), size_bytes=speaks.SIZE_BYTES)


def _stream(sentences: list[str], holding: AbstractContextManager[Speaker], speed: float) -> Iterator[Audio]:
    seconds = 0.0
    with holding as speaker:
        for piece in speaker.stream(sentences, speed=speed):
            seconds += piece.duration
            if seconds > MAX_MINUTES * 60:
                raise InvalidInput(
                    f"The text takes more than {MAX_MINUTES} minutes to say.", "Speak it in parts."
                )
            yield piece
        if not seconds:
            raise InvalidInput(
                f"The voice '{speaker.voice.id}' can read nothing in this text.",
                f"Write it in {language_name(speaker.voice.language)}.",
            )


def _checked_speed(speed: float) -> float:
    slowest, fastest = SPEED_RANGE
    hint = f"Choose one from {slowest} to {fastest}."
    if isinstance(speed, bool) or not isinstance(speed, int | float) or math.isnan(speed):
        raise InvalidInput("The speed must be a number.", hint)
    if not slowest <= speed <= fastest:
        raise InvalidInput(f"The speed {speed:g} is out of range.", hint)
    return float(speed)
