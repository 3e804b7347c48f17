"""How well a sound fits a sentence, by CLAP (Wu et al. 2023)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from imagecraft import catalog
from imagecraft.media.audio import Audio
from imagecraft.media.sounds import MAX_HEARD_SECONDS, hear
from imagecraft.runtime.clap import SAMPLE_RATE, WINDOW_SECONDS, Clap
from imagecraft.runtime.loaded import use
from imagecraft.runtime.neural import Place, load
from imagecraft.scoring.hub import HubModel

NAME = "clap_similarity"
MODEL = HubModel("CLAP", "laion/clap-htsat-unfused", "IMAGECRAFT_CLAP", 615)
WINDOW = WINDOW_SECONDS * SAMPLE_RATE
"""What the model hears at once, in samples."""


def settings() -> dict[str, Any]:
    """Everything another person needs to get the same vectors."""
    return MODEL.settings() | {
        "sample_rate": SAMPLE_RATE,
        "channels": "the mean of all",
        "window_seconds": WINDOW_SECONDS,
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
    with use((NAME, str(MODEL.folder())), _load) as network:
        heard = network.sounds(windows).mean(axis=0)
        return float((heard * network.sentences([text])[0]).sum() / max(np.linalg.norm(heard), 1e-12))


def _load() -> Clap:
    """The tagger's network, with the scores' own weights: those that published scores were made with."""
    card = replace(catalog.card("clap"), id=NAME, folder=str(MODEL.required()))
    network: Clap = load(card, Place(MODEL.device(), "float32"))
    return network
