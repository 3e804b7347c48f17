"""CLIPScore: how well a caption fits the picture itself, with and without people's captions."""

from __future__ import annotations

from typing import Any

import numpy as np

from imagecraft.scoring import clip
from imagecraft.scoring.base import Corpus, Metric, Score

WEIGHT = 2.5


class ClipScore(Metric):
    """Needs the picture of each caption; an empty caption scores 0."""

    name = "clipscore"
    outputs = ("clipscore", "ref_clipscore")
    meaning = (
        "How well the caption fits the picture, as CLIP sees it; ref_clipscore asks the references as well."
    )
    reference = "Hessel et al. 2021"
    span = (0.0, WEIGHT)
    heavy = True
    order = 97

    def unavailable(self) -> str | None:
        return clip.MODEL.unavailable()

    def unfit(self, corpus: Corpus) -> str | None:
        if corpus.pictures is None or any(picture is None for picture in corpus.pictures):
            return "CLIPScore looks at the pictures: give one for every caption."
        return None

    def settings(self) -> dict[str, Any]:
        return clip.settings() | {
            "weight": WEIGHT,
            "ref_clipscore": "harmonic mean of CLIPScore and the best cosine with a reference",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        seen, said = clip.pictures(corpus.pictures or ()), clip.texts(corpus.predictions)
        every = clip.texts([text for texts in corpus.references for text in texts])
        theirs = np.split(every, np.cumsum([len(texts) for texts in corpus.references])[:-1])
        worded = np.array([bool(text.strip()) for text in corpus.predictions])
        fits = WEIGHT * np.maximum((seen * said).sum(axis=1), 0.0) * worded
        best = np.array(
            [max(0.0, float((texts @ one).max())) for one, texts in zip(said, theirs, strict=True)]
        )
        both = np.where(fits + best > 0, 2 * fits * best / np.maximum(fits + best, 1e-12), 0.0)
        return [self.mean(fits.tolist()), self.mean(both.tolist(), name="ref_clipscore")]
