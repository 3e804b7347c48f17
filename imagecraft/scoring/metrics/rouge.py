"""ROUGE-1, -2 and -L as the package rouge-score computes them (and `evaluate`, which wraps it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from imagecraft.scoring.base import Corpus, Metric, Score
from imagecraft.scoring.packages import missing, version
from imagecraft.scoring.scripts import ascii_notice

ASCII_ONLY = (
    "rouge-score takes them for gaps, so rouge1, rouge2 and rougeL are too low, or 0; use rouge_l or chrF."
)


class Rouge(Metric):
    """F-measures, each of the reference that gives the highest."""

    name = "rouge"
    outputs = ("rouge1", "rouge2", "rougeL")
    meaning = "Shared words, shared pairs of words, and shared order of words, as a balance of both sides."
    reference = "Lin 2004; google-research rouge_scorer.py"
    order = 60

    def unavailable(self) -> str | None:
        return missing("rouge-score")

    def settings(self) -> dict[str, Any]:
        return {
            "implementation": f"rouge-score {version('rouge-score')}",
            "tokenizer": "rouge-score's own (lower case, letters and digits)",
            "stemmer": False,
            "references": "the one with the highest F-measure",
            "aggregation": "mean of the items' F-measures",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        items = [
            rouge(prediction, references, self.outputs)
            for prediction, references in zip(corpus.predictions, corpus.references, strict=True)
        ]
        scores = [
            self.mean(
                [item[name].fmeasure for item in items],
                name=name,
                precision=sum(item[name].precision for item in items) / max(len(items), 1),
                recall=sum(item[name].recall for item in items) / max(len(items), 1),
            )
            for name in self.outputs
        ]
        return [replace(scores[0], note=ascii_notice(corpus, ASCII_ONLY)), *scores[1:]]


def rouge(prediction: str, references: Sequence[str], kinds: Sequence[str]) -> dict[str, Any]:
    """rouge-score's own results (precision, recall, fmeasure) of one caption, by kind."""
    from rouge_score.rouge_scorer import RougeScorer

    result: dict[str, Any] = RougeScorer(list(kinds), use_stemmer=False).score_multi(
        list(references), prediction
    )
    return result
