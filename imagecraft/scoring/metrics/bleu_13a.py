"""BLEU as the package `evaluate` computes it (`load("bleu")`), which ImageCraft 1 showed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from imagecraft.scoring.base import Corpus, Floats, Metric, Score, Tally
from imagecraft.scoring.metrics.bleu import LONGEST, matches_and_phrases

_STEPS = (
    (re.compile(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])"), r" \1 "),
    (re.compile(r"([^0-9])([\.,])"), r"\1 \2 "),
    (re.compile(r"([\.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
_ENTITIES = {"<skipped>": "", "-\n": "", "\n": " ", "&quot;": '"', "&amp;": "&", "&lt;": "<", "&gt;": ">"}


class Bleu13a(Metric):
    """Columns of the tally: matches and phrases of 1 to 4 words, length, reference length."""

    name = "bleu_13a"
    outputs = ("bleu_13a",)
    meaning = (
        "BLEU-4 with capitals and punctuation kept and nothing smoothed, as the package evaluate prints it."
    )
    reference = "Papineni et al. 2002; tensorflow/nmt bleu.py; tokenizer mteval-v13a"
    order = 80

    def settings(self) -> dict[str, Any]:
        return {
            "implementation": "the BLEU of evaluate's metric 'bleu', re-implemented",
            "tokenizer": "13a",
            "reference_length": "shortest",
            "smoothing": "none: 0 when no phrase of four words matches",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        counts = np.array(
            [
                _counts(tokenize_13a(prediction), [tokenize_13a(text) for text in references])
                for prediction, references in zip(corpus.predictions, corpus.references, strict=True)
            ],
            dtype=np.float64,
        ).reshape(len(corpus), 2 * LONGEST + 2)
        return [self.total(self.name, Tally(counts, _bleu), per_item=_bleu(counts).tolist())]


def tokenize_13a(text: str) -> list[str]:
    """Split as mteval-v13a does: punctuation becomes words of its own."""
    for entity, plain in _ENTITIES.items():
        text = text.replace(entity, plain)
    text = f" {text} "
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text.split()


def _counts(words: Sequence[str], references: Sequence[Sequence[str]]) -> list[int]:
    shortest = min(len(reference) for reference in references)
    return [*matches_and_phrases(words, references), len(words), shortest]


def _bleu(counts: Floats) -> Floats:
    matches, phrases = counts[..., :LONGEST], counts[..., LONGEST : 2 * LONGEST]
    all_matched = (matches > 0).all(axis=-1)
    precision = np.exp(np.log(np.maximum(matches, 1) / np.maximum(phrases, 1)).mean(axis=-1))
    ratio = np.maximum(counts[..., -2], 1) / np.maximum(counts[..., -1], 1)
    return np.asarray(np.where(all_matched, precision * np.exp(np.minimum(0, 1 - 1 / ratio)), 0.0))
