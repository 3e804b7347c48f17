"""CLAP: sounds and texts as vectors that lie near each other where they fit (Wu et al. 2023)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.sounds import MAX_HEARD_SECONDS, hear
from imagecraft.runtime.device import hardware
from imagecraft.runtime.loaded import use
from imagecraft.scoring.hub import cached_folder, quietly, unit_vectors
from imagecraft.scoring.packages import missing, version

NAME = "clap_similarity"
REPO = "laion/clap-htsat-unfused"
FOLDER_VARIABLE = "IMAGECRAFT_CLAP"
SAMPLE_RATE = 48_000
WINDOW = 10 * SAMPLE_RATE
"""What the model hears at once, in samples."""


def folder() -> Path | None:
    """Where the model's files are: the folder IMAGECRAFT_CLAP names, or the hub's cache."""
    named = os.environ.get(FOLDER_VARIABLE, "").strip()
    return Path(named).expanduser() if named else cached_folder(REPO)


def unavailable() -> str | None:
    """Why it cannot run here, in one sentence; None if it can."""
    for distribution in ("torch", "transformers"):
        if (reason := missing(distribution)) is not None:
            return reason
    return None if folder() else f"CLAP (615 MB) is not on disk: hf download {REPO}."


def settings() -> dict[str, Any]:
    """Everything another person needs to get the same vectors."""
    return {
        "implementation": f"transformers {version('transformers')}",
        "model": REPO if not os.environ.get(FOLDER_VARIABLE) else f"the folder in {FOLDER_VARIABLE}",
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
    with use((NAME, str(folder())), _load) as (model, processor):

        def listened(part: Sequence[Any]) -> Any:
            inputs = processor(audio=list(part), sampling_rate=SAMPLE_RATE, return_tensors="pt")
            return model.get_audio_features(**inputs.to(model.device))

        def read(part: Sequence[Any]) -> Any:
            inputs = processor(text=list(part), return_tensors="pt", padding=True)
            return model.get_text_features(**inputs.to(model.device))

        heard = unit_vectors(listened, windows).mean(axis=0)
        return float((heard * unit_vectors(read, [text])[0]).sum() / max(np.linalg.norm(heard), 1e-12))


def _load() -> tuple[Any, Any]:
    from transformers import ClapModel, ClapProcessor

    place = folder()
    if place is None:
        raise ModelUnavailable("CLAP cannot run.", unavailable() or "Try again.")
    try:
        with quietly():
            processor = ClapProcessor.from_pretrained(place, local_files_only=True)
            model = ClapModel.from_pretrained(place, local_files_only=True, use_safetensors=True)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The CLAP model in {place} cannot be loaded.", "Fetch it again.") from error
    device = "cuda" if hardware().profile == "cuda" else "cpu"
    return cast("Any", model).eval().to(device), processor
