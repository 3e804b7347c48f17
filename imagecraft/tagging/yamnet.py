"""YAMNet, a small network that knows 521 classes of AudioSet, run through MediaPipe Tasks.

References:
    Hershey et al., "CNN architectures for large-scale audio classification", ICASSP 2017; the network and its
    weights: tensorflow/models, research/audioset/yamnet.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.catalog import ModelCard
from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.runtime.loaded import use
from imagecraft.runtime.quiet import quiet_start
from imagecraft.runtime.weights import asset_path
from imagecraft.tagging.base import Tags

SAMPLE_RATE = 16_000
WINDOW_SECONDS = 0.96
HOP_SECONDS = 0.48
FED_SAMPLES = 15_600  # a window's 96 spectra every 10 ms, of which the last one is 25 ms long
HOP_SAMPLES = round(HOP_SECONDS * SAMPLE_RATE)
WINDOWS_PER_CALL = 64
MEMORY_BYTES = 50_000_000  # measured growth of the resident set after the first sound


class Yamnet:
    """The tagger `yamnet`.

    Args:
        card: Its card in the catalogue.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    def tag(self, audio: Audio) -> Tags:
        """Name what is heard in one channel of sound at 16 kHz.

        Raises:
            ModelUnavailable: if the weights cannot be had or MediaPipe cannot start.
        """
        started = time.perf_counter()
        samples = audio.samples[0]
        with _classifier(self.card.id) as classifier:
            answers = [answer for piece in _pieces(samples) for answer in _classify(classifier, piece)]
        labels = tuple(category.category_name for category in _in_order(answers[0]))
        scores = np.array(
            [[category.score for category in _in_order(answer)] for answer in answers], np.float32
        )
        return Tags(
            frames=tuple(_span(index, audio.duration) for index in range(len(answers))),
            labels=labels,
            scores=scores,
            duration=audio.duration,
            model=self.card.id,
            seconds=time.perf_counter() - started,
        )


def _pieces(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """The sound as windows laid end to end, some at a time; silence fills up the last."""
    count = 1 + max(0, -(-(len(samples) - FED_SAMPLES) // HOP_SAMPLES))
    padded = np.zeros((count - 1) * HOP_SAMPLES + FED_SAMPLES, np.float32)
    padded[: len(samples)] = samples
    windows = np.lib.stride_tricks.sliding_window_view(padded, FED_SAMPLES)[::HOP_SAMPLES]
    for start in range(0, count, WINDOWS_PER_CALL):
        yield windows[start : start + WINDOWS_PER_CALL].ravel()


def _classify(classifier: Any, samples: NDArray[np.float32]) -> list[list[Any]]:
    from mediapipe.tasks.python.components.containers import AudioData

    answers = classifier.classify(AudioData.create_from_array(samples, SAMPLE_RATE))
    return [answer.classifications[0].categories for answer in answers]


def _in_order(categories: list[Any]) -> list[Any]:
    return sorted(categories, key=lambda category: category.index)


def _span(index: int, duration: float) -> tuple[float, float]:
    start = index * HOP_SECONDS
    return start, min(start + WINDOW_SECONDS, duration)


@contextmanager
def _classifier(card_id: str) -> Iterator[Any]:
    def load() -> Any:
        path = str(asset_path("yamnet"))
        with quiet_start():
            return _open(path)

    # A MediaPipe task is not documented as safe for several threads at once: one at a time.
    with use((card_id, "cpu"), load, size_bytes=MEMORY_BYTES, exclusive=True) as classifier:
        yield classifier


def _open(path: str) -> Any:
    try:
        from mediapipe.tasks import python as tasks
        from mediapipe.tasks.python import audio
    except (ImportError, OSError) as error:
        raise ModelUnavailable(
            f"MediaPipe, which runs the tagger, cannot start: {error}.", "Run 'pip install mediapipe'."
        ) from error
    options = audio.AudioClassifierOptions(base_options=tasks.BaseOptions(model_asset_path=path))
    return audio.AudioClassifier.create_from_options(options)
