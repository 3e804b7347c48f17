"""chrF: shared runs of characters, for languages and spellings where words differ in their endings."""

from __future__ import annotations

from typing import Any

import numpy as np

from imagecraft.scoring.base import Corpus, Floats, Metric, Score, Tally
from imagecraft.scoring.packages import missing


class ChrF(Metric):
    """chrF2 of sacreBLEU: the best of the references for each item, counts summed over the set."""

    name = "chrf"
    outputs = ("chrf",)
    meaning = "Shared runs of one to six characters, from 0 to 100; forgives different word endings."
    reference = "Popović 2015; sacrebleu"
    span = (0.0, 100.0)
    order = 50

    def unavailable(self) -> str | None:
        return missing("sacrebleu")

    def settings(self) -> dict[str, Any]:
        from sacrebleu.metrics import CHRF

        chrf = CHRF()
        chrf.num_refs = -1
        return {"implementation": "sacrebleu", "signature": str(chrf.get_signature())}

    def measure(self, corpus: Corpus) -> list[Score]:
        from sacrebleu.metrics import CHRF

        chrf = CHRF()
        # sacreBLEU's own significance tests take their counts from these methods too.
        counts = [
            chrf._extract_corpus_statistics([prediction], [[text] for text in references])[0]
            for prediction, references in zip(corpus.predictions, corpus.references, strict=True)
        ]

        def combine(sums: Floats) -> Floats:
            return np.asarray(
                np.apply_along_axis(lambda row: chrf._compute_score_from_stats(row.tolist()).score, -1, sums)
            )

        statistics = np.array(counts, dtype=np.float64).reshape(len(corpus), -1)
        return [self.total("chrf", Tally(statistics, combine), per_item=combine(statistics).tolist())]
