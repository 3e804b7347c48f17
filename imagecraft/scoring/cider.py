"""CIDEr-D: how much a caption's words and phrases are those that people used, rare ones counting more.

References:
    Vedantam, Zitnick, Parikh: CIDEr: Consensus-based Image Description Evaluation, CVPR 2015.
    https://github.com/tylin/coco-caption, pycocoevalcap/cider (the field's reference code).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from imagecraft.scoring.tokens import tokenize

LONGEST_NGRAM = 4
LENGTH_SIGMA = 6.0  # width of the Gaussian penalty on a difference in length, in words
SCALE = 10.0

NGram = tuple[str, ...]


@dataclass(frozen=True)
class DocumentFrequencies:
    """In how many images' references each n-gram occurs.

    Attributes:
        counts: n-gram -> number of images.
        images: Number of images counted.
    """

    counts: Mapping[NGram, int]
    images: int

    @classmethod
    def of(cls, references: Iterable[Sequence[str]]) -> DocumentFrequencies:
        """Count over images, each given by its reference captions."""
        return cls.of_words([tokenize(caption) for caption in captions] for captions in references)

    @classmethod
    def of_words(cls, references: Iterable[Sequence[Sequence[str]]]) -> DocumentFrequencies:
        """Count over images, each given by its reference captions split into words."""
        counts: Counter[NGram] = Counter()
        images = 0
        for captions in references:
            images += 1
            counts.update({gram for words in captions for gram in ngrams(words)})
        return cls(counts, images)


def ngrams(tokens: Sequence[str]) -> Counter[NGram]:
    """Counts of all n-grams of one to four words."""
    counted: Counter[NGram] = Counter()
    for n in range(1, LONGEST_NGRAM + 1):
        counted.update(zip(*(tokens[start:] for start in range(n)), strict=False))
    return counted


def cider_d(
    predictions: Sequence[str],
    references: Sequence[Sequence[str]],
    frequencies: DocumentFrequencies | None = None,
) -> list[float]:
    """CIDEr-D of each caption, on the field's scale (0 to 10; a corpus's score is the mean).

    Args:
        predictions: One caption an image.
        references: Reference captions of each image, in the same order.
        frequencies: Document frequencies to weigh n-grams by; those of `references` themselves when
            None, as coco-caption does (meaningless for a single image, whose weights are all zero).
    """
    return cider_d_of_words(
        [tokenize(caption) for caption in predictions],
        [[tokenize(caption) for caption in captions] for captions in references],
        frequencies,
    )


def cider_d_of_words(
    predictions: Sequence[Sequence[str]],
    references: Sequence[Sequence[Sequence[str]]],
    frequencies: DocumentFrequencies | None = None,
) -> list[float]:
    """As `cider_d`, for captions that are split into words already."""
    scorer = _Scorer(frequencies or DocumentFrequencies.of_words(references))
    return [scorer.score(words, captions) for words, captions in zip(predictions, references, strict=True)]


@dataclass(frozen=True)
class _Vector:
    weights: tuple[dict[NGram, float], ...]
    norms: tuple[float, ...]
    length: int


class _Scorer:
    def __init__(self, frequencies: DocumentFrequencies) -> None:
        self._counts = frequencies.counts
        self._log_images = math.log(max(1, frequencies.images))
        self._known: tuple[Sequence[Sequence[str]], list[_Vector]] = ((), [])

    def vector(self, tokens: Sequence[str]) -> _Vector:
        weights: tuple[dict[NGram, float], ...] = tuple({} for _ in range(LONGEST_NGRAM))
        for gram, count in ngrams(tokens).items():
            rarity = self._log_images - math.log(max(1, self._counts.get(gram, 0)))
            weights[len(gram) - 1][gram] = count * rarity
        norms = tuple(math.sqrt(sum(value * value for value in level.values())) for level in weights)
        # coco-caption counts length in word pairs.
        return _Vector(weights, norms, max(0, len(tokens) - 1))

    def score(self, words: Sequence[str], captions: Sequence[Sequence[str]]) -> float:
        if not captions:
            return 0.0
        candidate = self.vector(words)
        total = sum(self._similarity(candidate, reference) for reference in self._references(captions))
        return SCALE * total / len(captions)

    def _references(self, captions: Sequence[Sequence[str]]) -> list[_Vector]:
        """Those of the last call are kept: several candidates of one image come in a row."""
        if captions is not self._known[0]:
            self._known = captions, [self.vector(reference) for reference in captions]
        return self._known[1]

    def _similarity(self, candidate: _Vector, reference: _Vector) -> float:
        penalty = math.exp(-((candidate.length - reference.length) ** 2) / (2 * LENGTH_SIGMA**2))
        total = 0.0
        for n in range(LONGEST_NGRAM):
            theirs = reference.weights[n]
            overlap = sum(
                min(weight, theirs[gram]) * theirs[gram]
                for gram, weight in candidate.weights[n].items()
                if gram in theirs
            )
            if candidate.norms[n] and reference.norms[n]:
                total += overlap / (candidate.norms[n] * reference.norms[n])
        return penalty * total / LONGEST_NGRAM
