"""BLEU as coco-caption computes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from imagecraft.scoring.base import Corpus, Floats, Metric, Score, Tally
from imagecraft.scoring.tokens import TOKENIZER

LONGEST = 4
TINY, SMALL = 1e-15, 1e-9
"""coco-caption adds these above and below each fraction, so that a sentence without a match is not 0/0."""


NO_MATCH = (
    "No phrase of {n} words is in a reference, so BLEU from BLEU-{n} on is almost 0; what is left of it "
    "comes from coco-caption's smoothing."
)


class Bleu(Metric):
    """Columns of the tally: matches of 1 to 4 words, phrases of 1 to 4 words, length, reference length."""

    name = "bleu"
    outputs = ("bleu_1", "bleu_2", "bleu_3", "bleu_4")
    meaning = "Share of the caption's words (phrases of up to four words) that are in a reference too."
    reference = "Papineni et al. 2002; coco-caption bleu_scorer.py, reference length 'closest'"
    order = 10
    default = True

    def settings(self) -> dict[str, Any]:
        return {
            "implementation": "coco-caption's BLEU, re-implemented",
            "tokenizer": TOKENIZER,
            "reference_length": "closest",
            "smoothing": f"+{TINY:g} to matches, +{SMALL:g} to counts",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        counts = np.array(
            [
                _counts(words, references)
                for words, references in zip(corpus.words, corpus.reference_words, strict=True)
            ],
            dtype=np.float64,
        ).reshape(len(corpus), 2 * LONGEST + 2)
        unmatched = np.flatnonzero(counts[:, :LONGEST].sum(axis=0) == 0)
        first_zero = int(unmatched[0]) + 1 if len(unmatched) else 0
        return [
            replace(
                self.total(
                    name,
                    Tally(counts, partial(bleu, longest=n)),
                    per_item=bleu(counts, longest=n).tolist(),
                    brevity_ratio=float(counts[:, -2].sum() / max(counts[:, -1].sum(), 1)),
                ),
                note=NO_MATCH.format(n=n) if n == first_zero else "",
            )
            for n, name in enumerate(self.outputs, start=1)
        ]


def bleu(counts: Floats, longest: int) -> Floats:
    """BLEU from counts of shape (..., 10), summed over sentences or of single ones."""
    matches = counts[..., :longest]
    phrases = counts[..., LONGEST : LONGEST + longest]
    precision = np.exp(np.log((matches + TINY) / (phrases + SMALL)).mean(axis=-1))
    ratio = (counts[..., -2] + TINY) / (counts[..., -1] + SMALL)
    return np.asarray(precision * np.where(ratio < 1, np.exp(np.minimum(0, 1 - 1 / ratio)), 1.0))


def _counts(words: Sequence[str], references: Sequence[Sequence[str]]) -> list[int]:
    closest = min((len(reference) for reference in references), key=lambda n: (abs(n - len(words)), n))
    return [*matches_and_phrases(words, references), len(words), closest]


def matches_and_phrases(words: Sequence[str], references: Sequence[Sequence[str]]) -> list[int]:
    """Phrases of 1 to 4 words that are in a reference too (each as often as in one), then all of them."""
    most: Counter[tuple[str, ...]] = Counter()
    for reference in references:
        most |= _phrases(reference)
    matches = [0] * LONGEST
    for phrase, count in _phrases(words).items():
        if phrase in most:
            matches[len(phrase) - 1] += min(count, most[phrase])
    return [*matches, *(max(0, len(words) - n) for n in range(LONGEST))]


def _phrases(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    counted: Counter[tuple[str, ...]] = Counter()
    for n in range(1, LONGEST + 1):
        counted.update(zip(*(words[start:] for start in range(n)), strict=False))
    return counted
