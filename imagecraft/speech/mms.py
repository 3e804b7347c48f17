"""MMS: one voice each for over 1,100 languages, small enough for a CPU core.

References:
    V. Pratap et al., "Scaling Speech Technology to 1,000+ Languages", 2023 (arXiv 2305.13516).
    J. Kim, J. Kong, J. Son, "Conditional Variational Autoencoder with Adversarial Learning for End-to-End
    Text-to-Speech", ICML 2021 (VITS).
"""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft import catalog
from imagecraft.assets import vocabulary
from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.runtime import hub, pretrained
from imagecraft.runtime.quiet import quietly
from imagecraft.speech.base import Voice
from imagecraft.speech.chance import seeded
from imagecraft.speech.finish import pieces
from imagecraft.speech.hub_files import HubFile, is_load_error

SIZE_BYTES = 150_000_000  # in memory
REPO = "facebook/mms-tts-{code}"
FILES = ("config.json", "tokenizer_config.json", "vocab.json", "special_tokens_map.json", "model.safetensors")
PACKAGES = ("torch", "transformers")
PREFIX = "mms-"


def voices(folder: str = "") -> list[Voice]:
    """A voice for each language of assets/mms.toml, or the one whose files are in a folder.

    Raises:
        InvalidInput: if there is no such folder, or no model in it.
    """
    if folder:
        code = _code_of(hub.folder_of(catalog.chosen_card(f"mms@{folder}", "speech")))
        return [_voice(code, f"mms@{folder}", _needs({code})(code))]
    needs = _needs(_on_this_machine())
    return [_voice(code, "mms", needs(code)) for code in vocabulary("mms")["languages"]]


def fetch(voice: Voice) -> None:
    """Download the voice of a language.

    Raises:
        ModelUnavailable: it cannot be had.
    """
    repo = _repo(voice)
    for name in FILES:
        HubFile(repo, name, _revision(repo)).fetched()


def load(voice: Voice) -> MmsSpeaker:
    """Load the voice of a language.

    Raises:
        ModelUnavailable: packages or files are missing, or the files are damaged.
    """
    if voice.needs:
        raise ModelUnavailable(f"The voice '{voice.id}' is not ready.", voice.needs)
    card = catalog.chosen_card(voice.model, "speech")
    folder = hub.folder_of(card) if card.folder else _cached(_repo(voice))
    if folder is None:
        raise ModelUnavailable(
            f"The voice '{voice.id}' is not on this machine.",
            f"Fetch it: imagecraft voices --fetch {voice.id}",
        )
    try:
        with quietly():
            return MmsSpeaker(voice, folder)
    except ModelUnavailable:
        raise
    except Exception as error:
        if not is_load_error(error):
            raise
        raise ModelUnavailable(
            f"The voice in {folder} cannot be loaded.",
            "Its files are damaged or of another kind of model: fetch it again, or name another folder.",
        ) from error


class MmsSpeaker:
    """A loaded MMS voice."""

    def __init__(self, voice: Voice, folder: Path) -> None:
        from transformers import VitsModel, VitsTokenizer

        kind = json.loads((folder / "config.json").read_text("utf-8")).get("model_type")
        if kind != "vits":
            raise ValueError(f"{folder} holds a model of type {kind}")
        self.card = catalog.card("mms")
        self.voice = voice
        network: Any = pretrained.opened(VitsModel, folder, use_safetensors=True)
        self._network: Any = network.eval()
        self._tokenizer: Any = pretrained.opened(VitsTokenizer, folder)
        self._latin = _romaniser(voice) if self._tokenizer.is_uroman else None
        self.sample_rate = int(self._network.config.sampling_rate)
        self._turn = threading.Lock()

    def stream(self, sentences: list[str], *, speed: float) -> Iterator[Audio]:
        """Speak prepared sentences, one piece each."""
        return pieces(sentences, self.synthesise, self.sample_rate, speed)

    def synthesise(self, sentence: str, speed: float) -> np.ndarray:
        """Raw samples of one sentence: float32, shape (frames,); none if it has no letter the voice knows."""
        import torch

        text = self._latin(sentence) if self._latin else sentence
        if not any(char in self._tokenizer.encoder for char in text.lower() if char.isalnum()):
            return np.zeros(0, np.float32)
        tokens = self._tokenizer(text, return_tensors="pt")
        with self._turn, torch.inference_mode(), seeded():
            self._network.speaking_rate = speed
            return np.asarray(self._network(**tokens).waveform[0].numpy(), np.float32)

    def close(self) -> None:
        """Give the memory back."""
        self._network = None


def _voice(code: str, model: str, needs: str) -> Voice:
    tag, name = vocabulary("mms")["languages"].get(code, ("und", code))
    return Voice(
        id=f"{PREFIX}{code}",
        model=model,
        language=tag,
        gender="unknown",
        summary=f"MMS, {name}",
        ready=not needs,
        needs=needs,
    )


def _needs(here: set[str]) -> Callable[[str], str]:
    """From the code of a language to what its voice needs; nothing for those that are here."""
    if not all(map(importlib.util.find_spec, PACKAGES)):
        return lambda _code: f"Install it: {catalog.card('mms').install}"
    size = f"{catalog.card('mms').size_bytes / 1e6:.0f} MB"
    command = "imagecraft voices --fetch"
    return lambda code: "" if code in here else f"{size} to download: {command} {PREFIX}{code}"


def _repo(voice: Voice) -> str:
    return REPO.format(code=voice.id.removeprefix(PREFIX))


def _revision(repo: str) -> str:
    """The commit of a language's files that is taken; empty for the newest."""
    card = catalog.card("mms")
    return card.revision if repo == card.repo else ""


def _cached(repo: str) -> Path | None:
    return hub.cached_folder(repo, _revision(repo))


def _on_this_machine() -> set[str]:
    """Codes of the languages whose files are in the hub's cache."""
    if importlib.util.find_spec("huggingface_hub") is None:
        return set()
    from huggingface_hub.constants import HF_HUB_CACHE

    stem = f"models--{REPO.format(code='').replace('/', '--')}"
    codes = [folder.name.removeprefix(stem) for folder in Path(HF_HUB_CACHE).glob(f"{stem}*")]
    return {code for code in codes if _cached(REPO.format(code=code))}


def _code_of(folder: Path) -> str:
    """The language of the files in a folder, as their tokenizer names it."""
    try:
        settings = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return "und"
    return str(settings.get("language") or "und")[:40]


def _romaniser(voice: Voice) -> Any:
    """From any script to the Latin letters that some of the voices read."""
    if importlib.util.find_spec("uroman") is None:
        raise ModelUnavailable(
            f"The voice '{voice.id}' reads its script by way of Latin letters, which takes one more package.",
            "Install it with: pip install uroman",
        )
    import uroman

    return uroman.Uroman().romanize_string
