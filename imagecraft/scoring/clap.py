"""CLAP: sounds and texts as vectors that lie near each other where they fit (Wu et al. 2023)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from imagecraft.media.audio import Audio
from imagecraft.media.sounds import MAX_HEARD_SECONDS, hear
from imagecraft.runtime.loaded import use
from imagecraft.scoring.hub import HubModel, unit_vectors

NAME = "clap_similarity"
MODEL = HubModel("CLAP", "laion/clap-htsat-unfused", "IMAGECRAFT_CLAP", 615)
SAMPLE_RATE = 48_000
WINDOW = 10 * SAMPLE_RATE
"""What the model hears at once, in samples."""


def settings() -> dict[str, Any]:
    """Everything another person needs to get the same vectors."""
    return MODEL.settings() | {
        "sample_rate": SAMPLE_RATE,
        "channels": "the mean of all",
        "window_seconds": WINDOW // SAMPLE_RATE,
    }


def similarity(audio: Audio, text: str) -> float:
    """Cosine of a sound and a text, -1 to 1; of a long sound, the mean of its windows' vectors counts.

    Raises:
        ModelUnavailable: if the model cannot be loaded.
    """
    samples = hear(audio, sample_rate=SAMPLE_RATE, seconds=MAX_HEARD_SECONDS).audio.samples[0]
    windows = [samples[start : start + WINDOW] for start in range(0, len(samples), WINDOW)]
    if len(windows) > 1 and len(windows[-1]) < WINDOW // 2:
        windows.pop()
    with use((NAME, str(MODEL.folder())), _load) as (model, processor):

        def listened(part: Sequence[Any]) -> Any:
            inputs = processor(audio=list(part), sampling_rate=SAMPLE_RATE, return_tensors="pt")
            return model.get_audio_features(**inputs.to(model.device))

        def read(part: Sequence[Any]) -> Any:
            inputs = processor(text=list(part), return_tensors="pt", padding=True)
            return model.get_text_features(**inputs.to(model.device))

        heard = unit_vectors(listened, windows).mean(axis=0)
        return float((heard * unit_vectors(read, [text])[0]).sum() / max(np.linalg.norm(heard), 1e-12))


def _load() -> tuple[Any, Any]:
    return MODEL.load("ClapModel", "ClapProcessor")
