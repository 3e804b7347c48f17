"""AST, a transformer that looks at spectrograms and knows 527 classes of AudioSet.

References:
    Y. Gong, Y.-A. Chung, J. Glass, "AST: Audio spectrogram transformer", Interspeech 2021.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.catalog import ModelCard
from imagecraft.media.audio import Audio
from imagecraft.media.texts import one_line
from imagecraft.runtime import neural, pretrained
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place
from imagecraft.tagging.base import Tags
from imagecraft.tagging.windows import windows

SAMPLE_RATE = 16_000
WINDOW_SECONDS = 10.24  # what it was trained on: 1,024 spectra every 10 ms
HOP_SECONDS = 5.12
LEAST_SAMPLES = 400  # of one spectrum, 25 ms
BATCH = 8
GPU_SECONDS_A_WINDOW = 0.05
LONGEST_NAME = 100  # characters
ONE_OF_ALL = "single_label_classification"


class Ast:
    """An audio spectrogram transformer, loaded; see `imagecraft.runtime.neural.Network`."""

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:  # noqa: ARG002 - as all are made
        import torch
        from transformers import ASTFeatureExtractor

        self._model = pretrained.network("ASTForAudioClassification", folder, place, entire=True)
        self._extractor = pretrained.opened(ASTFeatureExtractor, folder)
        if self._extractor.sampling_rate != SAMPLE_RATE:
            raise ValueError(f"it hears {self._extractor.sampling_rate} Hz")
        self._place = place
        self._dtype = getattr(torch, place.dtype)
        names = self._model.config.id2label
        self._names = tuple(one_line(names[number], LONGEST_NAME) for number in range(len(names)))

    @staticmethod
    def gpu_seconds(card: ModelCard, method: str, sounds: Sequence[Any]) -> float:  # noqa: ARG004 - as all
        """About how long a call takes on a large GPU."""
        return 1.0 + GPU_SECONDS_A_WINDOW * len(sounds)

    def hear(self, sounds: Sequence[NDArray[np.float32]]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """The names of its classes, and the score of each in each sound, (sounds, classes), 0 to 1.

        Args:
            sounds: One channel at 16 kHz each, at most 10.24 s.
        """
        return self._names, np.stack(halving(sounds, self._scores, BATCH))

    def _scores(self, sounds: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        import torch

        filled = [np.pad(one, (0, max(0, LEAST_SAMPLES - len(one)))) for one in sounds]
        inputs = self._extractor(filled, sampling_rate=SAMPLE_RATE, return_tensors="pt")
        spectra = inputs["input_values"].to(self._place.device, self._dtype)
        with torch.inference_mode():
            logits = self._model(input_values=spectra).logits.float()
        exclusive = self._model.config.problem_type == ONE_OF_ALL
        scores = logits.softmax(-1) if exclusive else logits.sigmoid()
        return list(np.nan_to_num(scores.cpu().numpy()))


class AstTagger:
    """The tagger `ast`. Safe to call from several threads.

    Args:
        card: Its card in the catalogue.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    def tag(self, audio: Audio) -> Tags:
        """Name what is heard in one channel of sound at 16 kHz.

        Raises:
            InvalidInput, ModelUnavailable, ResourceExhausted: as `imagecraft.runtime.neural.call`.
        """
        started = time.perf_counter()
        parts = windows(audio.samples[0], SAMPLE_RATE, WINDOW_SECONDS, HOP_SECONDS)
        names, scores = neural.call(self.card, "hear", [part.samples for part in parts])
        return Tags(
            frames=tuple((part.start, part.end) for part in parts),
            labels=names,
            scores=scores,
            duration=audio.duration,
            model=self.card.name,
            seconds=time.perf_counter() - started,
        )
