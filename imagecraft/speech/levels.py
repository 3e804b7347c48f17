"""How much each voice is turned up, so that all sound equally loud."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable
from importlib.resources import files

import numpy as np

from imagecraft.media.loudness import integrated_loudness
from imagecraft.speech.base import Voice
from imagecraft.speech.finish import trim

TARGET_LUFS = -16.0
SAMPLE_SENTENCES = (
    "Two people stand beside a red car in front of a large house.",
    "The quick brown fox jumps over the lazy dog, and then it sleeps under the old tree.",
)


def gain_db(voice: Voice, synthesise: Callable[[str, float], np.ndarray], sample_rate: int) -> float:
    """The voice's gain in dB: as written in assets/voices.toml, else measured on `SAMPLE_SENTENCES`."""
    written = _written_gains().get(voice.model.partition("@")[0], {}).get(voice.id)
    if written is not None:
        return float(written["gain_db"])
    return measure_gain_db(SAMPLE_SENTENCES, synthesise, sample_rate)


def measure_gain_db(
    sentences: tuple[str, ...], synthesise: Callable[[str, float], np.ndarray], sample_rate: int
) -> float:
    """Gain in dB that brings the mean loudness of some sentences to `TARGET_LUFS`."""
    spoken = [trim(synthesise(sentence, 1.0), sample_rate) for sentence in sentences]
    return TARGET_LUFS - float(np.mean([integrated_loudness(piece, sample_rate) for piece in spoken]))


@functools.cache
def _written_gains() -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(files("imagecraft.assets").joinpath("voices.toml").read_text("utf-8"))
