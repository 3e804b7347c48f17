"""Long sentences in pieces that a voice speaks in one breath."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_SENTENCE_CHARACTERS = 200  # longer ones are spoken in clauses, so that the first sound comes early


def short_enough(sentence: str, clause_end: re.Pattern[str]) -> Iterable[str]:
    """The sentence, or its clauses joined as far as they fit, none longer than `MAX_SENTENCE_CHARACTERS`."""
    if len(sentence) <= MAX_SENTENCE_CHARACTERS:
        return [sentence]
    return _packed(part for clause in clause_end.split(sentence) for part in _packed(_chopped(clause)))


def speakable(piece: str) -> bool:
    """Whether there is a letter or digit in it."""
    return any(char.isalnum() for char in piece)


def _packed(parts: Iterable[str]) -> Iterator[str]:
    """Neighbours joined by a space as long as they fit."""
    line = ""
    for part in parts:
        if line and len(line) + 1 + len(part) > MAX_SENTENCE_CHARACTERS:
            yield line
            line = part
        else:
            line = f"{line} {part}" if line else part
    if line:
        yield line


def _chopped(clause: str) -> Iterator[str]:
    for word in clause.split():
        for start in range(0, len(word), MAX_SENTENCE_CHARACTERS):
            yield word[start : start + MAX_SENTENCE_CHARACTERS]
