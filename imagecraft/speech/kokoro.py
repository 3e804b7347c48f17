"""Kokoro: 54 voices in eight languages on a CPU core, by onnxruntime.

The network is taken as ONNX, for its other form is a pickle. Its phonemes are misaki's: for English those of
the package hibari, which reads as misaki does and needs nothing more; for other languages misaki itself,
whose phonemiser espeak-ng is GPL-3 and so an optional extra.

References:
    hexgrad/Kokoro-82M, its model card and VOICES.md.
    Y. A. Li et al., "StyleTTS 2", NeurIPS 2023.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft import catalog
from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.runtime import loaded
from imagecraft.speech.base import Voice
from imagecraft.speech.finish import pieces
from imagecraft.speech.hub_files import HubFile
from imagecraft.speech.languages import language_name
from imagecraft.speech.onnx import load_errors

SIZE_BYTES = 1_000_000  # a voice's own; the network is shared
NETWORK_BYTES = 700_000_000  # in memory
SAMPLE_RATE = 24_000
MAX_PHONEMES = 510
STYLE_NUMBERS = 256
NETWORK = "onnx/model.onnx"
TOKENS = "tokenizer.json"


def voices(folder: str = "") -> list[Voice]:
    """The 54 voices; a voice is ready when the network, its own file and its language's phonemiser are here.

    Args:
        folder: A copy of the hub's repository, in place of the hub's cache.

    Raises:
        InvalidInput: if there is no such folder, or no model in it.
    """
    if folder and not (Path(folder).expanduser() / NETWORK).is_file():
        raise InvalidInput(
            f"There is no whole model in '{folder}'.", f"It must hold {TOKENS}, {NETWORK} and voices/*.bin."
        )
    table = vocabulary("kokoro")
    has_network = all(_path(file, folder) for file in (TOKENS, NETWORK))
    readable = {
        letter: all(map(importlib.util.find_spec, language.get("packages", ())))
        for letter, language in table["languages"].items()
    }
    return [
        _voice(name, folder, has_network=has_network, readable=readable[name[0]])
        for name in table["voices"]["names"]
    ]


def fetch(voice: Voice) -> None:
    """Download the network and one voice. Raises ModelUnavailable if they cannot be had."""
    for name in (TOKENS, NETWORK, _style_file(voice.id)):
        _hub_file(name).fetched()


def load(voice: Voice) -> KokoroSpeaker:
    """Load a voice. Raises ModelUnavailable if something it needs is missing or damaged."""
    if voice.needs:
        raise ModelUnavailable(f"The voice '{voice.id}' is not ready.", voice.needs)
    return KokoroSpeaker(voice)


class KokoroSpeaker:
    """A Kokoro voice: the style of one speaker, and the rules from spelling to sound of one language."""

    sample_rate = SAMPLE_RATE

    def __init__(self, voice: Voice) -> None:
        self.card = catalog.card("kokoro")
        self.voice = voice
        self._folder = voice.model.partition("@")[2]
        path = _there(_style_file(voice.id), self._folder)
        try:
            self._styles = np.fromfile(path, np.float32).reshape(-1, STYLE_NUMBERS)
            if not len(self._styles):
                raise ValueError("no style in the file")
        except (OSError, ValueError) as error:
            raise ModelUnavailable(f"The voice file {path} cannot be read.", "Fetch it again.") from error
        self._spelling: Any = _phonemiser(voice)
        self._one_reads = threading.Lock()  # espeak-ng has one state for the whole program

    def stream(self, sentences: list[str], *, speed: float) -> Iterator[Audio]:
        """Speak prepared sentences, one piece each."""
        with loaded.use(self._key, self._network, size_bytes=NETWORK_BYTES) as network:
            yield from pieces(
                sentences,
                lambda sentence, pace: self._spoken(network, sentence, pace),
                self.sample_rate,
                speed,
            )

    def close(self) -> None:
        """There is nothing of its own; the network stands on the shelf by itself."""

    @property
    def _key(self) -> tuple[str, ...]:
        return (self.card.id, self._folder, "network")

    def _network(self) -> KokoroNetwork:
        path = _there(NETWORK, self._folder)
        try:
            return KokoroNetwork(path, _there(TOKENS, self._folder))
        except load_errors() as error:
            raise ModelUnavailable(f"The network {path} cannot be read.", "Fetch it again.") from error

    def _spoken(self, network: KokoroNetwork, sentence: str, speed: float) -> np.ndarray:
        with self._one_reads:
            read = self._spelling(sentence)
        tokens = network.tokens(read if isinstance(read, str) else read[0] or "")
        runs = [tokens[at : at + MAX_PHONEMES] for at in range(0, len(tokens), MAX_PHONEMES)]
        spoken = [network.run(run, self._styles[min(len(run), len(self._styles)) - 1], speed) for run in runs]
        return np.concatenate([*spoken, np.zeros(0, np.float32)])


class KokoroNetwork:
    """The network, the same for all voices."""

    def __init__(self, path: Path, tokens: Path) -> None:
        import onnxruntime

        self._vocabulary: dict[str, int] = json.loads(tokens.read_text("utf-8"))["model"]["vocab"]
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def tokens(self, phonemes: str) -> list[int]:
        """Numbers of the phonemes that the network knows."""
        return [self._vocabulary[phoneme] for phoneme in phonemes if phoneme in self._vocabulary]

    def run(self, tokens: list[int], style: np.ndarray, speed: float) -> np.ndarray:
        """Raw samples: float32, shape (frames,).

        Args:
            tokens: At most `MAX_PHONEMES`.
            style: Shape (`STYLE_NUMBERS`,): how the speaker says that many phonemes.
            speed: 1.0 is the voice's own pace.
        """
        given = {
            "input_ids": np.array([[0, *tokens, 0]], np.int64),
            "style": style[np.newaxis],
            "speed": np.array([speed], np.float32),
        }
        return np.asarray(self._session.run(None, given)[0], np.float32).reshape(-1)


def _voice(name: str, folder: str, *, has_network: bool, readable: bool) -> Voice:
    table = vocabulary("kokoro")
    language, gender = table["languages"][name[0]], table["genders"][name[1]]
    needs = ""
    if not readable:
        needs = f"Install what reads its language: {language['install']}"
    elif not has_network or _path(_style_file(name), folder) is None:
        size = catalog.card("kokoro").size_bytes / 1e6
        command = f"{size:.0f} MB to download: imagecraft voices --fetch {name}"
        needs = f"Put {_style_file(name)} in the folder." if folder else command
    return Voice(
        id=name,
        model=f"kokoro@{folder}" if folder else "kokoro",
        language=language["tag"],
        gender=gender,
        summary=f"{name[3:].capitalize()} (Kokoro), {language_name(language['tag'])}, {gender}",
        ready=not needs,
        needs=needs,
    )


def _style_file(name: str) -> str:
    return f"voices/{name}.bin"


def _hub_file(name: str) -> HubFile:
    card = catalog.card("kokoro")
    return HubFile(card.repo, name, card.revision)


def _path(name: str, folder: str) -> Path | None:
    if not folder:
        return _hub_file(name).cached()
    path = Path(folder).expanduser() / name
    return path if path.is_file() else None


def _there(name: str, folder: str) -> Path:
    if path := _path(name, folder):
        return path
    raise ModelUnavailable(f"The file {name} of kokoro is gone.", "Fetch the voice again.")


def _phonemiser(voice: Voice) -> Any:
    """From a sentence to its phonemes, or to a pair that begins with them."""
    language = vocabulary("kokoro")["languages"][voice.id[0]]
    module, _, maker = language["phonemiser"].partition(":")
    return getattr(importlib.import_module(module), maker)(**language.get("options", {}))
