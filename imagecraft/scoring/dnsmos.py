"""DNSMOS: how people would rate a recording of speech, predicted without a reference.

References:
    Reddy, Gopal, Cutler: DNSMOS P.835, ICASSP 2022. The networks are those in the package speechmos.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.mel import mel_filters
from imagecraft.runtime.loaded import use
from imagecraft.scoring import spectra
from imagecraft.scoring.base import Floats
from imagecraft.scoring.packages import missing, version
from imagecraft.scoring.resampling import resampled

SAMPLE_RATE = 16_000
SECONDS = 9.01
MEL_BANDS, MEL_WINDOW, MEL_HOP = 120, 321, 160
NAMES = ("dnsmos_overall", "dnsmos_signal", "dnsmos_background", "dnsmos_p808")
# From the networks' raw values to the scale of the listening test, highest power first.
_OVERALL = (-0.06766283, 1.11546468, 0.04602535)
_SIGNAL = (-0.08397278, 1.22083953, 0.0052439)
_BACKGROUND = (-0.13166888, 1.60915514, -0.39604546)


def unavailable() -> str | None:
    """Why it cannot run here, in one sentence; None if it can."""
    return missing("speechmos")


def settings() -> dict[str, Any]:
    """Everything another person needs to get the same numbers."""
    return {
        "implementation": f"the networks of speechmos {version('speechmos')}",
        "sample_rate": SAMPLE_RATE,
        "window_seconds": SECONDS,
        "hop_seconds": 1,
        "scale": "1 (bad) to 5 (excellent)",
        "shorter_sounds": "repeated until one window is full",
    }


def dnsmos(audio: Audio) -> dict[str, float]:
    """Predicted ratings of a sound, 1 to 5, by name. Meant for speech.

    Raises:
        ModelUnavailable: if the package speechmos is not installed.
    """
    if (reason := unavailable()) is not None:
        raise ModelUnavailable("DNSMOS cannot run.", reason)
    mono = resampled(Audio(audio.samples.mean(axis=0, keepdims=True), audio.sample_rate), SAMPLE_RATE)
    samples = np.clip(mono.samples[0], -1.0, 1.0)
    size = int(SECONDS * SAMPLE_RATE)
    samples = np.tile(samples, -(-size // len(samples))) if len(samples) < size else samples
    starts = range(0, len(samples) - size + 1, SAMPLE_RATE)
    with use(("dnsmos",), _load) as (ratings, p808):
        rows = [_rated(ratings, p808, samples[start : start + size]) for start in starts]
    return dict(zip(NAMES, map(float, np.mean(rows, axis=0)), strict=True))


def _rated(ratings: Any, p808: Any, samples: np.ndarray) -> list[float]:
    signal, background, overall = ratings.run(None, {"input_1": samples[None].astype(np.float32)})[0][0]
    bands = _log_mel(samples[:-MEL_HOP].astype(np.float64))
    heard = p808.run(None, {"input_1": bands[None].astype(np.float32)})[0][0][0]
    return [
        float(np.polyval(_OVERALL, overall)),
        float(np.polyval(_SIGNAL, signal)),
        float(np.polyval(_BACKGROUND, background)),
        float(heard),
    ]


def _log_mel(samples: Floats) -> Floats:
    """Mel energies in decibels below the loudest, 80 dB deep, brought to -1 to 1: shape (frames, bands)."""
    power = spectra.magnitudes(samples, MEL_WINDOW, MEL_HOP) ** 2
    mel = np.maximum(power @ mel_filters(MEL_BANDS, MEL_WINDOW, SAMPLE_RATE).T, 1e-10)
    level = 10 * np.log10(mel / mel.max())
    return np.asarray((np.maximum(level, -80.0) + 40.0) / 40.0)


def _load() -> tuple[Any, Any]:
    import onnxruntime

    spec = importlib.util.find_spec("speechmos")
    folder = Path(next(iter((spec.submodule_search_locations if spec else None) or [""]))) / "dnsmos_models"
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return (
        onnxruntime.InferenceSession(str(folder / "sig_bak_ovr.onnx"), options),
        onnxruntime.InferenceSession(str(folder / "model_v8.onnx"), options),
    )
