"""gTTS: over 60 languages by an online service. The text leaves this machine: never chosen by itself.

The package gTTS builds the requests and reads the answers' format; they are sent from here, because its own
sending (2.2.4) neither checks the server's certificate nor has a time limit.
"""

from __future__ import annotations

import base64
import importlib.util
import re
import time
from collections.abc import Iterator

import numpy as np

from imagecraft import catalog
from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.sounds import open_sound
from imagecraft.runtime.downloads import offline_reason
from imagecraft.speech.base import Voice
from imagecraft.speech.finish import pieces
from imagecraft.speech.languages import language_name, primary
from imagecraft.speech.stretching import stretched

SIZE_BYTES = 0
ADDRESS = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"
DEADLINE_SECONDS = 20.0  # for one sentence, from the first request to the last byte
CONNECT_SECONDS = 6.0
MAX_ANSWER_BYTES = 4_000_000
PREFIX = "gtts-"

_SOUND = re.compile(rb'jQ1olc","\[\\"([A-Za-z0-9+/=]*)\\"\]')


def voices(folder: str = "") -> list[Voice]:
    """A voice for each language of the service; not `ready` without the package.

    Raises:
        InvalidInput: if a folder is named; the service has no files.
    """
    if folder:
        raise InvalidInput("gtts has no weights that could be in a folder.", "Say 'gtts' alone.")
    installed = importlib.util.find_spec("gtts") is not None
    needs = "" if installed else f"Install it: {catalog.card('gtts').install}"
    return [_voice(tag, needs) for tag in vocabulary("gtts")["languages"]]


def fetch(voice: Voice) -> None:
    """There is nothing to fetch. Raises ModelUnavailable without the package."""
    _require(voice)


def load(voice: Voice) -> GttsSpeaker:
    """The voice of a language. Raises ModelUnavailable without the package."""
    _require(voice)
    return GttsSpeaker(voice)


class GttsSpeaker:
    """A voice of the service."""

    sample_rate = 24_000

    def __init__(self, voice: Voice) -> None:
        self.card = catalog.card("gtts")
        self.voice = voice

    def stream(self, sentences: list[str], *, speed: float) -> Iterator[Audio]:
        """Speak prepared sentences, one request and one piece each."""
        return pieces(sentences, self.synthesise, self.sample_rate, speed)

    def synthesise(self, sentence: str, speed: float) -> np.ndarray:
        """Raw samples of one sentence: float32, shape (frames,).

        Raises:
            ModelUnavailable: the service gives no sound in time, or nothing may be sent from here.
        """
        from imagecraft.media.resampling import resampled

        sound = resampled(open_sound(self._recording(sentence)), self.sample_rate)
        return stretched(np.asarray(sound.samples.mean(axis=0), np.float32), self.sample_rate, speed)

    def close(self) -> None:
        """There is nothing to give back."""

    def _recording(self, sentence: str) -> bytes:
        """The service's MP3 of a sentence."""
        import requests
        from gtts import gTTS

        if reason := offline_reason():
            raise ModelUnavailable(
                f"The voice '{self.voice.id}' is an online service ({reason}).",
                "Choose a voice that is on this machine.",
            )
        asked = gTTS(sentence, lang=self.voice.id.removeprefix(PREFIX), lang_check=False)
        try:
            return b"".join(_answer(body, asked.GOOGLE_TTS_HEADERS) for body in asked.get_bodies())
        except (requests.RequestException, TimeoutError, ValueError) as error:
            raise ModelUnavailable(
                "The online service that speaks for gtts did not answer as it should.",
                "Check the connection, try later, or choose a voice that is on this machine.",
            ) from error


def _answer(body: str, headers: dict[str, str]) -> bytes:
    """The sound in the service's answer to one request.

    Raises:
        requests.RequestException, TimeoutError: no answer, or not in time.
        ValueError: an answer without sound.
    """
    import requests

    ends = time.monotonic() + DEADLINE_SECONDS
    said = bytearray()
    limits = (CONNECT_SECONDS, DEADLINE_SECONDS)
    with requests.post(ADDRESS, data=body, headers=headers, timeout=limits, stream=True) as response:
        response.raise_for_status()
        for block in response.iter_content(1 << 14):
            said += block
            if time.monotonic() > ends:
                raise TimeoutError("the answer takes too long")
            if len(said) > MAX_ANSWER_BYTES:
                raise ValueError("the answer is too long")
    found = _SOUND.search(bytes(said))
    if found is None or not found[1]:
        raise ValueError("no sound in the answer")
    return base64.b64decode(found[1])


def _voice(tag: str, needs: str) -> Voice:
    language = tag if "-" in tag else primary(tag)
    return Voice(
        id=f"{PREFIX}{tag}",
        model="gtts",
        language=language,
        gender="unknown",
        summary=f"Online, {language_name(language)}",
        ready=not needs,
        needs=needs,
        sends_text_out=True,
    )


def _require(voice: Voice) -> None:
    if voice.needs:
        raise ModelUnavailable(f"The voice '{voice.id}' is not installed.", voice.needs)
