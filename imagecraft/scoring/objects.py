"""Which of COCO's 80 classes a caption names, and which of them nobody can see: invention.

A named object is invented when neither a list of what is in the picture nor any person's caption has it. A
word that may mean several classes ("bike") is invented only if none of them is there.

References:
    Rohrbach et al.: Object Hallucination in Image Captioning, EMNLP 2018 (CHAIR, of which this is a
    variant with its own word lists, in assets/coco.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from imagecraft.assets import vocabulary
from imagecraft.scoring.tokens import tokenize


def named_objects(text: str) -> dict[str, frozenset[str]]:
    """Words of a caption that name COCO classes: word -> the classes it may mean."""
    pattern, meanings, exceptions = _lexicon()
    plain = " ".join(tokenize(text))
    if exceptions.search(plain):
        return {
            word: classes - _excepted(plain)
            for word, classes in ((found, meanings[found]) for found in pattern.findall(plain))
            if classes - _excepted(plain)
        }
    return {found: meanings[found] for found in pattern.findall(plain)}


def classes_named(texts: Iterable[str]) -> frozenset[str]:
    """All COCO classes that any of the texts may name."""
    return frozenset(name for text in texts for classes in named_objects(text).values() for name in classes)


def invented_objects(text: str, supported: frozenset[str] | set[str]) -> list[str]:
    """Words of a caption that name only classes outside `supported`."""
    return [word for word, classes in named_objects(text).items() if not classes & supported]


def _excepted(plain: str) -> frozenset[str]:
    return frozenset(
        name
        for name, entry in vocabulary("coco").items()
        if any(re.search(rf"\b{re.escape(phrase)}", plain) for phrase in entry.get("not", ()))
    )


@cache
def _lexicon() -> tuple[re.Pattern[str], dict[str, frozenset[str]], re.Pattern[str]]:
    meanings: dict[str, set[str]] = {}
    exceptions = set()
    for name, entry in vocabulary("coco").items():
        exceptions.update(entry.get("not", ()))
        singular = {name, entry["one"], entry["many"], *entry["words"]}
        for word in singular | {_plural(word) for word in singular}:
            meanings.setdefault(word, set()).add(name)
    return (
        _any_of(meanings),
        {word: frozenset(names) for word, names in meanings.items()},
        _any_of(exceptions),
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")


def _plural(word: str) -> str:
    if word.endswith(("s", "sh", "ch", "x")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"
