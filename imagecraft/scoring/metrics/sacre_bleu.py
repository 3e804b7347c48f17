"""BLEU as sacreBLEU computes it, the machine translation community's reference."""

from __future__ import annotations

from typing import Any

import numpy as np

from imagecraft.scoring.base import Corpus, Floats, Metric, Score, Tally
from imagecraft.scoring.packages import missing

ORDERS = 4


class SacreBleu(Metric):
    """Columns of the tally: matches and phrases of 1 to 4 words, length, reference length."""

    name = "sacrebleu"
    outputs = ("sacrebleu",)
    meaning = "BLEU from 0 to 100 with punctuation and capitals kept, as machine translation prints it."
    reference = "Post 2018; sacrebleu"
    span = (0.0, 100.0)
    order = 70

    def unavailable(self) -> str | None:
        return missing("sacrebleu")

    def settings(self) -> dict[str, Any]:
        from sacrebleu.metrics import BLEU

        bleu = BLEU()
        bleu.num_refs = -1
        return {
            "implementation": "sacrebleu",
            "signature": str(bleu.get_signature()),
            "smoothing": "exponential",
            "sentence_scores": "exponential smoothing, effective order",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        from sacrebleu.metrics import BLEU

        sentence = BLEU(effective_order=True)
        results = [
            sentence.sentence_score(prediction, list(references))
            for prediction, references in zip(corpus.predictions, corpus.references, strict=True)
        ]
        counts = [[*one.counts, *one.totals, one.sys_len, one.ref_len] for one in results]
        tally = Tally(np.array(counts, dtype=np.float64).reshape(len(results), 2 * ORDERS + 2), _corpus_bleu)
        return [self.total("sacrebleu", tally, per_item=[one.score for one in results])]


def _corpus_bleu(sums: Floats) -> Floats:
    from sacrebleu.metrics import BLEU

    def one(row: Floats) -> float:
        whole = [int(number) for number in row]
        return float(
            BLEU.compute_bleu(
                whole[:ORDERS], whole[ORDERS : 2 * ORDERS], whole[-2], whole[-1], smooth_method="exp"
            ).score
        )

    return np.asarray(np.apply_along_axis(one, -1, sums))
