"""Pocket TTS: voices of both genders in seven languages on two CPU cores; can take a voice from a sample.

References:
    The package pocket-tts (MIT), its modules `models.tts_model` and `utils.utils`.
    S. Rouard et al., "Continuous Audio Language Models", 2025 (arXiv 2509.06926).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft import catalog
from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.runtime import loaded
from imagecraft.speech import pocket_files
from imagecraft.speech.base import Voice
from imagecraft.speech.finish import pieces
from imagecraft.speech.languages import language_name, primary
from imagecraft.speech.pocket_files import Files
from imagecraft.speech.pocket_network import SAMPLE_RATE, PocketNetwork
from imagecraft.speech.stretching import stretched

SIZE_BYTES = 10_000_000  # a voice's own; the network is shared
NETWORK_BYTES = 500_000_000  # in memory
SAMPLE = "sample"


def voices(folder: str = "") -> list[Voice]:
    """The voices of assets/pocket.toml, each in the language of its recording.

    Args:
        folder: A copy of the hub's repository, in place of the hub's cache.

    Raises:
        InvalidInput: if there is no such folder, or no network in it.
    """
    if folder and not any(Path(folder).expanduser().glob("languages/*/model.safetensors")):
        raise InvalidInput(
            f"There is no whole model in '{folder}'.",
            "It must hold languages/NAME/model.safetensors, tokenizer.json and embeddings/*.safetensors.",
        )
    known = vocabulary("pocket")["voices"]
    here = pocket_files.here([(_network_name(tag), name) for name, (tag, _) in known.items()], folder)
    return [_voice(name, tag, gender, folder, name in here) for name, (tag, gender) in known.items()]


def fetch(voice: Voice) -> None:
    """Download a voice and the network of its language. Raises ModelUnavailable if they cannot be had."""
    _require_package(voice)
    pocket_files.fetch(_network_name(voice.language), voice.id)


def load(voice: Voice) -> PocketSpeaker:
    """Load a voice. Raises ModelUnavailable if something it needs is missing or damaged."""
    if voice.needs:
        raise ModelUnavailable(f"The voice '{voice.id}' is not ready.", voice.needs)
    files = pocket_files.local(_network_name(voice.language), voice.id, _folder(voice))
    return PocketSpeaker(voice, files)


def from_sample(sample: Audio, language: str, model: str) -> PocketSpeaker:
    """A voice taken from a sample, which is kept no longer than the speaker that is returned.

    Args:
        sample: One channel, as `imagecraft.speech.cloning` checks it.
        language: BCP-47 tag of what it is to speak.
        model: "pocket-tts", with a folder if one was named.

    Raises:
        InvalidInput: if no network speaks the language.
        ModelUnavailable: if the network that can listen to samples is not on this machine.
    """
    voice = Voice(SAMPLE, model, language, "unknown", "Your sample")
    return PocketSpeaker(voice, sample_files(voice), sample)


def sample_files(voice: Voice) -> Files:
    """What takes a voice from a sample is loaded from. Raises as `from_sample`."""
    if primary(voice.language) not in vocabulary("pocket")["networks"]:
        spoken = ", ".join(vocabulary("pocket")["networks"])
        raise InvalidInput(
            f"A voice from a sample cannot speak {language_name(voice.language)}.", f"It speaks: {spoken}."
        )
    _require_package(voice)
    return pocket_files.listening(_network_name(voice.language), _folder(voice))


class PocketSpeaker:
    """A Pocket TTS voice: made beforehand, or taken from a sample."""

    sample_rate = SAMPLE_RATE

    def __init__(self, voice: Voice, files: Files, sample: Audio | None = None) -> None:
        self.card = catalog.card("pocket-tts")
        self.voice = voice
        self._files = files
        self._sample = sample

    def stream(self, sentences: list[str], *, speed: float) -> Iterator[Audio]:
        """Speak prepared sentences, one piece each."""
        key = (self.card.id, str(self._files.weights))
        with loaded.use(key, lambda: PocketNetwork(self._files), size_bytes=NETWORK_BYTES) as network:
            state = self._state(network)

            def synthesise(sentence: str, pace: float) -> np.ndarray:
                return stretched(network.speak(sentence, state), self.sample_rate, pace)

            yield from pieces(sentences, synthesise, self.sample_rate, speed)

    def close(self) -> None:
        """There is nothing of its own; the network stands on the shelf by itself."""

    def _state(self, network: PocketNetwork) -> Any:
        if self._sample is not None:
            return network.listen(self._sample)
        if self._files.voice is None:
            raise ModelUnavailable(
                f"The voice '{self.voice.id}' is not there.", "Fetch it, or choose another."
            )
        return network.voice(self._files.voice)


def _voice(name: str, tag: str, gender: Any, folder: str, here: bool) -> Voice:
    needs = ""
    if not _is_installed():
        needs = f"Install it: {catalog.card('pocket-tts').install}, then: imagecraft voices --fetch {name}"
    elif not here:
        size = catalog.card("pocket-tts").size_bytes / 1e6
        command = f"{size:.0f} MB to download: imagecraft voices --fetch {name}"
        needs = "Its files are not in the folder." if folder else command
    title = " ".join(part.capitalize() for part in name.split("_"))
    return Voice(
        id=name,
        model=f"pocket-tts@{folder}" if folder else "pocket-tts",
        language=tag,
        gender=gender,
        summary=f"{title}, {language_name(tag)}, {gender}",
        ready=not needs,
        needs=needs,
    )


def _network_name(language: str) -> str:
    return str(vocabulary("pocket")["networks"][primary(language)])


def _folder(voice: Voice) -> str:
    return voice.model.partition("@")[2]


def _is_installed() -> bool:
    return importlib.util.find_spec("pocket_tts") is not None


def _require_package(voice: Voice) -> None:
    if not _is_installed():
        whose = "A voice from a sample" if voice.id == SAMPLE else f"The voice '{voice.id}'"
        raise ModelUnavailable(
            f"{whose} needs the package pocket-tts, which is not installed.",
            f"Install it with: {catalog.card('pocket-tts').install}",
        )
