"""People's captions read as the describer's own words, and what they tell of a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from imagecraft.assets import vocabulary
from imagecraft.captioning.licences import licences, may_end
from imagecraft.scoring.objects import named_objects
from imagecraft.scoring.tokens import tokenize

SHORTEST, LONGEST = 5, 16  # words of a caption that is learnt from
_PLURALS = ("people", "men", "women", "children", "cattle", "geese", "puppies", "ponies")
_SINGULAR_ENDS = ("ss", "bus", "skis", "scissors", "lens")


@dataclass(frozen=True)
class Mentions:
    """How many of a picture's captions tell of each class and cue.

    Attributes:
        classes: COCO class -> number of captions that name it.
        several: Classes that most of those captions name in the plural.
        cues: Cue -> number of captions that tell it.
        captions: How many captions there are.
    """

    classes: dict[str, int]
    several: frozenset[str]
    cues: dict[str, int]
    captions: int


def mentions(captions: Sequence[str]) -> Mentions:
    """Count what a picture's captions tell."""
    classes: Counter[str] = Counter()
    plural: Counter[str] = Counter()
    cues: Counter[str] = Counter()
    for caption in captions:
        named = named_objects(caption)
        found = {label for labels in named.values() if len(labels) == 1 for label in labels}
        found |= {label for labels in named.values() if not labels & found for label in labels}
        classes.update(sorted(found))  # in one order on every run, since evidence is drawn in it
        plural.update(
            {label for word, labels in named.items() if _is_plural(word) for label in labels & found}
        )
        padded = f" {' '.join(tokenize(caption))} "
        cues.update(cue for cue, words in _cue_words().items() if any(word in padded for word in words))
    several = frozenset(label for label, count in classes.items() if plural[label] * 2 >= count)
    return Mentions(dict(classes), several, dict(cues), len(captions))


def read(caption: str) -> list[str] | None:
    """A caption as the describer's tokens, or None where it has others that cannot be left out."""
    table = vocabulary("describer")
    words = [table["people"].get(word, word) for word in tokenize(caption)]
    tokens = _merged(" ".join(words).split())
    tokens = [token for token in (table["same"].get(token, token) for token in tokens) if token]
    known = licences()
    dropped = [token in table["drop"] and token not in known for token in tokens]
    for i in range(1, len(tokens) - 1):
        if tokens[i] == "and" and dropped[i - 1] and dropped[i + 1]:
            dropped[i] = True
    kept = [token for token, out in zip(tokens, dropped, strict=True) if not out]
    kept = _merged(" ".join(kept).split())
    kept = _cut(kept)
    while kept and not may_end(kept[-1]):
        kept.pop()
    if any(a == b for a, b in pairwise(kept)):
        return None
    return kept if SHORTEST <= sum(token.count(" ") + 1 for token in kept) <= LONGEST else None


def _cut(tokens: list[str]) -> list[str]:
    """The caption up to the phrase with the first word that the describer does not know."""
    known = licences()
    first = next((i for i, token in enumerate(tokens) if token not in known), len(tokens))
    if first == len(tokens):
        return tokens
    return tokens[
        : max((i for i in range(first) if tokens[i] in vocabulary("describer")["phrase_starts"]), default=0)
    ]


def _is_plural(word: str) -> bool:
    last = word.rsplit(" ", 1)[-1]
    return last in _PLURALS or (last.endswith("s") and not last.endswith(_SINGULAR_ENDS))


def _merged(words: list[str]) -> list[str]:
    """Join words that make one token, longest first."""
    phrases = _phrases()
    result = []
    i = 0
    while i < len(words):
        for length in range(min(6, len(words) - i), 0, -1):
            phrase = " ".join(words[i : i + length])
            if length == 1 or phrase in phrases:
                result.append(phrase)
                i += length
                break
    return result


@cache
def _phrases() -> frozenset[str]:
    table = vocabulary("describer")
    return frozenset(word for word in (*licences(), *table["same"]) if " " in word)


@cache
def _cue_words() -> dict[str, tuple[str, ...]]:
    return {
        cue: tuple(f" {word} " for word in entry["match"])
        for cue, entry in vocabulary("describer")["cues"].items()
    }
