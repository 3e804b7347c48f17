"""CIDEr-D, the score of the COCO captioning task."""

from __future__ import annotations

from typing import Any

from imagecraft.scoring.base import Corpus, Metric, Score
from imagecraft.scoring.cider import (
    LENGTH_SIGMA,
    LONGEST_NGRAM,
    SCALE,
    DocumentFrequencies,
    cider_d_of_words,
)
from imagecraft.scoring.tokens import TOKENIZER


class CiderD(Metric):
    """Rarity of words is counted in the references of the set itself, as coco-caption does."""

    name = "cider_d"
    outputs = ("cider_d",)
    meaning = (
        "How much the caption's words are those that people chose, rare ones counting more; 10 is a copy."
    )
    reference = "Vedantam et al. 2015; coco-caption cider_scorer.py"
    span = (0.0, SCALE)
    order = 30
    default = True

    def settings(self) -> dict[str, Any]:
        return {
            "implementation": "coco-caption's CIDEr-D, re-implemented",
            "tokenizer": TOKENIZER,
            "ngrams": LONGEST_NGRAM,
            "sigma": LENGTH_SIGMA,
            "document_frequencies": "the references of this set",
            "scale": "0 to 10; papers often print it times 100",
        }

    def unfit(self, corpus: Corpus) -> str | None:
        if len(corpus) > 1:
            return None
        return (
            "CIDEr-D weighs words by how few of the set's pictures they are said of; with one picture every "
            "weight is zero, so it would say 0 even of a perfect caption. Score at least two pictures."
        )

    def measure(self, corpus: Corpus) -> list[Score]:
        return self.measure_part(corpus, None)

    def measure_part(self, corpus: Corpus, frequencies: DocumentFrequencies | None) -> list[Score]:
        """As `measure`, for a part of a set, with the document frequencies of the whole set."""
        return [self.mean(cider_d_of_words(corpus.words, corpus.reference_words, frequencies))]
