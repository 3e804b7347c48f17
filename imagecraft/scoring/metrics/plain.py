"""What can be seen without any model: copies, lengths, repetition."""

from __future__ import annotations

from collections import Counter
from typing import Any

from imagecraft.scoring.base import Corpus, Metric, Score
from imagecraft.scoring.tokens import TOKENIZER


class ExactMatch(Metric):
    name = "exact_match"
    outputs = ("exact_match",)
    meaning = "Share of captions that are, word for word, one of their references."
    reference = "equality of the words"
    order = 200
    default = True

    def settings(self) -> dict[str, Any]:
        return {"tokenizer": TOKENIZER}

    def measure(self, corpus: Corpus) -> list[Score]:
        pairs = zip(corpus.words, corpus.reference_words, strict=True)
        return [self.mean([float(bool(words) and words in references) for words, references in pairs])]


class Length(Metric):
    name = "length"
    outputs = ("length",)
    meaning = "Words of a caption, on average."
    reference = "number of words"
    span = (0.0, float("inf"))
    direction = "neither"
    order = 210
    default = True

    def settings(self) -> dict[str, Any]:
        return {"tokenizer": TOKENIZER, "unit": "words"}

    def measure(self, corpus: Corpus) -> list[Score]:
        lengths = [len(words) for references in corpus.reference_words for words in references]
        return [
            self.mean(
                [float(len(words)) for words in corpus.words],
                references=sum(lengths) / max(len(lengths), 1),
            )
        ]


class Distinct(Metric):
    """Of a whole set, so there is nothing to say of one caption."""

    name = "distinct"
    outputs = ("distinct_1", "distinct_2")
    meaning = "Different words (pairs of words) by all words (pairs) of all captions: how varied they are."
    reference = "Li et al. 2016"
    order = 220
    default = True

    def settings(self) -> dict[str, Any]:
        return {"tokenizer": TOKENIZER, "note": "falls as a set grows; compare sets of one size"}

    def measure(self, corpus: Corpus) -> list[Score]:
        return [self._distinct(corpus, name, n) for n, name in enumerate(self.outputs, start=1)]

    def _distinct(self, corpus: Corpus, name: str, n: int) -> Score:
        grams = [
            gram
            for words in corpus.words
            for gram in zip(*(words[start:] for start in range(n)), strict=False)
        ]
        value = len(set(grams)) / max(len(grams), 1)
        return Score(name, value, (), self.settings(), {}, self.direction, self.span)


class Repeated(Metric):
    name = "repeated"
    outputs = ("repeated",)
    meaning = "Share of captions that were given to another picture too, word for word."
    reference = "equality of the words"
    direction = "lower"
    order = 230
    default = True

    def settings(self) -> dict[str, Any]:
        return {"tokenizer": TOKENIZER}

    def measure(self, corpus: Corpus) -> list[Score]:
        given = Counter(map(tuple, corpus.words))
        items = [float(given[tuple(words)] > 1) for words in corpus.words]
        most = max(given.values(), default=0)
        value = sum(items) / max(len(items), 1)
        return [
            Score(
                self.name,
                value,
                tuple(items),
                self.settings(),
                {"most_often": float(most)},
                self.direction,
                self.span,
            )
        ]
