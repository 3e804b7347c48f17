"""ROUGE-L as coco-caption computes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagecraft.scoring.base import Corpus, Metric, Score
from imagecraft.scoring.tokens import TOKENIZER

BETA = 1.2


class RougeL(Metric):
    """The longest common subsequence; the best precision and the best recall of all references."""

    name = "rouge_l"
    outputs = ("rouge_l",)
    meaning = "How much of the caption stands in a reference in the same order, gaps allowed."
    reference = "Lin 2004; coco-caption rouge.py, beta 1.2"
    order = 20
    default = True

    def settings(self) -> dict[str, Any]:
        return {
            "implementation": "coco-caption's ROUGE-L, re-implemented",
            "tokenizer": TOKENIZER,
            "beta": BETA,
            "references": "best precision and best recall",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        pairs = zip(corpus.words, corpus.reference_words, strict=True)
        return [self.mean([_rouge_l(words, references) for words, references in pairs])]


def _rouge_l(words: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    common = [(longest_common(words, reference), len(reference)) for reference in references]
    precision = max((length / len(words) for length, _ in common if words), default=0.0)
    recall = max((length / total for length, total in common if total), default=0.0)
    if not precision or not recall:
        return 0.0
    return (1 + BETA**2) * precision * recall / (recall + BETA**2 * precision)


def longest_common(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence.

    References:
        H. Hyyrö: Bit-parallel LCS-length computation revisited, 2004. Bit i of `row` is 0 where the length
        grows at the i-th word of `right`.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(right):
        places[word] = places.get(word, 0) | 1 << place
    full = (1 << len(right)) - 1
    row = full
    for word in left:
        matches = row & places.get(word, 0)
        row = ((row + matches) | (row - matches)) & full
    return len(right) - row.bit_count()
