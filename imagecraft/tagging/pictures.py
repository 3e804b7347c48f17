"""Classifiers of pictures: MobileNetV2 and others of transformers, the published ones or a user's own.

References:
    M. Sandler et al., "MobileNetV2", arXiv:1801.04381.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagecraft.catalog import ModelCard
from imagecraft.media.images import ImageSource, open_image
from imagecraft.media.texts import one_line
from imagecraft.runtime import neural, pretrained
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place
from imagecraft.tagging.base import Scores, Tag, Tags

SEEN_SIDE = 1024  # pixels of the longer side; networks look at fewer
BATCH = 16
GPU_SECONDS_A_PICTURE = 0.02
LONGEST_NAME = 100  # characters
SEVERAL_AT_ONCE = "multi_label_classification"


class PictureClassifier:
    """A classifier of pictures, loaded; see `imagecraft.runtime.neural.Network`."""

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:  # noqa: ARG002 - as all are made
        import torch

        self._prepare = pretrained.processor(folder, "AutoImageProcessor")
        self._place = place
        self._dtype = getattr(torch, place.dtype)
        self._model = pretrained.network("AutoModelForImageClassification", folder, place, entire=True)
        names = self._model.config.id2label
        self._names = tuple(one_line(str(names[number]), LONGEST_NAME) for number in range(len(names)))

    @staticmethod
    def gpu_seconds(card: ModelCard, method: str, pictures: Sequence[Any]) -> float:  # noqa: ARG004 - as all
        """About how long a call takes on a large GPU."""
        return 1.0 + GPU_SECONDS_A_PICTURE * len(pictures)

    def look(self, pictures: Sequence[Image.Image]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """The names of its classes, and the score of each for each RGB picture, (pictures, classes)."""
        return self._names, np.stack(halving(pictures, self._scores, BATCH))

    def _scores(self, pictures: Sequence[Image.Image]) -> list[NDArray[np.float32]]:
        import torch

        pixels = self._prepare(images=list(pictures), return_tensors="pt")["pixel_values"]
        with torch.inference_mode():
            logits = self._model(pixel_values=pixels.to(self._place.device, self._dtype)).logits.float()
        several = self._model.config.problem_type == SEVERAL_AT_ONCE
        scores = logits.sigmoid() if several else logits.softmax(-1)
        return list(np.nan_to_num(scores.cpu().numpy()))


@dataclass(frozen=True, eq=False)
class PictureTags(Tags):
    """What a picture shows. It has one row of scores, and neither windows nor a duration."""

    @cached_property
    def overall(self) -> Scores:
        """Score of each class, shape (labels,)."""
        return np.asarray(self.scores[0], np.float32)

    @property
    def specific(self) -> Scores:
        """As `overall`: a classifier's classes stand side by side."""
        return self.overall

    def most_frequent(self, count: int = 2) -> list[Tag]:
        """As `top`: there is one look."""
        return self.top(count)

    def to_dict(self, top: int = 10, rule: str = "specific") -> dict[str, Any]:
        """What the command line's JSON says of it, without the file's name."""
        told = super().to_dict(top, rule)
        return {name: value for name, value in told.items() if name not in ("duration", "frames")}


def tag_picture(picture: ImageSource, card: ModelCard) -> PictureTags:
    """Name what a picture shows.

    Raises:
        InvalidInput, ModelUnavailable, ResourceExhausted: as `imagecraft.media.images.open_image` and
            `imagecraft.runtime.neural.call`.
    """
    started = time.perf_counter()
    opened = open_image(picture, max_side=SEEN_SIDE)
    names, scores = neural.call(card, "look", [opened.image])
    return PictureTags((), names, scores, 0.0, card.name, time.perf_counter() - started, opened.notices)
