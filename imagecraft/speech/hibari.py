"""hibari: small English voices on a CPU core. "heart" comes inside the package, the others on first use.

Reference: the package hibari-tts (Apache-2.0), its `hibari.tts` and `hibari.voices`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft import catalog
from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.speech import levels
from imagecraft.speech.base import Voice
from imagecraft.speech.finish import pieces

SEED = 0  # of the breath noise: the same text gives the same samples
_downloading = threading.Lock()


def voices() -> list[Voice]:
    """The voices of the installed package; those that would be downloaded first are not `ready`."""
    from hibari.voices import VOICES

    return [
        Voice(
            id=name,
            model="hibari",
            language=entry["language"],
            gender=entry["gender"],
            summary=f"{name.capitalize()}, {entry['accent']}, {entry['gender']}",
            ready=_on_disk(name),
        )
        for name, entry in VOICES.items()
    ]


def load(voice: Voice) -> HibariSpeaker:
    """Load a voice, fetching it first if need be.

    Raises:
        ModelUnavailable: if it is not on disk and cannot be fetched.
    """
    return HibariSpeaker(voice, _fetched(voice.id))


class HibariSpeaker:
    """A loaded hibari voice: the network, and the rules from spelling to sound."""

    def __init__(self, voice: Voice, path: Path) -> None:
        from hibari import Hibari

        self.card = catalog.card("hibari")
        self.voice = voice
        self._engine: Any = Hibari(voice=voice.id, model=str(path))
        self._engine.g2p.oov  # noqa: B018 - both are built lazily and without a lock: build them now
        self.sample_rate: int = self._engine.sample_rate
        self._gain_db = levels.gain_db(voice, self.synthesise, self.sample_rate)

    def stream(self, sentences: list[str], *, speed: float) -> Iterator[Audio]:
        """Speak prepared sentences, one piece each."""
        return pieces(
            sentences, self.synthesise, self.sample_rate, gain_db=self._gain_db, speed=speed
        )

    def synthesise(self, sentence: str, speed: float) -> np.ndarray:
        """Raw samples of one sentence: float32, shape (frames,)."""
        return np.asarray(self._engine(sentence, speed=speed, seed=SEED), np.float32)

    def close(self) -> None:
        """Give the memory back."""
        self._engine = None


def _on_disk(name: str) -> bool:
    from hibari.voices import voice_path

    try:
        return Path(voice_path(name, download_missing=False)).is_file()
    except FileNotFoundError:
        return False


def _fetched(name: str) -> Path:
    from hibari.voices import voice_path

    with _downloading:
        try:
            return Path(voice_path(name))
        except (RuntimeError, OSError) as error:
            raise ModelUnavailable(
                f"The voice '{name}' is not on this machine and could not be downloaded.",
                "Check the connection and try again, or choose the voice 'heart', which needs no download.",
            ) from error
