"""Which captions are written in scripts that the words' metrics cannot split or read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import chain

from imagecraft.scoring.base import Corpus
from imagecraft.scoring.pairing import counted

_WITHOUT_SPACES = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u1000", "\u109f"),  # Burmese
    ("\u1780", "\u17ff"),  # Khmer
    ("\u3040", "\u30ff"),  # Japanese syllables
    ("\u3400", "\u9fff"),  # Chinese characters
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)
_MARKS = ("Mn", "Mc")


def words_notice(corpus: Corpus) -> str:
    """What to know of scores made of words, where captions have no words that were split; else empty."""
    count = _counted(corpus, _unsplit)
    return count and (
        f"{count} in scripts whose words are not split as their readers would (such as Chinese, Japanese, "
        "Thai or Hindi): BLEU, ROUGE, METEOR, CIDEr-D and length say little of them; use chrF."
    )


def ascii_notice(corpus: Corpus, what: str) -> str:
    """`what` is said of texts with letters other than a to z; empty without any."""
    count = _counted(corpus, lambda text: any(char.isalpha() and not char.isascii() for char in text))
    return count and f"{count} with letters other than a to z: {what}"


def latin_notice(corpus: Corpus, what: str) -> str:
    """`what` is said of texts with letters that are not Latin; empty without any."""
    count = _counted(
        corpus,
        lambda text: any(
            char.isalpha() and not unicodedata.name(char, "").startswith("LATIN") for char in text
        ),
    )
    return count and f"{count} with letters that are not Latin: {what}"


def _counted(corpus: Corpus, odd: Callable[[str], bool]) -> str:
    """How many captions and references are `odd`, in words; empty for none."""
    texts = chain(corpus.predictions, *corpus.references)
    number = sum(not text.isascii() and odd(text) for text in texts)
    return counted(number, "text") if number else ""


def _unsplit(text: str) -> bool:
    composed = unicodedata.normalize("NFC", text)
    return any(
        unicodedata.category(char) in _MARKS or any(low <= char <= high for low, high in _WITHOUT_SPACES)
        for char in composed
    )
