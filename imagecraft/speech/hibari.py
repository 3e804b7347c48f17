"""hibari: small English voices on a CPU core. "heart" comes inside the package, the others on first use.

Reference: the package hibari-tts (Apache-2.0), its modules `hibari.tts` and `hibari.voices`.
"""

from __future__ import annotations

import http.client
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from imagecraft import catalog
from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.files import file_sha256
from imagecraft.runtime.downloads import offline_reason
from imagecraft.speech.base import Voice
from imagecraft.speech.finish import pieces, trim
from imagecraft.speech.onnx import load_errors

SIZE_BYTES = 150_000_000  # in memory; two thirds of it the dictionaries
HUB_REPO = "maureesewilliams/hibari"
SEED = 0  # of the breath noise: the same text gives the same samples

_downloading = threading.Lock()
_building = threading.Lock()
_dictionaries: WeakValueDictionary[bool, Any] = WeakValueDictionary()


def voices(folder: str = "") -> list[Voice]:
    """The package's voices; those that would be downloaded first are not `ready`.

    Args:
        folder: Where to look for their files instead of the package and its cache.
    """
    from hibari.voices import VOICES

    return [
        Voice(
            id=name,
            model=f"hibari@{folder}" if folder else "hibari",
            language=entry["language"],
            gender=entry["gender"],
            summary=f"{name.capitalize()}, {entry['accent']}, {entry['gender']}",
            **_standing(name, folder),
        )
        for name, entry in VOICES.items()
    ]


def fetch(voice: Voice) -> None:
    """Download a voice. Raises ModelUnavailable if it cannot be had."""
    if not voice.model.partition("@")[2]:
        _fetched(voice.id)


def load(voice: Voice) -> HibariSpeaker:
    """Load a voice, fetching it first if need be.

    Raises:
        ModelUnavailable: if it is not on disk and cannot be fetched, or its file is damaged.
    """
    folder = voice.model.partition("@")[2]
    path = _in_folder(voice.id, folder) if folder else _fetched(voice.id)
    try:
        return HibariSpeaker(voice, path)
    except load_errors() as error:
        raise ModelUnavailable(
            f"The voice file {path} cannot be read.", "Put an intact one in its place."
        ) from error


class HibariSpeaker:
    """A loaded hibari voice: the network, and the rules from spelling to sound."""

    def __init__(self, voice: Voice, path: Path) -> None:
        from hibari import Hibari
        from hibari.voices import VOICES

        self.card = catalog.card("hibari")
        self.voice = voice
        dictionaries = shared_dictionaries(VOICES[voice.id]["british"])
        self._engine: Any = Hibari(voice=voice.id, model=str(path), g2p=dictionaries)
        self.sample_rate: int = self._engine.sample_rate

    def stream(self, sentences: list[str], *, speed: float) -> Iterator[Audio]:
        """Speak prepared sentences, one piece each."""
        return pieces(sentences, self.synthesise, self.sample_rate, speed)

    def synthesise(self, sentence: str, speed: float) -> np.ndarray:
        """Raw samples of one sentence: float32, shape (frames,)."""
        parts = [trim(part, self.sample_rate) for part in self._engine.stream(sentence, speed, SEED)]
        return np.concatenate(parts or [np.zeros(0, np.float32)])

    def close(self) -> None:
        """Give the memory back."""
        self._engine = None


def shared_dictionaries(british: bool) -> Any:
    """One accent's dictionaries, from a sentence to its phonemes; the same for all voices that are loaded.

    hibari builds them, and the network for unknown words in them, when first used and without a lock.
    """
    from hibari.g2p import G2P

    with _building:
        dictionaries = _dictionaries.get(british)
        if dictionaries is None:
            dictionaries = G2P(british=british)
            dictionaries.oov("a")
            _dictionaries[british] = dictionaries
        return dictionaries


def _standing(name: str, folder: str) -> dict[str, Any]:
    """Whether a voice is ready, and what it needs if not."""
    from hibari.voices import VOICES

    path = _path(name, folder)
    if path.is_file():
        return {"ready": True}
    if folder:
        return {"ready": False, "needs": f"Put {path.name} in the folder"}
    size = VOICES[name]["bytes"] / 1e6
    needs = f"{size:.0f} MB to download, when first used or with: imagecraft voices --fetch {name}"
    return {"ready": False, "needs": needs, "fetched_on_use": True}


def _path(name: str, folder: str) -> Path:
    """Where a voice's file is, or would be."""
    from hibari.voices import VOICES, cache_dir, voice_path

    if folder:
        return Path(folder).expanduser() / str(VOICES[name]["file"])
    if VOICES[name].get("bundled"):
        return Path(voice_path(name))
    file = str(VOICES[name]["file"])
    own = Path(cache_dir()) / file
    return own if own.is_file() else _preloaded(file) or own


def _preloaded(file: str) -> Path | None:
    """A voice that a Space brought along: README's preload_from_hub puts it in the hub's cache."""
    if not os.environ.get("SPACE_ID"):
        return None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(HUB_REPO, f"voices/{file}")
    return Path(found) if isinstance(found, str) else None


def _in_folder(name: str, folder: str) -> Path:
    path = _path(name, folder)
    if not path.is_file():
        raise ModelUnavailable(
            f"There is no file {path.name} in {path.parent}, which the voice '{name}' needs.",
            "Copy it there, or leave the folder out of the model's name.",
        )
    return path


def _fetched(name: str) -> Path:
    """The verified file of a voice. Held by one thread at a time, so that nothing is fetched twice."""
    from hibari.voices import VOICES, voice_path

    path = _path(name, "")
    if VOICES[name].get("bundled"):
        return path
    with _downloading:
        try:
            if path.is_file() and file_sha256(path) == VOICES[name]["sha256"]:
                return path
            if reason := offline_reason():
                raise OSError(reason)
            path.unlink(missing_ok=True)
            return Path(voice_path(name))
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            raise ModelUnavailable(
                f"The voice '{name}' is not on this machine and could not be downloaded"
                f"{f' ({reason})' if (reason := offline_reason()) else ''}.",
                f"Choose the voice 'heart', which needs no download, or put the file at {path}.",
            ) from error
