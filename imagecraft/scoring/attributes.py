"""Which places, doings and colours a caption states, and which nobody tells of: invention beside objects."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from imagecraft.assets import vocabulary
from imagecraft.scoring.tokens import tokenize


def stated_attributes(text: str) -> list[str]:
    """Words of a caption that state a place, a doing or a colour, in the order of assets/attributes.toml."""
    padded = _padded(text)
    return [word for word in _supporters() if f" {word} " in padded]


def invented_attributes(text: str, captions: Iterable[str]) -> list[str]:
    """Those words of a caption whose family no person's caption of the picture has a word of."""
    said = [_padded(caption) for caption in captions]
    return [
        word
        for word in stated_attributes(text)
        if not any(f" {supporter} " in other for supporter in _supporters()[word] for other in said)
    ]


def _padded(text: str) -> str:
    return f" {' '.join(tokenize(text))} "


@cache
def _supporters() -> dict[str, tuple[str, ...]]:
    """Each stating word, with the words that support it."""
    table = vocabulary("attributes")
    supporters: dict[str, tuple[str, ...]] = {}
    for group in ("places", "doings", "colours"):
        for family, words in table[group].items():
            relatives = tuple(dict.fromkeys((family, *words, *table["stating"].get(family, ()))))
            for word in (family, *table["stating"].get(family, ())):
                supporters.setdefault(word, relatives)
    return supporters
