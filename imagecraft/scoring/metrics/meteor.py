"""METEOR as NLTK computes it (the formula of METEOR 1.0), with WordNet where it is found."""

from __future__ import annotations

import io
import os
import warnings
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from imagecraft.scoring.base import Corpus, Metric, Score
from imagecraft.scoring.packages import missing, version
from imagecraft.scoring.scripts import latin_notice
from imagecraft.scoring.tokens import TOKENIZER

ALPHA, BETA, GAMMA = 0.9, 3.0, 0.5
WORDNET_FOLDERS = ("/usr/share/wordnet", "/usr/local/share/wordnet", "/opt/homebrew/share/wordnet")
LEXICOGRAPHER_FILES = 45
ENGLISH = "METEOR's word stems and synonyms are English only; of other words it sees no likeness."


class Meteor(Metric):
    """Without WordNet it runs without synonyms, and says so in its settings."""

    name = "meteor"
    outputs = ("meteor",)
    meaning = "Shared words, word stems and synonyms, less for words out of order."
    reference = "Banerjee and Lavie 2005; nltk.translate.meteor_score"
    order = 40
    default = True

    def unavailable(self) -> str | None:
        return missing("nltk")

    def settings(self) -> dict[str, Any]:
        synonyms = wordnet_name()
        return {
            "implementation": f"NLTK {version('nltk')} (METEOR 1.0)",
            "beside METEOR 1.5": "often 10 to 20 points higher; not comparable",
            "tokenizer": TOKENIZER,
            "stemmer": "Porter (English)",
            "synonyms": synonyms or "none: WordNet was not found, so it ran without synonyms",
            "alpha": ALPHA,
            "beta": BETA,
            "gamma": GAMMA,
            "references": "the one with the highest score",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        from nltk.translate.meteor_score import meteor_score

        stemmer, synonyms = _Stems(), _Synonyms(_wordnet())
        found = self.mean(
            [
                float(
                    meteor_score(
                        references, words, str, stemmer, synonyms, alpha=ALPHA, beta=BETA, gamma=GAMMA
                    )
                )
                for words, references in zip(corpus.words, corpus.reference_words, strict=True)
            ]
        )
        return [replace(found, note=latin_notice(corpus, ENGLISH))]


class _Stems:
    """NLTK's Porter stemmer, each word once."""

    def __init__(self) -> None:
        from nltk.stem.porter import PorterStemmer

        self.stem = lru_cache(maxsize=100_000)(PorterStemmer().stem)


class _Synonyms:
    """WordNet's synonym sets of a word, each word once; none without WordNet."""

    def __init__(self, wordnet: Any | None) -> None:
        self.synsets = lru_cache(maxsize=100_000)(wordnet.synsets if wordnet else lambda _word: [])


def wordnet_name() -> str | None:
    """Version of the WordNet in use and where it is from; None without one."""
    reader = _wordnet()
    if reader is None:
        return None
    return f"WordNet {reader.get_version()} ({reader.imagecraft_source})"


@cache
def _wordnet() -> Any | None:
    """NLTK's own WordNet data, or that of the system's package."""
    import nltk
    from nltk.corpus.reader.wordnet import WordNetCorpusReader
    from nltk.data import FileSystemPathPointer

    class Reader(WordNetCorpusReader):  # type: ignore[misc]
        """Reads Debian's files too, which come without the list of lexicographer files."""

        imagecraft_source = ""

        def open(self, file: str) -> Any:
            if file == "lexnames":
                lines = (f"{number:02}\tfile{number}\t1\n" for number in range(LEXICOGRAPHER_FILES))
                return io.StringIO("".join(lines))
            return super().open(file)

        def map_wn(self, version: str = "wordnet") -> dict[Any, Any]:  # noqa: ARG002 - NLTK's signature
            """Only other languages than English need this map, and it needs more of NLTK's data."""
            return {}

    for root, source in _roots(nltk, FileSystemPathPointer):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that there are no other languages than English
                reader = Reader(root, None)
            reader.synsets("dog")
        except (OSError, LookupError, ValueError):
            continue
        reader.imagecraft_source = source
        return reader
    return None


def _roots(nltk: Any, folder_pointer: Any) -> list[tuple[Any, str]]:
    roots = []
    for name in ("corpora/wordnet", "corpora/wordnet.zip/wordnet/"):
        try:
            roots.append((nltk.data.find(name), "NLTK's data"))
        except LookupError:
            continue
    named: list[str | Path] = [os.environ.get("WNSEARCHDIR", ""), Path(os.environ.get("WNHOME", "/"), "dict")]
    for folder in [*named, *WORDNET_FOLDERS]:
        if (Path(folder) / "index.noun").is_file():
            nltk.data.path.append(str(folder))  # NLTK reads files in the folders of this list only
            roots.append((folder_pointer(str(folder)), f"files in {folder}"))
    return roots
