"""Which of several sentences for a picture says what most of them say.

Each sentence is taken for what a person might have said, likelier ones more so; the one chosen has the
largest expected CIDEr-D against them, with words' rarity in place of counts of longer n-grams.

References:
    Kumar and Byrne: Minimum Bayes-Risk Decoding for Statistical Machine Translation, NAACL 2004; Vedantam et
    al.: CIDEr, CVPR 2015.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

EVENNESS = 4.0  # what log-probabilities are divided by: the larger, the more an unlikely sentence counts
LONGEST_GRAM = 4
LENGTH_SPREAD = 6.0  # tokens


def most_agreed(sentences: Sequence[Sequence[int]], chances: Sequence[float], rarity: np.ndarray) -> int:
    """Number of the sentence that agrees most with all.

    Args:
        sentences: Token numbers, one sentence at least.
        chances: Their log-probabilities.
        rarity: Of each token: log of how many captions there are for one that has it.
    """
    if len(sentences) == 1:
        return 0
    weights = np.exp((np.array(chances) - max(chances)) / EVENNESS)
    return int(np.argmax(agreement(sentences, rarity) @ weights))


def agreement(sentences: Sequence[Sequence[int]], rarity: np.ndarray) -> np.ndarray:
    """How much of the second each first sentence says, 0 to 1; shape (sentences, sentences)."""
    total = np.zeros((len(sentences), len(sentences)))
    for length in range(1, LONGEST_GRAM + 1):
        grams = [list(zip(*(s[i:] for i in range(length)), strict=False)) for s in sentences]
        index = {gram: i for i, gram in enumerate(dict.fromkeys(gram for own in grams for gram in own))}
        if not index:
            break
        weighed = np.zeros((len(sentences), len(index)))
        for row, own in enumerate(grams):
            np.add.at(weighed[row], [index[gram] for gram in own], 1)
        weighed *= [rarity[list(gram)].sum() for gram in index]
        norms = np.sqrt((weighed**2).sum(1))
        shared = (np.minimum(weighed[:, None], weighed[None]) * weighed[None]).sum(2)
        total += shared / np.maximum(norms[:, None] * norms[None], 1e-9)
    lengths = np.array([len(sentence) for sentence in sentences])
    apart = (lengths[:, None] - lengths[None]) / LENGTH_SPREAD
    agreed: np.ndarray = total / LONGEST_GRAM * np.exp(-(apart**2) / 2)
    return agreed
