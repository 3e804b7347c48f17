"""CLAP: sounds and sentences as vectors that lie near each other where they fit.

References:
    Y. Wu et al., "Large-scale contrastive language-audio pretraining with feature fusion and
    keyword-to-caption augmentation", ICASSP 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place

SAMPLE_RATE = 48_000
WINDOW_SECONDS = 10
BATCH = 16
GPU_SECONDS_A_BATCH = 0.3

Vectors = NDArray[np.float64]


class Clap:
    """A CLAP model, loaded; see `imagecraft.runtime.neural.Network`."""

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:  # noqa: ARG002 - as all are made
        import torch
        from transformers import ClapProcessor

        self._processor = pretrained.opened(ClapProcessor, folder)
        heard_at = self._processor.feature_extractor.sampling_rate
        if heard_at != SAMPLE_RATE:
            raise ValueError(f"it hears {heard_at} Hz")
        self._place = place
        self._dtype = getattr(torch, place.dtype)
        self._model = pretrained.network("ClapModel", folder, place, entire=True)

    @staticmethod
    def gpu_seconds(card: ModelCard, method: str, *parts: Sequence[Any]) -> float:  # noqa: ARG004 - as all
        """About how long a call takes on a large GPU."""
        return 1.0 + GPU_SECONDS_A_BATCH * sum(-(-len(part) // BATCH) for part in parts)

    def sounds(self, windows: Sequence[NDArray[np.float32]]) -> Vectors:
        """A vector of length one for each window of at most 10 s, one channel at 48 kHz."""
        return _vectors(windows, self._heard)

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """A vector of length one for each sentence."""
        return _vectors(texts, self._read)

    def fits(self, windows: Sequence[NDArray[np.float32]], texts: Sequence[str]) -> Vectors:
        """How well each window fits each sentence, (windows, texts): cosines on the scale it learned."""
        scale = float(self._model.logit_scale_a.detach().float().exp())
        return scale * self.sounds(windows) @ self.sentences(texts).T

    def _heard(self, windows: Sequence[NDArray[np.float32]]) -> Any:
        inputs = self._processor.feature_extractor(
            list(windows), sampling_rate=SAMPLE_RATE, return_tensors="pt"
        )
        # The extractor takes one of several short sounds, by chance, for a long one; here none is long.
        longer = inputs["is_longer"].bool() & False
        features = inputs["input_features"].to(self._place.device, self._dtype)
        return self._model.get_audio_features(input_features=features, is_longer=longer.to(features.device))

    def _read(self, texts: Sequence[str]) -> Any:
        inputs = self._processor.tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True)
        return self._model.get_text_features(**inputs.to(self._place.device))


def _vectors(items: Sequence[Any], encode: Any) -> Vectors:
    import torch

    def encoded(part: Sequence[Any]) -> list[NDArray[np.float64]]:
        with torch.inference_mode():
            out = encode(part)
        found = getattr(out, "pooler_output", out).double().cpu().numpy()
        return list(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12))

    return np.nan_to_num(np.stack(halving(items, encoded, BATCH)))
