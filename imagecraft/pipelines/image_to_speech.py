"""Image -> speech: open the picture, look, describe, speak."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from imagecraft import captioning, speech
from imagecraft.captioning import captions, languages
from imagecraft.captioning.base import Caption, Evidence, Length
from imagecraft.errors import Cancelled
from imagecraft.media.audio import Audio, concatenate
from imagecraft.media.images import ImageSource, open_image
from imagecraft.media.places import where
from imagecraft.media.sounds import SoundSource
from imagecraft.speech import fetch, find_voice, sample_needs, voices
from imagecraft.speech.base import Voice
from imagecraft.speech.cloning import CONSENT
from imagecraft.speech.cloning import SECONDS_RANGE as SAMPLE_SECONDS
from imagecraft.speech.cloning import usable as read_sample
from imagecraft.speech.languages import language_name

__all__ = [
    "CONSENT",
    "SAMPLE_SECONDS",
    "Caption",
    "Evidence",
    "Speech",
    "Step",
    "Voice",
    "captions",
    "describe_aloud",
    "details",
    "fetch",
    "find_voice",
    "language_name",
    "languages",
    "place",
    "read_sample",
    "sample_needs",
    "say",
    "voices",
]

StepName = Literal["looking", "speaking", "done"]


@dataclass(frozen=True)
class Speech:
    """A text, spoken.

    Attributes:
        audio: The sound.
        voice: Who speaks.
        seconds: Time it took to make.
        notices: What the user should know, a sentence each.
    """

    audio: Audio
    voice: Voice
    seconds: float
    notices: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """What the command line's JSON says of it, without the file's name."""
        return {
            "model": self.voice.model,
            "voice": self.voice.id,
            "seconds": round(self.seconds, 4),
            "duration": round(self.audio.duration, 3),
            "sample_rate": self.audio.sample_rate,
            "text_sent_out": self.voice.sends_text_out,
            **({"notices": list(self.notices)} if self.notices else {}),
        }


def details(
    caption: Caption, speech: Speech, *, file: str | None = None, out: str | None = None
) -> dict[str, Any]:
    """All that is known of a spoken caption, as the command line and the HTTP API give it.

    The caption's fields and the speech's stand side by side. Both have a model and seconds (and may have
    notices): at the top they are the caption's, and `speech` holds the speech's own object.

    Args:
        caption: The description.
        speech: It, spoken.
        file: The picture's name.
        out: The sound file's name.
    """
    spoken = speech.to_dict()
    named = {"file": file} if file is not None else {}
    written = {"out": out} if out is not None else {}
    own = {name: value for name, value in spoken.items() if name not in ("model", "seconds", "notices")}
    return named | caption.to_dict() | written | own | {"speech": spoken}


@dataclass(frozen=True)
class Step:
    """Where the work stands: a name for the busy line, and what is ready so far.

    Attributes:
        name: "looking", then "speaking" (once with the caption, then with every piece of sound), then "done".
        caption: The description, from "speaking" on.
        piece: The sound just made, while "speaking".
        speech: The whole sound, at "done".
        total: How many pieces of sound there will be at most, while "speaking".
    """

    name: StepName
    caption: Caption | None = None
    piece: Audio | None = None
    speech: Speech | None = None
    total: int = 0


def describe_aloud(
    image: ImageSource,
    *,
    model: str | None = None,
    length: Length = "short",
    language: str = "en",
    max_chars: int | None = None,
    speech_model: str | None = None,
    voice: str | None = None,
    speed: float = 1.0,
    voice_sample: SoundSource | None = None,
    consent: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Describe a picture and speak the description, step by step.

    Args are those of `imagecraft.caption` and `imagecraft.speak`; `cancelled` is asked between steps.

    Raises:
        InvalidInput, ModelUnavailable: as `caption` and `speak` do.
        Cancelled: when `cancelled()` became true.
    """
    yield Step("looking")
    picture = open_image(image, max_side=captioning.LOOKED_AT_SIDE)
    _stop_if(cancelled)
    caption = captioning.caption(picture, model=model, length=length, language=language, max_chars=max_chars)
    _stop_if(cancelled)
    yield Step("speaking", caption)
    for step in say(
        caption.text,
        model=speech_model,
        voice=voice,
        speed=speed,
        language=language,
        voice_sample=voice_sample,
        consent=consent,
        cancelled=cancelled,
    ):
        if step.piece or step.speech:
            yield replace(step, caption=caption)


def say(
    text: str,
    *,
    model: str | None = None,
    voice: str | None = None,
    speed: float = 1.0,
    language: str | None = None,
    voice_sample: SoundSource | None = None,
    consent: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Speak a text (an edited caption, say), step by step. Args and Raises as `imagecraft.speak`."""
    started = time.perf_counter()
    utterance = speech.prepare(
        text,
        model=model,
        voice=voice,
        speed=speed,
        language=language,
        voice_sample=voice_sample,
        consent=consent,
    )
    speaker, total = utterance.voice, len(utterance.sentences)
    yield Step("speaking", total=total)
    pieces: list[Audio] = []
    for piece in utterance.stream():
        _stop_if(cancelled)
        pieces.append(piece)
        yield Step("speaking", piece=piece, total=total)
    spoken = Speech(concatenate(pieces), speaker, time.perf_counter() - started)
    yield Step("done", speech=spoken)


def place(box: Sequence[float], size: tuple[int, int]) -> str:
    """Where a box is, in the words that a caption would use: "on the left", "at the top right".

    Args:
        box: (x0, y0, x1, y1) in pixels.
        size: The picture's width and height in pixels.
    """
    x0, y0, x1, y1 = box
    width, height = size
    return where((x0 / width, y0 / height, x1 / width, y1 / height))


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled()
